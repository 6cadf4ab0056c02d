from __future__ import annotations

from datetime import date, timedelta
from typing import Any

import pytest

from gateway.matching import index as index_module
from gateway.matching.candidate import CLOSED, Restriction, relative
from gateway.matching.index import Index
from matching_people import BORN, NHS, UPNS, person

FAR: dict[str, Any] = {
    "family": ["Khan"],
    "given": ["Ali"],
    "births": [date(2012, 11, 27)],
    "nhs_number": "",
    "upns": (),
    "postcodes": (),
    "carers": (),
}


@pytest.mark.parametrize(
    "shared",
    [
        {"nhs_number": NHS[0]},
        {"former_nhs_numbers": [NHS[0]]},
        {"upns": [UPNS[0]]},
        {"numbers": ["home-office:1"]},
        {"known_as": ["urn:ics:org:ods:BBB|7"]},
        {"births": [BORN]},
        {"births": [date(2015, 5, 3)]},
        {"family": ["Marsh"], "given": ["Tess"]},
        {"family": ["Marsh"], "given": ["Tessa Rose"]},
        {"family": ["Tess"], "given": ["Marsh"]},
        {"family": ["Marshe"], "births": [date(2015, 9, 9)]},
        {"given": ["Tess"], "postcodes": ["LS1 4AB"]},
        {"births": [date(2015, 9, 9)], "uprns": ["100"]},
        {"births": [], "expected": date(2015, 4, 1), "carers": [relative("Marsh", "Ann")]},
    ],
    ids=str,
)
def test_whoever_shares_a_key_is_found(shared: dict[str, Any]) -> None:
    held = person(
        numbers=["home-office:1"],
        known_as=["urn:ics:org:ods:BBB|7"],
        uprns=["100"],
        births=[BORN, date(2015, 3, 5)],
        given=["Tess", "Tessa"],
    )
    index = Index([held, person("ours-2", **FAR | {"births": [date(2003, 2, 13)], "family": ["Okafor"]})])
    assert [one.reference for one in index.near(person("theirs-1", **FAR | shared)).people] == ["ours-1"]


def test_whoever_shares_nothing_is_not() -> None:
    near = Index([person()]).near(person("theirs-1", **FAR))
    assert (near.people, near.complete) == ((), True)


@pytest.mark.parametrize("restriction", sorted(CLOSED - {Restriction.PROTECTED}))
def test_a_closed_record_is_not_found_by_its_address(restriction: Restriction) -> None:
    at_home = FAR | {"given": ["Tess"], "births": [date(2015, 9, 9)], "postcodes": ["LS1 4AB"]}
    assert Index([person()]).near(person("theirs-1", **at_home)).people
    assert Index([person(restriction=restriction)]).near(person("theirs-1", **at_home)).people == ()


def test_a_protected_person_is_never_in_the_index() -> None:
    index = Index([person(restriction=Restriction.PROTECTED)])
    assert len(index) == 0
    assert index.near(person("theirs-1")).people == ()
    index.put(person())
    index.put(person(restriction=Restriction.PROTECTED))
    assert len(index) == 0
    assert index.near(person("theirs-1")).people == ()


def test_what_changed_is_found_by_the_new_and_not_by_the_old() -> None:
    index = Index([person()])
    index.put(person(**FAR))
    assert index.near(person("theirs-1")).people == ()
    assert len(index.near(person("theirs-1", **FAR)).people) == len(index) == 1
    assert (index.rarity("marsh"), index.rarity("khan")) == (0.0, 1.0)
    index.remove("ours-1")
    index.remove("ours-1")
    assert len(index) == 0
    assert index.rarity("khan") == 0.0


def test_a_record_is_not_near_itself() -> None:
    index = Index([person(), person("ours-2")])
    assert [one.reference for one in index.near(person()).people] == ["ours-2"]


def test_a_key_that_too_many_share_is_passed_over_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(index_module, "LARGEST", 2)
    days = (date(2012, 11, 27) + timedelta(days=number) for number in range(3))
    crowd = [person(f"ours-{number}", **FAR | {"births": [day]}) for number, day in enumerate(days)]
    near = Index(crowd).near(person("theirs-1", **FAR))
    assert [one.reference for one in near.people] == ["ours-0"]
    assert not near.complete
