"""Rules on postcodes: what fails, what passes, and the nearest boundary."""

from __future__ import annotations

import pytest

from looked_after_builder import DIRECTORY, HOME, marked, outcome


@pytest.mark.parametrize(
    ("post", "status", "fails"),
    [
        (HOME, "C2", False),
        ("EH1 1AA", "C2", False),
        ("ZZ1 1ZZ", "C2", True),
        (None, "C2", True),
        (None, None, True),
        (None, "V3", False),
        (None, "V4", False),
    ],
)
def test_169_the_authority_of_the_placement_is_known(post: str | None, status: str | None, fails: bool) -> None:
    cells = ["Episodes.0.PL_POST Episodes.0.LS"] if fails else []
    assert marked("169", Episodes=[{"PL_POST": post, "LS": status}], postcodes=DIRECTORY) == cells


@pytest.mark.parametrize(
    ("home", "placement", "fields"),
    [
        (HOME, "se13  7sb", ""),
        ("ZZ1 1ZZ", HOME, "Episodes.0.HOME_POST"),
        (HOME, "ZZ1 1ZZ", "Episodes.0.PL_POST"),
        ("ZZ1 1ZZ", "ZZ1 1ZZ", "Episodes.0.HOME_POST Episodes.0.PL_POST"),
        (None, None, ""),
    ],
)
def test_392c_a_postcode_is_in_the_directory(home: str | None, placement: str | None, fields: str) -> None:
    episodes = [{"HOME_POST": home, "PL_POST": placement}]
    assert marked("392c", Episodes=episodes, postcodes=DIRECTORY) == ([fields] if fields else [])


@pytest.mark.parametrize("code", ["169", "392c"])
def test_rules_on_postcodes_need_the_directory(code: str) -> None:
    reason = "It needs the postcode directory. Make it with: ics-gateway reference build"
    assert outcome(code).reason == reason
