"""Facts of brothers and sisters: offered, copied with their origin, and asked where they differ."""

from __future__ import annotations

from datetime import date
from typing import Any

import pytest

from case_family import DECIDED, TODAY, decision, family, record
from schemas.case.copying import confirm, copy, settle
from schemas.case.family import Address
from schemas.case.fields import Copying
from schemas.case.record import CaseFile
from schemas.case.sharing import differences, is_restricted, offers, siblings
from schemas.case.tables import fields
from schemas.case.text import read_case, write_case
from schemas.errors import Held

HOME: dict[str, Any] = {"kind": "HOME", "start_date": date(2020, 1, 1), "postcode": "ZZ99 3CZ"}


def one_home(**more: Any) -> CaseFile:
    return family(address=[record("address", "a1", person="eva", **HOME)], **more)


def two_homes(postcode: str = "ZZ99 4AA") -> CaseFile:
    other = HOME | {"postcode": postcode}
    return family(
        address=[record("address", "a1", person="eva", **HOME), record("address", "a2", person="jon", **other)]
    )


def test_brothers_and_sisters_have_a_parent_in_common_or_are_said_to_be() -> None:
    case = family(person=[record("person", "kim", kind="CHILD"), record("person", "lee", kind="CHILD")])
    tie = record("relationships", "s", person="kim", other="eva", kind="SIBLING")
    case = case.with_records("relationships", (*case.relationships, tie))
    assert [who.id for who in siblings(case, "eva")] == ["jon", "kim"]
    assert [who.id for who in siblings(case, "jon")] == ["eva"]
    assert siblings(case, "lee") == ()


def test_what_a_sister_has_is_offered_and_copied_with_its_origin() -> None:
    case = one_home()
    (offer,) = offers(case, "jon", TODAY)
    assert (offer.table, offer.origin, offer.origin_person, offer.own) == ("address", "a1", "eva", None)
    assert (offer.fields, offer.copying) == (("kind", "postcode", "start_date"), Copying.FAMILY)
    copied = copy(case, offer, decision())
    own = copied.address[1]
    assert (own.id, own.person, own.postcode) == ("new-1", "jon", "ZZ99 3CZ")
    told = own.provenance
    assert (told.state, told.copied_from, told.copied_person, told.copied_by, told.copied_at) == (
        "COPIED",
        "a1",
        "eva",
        "w2",
        DECIDED,
    )
    assert (told.record, told.recorded_by) == ("src-a1", "w1")
    assert offers(copied, "jon", TODAY) == ()
    assert offers(copied, "eva", TODAY) == ()
    assert copied.address[0] == case.address[0]
    assert read_case(write_case(copied)) == copied


def test_a_copy_is_confirmed_with_who_and_when() -> None:
    case = copy(one_home(), offers(one_home(), "jon", TODAY)[0], decision())
    told = confirm(case, "address", "new-1", decision("x")).address[1].provenance
    assert (told.state, told.decided_by, told.decided_at, told.copied_from) == ("CONFIRMED", "w2", DECIDED, "a1")
    with pytest.raises(KeyError):
        confirm(case, "address", "nowhere", decision())


def test_an_empty_value_is_filled_and_the_row_says_from_where() -> None:
    case = family()
    eva = case.somebody("eva").model_copy(update={"first_language": "Polish", "religion": "None"})
    case = case.with_records("person", tuple(eva if who.id == "eva" else who for who in case.person))
    whole, each = offers(case, "jon", TODAY)
    assert (whole.fields, whole.copying, whole.own) == (("first_language",), Copying.FAMILY, "jon")
    assert (each.fields, each.copying) == (("religion",), Copying.CHILD)
    filled = copy(case, whole, decision())
    assert filled.somebody("jon").first_language == "Polish"
    (row,) = filled.copied_values
    assert (row.table, row.record, row.field, row.decision) == ("person", "jon", "first_language", "COPIED")
    assert (row.copied_from, row.copied_person, row.own_value, row.other_value) == ("eva", "eva", "null", '"Polish"')
    assert (row.provenance.recorded_by, row.provenance.recorded_at) == ("w2", DECIDED)


