"""Rules on identifiers, birth, death and sex: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from census_builder import child, episode, found, marked

ID = "ChildIdentifiers.0.LAchildID"
BORN, EXPECTED = "ChildIdentifiers.0.PersonBirthDate", "ChildIdentifiers.0.ExpectedPersonBirthDate"
DIED = "ChildIdentifiers.0.PersonDeathDate"


@pytest.mark.parametrize("year", [2025, 2027])
def test_1570_twenty_characters_pass(year: int) -> None:
    assert marked("1570", child(LAchildID="A" * 21), year=year) == [ID]
    assert marked("1570", child(LAchildID="A" * 20), year=year) == []


@pytest.mark.parametrize(
    ("text", "fails"), [("Ab09", False), ("A-1", True), ("A 1", True), ("A\u00e91", True), (None, False)]
)
def test_1580_letters_and_digits_pass(text: str | None, fails: bool) -> None:
    assert marked("1580", child(LAchildID=text), year=2025) == ([ID] if fails else [])


def population(without: int, total: int, *, year: int) -> list[dict[str, object]]:
    item, known = ("Sex", "F") if year >= 2025 else ("GenderCurrent", "2")
    return [child(**{item: None if number < without else known}) for number in range(total)]


@pytest.mark.parametrize("year", [2024, 2025])
def test_2886Q_two_per_cent_pass(year: int) -> None:
    (finding,) = found("2886Q", year, *population(3, 100, year=year))
    assert finding.message.endswith("That is 3 of 100 children (3.0%).")
    assert finding.locations == ()
    assert found("2886Q", year, *population(2, 100, year=year)) == []
    assert found("2886Q", year) == []


def test_2886Q_unknown_counts_and_unborn_children_do_not() -> None:
    assert len(found("2886Q", 2025, child(Sex="U"))) == 1
    assert len(found("2886Q", 2024, child(GenderCurrent="0"))) == 1
    assert found("2886Q", 2025, child(Sex="U", ExpectedPersonBirthDate="2025-06-01")) == []


def planned(start: str | None, end: str | None = None) -> dict[str, object]:
    plan = {"CINPlanStartDate": start, "CINPlanEndDate": end}
    return child(episode(CINplanDates=[plan, plan]), PersonDeathDate="2025-06-01", LAchildID="C1")


def test_4008_all_plans_after_the_death_are_one_finding() -> None:
    (finding,) = found("4008", 2026, planned("2025-06-02"))
    assert finding.child_id == "C1"
    assert marked("4008", planned("2025-06-02")) == [
        f"CINplanDates.0.CINPlanStartDate CINplanDates.1.CINPlanStartDate {DIED}"
    ]
    assert marked("4008", planned("2025-06-01"), planned(None)) == []


def test_4009Q_a_plan_may_end_on_the_day() -> None:
    assert marked("4009Q", planned("2025-05-01", "2025-06-02")) == [
        f"CINplanDates.0.CINPlanEndDate CINplanDates.1.CINPlanEndDate {DIED}"
    ]
    assert marked("4009Q", planned("2025-05-01", "2025-06-01"), planned("2025-05-01")) == []


@pytest.mark.parametrize(
    ("year", "item", "text", "fails"),
    [
        (2024, "GenderCurrent", "9", False),
        (2024, "GenderCurrent", "3", True),
        (2024, "GenderCurrent", None, True),
        (2025, "Sex", "U", False),
        (2025, "Sex", "u", True),
        (2025, "Sex", None, True),
    ],
)
def test_4180_the_sex_is_a_code_of_the_year(year: int, item: str, text: str | None, fails: bool) -> None:
    assert marked("4180", child(**{item: text}), year=year) == ([f"ChildIdentifiers.0.{item}"] if fails else [])


def test_8500_a_child_has_an_identifier() -> None:
    assert marked("8500", child(), child(LAchildID="C1")) == [ID]
    assert marked("8500", child(LAchildID="C1")) == []


def test_8510_children_with_one_identifier_are_one_finding() -> None:
    twice = [child(LAchildID="C1"), child(LAchildID="C2"), child(LAchildID="C1"), child(), child()]
    assert marked("8510", *twice) == [f"{ID} ChildIdentifiers.2.LAchildID"]
    assert marked("8510", child(LAchildID="C1"), child(LAchildID="C2")) == []


def test_8520_born_on_the_last_day_passes() -> None:
    assert marked("8520", child(PersonBirthDate="2026-04-01")) == [BORN]
    assert marked("8520", child(PersonBirthDate="2026-03-31"), child()) == []


def test_8525Q_exactly_one_birth_date() -> None:
    both = child(PersonBirthDate="2025-01-01", ExpectedPersonBirthDate="2025-01-01")
    assert marked("8525Q", both) == [f"{BORN} {EXPECTED}"]
    assert marked("8525Q", child()) == [f"{BORN} {EXPECTED}"]
    assert marked("8525Q", child(PersonBirthDate="2025-01-01"), child(ExpectedPersonBirthDate="2026-05-01")) == []


@pytest.mark.parametrize(
    ("day", "fails"),
    [("2026-02-28", True), ("2026-03-01", False), ("2026-12-31", False), ("2027-01-01", True), (None, False)],
)
def test_8530Q_the_expected_birth_is_near_the_end(day: str | None, fails: bool) -> None:
    assert marked("8530Q", child(ExpectedPersonBirthDate=day)) == ([EXPECTED] if fails else [])


@pytest.mark.parametrize(
    ("born", "died", "fails"),
    [
        ("2025-05-02", "2025-05-01", True),
        ("2025-05-01", "2025-05-01", False),
        (None, "2025-05-01", True),
        ("2025-05-01", None, False),
    ],
)
def test_8535Q_death_follows_birth(born: str | None, died: str | None, fails: bool) -> None:
    assert marked("8535Q", child(PersonBirthDate=born, PersonDeathDate=died)) == ([f"{DIED} {BORN}"] if fails else [])


@pytest.mark.parametrize(
    ("day", "fails"), [("2025-03-31", True), ("2025-04-01", False), ("2026-03-31", False), ("2026-04-01", True)]
)
def test_8545Q_death_in_the_year(day: str, fails: bool) -> None:
    assert marked("8545Q", child(PersonDeathDate=day)) == ([DIED] if fails else [])


def test_8590_a_child_has_an_episode() -> None:
    assert marked("8590", child(), child(episode())) == [ID]
    assert marked("8590", child(episode())) == []


@pytest.mark.parametrize(
    ("year", "fields", "fails"),
    [
        (2024, {"ExpectedPersonBirthDate": "2024-05-01", "GenderCurrent": "1"}, True),
        (2024, {"ExpectedPersonBirthDate": "2024-05-01", "GenderCurrent": "0"}, False),
        (2025, {"ExpectedPersonBirthDate": "2025-05-01", "Sex": "F"}, True),
        (2025, {"ExpectedPersonBirthDate": "2025-05-01"}, True),
        (2025, {"ExpectedPersonBirthDate": "2025-05-01", "Sex": "U"}, False),
        (2025, {"PersonBirthDate": "2025-05-01", "Sex": "F"}, False),
        (2025, {"PersonBirthDate": "2025-05-01", "ExpectedPersonBirthDate": "2025-05-01", "Sex": "F"}, False),
    ],
)
def test_8750_an_unborn_child_has_no_known_sex(year: int, fields: dict[str, str], fails: bool) -> None:
    item = "Sex" if year >= 2025 else "GenderCurrent"
    assert marked("8750", child(**fields), year=year) == ([f"ChildIdentifiers.0.{item} {EXPECTED}"] if fails else [])


@pytest.mark.parametrize(
    ("born", "closed", "fails"),
    [
        ("2001-03-30", None, True),
        ("2001-03-31", None, False),
        ("2000-06-01", "2025-06-02", True),
        ("2000-06-01", "2025-06-01", False),
    ],
)
def test_8775Q_services_past_25(born: str, closed: str | None, fails: bool) -> None:
    one = child(episode(CINclosureDate=closed), PersonBirthDate=born)
    assert marked("8775Q", one) == ([f"{BORN} CINdetails.0.CINclosureDate"] if fails else [])
