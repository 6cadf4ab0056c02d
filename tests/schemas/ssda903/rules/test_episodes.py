"""Rules on one episode: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import found, marked, outcome


@pytest.mark.parametrize(
    ("reason", "fails"), [("S", False), ("b", False), ("X", True), ("SS", True), (None, False), (" ", True)]
)
def test_143_the_reason_for_a_new_episode_is_on_the_list(reason: str | None, fails: bool) -> None:
    assert marked("143", Episodes=[{"RNE": reason}]) == (["Episodes.0.RNE"] if fails else [])


@pytest.mark.parametrize(
    ("born", "start", "fails"),
    [
        ("01/04/2008", "31/03/2026", False),
        ("01/04/2008", "01/04/2026", True),
        ("29/02/2008", "27/02/2026", False),
        ("29/02/2008", "28/02/2026", True),
        ("nineties", "01/04/2026", False),
        ("01/04/2008", None, False),
    ],
)
def test_352_care_starts_before_the_18th_birthday(born: str, start: str | None, fails: bool) -> None:
    cells = ["Episodes.0.DECOM Episodes.0.RNE Header.0.DOB"] if fails else []
    assert marked("352", Header=[{"DOB": born}], Episodes=[{"DECOM": start, "RNE": "S"}]) == cells


def test_352_is_about_the_start_of_care_and_reads_the_first_row_of_a_child_in_header() -> None:
    header = [{"DOB": "01/04/2008"}, {"DOB": "01/04/2018"}, {"CHILD": "C2", "DOB": "01/04/2018"}]
    episodes = [
        {"DECOM": "01/04/2026", "RNE": "P"},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": "C2"},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": None},
        {"DECOM": "01/04/2026", "RNE": "S", "CHILD": "c1"},
    ]
    (finding,) = found("352", Header=header, Episodes=episodes)
    assert (finding.child_id, finding.locations[0].row) == ("C1", 3)


def test_352_needs_header() -> None:
    assert outcome("352", absent=["Header"]).reason == "The table Header was not given."


@pytest.mark.parametrize(
    ("end", "fails"), [("01/05/2025", True), ("02/05/2025", False), (None, False), ("soon", False)]
)
def test_356_an_episode_ends_on_or_after_its_start(end: str | None, fails: bool) -> None:
    cells = ["Episodes.0.DECOM Episodes.0.DEC"] if fails else []
    assert marked("356", Episodes=[{"DECOM": "02/05/2025", "DEC": end}]) == cells