def test_a_difference_is_shown_and_never_offered() -> None:
    case = two_homes()
    assert offers(case, "jon", TODAY) == ()
    (found,) = differences(case, "jon", TODAY)
    assert (found.own, found.origin, found.field, found.own_value, found.other_value) == (
        "a2",
        "a1",
        "postcode",
        '"ZZ99 4AA"',
        '"ZZ99 3CZ"',
    )


@pytest.mark.parametrize(("take", "word", "postcode"), [(True, "TAKEN", "ZZ99 3CZ"), (False, "KEPT", "ZZ99 4AA")])
def test_what_was_decided_keeps_both_values(take: bool, word: str, postcode: str) -> None:
    case = two_homes()
    (found,) = differences(case, "jon", TODAY)
    settled = settle(case, found, decision(), take=take)
    own = settled.address[1]
    assert isinstance(own, Address)
    assert own.postcode == postcode
    (row,) = settled.copied_values
    assert (row.decision, row.own_value, row.other_value) == (word, '"ZZ99 4AA"', '"ZZ99 3CZ"')
    assert differences(settled, "jon", TODAY) == ()
    assert settled.address[0] == case.address[0]


def test_a_decision_holds_for_the_values_that_it_was_made_on() -> None:
    case = two_homes()
    settled = settle(case, differences(case, "jon", TODAY)[0], decision(), take=False)
    later = settled.address[0].model_copy(update={"postcode": "ZZ99 5BB"})
    changed = settled.with_records("address", (later, settled.address[1]))
    assert [found.other_value for found in differences(changed, "jon", TODAY)] == ['"ZZ99 5BB"']


def test_a_later_change_of_the_origin_is_asked_not_taken_over() -> None:
    case = one_home()
    case = copy(case, offers(case, "jon", TODAY)[0], decision())
    moved = case.address[0].model_copy(update={"start_date": date(2021, 1, 1), "end_date": date(2026, 1, 1)})
    changed = case.with_records("address", (moved, case.address[1]))
    assert [found.field for found in differences(changed, "jon", TODAY)] == ["start_date"]
    assert [offer.fields for offer in offers(changed, "jon", TODAY)] == [("end_date",)]
    assert changed.address[1].start_date == date(2020, 1, 1)


def test_what_was_seen_must_still_stand_when_it_is_decided() -> None:
    case, differing = one_home(), two_homes()
    (offer,), (difference,) = offers(case, "jon", TODAY), differences(differing, "jon", TODAY)
    with pytest.raises(Held, match="not offered any more"):
        copy(differing, offer, decision())
    with pytest.raises(Held, match="not the difference any more"):
        settle(two_homes("ZZ99 6CC"), difference, decision(), take=True)


@pytest.mark.parametrize("hidden", ["eva", "jon"])
@pytest.mark.parametrize("restriction", ["X2", "X3", "X4", "X5"])
def test_nothing_is_offered_or_shown_from_or_to_a_restricted_child(hidden: str, restriction: str) -> None:
    rule = record("restrictions", "x", person=hidden, restriction=restriction, end_date=TODAY)
    for case in (one_home(), two_homes()):
        closed = case.with_records("restrictions", (rule,))
        assert is_restricted(closed, hidden, TODAY)
        assert offers(closed, "jon", TODAY) == ()
        assert differences(closed, "jon", TODAY) == ()
    assert not is_restricted(closed, hidden, date(2026, 6, 2))
    assert differences(closed, "jon", date(2026, 6, 2)) != ()


def test_a_hidden_address_restricts_by_itself_and_a_sensitive_record_does_not() -> None:
    case = family(address=[record("address", "a1", person="eva", hidden=True, **HOME)])
    assert is_restricted(case, "eva", TODAY)
    assert offers(case, "jon", TODAY) == ()
    sensitive = one_home(restrictions=[record("restrictions", "x", person="eva", restriction="X1")])
    assert len(offers(sensitive, "jon", TODAY)) == 1


def test_what_is_one_childs_own_is_never_copied() -> None:
    never = (
        "voice_of_child",
        "disability",
        "health_needs",
        "legal_status",
        "cla_placement",
        "cp_plans",
        "risks",
        "cin_assessments",
        "restrictions",
        "documents",
    )
    for table in never:
        kinds = {item.copying for item in fields().values() if item.table == table}
        assert kinds == {Copying.NEVER}, table
    assert {item.copying for item in fields().values() if item.field in {"nhs_number", "upn", "hidden"}} == {
        Copying.NEVER
    }
