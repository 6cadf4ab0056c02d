"""Rules on ethnicity and disabilities: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import child, episode, found, marked

EIGHT = ("MOB", "HAND", "PC", "INC", "COMM", "LD", "HEAR", "VIS")


@pytest.mark.parametrize(
    ("code", "fails"), [("WBRI", False), ("NOBT", False), ("wbri", True), ("XXXX", True), (None, True)]
)
def test_4220_the_ethnicity_is_a_code(code: str | None, fails: bool) -> None:
    assert marked("4220", child(Ethnicity=code)) == (["ChildCharacteristics.0.Ethnicity"] if fails else [])


def test_2887Q_eight_kinds_pass() -> None:
    (finding,) = found("2887Q", 2026, child(disabilities=(*EIGHT[:7], "NONE", "MOB", None)))
    assert finding.message.endswith("Used: COMM, HAND, HEAR, INC, LD, MOB, PC.")
    assert found("2887Q", 2026, child(disabilities=EIGHT)) == []
    (none,) = found("2887Q", 2026, child())
    assert none.message.endswith("None is used.")


def test_2888Q_one_child_with_two_passes() -> None:
    (finding,) = found("2888Q", 2026, child(disabilities=("MOB", "MOB")), child(disabilities=("LD", "NONE")))
    assert finding.message.endswith("2 children have one each.")
    assert found("2888Q", 2026, child(disabilities=("MOB", "LD")), child(disabilities=("LD",))) == []
    assert found("2888Q", 2026, child(disabilities=("NONE",))) == []


def test_8540_disabilities_are_recorded() -> None:
    further, born = episode(ReferralNFA="0"), "2015-01-01"
    assert marked("8540", child(further, PersonBirthDate=born)) == [
        "ChildIdentifiers.0.PersonBirthDate CINdetails.0.ReferralNFA"
    ]
    assert marked("8540", child(further, PersonBirthDate=born, disabilities=("XX", "LD"))) == [
        "Disabilities.0.Disability ChildIdentifiers.0.PersonBirthDate CINdetails.0.ReferralNFA"
    ]
    assert marked("8540", child(further, PersonBirthDate=born, disabilities=("NONE",))) == []
    assert marked("8540", child(further), child(episode(ReferralNFA="1"), PersonBirthDate=born)) == []


def test_8790_none_stands_alone() -> None:
    assert marked("8790", child(disabilities=("NONE", "LD"))) == ["Disabilities.0.Disability Disabilities.1.Disability"]
    assert marked("8790", child(disabilities=("NONE", None, "LD"))) == [
        "Disabilities.0.Disability Disabilities.1.Disability Disabilities.2.Disability"
    ]
    assert marked("8790", child(disabilities=("NONE", None)), child(disabilities=("LD", "MOB"))) == []


def test_8794_each_repeated_code_is_a_finding() -> None:
    assert marked("8794", child(disabilities=("LD", "MOB", "LD"))) == [
        "Disabilities.0.Disability Disabilities.2.Disability"
    ]
    assert marked("8794", child(disabilities=("LD",)), child(disabilities=("LD", "MOB"))) == []
