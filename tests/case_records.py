"""Any case record that the declaration allows, for property tests."""

from __future__ import annotations

from datetime import UTC, date, datetime
from typing import Any

from hypothesis import strategies as st

from schemas.case.base import CaseRecord, Provenance
from schemas.case.codes import known
from schemas.case.columns import value_type
from schemas.case.record import CaseFile
from schemas.case.tables import TABLES, table_fields

KEYS = st.text("abcXYZ019._:-/", min_size=1, max_size=20)
TEXTS = st.text(st.characters(exclude_categories=("Cs", "Cc")), min_size=1, max_size=40)
NUMBERS = {
    "nhs_number": ("9434765919", "9990000018"),
    "upn": ("H801200001001", "G80120000101A"),
    "uln": ("1234567899", "9999999999"),
    "authority": ("925", "209"),
    "area": ("E09000023", "E06000014"),
    "establishment": ("8012345",),
    "registration": ("SW123456",),
    "urn": ("100001", "SC123456"),
    "provider_urn": ("SC123456", "XXXXXXX"),
    "postcode": ("ZZ99 3CZ", "E1 6AN", "SW1A 1AA"),
    "sha256": ("0" * 64, "f" * 64),
    "media_type": ("application/pdf",),
}
PLAIN: dict[type, st.SearchStrategy[Any]] = {
    bool: st.booleans(),
    int: st.integers(0, 40),
    float: st.floats(0, 1000, allow_nan=False),
    date: st.dates(date(1900, 1, 1), date(2100, 1, 1)),
    datetime: st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # bounds
}
SOMEBODY = st.sampled_from(("p1", "p2"))
STAMP = Provenance(
    source="made up",
    record="r1",
    recorded_at=datetime(2026, 1, 2, 3, 4, tzinfo=UTC),
    recorded_by="w1",
    state="ASSERTED",
)


def _values(table: str, field: str) -> st.SearchStrategy[Any]:
    model = TABLES[table] if table != "provenance" else Provenance
    declared = next((item for item in table_fields(table) if item.field == field), None) if table in TABLES else None
    kind, many = value_type(model.model_fields[field])
    if declared is not None and declared.points_to == "person":
        one: st.SearchStrategy[Any] = SOMEBODY
    elif declared is not None and declared.codes is not None:
        one = st.sampled_from(sorted(known(declared.codes.name)))
    elif table == "provenance" and field == "state":
        one = st.sampled_from(sorted(known("ProvenanceState")))
    elif (table, field) == ("cla_previous_permanence", "order_date"):
        one = st.sampled_from(("zz/zz/zzzz", "zz/03/2019", "01/02/2020"))
    elif field in NUMBERS:
        one = st.sampled_from(NUMBERS[field])
    elif kind is str:
        one = KEYS if "Key" in str(model.__annotations__.get(field, "Key")) else TEXTS
    else:
        one = PLAIN[kind]
    return st.lists(one, max_size=3).map(tuple) if many else one


def provenances() -> st.SearchStrategy[Provenance]:
    """Give any provenance."""
    return _built(Provenance, "provenance", {})


def records(table: str, identifier: str) -> st.SearchStrategy[Any]:
    """Give any record of a table about one of two persons, `p1` and `p2`."""
    fixed: dict[str, st.SearchStrategy[Any]] = {"id": st.just(identifier), "provenance": provenances()}
    if table == "linked_identifiers":
        fixed |= {"kind": st.just("NHS_NUMBER"), "value": st.sampled_from(NUMBERS["nhs_number"])}
    if table == "cla_previous_permanence":
        fixed["authority"] = TEXTS
    return _built(TABLES[table], table, fixed)


def _built(model: type[Any], table: str, fixed: dict[str, st.SearchStrategy[Any]]) -> st.SearchStrategy[Any]:
    needed: dict[str, st.SearchStrategy[Any]] = {}
    free: dict[str, st.SearchStrategy[Any]] = {}
    for name, info in model.model_fields.items():
        chosen = fixed[name] if name in fixed else _values(table, name)
        (needed if info.is_required() else free)[name] = chosen
    return st.fixed_dictionaries(needed, optional=free).map(lambda values: model(**values))


@st.composite
def files(draw: st.DrawFn) -> CaseFile:
    """Give a file of two persons with records in some tables."""
    tables = draw(st.lists(st.sampled_from([name for name in TABLES if name != "person"]), unique=True, max_size=8))
    content: dict[str, tuple[CaseRecord, ...]] = {
        table: tuple(draw(records(table, f"{table}-{n}")) for n in range(draw(st.integers(1, 3)))) for table in tables
    }
    content["person"] = (draw(records("person", "p1")), draw(records("person", "p2")))
    return CaseFile(id="family-1", **content)  # type: ignore[arg-type]  # each table holds its own kind
