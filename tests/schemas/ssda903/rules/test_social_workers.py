"""Rules on social workers: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

from typing import Any

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
Rows = list[Record]
NUMBER, START, END, REASON = "SW_ID", "SW_DECOM", "SW_DEC", "SW_REASON"
ITEMS = f"{NUMBER} {START} {REASON}"
DATES = f"{START} {END}"
REASONS = ("MANAGE", "FCONTA", "LEFTRL", "ORGRST", "TSPROC", "ABSENC", "CHCHAN", "PCCHAN", "SWDIED", "OTHERS")


def cells(fields: str, row: int = 0) -> str:
    return " ".join(f"SWEpisodes.{row}.{field}" for field in fields.split())


def workers(*rows: tuple[str | None, ...]) -> Rows:
    """Make social workers of one child from first day, last day, reason and number."""
    return [dict(zip((START, END, REASON, NUMBER), row, strict=False)) for row in rows]


def named(rows: Any) -> Rows:
    """Make social workers of the child C1, and the same of one without an identifier."""
    return [*workers(*rows), *(row | {"CHILD": None} for row in workers(*rows))]


def care(*rows: tuple[str | None, ...]) -> Rows:
    """Make episodes of one child from legal status, first day, last day, why it began and why it ended."""
    return [dict(zip(("LS", "DECOM", "DEC", "RNE", "REC"), row, strict=False)) for row in rows]


COMPLETE = ("01/05/2024", None, "OTHERS", "SW1")
BEFORE, SINCE = "31/03/2023", "01/04/2023"


def _a(row: tuple[str | None, ...], fails: bool) -> tuple[str, int, str, tuple[str | None, ...], bool]:
    return ("SW01aSTG1", 2025, f"{START} {NUMBER}", row, fails)


def _b(row: tuple[str | None, ...], fails: bool) -> tuple[str, int, str, tuple[str | None, ...], bool]:
    return ("SW01bSTG1", 2025, ITEMS, row, fails)


@pytest.mark.parametrize(
    ("code", "year", "fields", "row", "fails"),
    [
        _a((BEFORE, None, "OTHERS", None), True),
        _a((BEFORE, None, None, "SW1"), False),
        _a((SINCE, None, "OTHERS", None), False),
        _a((None, None, "OTHERS", "SW1"), True),
        _a(("soon", None, "OTHERS", "SW1"), True),
        _b((SINCE, None, "OTHERS", None), True),
        _b((SINCE, None, None, "SW1"), True),
        _b((SINCE, None, "odd", "SW1"), False),
        _b((BEFORE, None, None, None), False),
        _b((None, None, "OTHERS", "SW1"), True),
        _b(("soon", None, "OTHERS", "SW1"), True),
        *(
            ("SW03STG1", 2024, ITEMS, row, fails)
            for row, fails in [
                (COMPLETE, False),
                ((None, None, "OTHERS", "SW1"), True),
                (("soon", None, "OTHERS", "SW1"), True),
                (("01/05/2024", None, None, "SW1"), True),
                (("01/05/2024", None, "OTHERS", None), True),
            ]
        ),
        *(
            ("SW02STG1", year, NUMBER, (None, None, None, number), fails)
            for year in (2024, 2025, 2026, 2027)
            for number, fails in [
                ("SW12", False),
                ("xx12", False),
                ("AB12", True),
                ("S W1", True),
                ("1SW2", True),
                (None, True),
                ("S", True),
                ("SW1", year >= 2026),
                ("XX", year >= 2026),
            ]
        ),
        *(
            (code, year, field, (day, day), fails)
            for code, field in (("SW04STG1", START), ("SW05STG1", END))
            for year in (2024, 2025, 2026, 2027)
            for day, fails in [
                ("29/02/2024", False),
                (None, False),
                ("30/02/2024", True),
                ("2024-02-29", True),
                ("soon", True),
                ("ZZ/02/2024", year >= 2026),
                ("zz/zz/2024", year >= 2026),
                ("ZZ/ZZ/ZZZZ", year >= 2026),
                ("ZZ/13/2024", True),
                ("31/02/ZZZZ", True),
            ]
        ),
        *(
            ("SW06STG2", year, START, (day,), fails)
            for year in (2024, 2027)
            for day, fails in [(f"31/03/{year}", False), (f"01/04/{year}", True), (None, False), ("soon", False)]
        ),
        *(
            ("SW07STG2", year, END, ("01/01/2020", day), fails)
            for year, first, early in [
                (2024, "01/04/2023", "31/03/2023"),
                (2025, "01/04/2023", "31/03/2023"),
                (2026, "01/04/2024", "31/03/2024"),
            ]
            for day, fails in [
                (first, False),
                (early, True),
                (f"31/03/{year}", False),
                (f"01/04/{year}", True),
                (None, False),
                ("soon", False),
            ]
        ),
        *(
            ("SW09STG2", year, DATES, (start, end), fails)
            for year in (2024, 2025, 2026, 2027)
            for start, end, fails in [
                ("01/05/2023", "01/05/2023", True),
                ("01/05/2023", "03/05/2023", year >= 2026),
                ("01/05/2023", "30/04/2023", year >= 2026),
                ("01/05/2023", "04/05/2023", False),
                ("01/05/2023", None, False),
                (None, "01/05/2023", False),
                ("soon", "soon", False),
            ]
        ),
        *(("SW13STG1", year, f"{REASON} {START}", (SINCE, None, "odd"), True) for year in (2024, 2025, 2026)),
        *(("SW13STG1", year, f"{REASON} {START}", (BEFORE, None, "odd"), True) for year in (2024, 2025, 2026)),
        *(("SW13STG1", 2024, f"{REASON} {START}", (SINCE, None, reason), False) for reason in REASONS),
        ("SW13STG1", 2025, f"{REASON} {START}", (SINCE, None, "fconta"), False),
        *(("SW13STG1", year, f"{REASON} {START}", (SINCE, None, None), True) for year in (2024, 2025, 2026)),
        *(("SW13STG1", year, f"{REASON} {START}", (BEFORE, None, None), year < 2025) for year in (2024, 2025, 2026)),
        *(("SW13STG1", year, f"{REASON} {START}", ("soon", None, None), year < 2025) for year in (2024, 2025, 2026)),
        ("SW18STG2", 2026, DATES, ("02/05/2025", "01/05/2025"), True),
        ("SW18STG2", 2026, DATES, ("01/05/2025", "01/05/2025"), True),
        ("SW18STG2", 2026, DATES, ("01/05/2025", "02/05/2025"), False),
        ("SW18STG2", 2026, DATES, ("01/05/2025", None), False),
        ("SW18STG2", 2026, DATES, (None, "01/05/2025"), False),
    ],
)
def test_the_items_of_a_social_worker_fit_together(
    code: str, year: int, fields: str, row: tuple[str | None, ...], fails: bool
) -> None:
    assert marked(code, year, SWEpisodes=workers(row)) == ([cells(fields)] if fails else [])


@pytest.mark.parametrize(
    ("stay", "rows", "fails"),
    [
        (("C2",), [], True),
        ((None,), [], True),
        (("C2", "01/05/2020", "soon"), [], True),
        (("V3",), [], False),
        (("V4",), [], False),
        (("C2", "01/05/2020", "01/05/2023"), [], False),
        (("C2",), [COMPLETE], False),
        (("C2",), [(None, *COMPLETE[1:]), COMPLETE], False),
        (("C2",), [("soon", *COMPLETE[1:])], True),
        (("C2",), [("01/05/2024", None, None, "SW1"), ("01/05/2024", None, "OTHERS", None)], True),
    ],
)
def test_SW01STG1_a_child_in_care_has_a_social_worker(stay: Any, rows: Any, fails: bool) -> None:
    found = marked("SW01STG1", 2024, Episodes=care(stay), SWEpisodes=workers(*rows))
    assert found == (["Episodes.0.DEC"] if fails else [])


def test_SW01STG1_nobody_is_told_of_without_an_identifier() -> None:
    rows = named([COMPLETE])
    assert marked("SW01STG1", 2024, Episodes=[{"CHILD": None}], SWEpisodes=rows) == ["Episodes.0.DEC"]


A, B, C = "01/05/2023", "01/06/2023", "01/07/2023"


@pytest.mark.parametrize("year", [2024, 2025, 2026])
@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([(B,), (A,)], [1]),
        ([(B,), (A, B)], []),
        ([(A, "soon"), (B, C)], [0]),
        ([(A,), (B,), (C,)], [0, 1]),
        ([(A,), (A, B)], []),
        ([(A,), (A,)], [0]),
        ([(A,), (None,)], []),
        ([(A,)], []),
    ],
)
def test_SW08STG2_only_the_last_one_stays(year: int, rows: Any, shown: list[int]) -> None:
    assert marked("SW08STG2", year, SWEpisodes=named(rows)) == [cells(END, row) for row in shown]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([(B,), (A,)], [1]),
        ([(B,), (A, B)], []),
        ([(A,), (B, C)], [0]),
        ([(A, "soon"), (B,)], [0]),
        ([(A,), (None,)], [1]),
        ([(None,), ("soon",)], []),
        ([(A,)], []),
    ],
)
def test_SW14STG2_only_the_last_one_stays(rows: Any, shown: list[int]) -> None:
    assert marked("SW14STG2", 2024, SWEpisodes=named(rows)) == [cells(END, row) for row in shown]


def _week_apart(reason: str | None, fails: bool) -> list[tuple[Any, bool]]:
    """Give the first days of the next one around the day, 15 May, on which the one before left."""
    before = ("01/05/2023", "15/05/2023")
    days = {"22/05/2023": False, "23/05/2023": fails, "08/05/2023": False, "07/05/2023": fails}
    return [([before, (day, None, reason)], late) for day, late in days.items()]


APART = [
    *_week_apart("OTHERS", fails=True),
    *_week_apart(None, fails=True),
    ([("01/05/2023",), ("23/05/2023",)], False),
    ([("01/05/2023", "soon"), ("23/05/2023",)], False),
    ([("01/05/2023", "15/05/2023"), (None,)], False),
    ([("01/05/2023", "15/05/2023"), ("23/05/2023",), ("16/05/2023", "23/05/2023")], False),
    ([("01/05/2023", "15/05/2023")], False),
]


@pytest.mark.parametrize(
    ("code", "year", "rows", "fails"),
    [
        *(("SW10STG2", year, *case) for year in (2024, 2025, 2026, 2027) for case in APART),
        *(
            ("SW10STG2", year, *case)
            for year in (2024, 2025, 2026)
            for case in _week_apart("FCONTA", fails=year < 2025)
        ),
        *(("SW10aSTG2", year, *case) for year in (2026, 2027) for case in APART),
        *(("SW10aSTG2", 2026, *case) for case in _week_apart("FCONTA", fails=False)),
    ],
)
def test_the_next_one_comes_when_the_one_before_leaves(code: str, year: int, rows: Any, fails: bool) -> None:
    assert marked(code, year, SWEpisodes=named(rows)) == ([cells(START, 1)] if fails else [])


@pytest.mark.parametrize(
    ("rows", "fails"),
    [
        ([(A, B), (B, None, "FCONTA")], True),
        ([(A, "02/06/2023"), (B, None, "fconta")], True),
        ([(A, "31/05/2023"), (B, None, "FCONTA")], False),
        ([(A, C), (B, None, "OTHERS")], False),
        ([(A, C), (B, None, None)], False),
        ([(A,), (B, None, "FCONTA")], False),
        ([(A, C), (None, None, "FCONTA")], False),
        ([(C, None, "OTHERS"), (B, None, "FCONTA")], False),
    ],
)
def test_SW10bSTG2_a_first_contact_is_after_the_one_before(rows: Any, fails: bool) -> None:
    assert marked("SW10bSTG2", 2026, SWEpisodes=named(rows)) == ([cells(f"{START} {REASON}", 1)] if fails else [])


@pytest.mark.parametrize(
    ("rows", "fails"),
    [
        ([(A, "26/03/2024")], True),
        ([(A, "27/03/2024")], False),
        ([(A, None)], False),
        ([(A, "soon")], False),
        ([(None, "26/03/2024")], True),
        ([(A, "15/05/2023"), ("20/05/2023", None)], False),
        ([(A, "15/05/2023"), ("21/05/2023", None)], True),
        ([(A, "15/05/2023"), ("10/05/2023", None)], False),
        ([(A, "15/05/2023"), ("09/05/2023", None)], True),
        ([(A, "15/05/2023"), (None, None)], True),
        # One who came earlier, within five days, is not the next.
        ([("15/05/2023", "16/05/2023"), ("14/05/2023", "28/03/2024")], True),
        # The next but one may fill the gap.
        ([(A, "15/05/2023"), ("03/05/2023", "30/03/2024"), ("16/05/2023", None)], False),
    ],
)
def test_SW11aSTG2_somebody_comes_within_five_days(rows: Any, fails: bool) -> None:
    others: Rows = [{"CHILD": "C2", START: "16/05/2023"}, {"CHILD": None, START: "16/05/2023"}]
    assert marked("SW11aSTG2", 2024, SWEpisodes=[*workers(*rows), *others]) == ([cells(DATES)] if fails else [])


def test_SW11aSTG2_nobody_comes_after_one_without_an_identifier() -> None:
    rows: Rows = [{"CHILD": None, **row} for row in workers((A, "15/05/2023"), ("16/05/2023",))]
    assert marked("SW11aSTG2", 2024, SWEpisodes=rows) == [cells(DATES)]


@pytest.mark.parametrize("year", [2024, 2026])
@pytest.mark.parametrize(
    ("day", "fails"), [("25/03", False), ("26/03", True), ("31/03", True), ("01/04", False), (None, False)]
)
def test_SW11bSTG2_the_last_one_stays_into_the_next_year(year: int, day: str | None, fails: bool) -> None:
    end = day and f"{day}/{year}"
    rows = [(B, end), (A, f"31/03/{year}"), (None, f"31/03/{year}")]
    assert marked("SW11bSTG2", year, SWEpisodes=named(rows)) == ([cells(DATES)] if fails else [])


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([(A, B)], [0]),
        ([(A, None)], []),
        ([(A, "soon")], []),
        ([(C, None), (A, B)], []),
        ([(B, C), (A, None)], [0]),
        ([(A, None), (A, B)], []),
        ([(A, B), (None, None)], [0]),
        ([(None, B)], []),
    ],
)
def test_SW17STG2_the_last_one_stays(rows: Any, shown: list[int]) -> None:
    assert marked("SW17STG2", 2026, SWEpisodes=named(rows)) == [cells(DATES, row) for row in shown]


@pytest.mark.parametrize(
    ("rows", "shown"),
    [
        ([(A, B), (A, C)], [(0, 1)]),
        ([(A,), (B,), (A,), (B,), (A,)], [(0, 2, 4), (1, 3)]),
        ([(A,), (B,)], []),
        ([(None,), (None,)], []),
        ([("soon",), ("soon",)], []),
    ],
)
def test_SW19STG2_one_comes_at_a_time(rows: Any, shown: Any) -> None:
    others: Rows = [{"CHILD": "C2", START: A}]
    found = marked("SW19STG2", 2026, SWEpisodes=[*named(rows), *others])
    assert found == [" ".join(cells(f"{START} CHILD", row) for row in group) for group in shown]


STARTED = ("C2", "01/05/2025", None, "S", None)
LEFT = ("C2", "01/05/2025", "01/08/2025", "L", "E8")
IN_CARE = "Episodes.0.DECOM Episodes.0.DEC Episodes.0.RNE Episodes.0.REC"


@pytest.mark.parametrize(
    ("stay", "rows", "fails"),
    [
        # At a start: one who came then or later.
        (STARTED, [], True),
        (STARTED, [("01/05/2025",)], False),
        (STARTED, [("30/04/2025",)], True),
        (STARTED, [("30/04/2025",), ("01/06/2025",)], False),
        (STARTED, [("soon",), (None,)], True),
        (("C2", "soon", None, "S", None), [("01/05/2025",)], True),
        # At an end: one who came then or earlier.
        (LEFT, [], True),
        (LEFT, [("01/08/2025",)], False),
        (LEFT, [("02/08/2025",)], True),
        (("C2", "01/05/2025", None, "L", "E8"), [("01/05/2025",)], True),
        # Both: either is enough.
        (("C2", "01/05/2025", "01/08/2025", "S", "E8"), [("01/01/2020",)], False),
        (("C2", "01/05/2025", "01/08/2025", "S", "E8"), [("01/01/2026",)], False),
        # Neither a start nor an end of care, and short breaks.
        (("C2", "01/05/2025", "01/08/2025", "L", "X1"), [], False),
        (("C2", "01/05/2025", None, "P", None), [], False),
        (("C2", "01/05/2025", None, None, None), [], False),
        (("V3", "01/05/2025", None, "S", None), [], False),
        (("V4", "01/05/2025", None, "S", None), [], False),
        ((None, "01/05/2025", None, "S", None), [], True),
    ],
)
def test_SW12STG2_a_time_in_care_is_covered(stay: Any, rows: Any, fails: bool) -> None:
    found = marked("SW12STG2", Episodes=care(stay), SWEpisodes=named(rows))
    assert found == ([IN_CARE] if fails else [])


@pytest.mark.parametrize(
    ("year", "ended", "fails"),
    [
        (2024, "01/05/2020", True),
        (2024, "01/05/2024", True),
        (2024, None, True),
        (2025, "31/03/2023", False),
        (2025, "01/04/2023", True),
        (2025, "31/03/2025", True),
        (2025, "01/04/2025", False),
        (2025, None, True),
        (2026, "31/03/2024", False),
        (2026, "01/04/2024", True),
    ],
)
def test_SW12STG2_recent_times_in_care_count(year: int, ended: str | None, fails: bool) -> None:
    stays = care(("C2", "01/05/2019", ended, "S", None))
    assert marked("SW12STG2", year, Episodes=stays) == ([IN_CARE] if fails else [])
    assert marked("SW12STG2", year, Episodes=stays, SWEpisodes=workers(("01/05/2019",))) == []


@pytest.mark.parametrize("code", ["SW01STG1", "SW12STG2"])
def test_rules_on_both_files_need_both(code: str) -> None:
    assert outcome(code, 2024, absent=["Episodes"]).reason == "The table Episodes was not given."
    assert outcome(code, 2024, absent=["SWEpisodes"]).reason == "The table SWEpisodes was not given."
