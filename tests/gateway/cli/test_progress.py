from __future__ import annotations

import io

import pytest
from rich.console import Console

from gateway.cli.progress import patient_bar, progress_bar


class Clock:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


def drawn(*moves: tuple[float, int]) -> str:
    """Give what a terminal gets when, at each time in seconds, so much of 100 has been read."""
    text, clock = io.StringIO(), Clock()
    with patient_bar(Console(file=text, force_terminal=True, width=80, color_system=None), clock) as moved:
        for seconds, done in moves:
            clock.now = seconds
            moved(done, 100)
    return text.getvalue()


def test_a_file_that_takes_up_to_a_second_draws_nothing() -> None:
    assert drawn((0.5, 50), (1.0, 100)) == ""


def test_a_file_that_takes_longer_draws_a_bar_and_takes_it_away() -> None:
    text = drawn((0.5, 20), (1.1, 40))
    assert "Reading" in text
    assert "40%" in text
    assert text.endswith("\x1b[2K")


def test_when_all_is_read_the_bar_tells_that_rules_are_checked() -> None:
    text = drawn((1.1, 100))
    assert "Checking the rules" in text
    assert "Reading" not in text


@pytest.mark.parametrize("show", [True, False])
def test_nothing_is_drawn_off_a_terminal(show: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stderr", io.StringIO())
    with progress_bar(show=show) as moved:
        assert moved is None


def test_nothing_is_drawn_on_a_terminal_when_it_is_not_wanted(monkeypatch: pytest.MonkeyPatch) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr("sys.stderr", Terminal())
    with progress_bar(show=False) as moved:
        assert moved is None
    with progress_bar(show=True, clock=Clock()) as moved:
        assert moved is not None
