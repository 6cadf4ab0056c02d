"""How a field of a case record is declared: once, with guidance, sensitivity, codes and what it points to.

The JSON Schema, the table form, the page of the docs and the lists of allowed fields derive from it.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from pydantic import Field
from pydantic.fields import FieldInfo

from schemas.case import codes
from schemas.codesets import CodeSet
from schemas.fields import Sensitivity

NONE, PERSONAL, SPECIAL = Sensitivity.NONE, Sensitivity.PERSONAL, Sensitivity.SPECIAL
EXTRA = "x-case"


class Copying(StrEnum):
    """What may become of a fact about one child for the brothers and sisters."""

    FAMILY = "offered for all of them, and confirmed once"
    CHILD = "offered for each of them, and confirmed for each"
    NEVER = "never copied"


@dataclass(frozen=True, slots=True)
class CaseField:
    """One field of a case table; `name` is canonical: `table.field`.

    `reference` is the item number of the Standard Safeguarding Dataset, empty where it has none;
    `points_to` the table whose `id` the field holds.
    """

    table: str
    field: str
    guidance: str
    sensitivity: Sensitivity
    codes: CodeSet | None
    reference: str
    points_to: str
    copying: Copying

    @property
    def name(self) -> str:
        """Give the canonical name of the field."""
        return f"{self.table}.{self.field}"


def case_field(
    guidance: str,
    sensitivity: Sensitivity,
    *,
    code_set: str = "",
    reference: str = "",
    points_to: str = "",
    copying: Copying = Copying.NEVER,
    required: bool = False,
    many: bool = False,
) -> Any:  # noqa: ANN401  # stands for a value of the field's own type, as pydantic's Field does
    """Declare a field: left out it is None (`many`: an empty tuple), unless `required`."""
    told: dict[str, Any] = {"sensitivity": sensitivity.value, "copying": copying.value}
    told |= {"codes": code_set} if code_set else {}
    told |= {"reference": reference} if reference else {}
    told |= {"pointsTo": points_to} if points_to else {}
    extra: dict[str, Any] = {EXTRA: told}
    if code_set:
        values = _values(code_set)
        extra |= {"items": {"type": "string", "enum": values}} if many else {"enum": [*values, *_absent(required)]}
    if required:
        return Field(description=guidance, json_schema_extra=extra)
    return Field(default=() if many else None, description=guidance, json_schema_extra=extra)


def told(table: str, name: str, info: FieldInfo) -> CaseField:
    """Read back what was declared of a field."""
    extra = info.json_schema_extra
    facts = extra[EXTRA] if isinstance(extra, dict) else {}
    if not isinstance(facts, dict):
        raise TypeError(f"{table}.{name} is not declared with case_field")
    name_of_codes = str(facts.get("codes", ""))
    return CaseField(
        table=table,
        field=name,
        guidance=info.description or "",
        sensitivity=Sensitivity(str(facts["sensitivity"])),
        codes=codes.code_set(name_of_codes) if name_of_codes else None,
        reference=str(facts.get("reference", "")),
        points_to=str(facts.get("pointsTo", "")),
        copying=Copying(str(facts["copying"])),
    )


def _values(name: str) -> list[str]:
    return list(dict.fromkeys(code.value for code in codes.code_set(name).codes))


def _absent(required: bool) -> list[None]:  # noqa: FBT001  # one flag handed on
    return [] if required else [None]
