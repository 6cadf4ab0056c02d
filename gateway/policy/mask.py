"""Apply a decision to a case file: build what is sent from what may go, never by taking away from the whole."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date
from types import MappingProxyType

from gateway.policy.agreement import Role, Transform
from gateway.policy.carried import LAST_ONLY, by_name
from gateway.policy.decision import Decision, Outcome
from gateway.policy.facts import facts
from gateway.policy.places import Secret, kind_of_place, secret
from gateway.policy.protected import without_protected
from gateway.policy.references import standing
from gateway.policy.request import Release
from gateway.policy.restrictions import ADOPTION
from gateway.policy.rows import Sieve, allowing, row
from gateway.policy.view import Key, Masked, Missing, ReleasedPart, Row
from schemas.case.base import CaseRecord, PersonRecord, Provenance
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES
from schemas.errors import Held, Rejected
from schemas.processes.registry import process_of


def masked(case: CaseFile, decision: Decision) -> Masked:
    """Build what a decision lets go.

    Raises Rejected where it lets nothing go, Held where an approval is missing or the records have changed since, so
    that the rules would be asked about other people.
    """
    _check(decision)
    request = decision.request
    seen = without_protected(case, request.day)
    if facts(seen, request.children, request.day) != request.subjects:
        raise Held("The records have changed since the decision.", hint="Ask again, and look at the new preview.")
    sieve = _sieve(seen, decision)
    rows = {(table, record.id): row(sieve, table, record) for table, record in seen.records()}
    gone = _left_out(seen, sieve)
    offered = {key: found for key, found in rows.items() if found.table != "person" or found.record.id not in gone}
    left, fallen = standing(offered, frozenset(request.children))
    return Masked(
        decision.id,
        _file(str(decision.id), left, sieve.secret, adopted=_adopted(sieve)),
        tuple(item for found in left.values() for item in found.reduced),
        tuple(_released(seen, sieve, release) for release in request.releases if _is_hidden(sieve, release)),
        (*(item for found in rows.values() for item in found.kept), *fallen),
        tuple(_missing(seen, sieve, left)),
    )


def _check(decision: Decision) -> None:
    told = " ".join(finding.text for finding in decision.findings)
    if decision.outcome is Outcome.DENY:
        raise Rejected(f"The agreement lets nothing go. {told}")
    if decision.outcome is Outcome.NEEDS_APPROVAL:
        raise Held(f"An approval is missing. {told}")


def _sieve(case: CaseFile, decision: Decision) -> Sieve:
    process = process_of(decision.request.process)
    return Sieve(
        decision,
        secret(case, decision.request.day),
        _skipped(case, LAST_ONLY.get((process.code, decision.request.step), frozenset())),
        by_name(process),
        MappingProxyType({grant.person: grant for grant in decision.grants}),
        MappingProxyType({subject.person: subject.restrictions for subject in decision.request.subjects}),
        MappingProxyType({(item.person, item.field): (item.reason, item.rule) for item in decision.withheld}),
    )


def _skipped(case: CaseFile, tables: frozenset[str]) -> frozenset[Key]:
    """Give the rows that are not the last of their person in these tables."""
    found: set[Key] = set()
    for table, records in case.tables():
        if table not in tables:
            continue
        last: dict[tuple[str, ...], CaseRecord] = {}
        for record in sorted(records, key=_lasts):
            last[record.subjects or (record.id,)] = record
        found |= {(table, record.id) for record in records if record not in last.values()}
    return frozenset(found)


def _lasts(record: CaseRecord) -> tuple[date, date]:
    return getattr(record, "end_date", None) or date.max, getattr(record, "start_date", None) or date.min


def _left_out(case: CaseFile, sieve: Sieve) -> frozenset[str]:
    """Give everybody of whom nothing may go, not even that they are there."""
    told = {person for person, grant in sieve.grants.items() if grant.allowed or grant.role is Role.CHILD}
    hidden = sieve.secret.companions if sieve.secret else frozenset()
    return frozenset(person.id for person in case.person if person.id not in told) | hidden


def _adopted(sieve: Sieve) -> bool:
    return any(ADOPTION in found for found in sieve.restrictions.values())


def _file(identifier: str, rows: Mapping[Key, Row], hidden: Secret | None, *, adopted: bool) -> CaseFile:
    content: dict[str, list[CaseRecord]] = {}
    for found in rows.values():
        content.setdefault(found.table, []).append(_record(found, rows, hidden, adopted=adopted))
    return CaseFile(id=identifier, **{table: tuple(records) for table, records in content.items()})  # type: ignore[arg-type]  # each list holds its table's own kind


def _record(found: Row, known: Mapping[Key, Row], hidden: Secret | None, *, adopted: bool) -> CaseRecord:
    person = {"person": found.record.person} if isinstance(found.record, PersonRecord) else {}
    provenance = _provenance(found.table, found.record.provenance, known, hidden, adopted=adopted)
    return TABLES[found.table](id=found.record.id, provenance=provenance, **person, **found.values)


def _provenance(
    table: str, told: Provenance, known: Mapping[Key, Row], hidden: Secret | None, *, adopted: bool
) -> Provenance:
    """Make a record's provenance anew: what it was copied from is told only where that is sent too."""
    source = "withheld" if hidden is not None and hidden.exact.within(told.source) else told.source
    plain = Provenance(
        source=source,
        record=told.record,
        recorded_at=told.recorded_at,
        recorded_by=told.recorded_by,
        state=told.state,
        decided_at=told.decided_at,
    )
    both = {(table, told.copied_from), ("person", told.copied_person)}
    if adopted or not both <= known.keys():
        return plain
    return plain.model_copy(
        update={name: getattr(told, name) for name in ("copied_from", "copied_person", "copied_at", "copied_by")}
    )


