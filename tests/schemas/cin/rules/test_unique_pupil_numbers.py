"""Rules on unique pupil numbers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import child, episode, found, marked

UPN = "ChildIdentifiers.0.UPN"
GOOD = ("X205361420087", "A20536142008K", "B801200005001")


def upn(text: str | None) -> dict[str, object]:
    return child(UPN=text, LAchildID="C1")


@pytest.mark.parametrize("text", GOOD)
def test_1510_right_check_letters_pass(text: str) -> None:
    assert marked("1510", upn(text)) == []


@pytest.mark.parametrize(
    "text", ["B801200001001", "x205361420087", "X20536142008", "X2053614200877", "A20536142008L", "?"]
)
def test_1510_wrong_check_letters_and_lengths_fail(text: str) -> None:
    assert marked("1510", upn(text)) == [UPN]


def test_1510_no_number_passes() -> None:
    assert marked("1510", upn(None)) == []


def test_1520_children_with_one_number_are_one_finding() -> None:
    (finding,) = found("1520", 2026, upn(GOOD[0]), upn(GOOD[1]), upn(GOOD[0]), upn(None), upn(None))
    assert [place.row for place in finding.locations] == [0, 2]
    assert marked("1520", upn(GOOD[0]), upn(GOOD[1])) == []


@pytest.mark.parametrize(
    ("authority", "year", "fails"),
    [
        ("001", 2023, False),
        ("006", 2023, True),
        ("681", 2023, False),
        ("682", 2023, True),
        ("942", 2023, True),
        ("942", 2024, False),
        ("943", 2024, False),
        ("944", 2024, True),
        ("941", 2023, False),
        ("896", 2026, False),
        ("897", 2026, True),
    ],
)
def test_1530_the_authority_is_on_the_list(authority: str, year: int, fails: bool) -> None:
    assert marked("1530", upn(f"A{authority}00000000"), year=year) == ([UPN] if fails else [])


@pytest.mark.parametrize(
    ("text", "fails"),
    [("A001000018011", False), ("A0010O0018011", True), ("A00100001", True), ("A00100001801", False), (None, False)],
)
def test_1540_the_middle_is_digits(text: str | None, fails: bool) -> None:
    assert marked("1540", upn(text)) == ([UPN] if fails else [])


@pytest.mark.parametrize(
    ("last", "fails"), [("1", False), ("A", False), ("Z", False), ("I", True), ("O", True), ("S", True), ("a", True)]
)
def test_1550_the_last_character_is_allowed(last: str, fails: bool) -> None:
    assert marked("1550", upn(f"A00100001801{last}")) == ([UPN] if fails else [])
    assert marked("1550", upn(f"A0010000180{last}")) == []


@pytest.mark.parametrize(
    ("text", "fails"),
    [
        ("U001900018052", False),
        ("U00190001805K", False),
        ("u001900018052", False),
        ("U00190001805I", True),
        ("U00190001805k", True),
        ("1001900018052", True),
        ("U0019000180522", True),
        (None, False),
    ],
)
def test_1560Q_a_former_number_has_the_form_of_one(text: str | None, fails: bool) -> None:
    expected = ["ChildIdentifiers.0.FormerUPN"] if fails else []
    assert marked("1560Q", child(FormerUPN=text)) == expected


@pytest.mark.parametrize(
    ("year", "born", "reason", "flag", "fails"),
    [
        (2026, "2020-08-31", None, "0", True),
        (2026, "2020-09-01", None, "0", False),
        (2025, "2019-08-31", None, "0", True),
        (2025, "2019-09-01", None, "0", False),
        (2024, "2018-03-31", None, "0", True),
        (2024, "2018-04-01", None, "0", False),
        (2026, "2015-01-01", "UN1", "0", True),
        (2026, "2015-01-01", "UN7", "0", True),
        (2026, "2015-01-01", "UN2", "0", False),
        (2026, "2015-01-01", "UN6", "false", False),
        (2026, "2015-01-01", None, "1", False),
        (2026, "2015-01-01", None, None, False),
    ],
)
def test_8770Q_a_school_child_has_a_number_or_a_reason(
    year: int, born: str, reason: str | None, flag: str | None, fails: bool
) -> None:
    one = child(episode(ReferralNFA=flag), PersonBirthDate=born, UPNunknown=reason)
    expected = ["ChildIdentifiers.0.UPN ChildIdentifiers.0.UPNunknown"] if fails else []
    assert marked("8770Q", one, year=year) == expected
    assert marked("8770Q", child(episode(ReferralNFA=flag), PersonBirthDate=born, UPN=GOOD[0]), year=year) == []


def test_8772_un7_needs_every_referral_to_end_in_no_further_action() -> None:
    mixed = child(episode(ReferralNFA="1"), episode(ReferralNFA="0"), episode(), UPNunknown="UN7")
    assert marked("8772", mixed) == ["ChildIdentifiers.0.UPNunknown CINdetails.1.ReferralNFA CINdetails.2.ReferralNFA"]
    assert marked("8772", child(episode(ReferralNFA="true"), UPNunknown="UN7")) == []
    assert marked("8772", child(episode(ReferralNFA="0"), UPNunknown="UN1")) == []
