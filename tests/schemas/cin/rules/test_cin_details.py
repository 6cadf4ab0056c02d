"""Rules on an episode's own dates, codes and flags: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import Record, child, episode, found, marked

REFERRAL, CLOSURE, REASON = (
    "CINdetails.0.CINreferralDate",
    "CINdetails.0.CINclosureDate",
    "CINdetails.0.ReasonForClosure",
)
FLAG, NEED, SOURCE = "CINdetails.0.ReferralNFA", "CINdetails.0.PrimaryNeedCode", "CINdetails.0.ReferralSource"


def one(**fields: str | None) -> Record:
    return child(episode(**fields), LAchildID="C1")


def test_8555Q_a_referral_on_the_day_of_death_passes() -> None:
    late = child(episode(CINreferralDate="2025-06-02"), PersonDeathDate="2025-06-01")
    assert marked("8555Q", late) == [f"{REFERRAL} ChildIdentifiers.0.PersonDeathDate"]
    on_the_day = child(episode(CINreferralDate="2025-06-01"), PersonDeathDate="2025-06-01")
    assert marked("8555Q", on_the_day, one(CINreferralDate="2025-06-01")) == []


@pytest.mark.parametrize(
    ("flag", "fails"),
    [("0", False), ("1", False), ("TRUE", False), ("false", False), ("2", True), ("yes", True), (None, True)],
)
def test_8568_the_flag_can_be_read(flag: str | None, fails: bool) -> None:
    assert marked("8568", one(ReferralNFA=flag)) == ([FLAG] if fails else [])


@pytest.mark.parametrize(
    ("year", "day", "flag", "fails"),
    [
        (2025, "2024-03-28", "1", False),
        (2025, "2024-03-27", "1", True),
        (2026, "2025-03-31", "true", False),
        (2026, "2025-03-30", "true", True),
        (2026, "2020-01-01", "0", False),
        (2026, "2020-01-01", None, False),
    ],
)
def test_8569Q_the_last_working_day_before_the_year_passes(year: int, day: str, flag: str | None, fails: bool) -> None:
    expected = [f"{REFERRAL} {FLAG}"] if fails else []
    assert marked("8569Q", one(CINreferralDate=day, ReferralNFA=flag), year=year) == expected


def test_8585Q_closed_by_death_needs_a_date_once_for_the_child() -> None:
    dead = episode(ReasonForClosure="RC2")
    assert marked("8585Q", child(dead, dead)) == [
        f"{REASON} CINdetails.1.ReasonForClosure ChildIdentifiers.0.PersonDeathDate"
    ]
    assert marked("8585Q", child(dead, PersonDeathDate="2025-06-01"), one(ReasonForClosure="RC1")) == []


@pytest.mark.parametrize(("day", "fails"), [("2026-03-31", False), ("2026-04-01", True), (None, True), ("soon", True)])
def test_8600_a_referral_has_a_date_by_the_end(day: str | None, fails: bool) -> None:
    assert marked("8600", one(CINreferralDate=day)) == ([REFERRAL] if fails else [])


@pytest.mark.parametrize("item", ["PersonBirthDate", "ExpectedPersonBirthDate"])
def test_8606_280_days_before_birth_pass(item: str) -> None:
    cells = f"{REFERRAL} ChildIdentifiers.0.PersonBirthDate ChildIdentifiers.0.ExpectedPersonBirthDate"
    assert marked("8606", child(episode(CINreferralDate="2025-05-01"), **{item: "2026-02-06"})) == [cells]
    assert marked("8606", child(episode(CINreferralDate="2025-05-01"), **{item: "2026-02-05"})) == []


def test_8610_a_referral_that_went_further_has_a_need() -> None:
    assert marked("8610", one(ReferralNFA="0")) == [f"{NEED} {FLAG}"]
    assert marked("8610", one(ReferralNFA="false", PrimaryNeedCode="N1"), one(ReferralNFA="1"), one()) == []


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True), (None, False)],
)
def test_8620_closed_in_the_year(day: str | None, fails: bool) -> None:
    assert marked("8620", one(CINclosureDate=day)) == ([CLOSURE] if fails else [])


def test_8630_closing_on_the_day_of_referral_passes() -> None:
    assert marked("8630", one(CINreferralDate="2025-06-02", CINclosureDate="2025-06-01")) == [f"{REFERRAL} {CLOSURE}"]
    assert (
        marked("8630", one(CINreferralDate="2025-06-01", CINclosureDate="2025-06-01"), one(CINclosureDate="2025-06-01"))
        == []
    )


@pytest.mark.parametrize(
    ("code", "fails"), [("RC1", False), ("RC9", False), ("RC10", True), ("rc1", True), (None, False)]
)
def test_8640_the_reason_is_a_code(code: str | None, fails: bool) -> None:
    assert marked("8640", one(ReasonForClosure=code)) == ([REASON] if fails else [])


@pytest.mark.parametrize(
    ("year", "code", "fails"),
    [(2022, "RC8", False), (2022, "RC9", True), (2023, "RC9", False), (2023, "RC10", True)],
)
def test_8640_knows_rc9_since_2023(year: int, code: str, fails: bool) -> None:
    assert marked("8640", one(ReasonForClosure=code), year=year) == ([REASON] if fails else [])


@pytest.mark.parametrize(("code", "fails"), [("N0", False), ("N9", False), ("N10", True), (None, False)])
def test_8650_the_need_is_a_code(code: str | None, fails: bool) -> None:
    assert marked("8650", one(PrimaryNeedCode=code)) == ([NEED] if fails else [])


def test_8805_a_closed_episode_has_a_reason() -> None:
    (finding,) = found("8805", 2026, one(CINclosureDate="2025-06-01"))
    assert finding.child_id == "C1"
    assert marked("8805", one(CINclosureDate="2025-06-01")) == [f"{REASON} {CLOSURE}"]
    assert marked("8805", one(CINclosureDate="2025-06-01", ReasonForClosure="RC1"), one()) == []


def test_8810_a_reason_needs_a_closure_date() -> None:
    assert marked("8810", one(ReasonForClosure="RC1")) == [f"{CLOSURE} {REASON}"]
    assert marked("8810", one(CINclosureDate="2025-06-01", ReasonForClosure="RC1"), one()) == []


@pytest.mark.parametrize(
    ("day", "source", "fails"),
    [
        ("2013-03-31", None, False),
        ("2013-04-01", None, True),
        ("2025-06-01", "5D", False),
        ("2025-06-01", "5E", True),
        (None, None, False),
    ],
)
def test_8866_the_source_is_a_code_since_2013(day: str | None, source: str | None, fails: bool) -> None:
    expected = [f"{SOURCE} {REFERRAL}"] if fails else []
    assert marked("8866", one(CINreferralDate=day, ReferralSource=source)) == expected


@pytest.mark.parametrize(
    ("year", "source", "fails"),
    [(2022, "5C", False), (2022, "5D", True), (2023, "5D", False), (2023, "5E", True)],
)
def test_8866_knows_5d_since_2023(year: int, source: str, fails: bool) -> None:
    referred = one(CINreferralDate="2021-06-01", ReferralSource=source)
    assert marked("8866", referred, year=year) == ([f"{SOURCE} {REFERRAL}"] if fails else [])
