"""Free text by category: it cannot be masked by field, so that a rule must name the category."""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType

from schemas.case.base import CaseRecord
from schemas.case.columns import value_type
from schemas.case.tables import TABLES, fields

_LONG = 1_000

CATEGORIES: Mapping[str, tuple[str, ...]] = MappingProxyType(
    {
        "PLAN": (
            "cin_plans.content",
            "cp_plans.content",
            "cp_plans.core_group",
            "safety_plans.content",
            "cla_care_plan.content",
            "care_leavers.pathway_plan",
        ),
        "CONCERN": (
            "cin_episodes.reason",
            "contacts.comments",
            "early_help_episodes.reason",
            "early_help_episodes.end_reason",
        ),
        "ASSESSMENT": ("cin_assessments.analysis", "s47_enquiry.findings"),
        "MEETING": ("strategy_discussions.attendance", "strategy_discussions.decisions", "cla_reviews.decisions"),
        "VISIT": ("cin_visits.note", "cp_visits.note", "cla_visits.note"),
        "RISK": ("risks.detail",),
        "EVENT": ("events.summary", "events.detail"),
        "CONTACT": ("contact_arrangements.detail",),
        "HEALTH": ("health_needs.detail", "person.communication_needs", "cla_substance_misuse.substance"),
        "OFFENCE": ("cla_convictions.offence",),
        "EDUCATION": ("education.education_plan", "education.attendance"),
        "VOICE": ("voice_of_child.own_words", "awareness.views", "awareness.reason_not_told"),
        "LEGAL": ("legal_status.other_status",),
        "RESTRICTION": ("restrictions.reason",),
        "COPY": ("copied_values.own_value", "copied_values.other_value"),
    }
)
"""Every narrative is in one category, and so are the lines in which anything may be told."""

CATEGORY_OF: Mapping[str, str] = MappingProxyType(
    {name: category for category, names in CATEGORIES.items() for name in names}
)


def narratives() -> frozenset[str]:
    """Give the names of the fields that hold long text."""
    return frozenset(item.name for item in fields().values() if _is_long(TABLES[item.table], item.field))


def _is_long(model: type[CaseRecord], field: str) -> bool:
    if value_type(model.model_fields[field])[0] is not str:
        return False
    limit = _maximum(model.model_json_schema()["properties"][field])
    return limit is not None and limit > _LONG


def _maximum(schema: Mapping[str, object]) -> int | None:
    options = schema.get("anyOf", (schema,))
    found = [part["maxLength"] for part in options if isinstance(part, dict) and "maxLength" in part]  # type: ignore[attr-defined]  # a list, by JSON Schema
    return found[0] if found else None


def may_tell(name: str) -> bool:
    """Tell whether a field holds words of somebody's own: neither a code, a number, a day nor a reference."""
    item = fields()[name]
    if item.codes is not None or item.points_to or name in _NO_WORDS:
        return False
    return value_type(TABLES[item.table].model_fields[item.field])[0] is str


_NO_WORDS = frozenset(
    {
        "person.forename",
        "person.surname",
        "names.forename",
        "names.surname",
        "documents.sha256",
        "documents.media_type",
        "cla_previous_permanence.order_date",
        *(f"{table}.{key}" for table in TABLES for key in ("id", "person")),
    }
)
