"""What a package says that the receiver does not hold, value by value; nothing is changed by looking."""

from __future__ import annotations

from datetime import date

from adapters.transfer.difference import Changed, Difference, Pair, Row, difference
from case_family import family, record
from package_cases import package
from schemas.case.base import CaseRecord
from schemas.case.record import CaseFile

PERSONS = {"eva": "k1", "mum": "k2"}


def theirs(**more: list[CaseRecord]) -> CaseFile:
    return family(**more)


def ours(**more: tuple[CaseRecord, ...]) -> CaseFile:
    """Give what the receiver holds: Eva and her mother under other identifiers."""
    people = (
        record("person", "k1", kind="CHILD", sex="F", forename="Eva", date_of_birth=date(2014, 3, 3)),
        record("person", "k2", kind="ADULT", sex="F", forename="Adah", date_of_birth=date(1990, 1, 1)),
        record("person", "k9", kind="ADULT", forename="Other"),
    )
    return CaseFile(id="ours", person=people, **more)  # type: ignore[arg-type]  # records of those tables


def from_them(row: CaseRecord, origin: str) -> CaseRecord:
    """Let a record of ours come from one of theirs."""
    return row.model_copy(update={"provenance": row.provenance.model_copy(update={"record": origin})})


def found(case: CaseFile, held: CaseFile) -> Difference:
    return difference(package(case), held, PERSONS)


def test_people_are_who_the_matching_says_and_each_value_is_compared() -> None:
    told = found(theirs(), ours())
    assert Pair("person", "eva", "k1") in told.same
    assert told.different == (Changed("person", "mum", "k2", "forename", '"Ada"', '"Adah"'),)
    assert {Row("person", "dad"), Row("person", "jon")} <= set(told.added)
    assert told.only_ours == ()


def test_a_record_that_came_from_the_same_record_is_the_same_one() -> None:
    visit = record("cp_visits", "v", person="eva", visit_date=date(2026, 1, 5), seen=True)
    held = from_them(record("cp_visits", "o1", person="k1", visit_date=date(2026, 1, 5), seen=False), "src-v")
    told = found(theirs(cp_visits=[visit]), ours(cp_visits=(held,)))
    assert told.different[-1] == Changed("cp_visits", "v", "o1", "seen", "true", "false")
    assert Row("cp_visits", "v") not in told.added


def test_a_record_of_another_system_is_the_same_where_it_is_alike() -> None:
    home = record("address", "h", person="eva", kind="HOME", lines=("1 Road",), start_date=date(2022, 1, 1))
    held = record("address", "o1", person="k1", kind="HOME", lines=("2 Road",), start_date=date(2022, 1, 1))
    told = found(theirs(address=[home]), ours(address=(held,)))
    assert told.different[-1] == Changed("address", "h", "o1", "lines", '["1 Road"]', '["2 Road"]')


def test_a_record_of_somebody_else_is_never_the_same() -> None:
    visit = record("cp_visits", "v", person="eva", visit_date=date(2026, 1, 5))
    held = from_them(record("cp_visits", "o1", person="k2", visit_date=date(2026, 1, 5)), "src-v")
    told = found(theirs(cp_visits=[visit]), ours(cp_visits=(held,)))
    assert Row("cp_visits", "v") in told.added
    assert told.only_ours == (Row("cp_visits", "o1"),)


def test_what_they_leave_empty_says_nothing() -> None:
    visit = record("cp_visits", "v", person="eva", visit_date=date(2026, 1, 5))
    held = from_them(record("cp_visits", "o1", person="k1", visit_date=date(2026, 1, 5), note="Ours."), "src-v")
    told = found(theirs(cp_visits=[visit]), ours(cp_visits=(held,)))
    assert Pair("cp_visits", "v", "o1") in told.same


def test_what_we_leave_empty_differs() -> None:
    visit = record("cp_visits", "v", person="eva", note="Theirs.")
    told = found(
        theirs(cp_visits=[visit]), ours(cp_visits=(from_them(record("cp_visits", "o1", person="k1"), "src-v"),))
    )
    assert told.different[-1] == Changed("cp_visits", "v", "o1", "note", '"Theirs."', "null")


def test_references_are_compared_as_ours() -> None:
    plans = [record("cp_plans", "p", person="eva", start_date=date(2026, 1, 1))]
    reviews = [record("cp_reviews", "r", person="eva", plan="p")]
    held = ours(
        cp_plans=(from_them(record("cp_plans", "o1", person="k1", start_date=date(2026, 1, 1)), "src-p"),),
        cp_reviews=(from_them(record("cp_reviews", "o2", person="k1", plan="o1"), "src-r"),),
    )
    told = found(theirs(cp_plans=plans, cp_reviews=reviews), held)
    assert {Pair("cp_plans", "p", "o1"), Pair("cp_reviews", "r", "o2")} <= set(told.same)
    tie = from_them(record("relationships", "o3", person="k2", other="k1", kind="MOTHER"), "src-mum-eva")
    assert Pair("relationships", "mum-eva", "o3") in found(theirs(), ours(relationships=(tie,))).same


def test_two_of_theirs_are_never_one_of_ours() -> None:
    homes = [
        record("address", key, person="eva", kind="HOME", lines=(key,), start_date=date(2022, 1, 1)) for key in "ab"
    ]
    held = record("address", "o1", person="k1", kind="HOME", lines=("b",), start_date=date(2022, 1, 1))
    told = found(theirs(address=homes), ours(address=(from_them(held, "src-b"),)))
    assert Pair("address", "b", "o1") in told.same
    assert Row("address", "a") in told.added


def test_records_that_say_nothing_alike_are_not_paired() -> None:
    told = found(
        theirs(address=[record("address", "h", person="eva")]), ours(address=(record("address", "o1", person="k1"),))
    )
    assert Row("address", "h") in told.added
    assert told.only_ours == (Row("address", "o1"),)


def test_of_strangers_to_the_package_nothing_is_listed() -> None:
    held = ours(events=(record("events", "o1", person="k9"), record("events", "o2", person="k1")))
    assert found(theirs(), held).only_ours == (Row("events", "o2"),)


def test_what_we_hold_is_as_it_was() -> None:
    held = ours()
    before = held.model_dump_json()
    found(theirs(), held)
    assert held.model_dump_json() == before
