"""Rules on children who are mothers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

CARE, BREAKS = [{"DECOM": "01/05/2020", "LS": "C2"}], [{"DECOM": "01/05/2020", "LS": "V3"}]
GIRL = {2024: "2", 2025: "F", 2026: "F"}
NO_LAST_YEAR = "Last year's Header was not given. Give last year's return with --previous."


@pytest.mark.parametrize(
    ("year", "sex", "mother", "care", "leaver", "fails"),
    [
        # A code that there is not.
        (2026, "F", "2", True, None, True),
        (2026, None, "yes", False, None, True),
        (2026, "F", "0", True, None, False),
        (2026, "U", "1", True, None, False),
        # A boy.
        (2024, "1", "0", True, None, True),
        (2024, "1", None, True, None, False),
        (2025, "M", "0", True, None, True),
        (2025, "M", None, True, None, False),
        (2025, "1", "0", True, None, False),
        # A girl in care.
        (2024, "2", None, True, None, True),
        (2024, "2", "1", True, None, False),
        (2025, "F", None, True, None, True),
        (2025, "F", None, False, None, False),
        # A girl who has left care.
        (2026, "F", "0", False, None, False),
        (2026, "F", None, False, "YES", False),
        (2026, "F", "0", True, "YES", False),
    ],
)
def test_165_whether_a_girl_is_a_mother(
    year: int, sex: str | None, mother: str | None, care: bool, leaver: str | None, fails: bool
) -> None:
    episodes = CARE if care else BREAKS
    header, oc3 = [{"SEX": sex, "MOTHER": mother}], [{"IN_TOUCH": leaver}]
    cells = ["Header.0.MOTHER Header.0.SEX OC3.0.IN_TOUCH OC3.0.ACTIV OC3.0.ACCOM"] if fails else []
    assert marked("165", year, Header=header, Episodes=episodes, OC3=oc3) == cells


@pytest.mark.parametrize("item", ["IN_TOUCH", "ACTIV", "ACCOM"])
def test_165_a_care_leaver_is_not_asked(item: str) -> None:
    header, oc3 = [{"SEX": "F", "MOTHER": "0"}], [{item: "0"}, {"CHILD": "C2", item: "0"}]
    cells = "Header.0.MOTHER Header.0.SEX OC3.0.IN_TOUCH OC3.0.ACTIV OC3.0.ACCOM"
    assert marked("165", Header=header, Episodes=BREAKS, OC3=oc3) == [cells]


@pytest.mark.parametrize(
    ("start", "end", "status", "fails"),
    [
        ("01/05/2020", "01/04/2025", "C2", True),
        ("01/05/2020", "31/03/2025", "C2", False),
        ("31/03/2026", None, "C2", True),
        ("01/04/2026", None, "C2", False),
        ("01/05/2020", None, None, True),
        ("01/05/2020", None, "V4", False),
        (None, None, "C2", False),
    ],
)
def test_165_the_flag_is_for_care_in_the_year(
    start: str | None, end: str | None, status: str | None, fails: bool
) -> None:
    rows: dict[str, Any] = {"Header": [{"SEX": "F"}], "Episodes": [{"DECOM": start, "DEC": end, "LS": status}]}
    assert marked("165", **rows) == (["Header.0.MOTHER Header.0.SEX"] if fails else [])
    assert marked("165", **rows, absent=["OC3"]) == (["Header.0.MOTHER Header.0.SEX"] if fails else [])


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize(
    ("mother", "statuses", "fails"),
    [
        (None, ["C2"], True),
        (None, ["V3", None], True),
        (None, ["V3", "V4"], False),
        (None, [], False),
        ("0", ["C2"], False),
    ],
)
def test_393_a_girl_in_care_is_a_mother_or_not(year: int, mother: str | None, statuses: list[str], fails: bool) -> None:
    episodes = [{"LS": status} for status in statuses]
    header = [{"SEX": GIRL[year], "MOTHER": mother}, {"SEX": "M", "CHILD": "C2"}]
    cells = ["Header.0.MOTHER Header.0.SEX"] if fails else []
    assert marked("393", year, Header=header, Episodes=[*episodes, {"CHILD": "C2", "LS": "C2"}]) == cells


@pytest.mark.parametrize(
    ("statuses", "mother", "review", "code", "fails"),
    [
        (["V3", "V4"], "0", None, None, True),
        (["V3"], None, "01/05/2025", None, True),
        (["V3"], None, "in May", None, True),
        (["V3"], None, None, "PN1", True),
        (["V3"], None, None, None, False),
        (["V3", "C2"], "0", "01/05/2025", "PN1", False),
        (["V3", None], "0", None, None, False),
    ],
)
def test_399_short_breaks_have_no_reviews_and_no_mothers(
    statuses: list[str], mother: str | None, review: str | None, code: str | None, fails: bool
) -> None:
    episodes = [{"LS": status} for status in statuses]
    cells = [f"Episodes.{at}.LS" for at in range(len(statuses))]
    cells += ["Header.0.MOTHER", "Reviews.0.REVIEW", "Reviews.0.REVIEW_CODE"]
    rows: dict[str, Any] = {"Header": [{"MOTHER": mother}], "Reviews": [{"REVIEW": review, "REVIEW_CODE": code}]}
    assert marked("399", Episodes=episodes, **rows) == ([" ".join(cells)] if fails else [])


def test_399_is_about_children_with_episodes_and_does_without_headers_or_reviews() -> None:
    header, reviews = [{"MOTHER": "0"}], [{"REVIEW": "01/05/2025"}]
    breaks = [*BREAKS, {"CHILD": None, "LS": "V3"}]
    assert marked("399", Header=header, Reviews=[{"CHILD": None, "REVIEW": "01/05/2025"}]) == []
    assert marked("399", Episodes=breaks, Header=header, absent=["Reviews"]) == ["Episodes.0.LS Header.0.MOTHER"]
    cells = ["Episodes.0.LS Reviews.0.REVIEW Reviews.0.REVIEW_CODE"]
    assert marked("399", Episodes=breaks, Reviews=reviews, absent=["Header"]) == cells


@pytest.mark.parametrize("year", [2024, 2025])
@pytest.mark.parametrize(
    ("ended", "reason", "status", "mother", "fails"),
    [
        ("start", "E8", "C2", None, True),
        ("end", "E8", None, None, True),
        ("before", "E8", "C2", None, False),
        ("after", "E8", "C2", None, False),
        (None, "E8", "C2", None, False),
        ("end", "X1", "C2", None, False),
        ("end", None, "C2", None, False),
        ("end", "E8", "V3", None, False),
        ("end", "E8", "C2", "0", False),
    ],
)
def test_607_a_girl_who_left_care_is_a_mother_or_not(
    year: int, ended: str | None, reason: str | None, status: str | None, mother: str | None, fails: bool
) -> None:
    days = {
        "before": f"31/03/{year - 1}",
        "start": f"01/04/{year - 1}",
        "end": f"31/03/{year}",
        "after": f"01/04/{year}",
    }
    episodes = [{"DEC": days[ended] if ended else None, "REC": reason, "LS": status}]
    cells = ["Episodes.0.DEC Episodes.0.REC Episodes.0.LS Header.0.MOTHER Header.0.SEX"]
    header = [{"SEX": GIRL[year], "MOTHER": mother}]
    assert marked("607", year, Header=header, Episodes=episodes) == (cells if fails else [])
    assert marked("607", year, Header=[{"SEX": "U"}], Episodes=episodes) == []


@pytest.mark.parametrize(
    ("mother", "born", "fails"),
    [("1", None, True), ("1", "in May", True), ("1", "01/05/2025", False), ("0", None, False), (None, None, False)],
)
def test_611_a_mother_has_a_child_with_a_birth_date(mother: str | None, born: str | None, fails: bool) -> None:
    cells = ["Header.0.MOTHER Header.0.MC_DOB"] if fails else []
    assert marked("611", Header=[{"MOTHER": mother, "MC_DOB": born}]) == cells


@pytest.mark.parametrize(
    ("year", "sex", "mother", "born", "fails"),
    [
        (2024, "2", "0", "01/05/2023", True),
        (2024, "2", "1", "01/05/2023", False),
        (2024, "1", "0", "01/05/2023", False),
        (2025, "F", None, "01/05/2023", True),
        (2025, "F", "1", "01/05/2023", False),
        (2025, "2", "0", "01/05/2023", False),
        (2025, "F", "0", None, False),
        (2025, "F", "0", "in May", False),
    ],
)
def test_612_a_birth_date_of_her_child_is_for_mothers(
    year: int, sex: str, mother: str | None, born: str | None, fails: bool
) -> None:
    cells = ["Header.0.SEX Header.0.MOTHER Header.0.MC_DOB"] if fails else []
    assert marked("612", year, Header=[{"SEX": sex, "MOTHER": mother, "MC_DOB": born}]) == cells


@pytest.mark.parametrize(
    ("mother", "born", "fails"),
    [
        ("1", "01/04/2014", False),
        ("1", "02/04/2014", True),
        ("0", "02/04/2014", False),
        ("1", None, False),
        ("1", "2014", False),
    ],
)
def test_620_a_mother_is_11_at_the_start(mother: str, born: str | None, fails: bool) -> None:
    cells = ["Header.0.DOB Header.0.MOTHER"] if fails else []
    assert marked("620", Header=[{"MOTHER": mother, "DOB": born}]) == cells


@pytest.mark.parametrize(
    ("own", "child", "fails"),
    [
        ("01/05/2008", "02/05/2008", False),
        ("01/05/2008", "01/05/2008", True),
        ("01/05/2008", "30/04/2008", True),
        (None, "30/04/2008", False),
        ("01/05/2008", None, False),
        ("May 2008", "30/04/2008", False),
    ],
)
def test_621_a_mother_is_older_than_her_child(own: str | None, child: str | None, fails: bool) -> None:
    cells = ["Header.0.DOB Header.0.MC_DOB"] if fails else []
    assert marked("621", Header=[{"DOB": own, "MC_DOB": child}]) == cells


@pytest.mark.parametrize(
    ("now", "before", "fails"),
    [
        ("01/05/2024", "01/05/2024", False),
        ("02/05/2024", "01/05/2024", True),
        (None, "01/05/2024", True),
        ("in May", "01/05/2024", True),
        ("02/05/2024", None, False),
        ("02/05/2024", "in May", False),
    ],
)
def test_624_the_birth_date_of_her_child_stays(now: str | None, before: str | None, fails: bool) -> None:
    cells = ["Header.0.MC_DOB Header_last.0.MC_DOB"] if fails else []
    assert marked("624", Header=[{"MC_DOB": now}], Header_last=[{"MC_DOB": before}]) == cells


@pytest.mark.parametrize("code", ["624", "626"])
def test_rules_on_mothers_of_last_year_need_it(code: str) -> None:
    assert outcome(code, Header=[{"MOTHER": "1"}]).reason == NO_LAST_YEAR
    others = [{"CHILD": "C2", "MC_DOB": "01/05/2020", "MOTHER": "0"}]
    assert marked(code, Header=[{"MOTHER": "1", "MC_DOB": "01/05/2024"}], Header_last=others) == []


@pytest.mark.parametrize(
    ("born", "ended", "fails"),
    [
        ("31/03/2026", None, False),
        ("01/04/2026", None, True),
        ("01/12/2025", "01/12/2025", False),
        ("02/12/2025", "01/12/2025", True),
        ("02/12/2025", "winter", False),
        (None, "01/12/2025", False),
        ("winter", "01/12/2025", False),
    ],
)
def test_625_her_child_is_born_in_the_year_and_in_care(born: str | None, ended: str | None, fails: bool) -> None:
    episodes = [{"DECOM": "01/11/2025", "DEC": ended}, {"DECOM": "01/05/2025", "DEC": "01/11/2025"}]
    cells = ["Header.0.MC_DOB Episodes.0.DEC"] if fails else []
    assert marked("625", Header=[{"MC_DOB": born}], Episodes=episodes) == cells


@pytest.mark.parametrize(("born", "cells"), [("01/04/2026", ["Header.0.MC_DOB"]), ("31/03/2026", [])])
def test_625_a_child_without_episodes_is_held_against_the_year(born: str, cells: list[str]) -> None:
    assert marked("625", Header=[{"MC_DOB": born}], Episodes=[{"CHILD": "C2", "DEC": "01/05/2025"}]) == cells


@pytest.mark.parametrize(
    ("now", "before", "born", "fails"),
    [
        ("1", "0", "31/03/2025", True),
        ("1", "0", "01/04/2025", False),
        ("1", "0", None, False),
        ("1", None, "31/03/2025", False),
        ("1", "1", "31/03/2025", False),
        ("0", "0", "31/03/2025", False),
    ],
)
def test_626_a_new_mother_has_a_child_of_the_year(now: str, before: str | None, born: str | None, fails: bool) -> None:
    cells = ["Header.0.MOTHER Header.0.MC_DOB Header_last.0.MOTHER"] if fails else []
    assert marked("626", Header=[{"MOTHER": now, "MC_DOB": born}], Header_last=[{"MOTHER": before}]) == cells


@pytest.mark.parametrize(
    ("mother", "episodes", "item", "fails"),
    [
        ("0", [], "IN_TOUCH", True),
        ("1", [], "ACTIV", True),
        ("1", [], "ACCOM", True),
        ("1", [], "DOB", False),
        (None, [], "IN_TOUCH", False),
        ("0", [{}], "IN_TOUCH", False),
    ],
)
def test_628_a_care_leaver_without_episodes_is_not_asked(
    mother: str | None, episodes: list[dict[str, str | None]], item: str, fails: bool
) -> None:
    rows: dict[str, Any] = {
        "Header": [{"MOTHER": mother}],
        "OC3": [{item: "0"}],
        "Episodes": [*episodes, {"CHILD": None}],
    }
    assert marked("628", **rows) == (["Header.0.MOTHER"] if fails else [])
