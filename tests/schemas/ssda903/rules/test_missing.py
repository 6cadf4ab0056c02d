"""Rules on children missing or away: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
START, END, KIND = "MIS_START", "MIS_END", "MISSING"


def cells(fields: str, row: int = 0) -> str:
    return " ".join(f"Missing.{row}.{field}" for field in fields.split())


def spells(*rows: tuple[str | None, ...]) -> Rows:
    """Make rows of one child from first day, last day and kind."""
    return [dict(zip((START, END, KIND), row, strict=False)) for row in rows]


def care(*rows: tuple[str | None, ...]) -> Rows:
    """Make episodes of one child from first day, last day and why it ended."""
    return [dict(zip(("DECOM", "DEC", "REC"), row, strict=False)) for row in rows]


@pytest.mark.parametrize(
    ("code", "fields", "row", "fails"),
    [
        ("564", f"{KIND} {START}", (None, None, "M"), True),
        ("564", f"{KIND} {START}", (None, "01/05/2025", "a"), True),
        ("564", f"{KIND} {START}", ("31/02/2026", None, "A"), True),
        ("564", f"{KIND} {START}", ("28/02/2026", None, "M"), False),
        ("564", f"{KIND} {START}", (None, None, "X"), False),
        ("564", f"{KIND} {START}", (None, None, None), False),
        ("565", f"{KIND} {START}", ("01/05/2025", None, None), True),
        ("565", f"{KIND} {START}", ("31/02/2026", None, None), False),
        ("565", f"{KIND} {START}", ("01/05/2025", None, "X"), False),
        ("565", f"{KIND} {START}", (None, "01/05/2025", None), False),
        ("566", f"{KIND} {END}", (None, "01/05/2025", None), True),
        ("566", f"{KIND} {END}", (None, "31/02/2026", None), False),
        ("566", f"{KIND} {END}", (None, "01/05/2025", "M"), False),
        ("566", f"{KIND} {END}", ("01/05/2025", None, None), False),
        ("567", f"{START} {END}", ("02/05/2025", "01/05/2025"), True),
        ("567", f"{START} {END}", ("01/05/2025", "01/05/2025"), False),
        ("567", f"{START} {END}", ("02/05/2025", None), False),
        ("567", f"{START} {END}", (None, "01/05/2025"), False),
        ("570", START, ("01/04/2026",), True),
        ("570", START, ("31/03/2026",), False),
        ("570", START, (None,), False),
        ("571", END, (None, "31/03/2025"), True),
        ("571", END, (None, "01/04/2025"), False),
        ("571", END, (None, "31/03/2026"), False),
        ("571", END, (None, "01/04/2026"), True),
        ("571", END, ("01/05/2025", None), False),
        ("571", END, (None, "31/02/2027"), False),
        ("1004", START, (None, "01/05/2025"), True),
        ("1004", START, ("31/02/2026",), True),
        ("1004", START, ("2025-05-01",), True),
        ("1004", START, ("28/02/2026",), False),
        ("1005", END, (None, "31/02/2026"), True),
        ("1005", END, (None, "28/02/2026"), False),
        ("1005", END, ("31/02/2026", None), False),
        *(("1006", KIND, (None, None, good), False) for good in ("M", "A", "a", None)),
        ("1006", KIND, (None, None, "X"), True),
    ],
)
def test_the_items_of_a_spell_fit_together(code: str, fields: str, row: tuple[str | None, ...], fails: bool) -> None:
    assert marked(code, Missing=spells(row)) == ([cells(fields)] if fails else [])


@pytest.mark.parametrize("year", [2023, 2027])
def test_570_571_the_days_fall_in_the_year(year: int) -> None:
    first, last, after = f"01/04/{year - 1}", f"31/03/{year}", f"01/04/{year}"
    assert marked("570", year, Missing=spells((last,), (after,))) == [cells(START, 1)]
    assert marked("571", year, Missing=spells((None, first), (None, last), (None, after))) == [cells(END, 2)]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([("01/05/2025", "03/05/2025"), ("03/05/2025", "04/05/2025")], []),
        ([("02/05/2025", "04/05/2025"), ("01/05/2025", "03/05/2025")], [0]),
        ([("01/05/2025", None), ("02/05/2025", "04/05/2025")], [1]),
        # Among ended rows an open one stands where it starts.
        ([("04/05/2025", None), ("01/05/2025", "04/05/2025")], []),
        ([("03/05/2025", None), ("01/05/2025", "04/05/2025")], [1]),
        # A long one that ends last comes last.
        ([("01/05/2025", "31/05/2025"), ("02/05/2025", "03/05/2025")], [0]),
        ([("01/05/2025", "03/05/2025"), ("01/05/2025", "03/05/2025")], [1]),
        ([("01/05/2025", "soon"), ("02/05/2025", "04/05/2025")], [1]),
        ([("01/05/2025", "03/05/2025"), (None, None)], []),
        ([("01/05/2025", None), (None, None)], [1]),
        ([("01/05/2025", None)], []),
    ],
)
def test_574_a_child_goes_missing_once_at_a_time(rows: Any, shown: list[int]) -> None:
    others: Rows = [{"CHILD": "C2", START: "02/05/2025"}, {"CHILD": None, START: "01/05/2025"}, {"CHILD": None}]
    assert marked("574", Missing=[*spells(*rows), *others]) == [cells(f"{START} {END}", row) for row in shown]


@pytest.mark.parametrize(
    ("row", "stays", "fails"),
    [
        (("01/05/2025",), [("01/05/2025", "01/06/2025")], True),
        (("01/06/2025",), [("01/05/2025", "01/06/2025"), ("01/06/2025", None)], True),
        (("01/05/2025", "soon"), [("01/05/2025", "01/06/2025"), ("01/05/2025", "01/06/2025")], True),
        (("01/05/2025", "02/05/2025"), [("01/05/2025", "01/06/2025")], False),
        (("30/04/2025",), [("01/05/2025", "01/06/2025")], False),
        (("02/06/2025",), [("01/05/2025", "01/06/2025")], False),
        (("01/05/2025",), [("01/05/2025", None)], False),
        (("01/05/2025",), [("01/05/2025", "soon")], False),
        (("01/05/2025",), [(None, "01/06/2025")], False),
        ((None,), [("01/05/2025", "01/06/2025")], False),
        (("01/05/2025",), [], False),
    ],
)
def test_575_nobody_is_missing_from_a_placement_that_ended(row: Any, stays: Any, fails: bool) -> None:
    rows: Rows = [*spells(row), {START: "01/05/2025", "CHILD": None}]
    found = marked("575", Missing=rows, Episodes=[*care(*stays), *(stay | {"CHILD": None} for stay in care(*stays))])
    assert found == ([cells(f"{END} {START}")] if fails else [])


@pytest.mark.parametrize(
    ("rows", "before", "shown"),
    [
        ([("02/03/2025",)], [("01/03/2025", None)], cells(f"CHILD {START}")),
        ([("01/03/2025",)], [("01/03/2025", None)], None),
        ([("01/05/2025",), ("01/03/2025", "02/04/2025")], [("01/03/2025", None)], None),
        ([("01/03/2025",), ("01/02/2025", "02/02/2025")], [("01/03/2025", None)], cells(f"CHILD {START}", 1)),
        ([(None,)], [("01/03/2025", None)], cells(f"CHILD {START}")),
        ([(None,), ("01/03/2025",)], [("01/03/2025", None)], None),
        ([], [("01/03/2025", None)], "Missing_last.0.MIS_START"),
        ([], [("01/03/2025", "soon")], "Missing_last.0.MIS_START"),
        ([("02/03/2025",)], [("01/03/2025", "02/03/2025")], None),
        # Of several open rows of last year the last one counts, whatever ended later.
        ([("01/02/2025",)], [("01/03/2025", None), ("01/02/2025", None)], cells(f"CHILD {START}")),
        ([("01/03/2025",)], [("01/03/2025", None), ("01/02/2025", None), (None, None)], None),
        ([("01/03/2025",)], [("01/03/2025", None), ("05/03/2025", "06/03/2025")], None),
        ([("01/03/2025",)], [(None, None)], cells(f"CHILD {START}")),
        ([("soon",)], [(None, None)], None),
    ],
)
def test_576_an_open_row_of_last_year_goes_on(rows: Any, before: Any, shown: str | None) -> None:
    found = marked("576", Missing=spells(*rows), Missing_last=spells(*before))
    assert found == ([] if shown is None else [shown])


def test_576_other_children_and_blank_identifiers() -> None:
    before: Rows = [{START: "01/03/2025", "CHILD": None}, {START: "01/03/2025", "CHILD": "C2"}]
    assert marked("576", Missing=spells(("02/03/2025",)), Missing_last=before) == ["Missing_last.1.MIS_START"]
    assert marked("576", Missing=[{"CHILD": None}, {"CHILD": "c2", START: "01/03/2025"}], Missing_last=before) == []


def test_576_needs_last_year() -> None:
    reason = "Last year's Missing was not given. Give last year's return with --previous."
    assert outcome("576", Missing=[{}]).reason == reason


ENDED = [("01/05/2025", "01/06/2025"), ("01/06/2025", "01/08/2025"), ("01/10/2025", "01/12/2025")]
OPEN = [("01/05/2025", "01/06/2025"), ("01/10/2025", None)]


@pytest.mark.parametrize(
    ("code", "row", "stays", "fails"),
    [
        # By the last day: both ends of a time in care pass.
        ("577", ("01/05/2025", "01/08/2025"), ENDED, False),
        ("577", ("01/05/2025", "02/08/2025"), ENDED, True),
        ("577", ("01/01/2025", "01/05/2025"), ENDED, False),
        ("577", ("01/01/2025", "30/04/2025"), ENDED, True),
        ("577", ("01/05/2025", "01/10/2025"), ENDED, False),
        ("577", ("01/05/2025", "30/09/2025"), ENDED, True),
        ("577", ("01/05/2025", "02/12/2025"), ENDED, True),
        ("577", ("01/05/2025", "01/01/2026"), OPEN, False),
        # Still missing: care goes on.
        ("577", ("01/10/2025", None), OPEN, False),
        ("577", ("30/09/2025", None), OPEN, True),
        ("577", ("01/10/2025", "soon"), OPEN, False),
        ("577", ("01/10/2025", None), ENDED, True),
        ("577", (None, None), ENDED, False),
        ("577", (None, "01/01/2026"), ENDED, False),
        ("577", ("01/10/2025", None), [], False),
        ("577", ("01/10/2025", None), [(None, "01/06/2025")], False),
        # By the first day: the last day of care is after it.
        ("578", ("01/05/2025", None), ENDED, False),
        ("578", ("30/04/2025", None), ENDED, True),
        ("578", ("01/06/2025", None), ENDED, False),
        ("578", ("31/07/2025", None), ENDED, False),
        ("578", ("01/08/2025", None), ENDED, True),
        ("578", ("30/09/2025", None), ENDED, True),
        ("578", ("01/12/2025", None), ENDED, True),
        ("578", ("01/01/2026", None), OPEN, False),
        ("578", (None, "01/01/2026"), ENDED, False),
        ("578", ("soon", None), ENDED, False),
        ("578", ("01/01/2026", None), [], False),
        # Before care: no episode runs, and one time in care is still to come.
        ("581", ("30/04/2025", None), ENDED, True),
        ("581", ("01/05/2025", None), ENDED, False),
        ("581", ("01/08/2025", None), ENDED, False),
        ("581", ("02/08/2025", None), ENDED, True),
        ("581", ("30/09/2025", None), OPEN, True),
        ("581", ("02/12/2025", None), ENDED, False),
        ("581", ("01/01/2026", None), OPEN, False),
        ("581", (None, None), ENDED, False),
        ("581", ("soon", None), ENDED, False),
        ("581", ("30/04/2025", None), [], False),
        ("581", ("30/04/2025", None), [(None, None)], False),
    ],
)
def test_a_child_is_missing_from_care(code: str, row: Any, stays: Any, fails: bool) -> None:
    nobody: Rows = [spell | {"CHILD": None} for spell in spells(row)]
    found = marked(code, Missing=[*spells(row), *nobody], Episodes=care(*stays))
    assert found == ([cells(END if code == "577" else START)] if fails else [])


@pytest.mark.parametrize(
    ("born", "back", "ended", "reason", "fails"),
    [
        ("01/06/2007", "01/06/2025", "01/06/2025", "E4A", True),
        ("01/06/2007", "01/06/2025", "01/06/2025", None, True),
        ("01/06/2007", "01/06/2025", "01/06/2025", "E8", False),
        ("01/06/2007", "01/06/2025", "02/06/2025", "E4A", False),
        ("01/06/2007", "02/06/2025", "02/06/2025", "E4A", False),
        ("01/06/2007", "31/05/2025", "31/05/2025", "E4A", False),
        ("29/02/2008", "28/02/2026", "28/02/2026", "E4A", True),
        (None, "01/06/2025", "01/06/2025", "E4A", False),
        ("01/06/2007", None, None, "E4A", False),
    ],
)
def test_580_missing_at_18(
    born: str | None, back: str | None, ended: str | None, reason: str | None, fails: bool
) -> None:
    spell: Record = {"DOB": born, END: back}
    episodes = care(("01/05/2020", ended, reason))
    found = marked("580", Missing=[spell, spell], Episodes=[*episodes, *(row | {"CHILD": "C2"} for row in episodes)])
    assert found == (["Episodes.0.REC"] if fails else [])


@pytest.mark.parametrize(
    ("born", "fails"),
    [("02/05/2025", True), ("01/05/2025", True), ("30/04/2025", False), (None, False), ("soon", False)],
)
def test_586_nobody_is_missing_at_birth(born: str | None, fails: bool) -> None:
    rows: Rows = [{START: "01/05/2025", "DOB": born}, {"DOB": born}]
    assert marked("586", Missing=rows) == ([cells(f"{START} DOB")] if fails else [])


@pytest.mark.parametrize("code", ["575", "577", "578", "580", "581"])
def test_rules_on_both_files_need_both(code: str) -> None:
    assert outcome(code, absent=["Episodes"]).reason == "The table Episodes was not given."
    assert outcome(code, absent=["Missing"]).reason == "The table Missing was not given."
