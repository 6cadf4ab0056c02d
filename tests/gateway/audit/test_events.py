"""The events and their page."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from gateway.audit.events import Action, Outcome, page

ROOT = Path(__file__).parents[3]


def test_the_page_is_made_from_the_events() -> None:
    made = page()
    assert (ROOT / "docs" / "audit-events.md").read_text(encoding="utf-8") == made
    assert re.findall(r"^\| `([a-z-]+)` \|", made, re.MULTILINE) == [*Action, *Outcome]


@pytest.mark.parametrize("item", [*Action, *Outcome])
def test_every_event_says_in_one_sentence_what_it_means(item: Action | Outcome) -> None:
    assert re.fullmatch(r"[A-Z][^.|]+\.", item.meaning)


def test_no_two_events_mean_the_same() -> None:
    assert len({action.meaning for action in Action}) == len(Action)


@pytest.mark.parametrize("verb", ["receive", "parse", "validate", "map", "route", "deliver"])
def test_the_verbs_of_the_pipeline_are_events(verb: str) -> None:
    assert Action[verb.upper()].value == verb
