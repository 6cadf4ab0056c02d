"""Choose of one record what may go: by the rules first, then by what restrictions and hidden places take away."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from functools import reduce

from gateway.policy.agreement import Transform
from gateway.policy.carried import EVERY, Kinds
from gateway.policy.decision import Allowed, Decision, Grant, Reason
from gateway.policy.places import FIELDS, Secret
from gateway.policy.restrictions import ADOPTION
from gateway.policy.texts import CATEGORY_OF, may_tell
from gateway.policy.transforms import reduced, strictest
from gateway.policy.view import Kept, Key, Reduced, Row
from schemas.case.base import CaseRecord
from schemas.case.papers import Document
from schemas.case.tables import KEYS, fields, table_fields
from schemas.fields import Sensitivity

Why = tuple[Reason, str]

_LINKING = frozenset(
    {
        "permanence",
        "cla_previous_permanence",
        "family",
        "relationships",
        "households",
        "household_members",
        "copied_values",
        "contact_arrangements",
    }
)
# An authority is one of its time: without the end of that time it may be none.
_UNTIMED = {"address": ("authority", "area")}
_READ_FIRST = frozenset({"X1", "X3", "X4"})
_CLOSED_PAPERS = frozenset({"X2", "X5"})
_FORMER_NUMBERS = frozenset({"NHS_NUMBER", "UPN", "FORMER_UPN", "ULN"})


@dataclass(frozen=True, slots=True)
class Sieve:
    """All by which rows are chosen.

    `skipped` are rows of which the step carries the last alone; with `by_name` a person must name every row.
    """

    decision: Decision
    secret: Secret | None
    skipped: frozenset[Key]
    by_name: bool
    grants: Mapping[str, Grant]
    restrictions: Mapping[str, frozenset[str]]
    reasons: Mapping[tuple[str, str], Why]

    def ticked(self, table: str, record: CaseRecord) -> bool:
        """Tell whether a person has read and released a record."""
        return f"{table}/{record.id}" in self.decision.request.ticks


def row(sieve: Sieve, table: str, record: CaseRecord) -> Row:
    """Give what is left of a record."""
    grants = [sieve.grants.get(person) for person in record.subjects or ("",)]
    present = [grant for grant in grants if grant is not None]
    if len(present) < len(grants):
        # The decision says already that nothing goes of somebody whom it is about.
        return Row(table, record, {})
    whole = _whole(sieve, table, record)
    filled = [name for name in _names(table) if getattr(record, name) not in (None, ())]
    if whole is not None:
        kept = (Kept(table, record.id, record.subjects, "", whole),) if filled else ()
        return Row(table, record, {}, (), kept)
    values: dict[str, object] = {}
    less: list[Reduced] = []
    kept_fields: list[Kept] = []
    for name in filled:
        value = getattr(record, name)
        form, why = _form(sieve, table, record, name, present)
        if why is not None:
            kept_fields.append(Kept(table, record.id, record.subjects, name, *why))
        elif form is Transform.FULL:
            values[name] = value
        else:
            less.append(Reduced(table, record.id, name, form, reduced(form, value)))
    kept_fields += [
        Kept(table, record.id, record.subjects, name, Reason.REFERENCE)
        for name in _UNTIMED.get(table, ())
        if getattr(record, "end_date", None) and "end_date" not in values and values.pop(name, None)
    ]
    return Row(table, record, values, tuple(less), tuple(kept_fields))


def _names(table: str) -> Iterator[str]:
    return (item.field for item in table_fields(table) if item.field not in KEYS)


def _form(sieve: Sieve, table: str, record: CaseRecord, name: str, grants: list[Grant]) -> tuple[Transform, Why | None]:
    """Give the form in which a value goes, or why it does not go."""
    forms: list[Transform] = []
    for grant in grants:
        found = allowing(grant, table, record, name)
        if not found:
            return Transform.FULL, _reason(sieve, grant, table, record, name)
        forms += [item.transform for item in found]
        if (
            isinstance(record, Document)
            and record.third_party is not False
            and not any(item.third_party for item in found)
        ):
            return Transform.FULL, (Reason.DOCUMENT, "")
    taken = _taken(sieve, table, record, name)
    return reduce(strictest, forms), None if taken is None else (taken, "")


def allowing(grant: Grant, table: str, record: CaseRecord, name: str) -> list[Allowed]:
    """List the rules that let a value go: where some forbid it, only those that go before every one of them."""
    field, kind = f"{table}.{name}", getattr(record, "kind", None)
    found = [item for item in grant.allowed if item.field == field and _in(item.kinds, kind)]
    never = [item.rule for item in grant.barred if item.field == field and _in(item.kinds, kind)]
    return [item for item in found if set(never) <= set(item.overrides)]


def _in(kinds: Kinds, kind: str | None) -> bool:
    return kinds == EVERY or kind in kinds


def _reason(sieve: Sieve, grant: Grant, table: str, record: CaseRecord, name: str) -> Why:
    field, kind = f"{table}.{name}", getattr(record, "kind", None)
    never = next((item for item in grant.barred if item.field == field and _in(item.kinds, kind)), None)
    if never is not None:
        return Reason.NEVER, never.rule
    why = sieve.reasons.get((grant.person, field), (Reason.NOT_ALLOWED, ""))
    # What goes reduced elsewhere stays here because this kind of row is in no rule.
    return why if why[0] not in {Reason.REDUCED, Reason.NEVER} else (Reason.NOT_ALLOWED, "")


def _whole(sieve: Sieve, table: str, record: CaseRecord) -> Reason | None:
    """Tell why nothing of a record goes; None where its fields are looked at."""
    if (table, record.id) in sieve.skipped:
        return Reason.LAST_ONLY
    asked_about = table == "person" and record.id in sieve.decision.request.children
    if sieve.by_name and record.subjects and not asked_about and not sieve.ticked(table, record):
        return Reason.TICK
    if sieve.secret is not None and not sieve.secret.companions.isdisjoint(record.subjects):
        return Reason.HIDDEN
    if any(ADOPTION in sieve.restrictions[person] for person in record.subjects) and _links(sieve, table, record):
        return Reason.ADOPTION
    return _paper(sieve, table, record) if isinstance(record, Document) else None


def _links(sieve: Sieve, table: str, record: CaseRecord) -> bool:
    """Tell whether a record of class X3 may link two identities; of some kinds a person may say that it does not."""
    kind = getattr(record, "kind", None)
    if table == "names":
        return kind != "CURRENT"
    if table == "linked_identifiers":
        return kind in _FORMER_NUMBERS or not sieve.ticked(table, record)
    return table in _LINKING and not sieve.ticked(table, record)


def _paper(sieve: Sieve, table: str, paper: Document) -> Reason | None:
    if paper.released is not True:
        return Reason.DOCUMENT
    if paper.restriction in _CLOSED_PAPERS:
        return Reason.HIDDEN
    of_hidden = sieve.secret is not None and paper.person in sieve.secret.children
    read_first = of_hidden or paper.restriction is not None or sieve.restrictions[paper.person] & _READ_FIRST
    if read_first and not sieve.ticked(table, paper):
        return Reason.TICK
    if sieve.secret is not None and sieve.secret.wide.within(paper.name or ""):
        return Reason.HIDDEN
    return None


def _taken(sieve: Sieve, table: str, record: CaseRecord, name: str) -> Reason | None:
    """Tell why a value that the rules allow does not go all the same."""
    field = f"{table}.{name}"
    classes = frozenset(found for person in record.subjects for found in sieve.restrictions[person])
    if ADOPTION in classes and field == "person.legacy_reference":
        return Reason.ADOPTION
    if sieve.secret is not None and _tells(sieve.secret, table, record, name):
        return Reason.HIDDEN
    if sieve.ticked(table, record):
        return None
    if field in CATEGORY_OF and (sieve.secret is not None or classes & _READ_FIRST):
        return Reason.TICK
    special = fields()[field].sensitivity is Sensitivity.SPECIAL
    if special and "X1" in classes and not set(record.subjects) <= sieve.decision.request.ticks:
        return Reason.TICK
    return None


def _tells(secret: Secret, table: str, record: CaseRecord, name: str) -> bool:
    """Tell whether a value may give a hidden place away: by whose it is, by what it is, by what it says."""
    about_hidden = not secret.children.isdisjoint(record.subjects)
    if name in FIELDS.get(table, ()) and (about_hidden or secret.is_place(table, record)):
        return True
    if secret.tells(table, record, name):
        return True
    field, value = f"{table}.{name}", getattr(record, name)
    if not may_tell(field):
        return False
    marks = secret.wide if field in CATEGORY_OF or about_hidden else secret.exact
    return any(marks.within(text) for text in (value if isinstance(value, tuple) else (value,)))