def _is_hidden(sieve: Sieve, release: Release) -> bool:
    return (
        sieve.secret is not None
        and release.person in sieve.secret.children
        and release.person in sieve.decision.request.children
    )


def _released(case: CaseFile, sieve: Sieve, release: Release) -> ReleasedPart:
    """Build the part with a hidden child's places, as far as the rules allow their fields in full."""
    grant, shared = sieve.grants[release.person], sieve.grants.get("")
    rows: dict[Key, Row] = {}
    homes = {stay.household for stay in case.household_members if stay.person == release.person}
    for table, record in case.records():
        mine = record.subjects == (release.person,)
        holder = grant if mine else shared if table == "households" and record.id in homes else None
        if holder is None:
            continue
        values = {
            name: value
            for name, value in ((name, getattr(record, name)) for name in TABLES[table].model_fields)
            if value not in (None, ())
            and kind_of_place(table, record, name) in release.places
            and (found := allowing(holder, table, record, name))
            and all(item.transform is Transform.FULL for item in found)
        }
        rows[table, record.id] = Row(table, record, values)
    left, _ = standing(rows, frozenset({release.person}))
    name = f"{sieve.decision.id}.{release.name}"
    return ReleasedPart(release.name, release.person, _file(name, left, None, adopted=_adopted(sieve)))


def _missing(case: CaseFile, sieve: Sieve, left: Mapping[Key, Row]) -> Iterator[Missing]:
    sent = {
        (person, f"{found.table}.{name}")
        for found in left.values()
        for person in found.record.subjects
        for name in (*found.values, *(item.field for item in found.reduced))
    }
    for grant in sieve.decision.grants:
        demanded: dict[tuple[str, str], list[str]] = {}
        for item in grant.allowed if grant.role is Role.CHILD else ():
            for name in item.must:
                demanded.setdefault((name, item.rule), []).append(item.field)
        for (name, rule), names in demanded.items():
            if not any((grant.person, field) in sent for field in names):
                there = any(_is_filled(case, grant.person, field) for field in names)
                yield Missing(grant.person, name, rule, withheld=there)


def _is_filled(case: CaseFile, person: str, field: str) -> bool:
    table, _, name = field.partition(".")
    return any(found == table and getattr(record, name) not in (None, ()) for found, record in case.about(person))
