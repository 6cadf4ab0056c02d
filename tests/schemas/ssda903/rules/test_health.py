"""Rules on health of children looked after for a year: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import marked, outcome

Record = dict[str, str | None]
CORE = ("IMMUNISATIONS", "TEETH_CHECK", "HEALTH_ASSESSMENT", "SUBSTANCE_MISUSE")
ITEMS = ("CONVICTED", "HEALTH_CHECK", *CORE, "INTERVENTION_RECEIVED", "INTERVENTION_OFFERED")
COMPLETE: Record = dict.fromkeys(CORE, "0")
ALL_YEAR: list[Record] = [{"DECOM": "01/04/2025", "RNE": "S", "LS": "C2"}]
A_DAY_SHORT: list[Record] = [{"DECOM": "02/04/2025", "RNE": "S", "LS": "C2"}]


def cells(fields: str) -> str:
    return " ".join(f"OC2.0.{field}" for field in fields.split())


def _needs_the_core(code: str, item: str) -> tuple[str, str, list[tuple[Record, bool]]]:
    rows: list[tuple[Record, bool]] = [
        ({item: "1"}, True),
        ({item: "0", **COMPLETE, "SUBSTANCE_MISUSE": None}, True),
        ({item: "0", **COMPLETE, "IMMUNISATIONS": None}, True),
        ({item: "1", **COMPLETE}, False),
        ({"TEETH_CHECK": "1"}, False),
        ({}, False),
    ]
    return code, f"{item} {' '.join(CORE)}", rows


# Rules that look at a single row: the fields that each marks, and records that fail and pass.
ONE_ROW: list[tuple[str, str, list[tuple[Record, bool]]]] = [
    (
        "158",
        "INTERVENTION_RECEIVED INTERVENTION_OFFERED",
        [
            ({"INTERVENTION_RECEIVED": "1", "INTERVENTION_OFFERED": "0"}, True),
            ({"INTERVENTION_RECEIVED": "1", "INTERVENTION_OFFERED": None}, False),
            ({"INTERVENTION_RECEIVED": "0", "INTERVENTION_OFFERED": "1"}, False),
            ({"INTERVENTION_RECEIVED": None, "INTERVENTION_OFFERED": "1"}, False),
        ],
    ),
    (
        "159",
        "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
        [
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": "0"}, True),
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": "0", "INTERVENTION_OFFERED": "0"}, False),
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": "1"}, False),
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": None}, False),
            ({"SUBSTANCE_MISUSE": "0", "INTERVENTION_RECEIVED": "0"}, False),
        ],
    ),
    (
        "180",
        "SDQ_SCORE",
        [
            ({"SDQ_SCORE": "0"}, False),
            ({"SDQ_SCORE": "40"}, False),
            ({"SDQ_SCORE": None}, False),
            ({"SDQ_SCORE": "41"}, True),
            ({"SDQ_SCORE": "-1"}, True),
            ({"SDQ_SCORE": "12.0"}, True),
            ({"SDQ_SCORE": "high"}, True),
        ],
    ),
    (
        "192",
        "SUBSTANCE_MISUSE INTERVENTION_RECEIVED",
        [
            ({"SUBSTANCE_MISUSE": "1"}, True),
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": "0"}, False),
            ({"SUBSTANCE_MISUSE": "0"}, False),
            ({"SUBSTANCE_MISUSE": None}, False),
        ],
    ),
    (
        "193",
        "SUBSTANCE_MISUSE INTERVENTION_RECEIVED INTERVENTION_OFFERED",
        [
            ({"SUBSTANCE_MISUSE": "0", "INTERVENTION_RECEIVED": "0"}, True),
            ({"SUBSTANCE_MISUSE": None, "INTERVENTION_OFFERED": "1"}, True),
            ({"SUBSTANCE_MISUSE": "0"}, False),
            ({"SUBSTANCE_MISUSE": "1", "INTERVENTION_RECEIVED": "1", "INTERVENTION_OFFERED": "1"}, False),
            ({"SUBSTANCE_MISUSE": "2", "INTERVENTION_RECEIVED": "1"}, False),
        ],
    ),
    (
        "196",
        "SDQ_REASON",
        [
            ({"SDQ_REASON": "SDQ1"}, False),
            ({"SDQ_REASON": "sdq5"}, False),
            ({"SDQ_REASON": None}, False),
            ({"SDQ_REASON": "SDQ6"}, True),
        ],
    ),
    (
        "197a",
        "SDQ_SCORE SDQ_REASON",
        [
            ({"SDQ_SCORE": "12", "SDQ_REASON": "SDQ2"}, True),
            ({"SDQ_SCORE": "high", "SDQ_REASON": "odd"}, True),
            ({"SDQ_SCORE": "12"}, False),
            ({"SDQ_REASON": "SDQ2"}, False),
        ],
    ),
    _needs_the_core("544", "CONVICTED"),
    _needs_the_core("547", "HEALTH_CHECK"),
]


@pytest.mark.parametrize(
    ("code", "fields", "record", "fails"),
    [(code, fields, record, fails) for code, fields, rows in ONE_ROW for record, fails in rows],
)
def test_the_items_of_a_child_fit_together(code: str, fields: str, record: Record, fails: bool) -> None:
    assert marked(code, OC2=[record]) == ([cells(fields)] if fails else [])


@pytest.mark.parametrize("item", ITEMS)
def test_181_each_item_is_yes_or_no(item: str) -> None:
    assert marked("181", OC2=[dict.fromkeys(ITEMS, "1") | {item: "2"}]) == [cells(" ".join(ITEMS))]
    assert marked("181", OC2=[{item: "X"}]) == [cells(" ".join(ITEMS))]


def test_181_yes_no_and_nothing_pass() -> None:
    assert marked("181", OC2=[dict.fromkeys(ITEMS, "1"), dict.fromkeys(ITEMS, "0"), {}]) == []


@pytest.mark.parametrize(
    ("record", "fails"),
    [
        *(({item: "0"}, True) for item in ITEMS),
        *((COMPLETE | {item: None}, True) for item in CORE),
        (COMPLETE, False),
        (dict.fromkeys(ITEMS, "1"), False),
        ({"SDQ_SCORE": "12"}, False),
    ],
)
def test_182_the_four_core_items_go_together(record: Record, fails: bool) -> None:
    found = cells(f"{' '.join(CORE)} CONVICTED HEALTH_CHECK INTERVENTION_RECEIVED INTERVENTION_OFFERED")
    assert marked("182", OC2=[record]) == ([found] if fails else [])


@pytest.mark.parametrize(
    ("ended", "score", "fails"),
    [
        ("31/03/2026", "12", False),
        ("30/03/2026", "12", True),
        ("30/03/2026", "many", True),
        ("30/03/2026", None, False),
    ],
)
def test_185_a_score_is_for_a_child_looked_after_all_year(ended: str, score: str | None, fails: bool) -> None:
    episodes = [{"DECOM": "01/04/2025", "RNE": "S", "DEC": ended, "REC": "E8", "LS": "C2"}]
    assert marked("185", Episodes=episodes, OC2=[{"SDQ_SCORE": score}]) == (["OC2.0.SDQ_SCORE"] if fails else [])


@pytest.mark.parametrize("child", ["C2", None])
def test_185_a_child_without_episodes_has_no_score(child: str | None) -> None:
    assert marked("185", OC2=[{"SDQ_SCORE": "1", "CHILD": child}]) == ["OC2.0.SDQ_SCORE"]


@pytest.mark.parametrize("item", ITEMS)
def test_190_items_are_for_children_looked_after_all_year(item: str) -> None:
    assert marked("190", Episodes=A_DAY_SHORT, OC2=[{item: "0"}]) == [cells(" ".join(ITEMS))]
    assert marked("190", OC2=[{item: "0"}]) == [cells(" ".join(ITEMS))]


def test_190_a_year_of_care_and_no_items_pass() -> None:
    assert marked("190", Episodes=ALL_YEAR, OC2=[{"CONVICTED": "1"}]) == []
    assert marked("190", Episodes=A_DAY_SHORT, OC2=[{"SDQ_SCORE": "1"}]) == []


@pytest.mark.parametrize(
    ("episodes", "reason", "fails"),
    [
        (A_DAY_SHORT, "SDQ2", True),
        ([], "odd", True),
        (A_DAY_SHORT, None, False),
        (ALL_YEAR, "SDQ2", False),
    ],
)
def test_198_a_reason_is_for_a_child_looked_after_all_year(
    episodes: list[Record], reason: str | None, fails: bool
) -> None:
    assert marked("198", Episodes=episodes, OC2=[{"SDQ_REASON": reason}]) == (["OC2.0.SDQ_REASON"] if fails else [])


# Rules on the age of a child: each with the fields that it marks, a record that fails at some age, and the births on
# both sides of its boundaries.
AGES: list[tuple[str, str, Record, list[tuple[str | None, bool]]]] = [
    (
        "157",
        "SDQ_REASON DOB SDQ_SCORE",
        {"SDQ_REASON": "SDQ1"},
        [("01/04/2021", True), ("02/04/2021", False), ("31/03/2010", True), ("30/03/2010", False), (None, False)],
    ),
    (
        "186",
        "SDQ_SCORE SDQ_REASON DOB",
        {},
        [("01/04/2021", True), ("02/04/2021", False), ("01/04/2009", True), ("31/03/2009", False), (None, False)],
    ),
    (
        "197B",
        "SDQ_REASON SDQ_SCORE DOB",
        {},
        [
            ("31/03/2021", False),
            ("01/04/2021", True),
            ("31/03/2022", True),
            ("01/04/2022", False),
            ("31/03/2008", False),
            ("01/04/2008", True),
            ("31/03/2009", True),
            ("01/04/2009", False),
            (None, False),
            ("2021", False),
        ],
    ),
    ("543", "DOB CONVICTED", {}, [("31/03/2016", True), ("01/04/2016", False), (None, False)]),
    ("545", "DOB HEALTH_CHECK", {}, [("31/03/2021", False), ("01/04/2021", True), ("2021", False)]),
    ("546", "DOB HEALTH_CHECK", {"HEALTH_CHECK": "0"}, [("31/03/2021", True), ("01/04/2021", False), (None, False)]),
]
ALWAYS: list[tuple[str, str, Record, list[tuple[str | None, bool]]]] = [
    ("188", "SDQ_SCORE SDQ_REASON DOB", {"SDQ_SCORE": "12"}, [("01/04/2022", True), ("31/03/2022", False)]),
    ("188", "SDQ_SCORE SDQ_REASON DOB", {"SDQ_REASON": "SDQ1"}, [("01/04/2022", True), (None, False)]),
    ("188", "SDQ_SCORE SDQ_REASON DOB", {"SDQ_SCORE": "high"}, [("01/04/2022", True), ("2022", False)]),
    ("188", "SDQ_SCORE SDQ_REASON DOB", {}, [("01/04/2022", False)]),
    ("189", "DOB SDQ_SCORE SDQ_REASON", {"SDQ_SCORE": "12"}, [("31/03/2008", True), ("01/04/2008", False)]),
    ("189", "DOB SDQ_SCORE SDQ_REASON", {"SDQ_REASON": "SDQ1"}, [("31/03/2008", True), (None, False)]),
    ("189", "DOB SDQ_SCORE SDQ_REASON", {"SDQ_SCORE": "high"}, [("31/03/2008", True), ("2008", False)]),
    ("189", "DOB SDQ_SCORE SDQ_REASON", {}, [("31/03/2008", False)]),
    ("542", "CONVICTED DOB", {"CONVICTED": "0"}, [("01/04/2016", True), ("31/03/2016", False), (None, False)]),
    ("542", "CONVICTED DOB", {}, [("01/04/2016", False)]),
]


@pytest.mark.parametrize(
    ("code", "fields", "record", "born", "fails"),
    [
        (code, fields, record, born, fails)
        for code, fields, record, births in [*AGES, *ALWAYS]
        for born, fails in births
    ],
)
def test_an_item_is_for_an_age(code: str, fields: str, record: Record, born: str | None, fails: bool) -> None:
    rows = [record | {"DOB": born}]
    assert marked(code, Episodes=ALL_YEAR, OC2=rows) == ([cells(fields)] if fails else [])


@pytest.mark.parametrize(
    ("code", "record", "born"),
    [(code, record, next(born for born, fails in births if fails)) for code, fields, record, births in AGES],
)
def test_some_items_are_needed_only_after_a_year_of_care(code: str, record: Record, born: str) -> None:
    rows = [record | {"DOB": born}]
    assert marked(code, Episodes=A_DAY_SHORT, OC2=rows) == []
    assert outcome(code, OC2=rows, absent=["Episodes"]).reason == "The table Episodes was not given."


@pytest.mark.parametrize(
    ("code", "record", "born"),
    [
        ("157", {"SDQ_REASON": "SDQ1", "SDQ_SCORE": "12"}, "01/05/2015"),
        ("157", {"SDQ_REASON": "SDQ2"}, "01/05/2015"),
        ("157", {"SDQ_REASON": None}, "01/05/2015"),
        ("186", {"SDQ_SCORE": "high"}, "01/05/2015"),
        ("186", {"SDQ_REASON": "SDQ2"}, "01/05/2015"),
        ("197B", {"SDQ_SCORE": "high"}, "01/05/2021"),
        ("197B", {"SDQ_REASON": "SDQ1"}, "01/05/2021"),
        ("543", {"CONVICTED": "0"}, "01/05/2010"),
        ("545", {"HEALTH_CHECK": "0"}, "01/05/2022"),
        ("546", {"HEALTH_CHECK": None}, "01/05/2010"),
    ],
)
def test_an_answer_is_enough(code: str, record: Record, born: str) -> None:
    assert marked(code, Episodes=ALL_YEAR, OC2=[record | {"DOB": born}]) == []


@pytest.mark.parametrize(("year", "born"), [(2023, "31/03/2013"), (2027, "31/03/2017")])
def test_543_ages_follow_the_year(year: int, born: str) -> None:
    episodes = [{"DECOM": "01/05/2020", "LS": "C2", "RNE": "S"}]
    assert marked("543", year, Episodes=episodes, OC2=[{"DOB": born}]) == ["OC2.0.DOB OC2.0.CONVICTED"]


@pytest.mark.parametrize("item", CORE)
def test_191_each_core_item_is_needed_after_a_year_of_care(item: str) -> None:
    rows = [COMPLETE | {item: None}]
    assert marked("191", Episodes=ALL_YEAR, OC2=rows) == [cells(" ".join(CORE))]
    assert marked("191", Episodes=A_DAY_SHORT, OC2=rows) == []


def test_191_a_child_without_a_row_is_shown_by_the_first_episode() -> None:
    later = {"DECOM": "01/06/2025", "RNE": "P", "LS": "C2"}
    started = ALL_YEAR[0] | {"DEC": "01/06/2025", "REC": "X1"}
    nobody: list[Record] = [later | {"CHILD": None}]
    assert marked("191", Episodes=[later, started, *nobody]) == ["Episodes.1.CHILD"]
    assert marked("191", Episodes=[later, started], OC2=[COMPLETE]) == []
    assert marked("191", Episodes=A_DAY_SHORT) == []
