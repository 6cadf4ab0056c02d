from __future__ import annotations

from typing import Any

import pytest

from benchmarks.peer_cin import CIN_PEER
from benchmarks.peer_differences import ALL, explanations_of, read_explanations
from benchmarks.peer_page import page
from benchmarks.peer_tally import DIFFERENCES, Tally
from benchmarks.peers import AS_FOUND, Compared, Peer, Place, Verdict

CODE = "8832"
PLAN, EPISODE = "ChildProtectionPlans", "CINdetails"


def verdict(*places: Place, crashed: bool = False) -> Verdict:
    return Verdict({CODE: frozenset(places)}, frozenset({CODE} if crashed else ()), frozenset({CODE}))


def tally(ours: Verdict, peer: Verdict, as_found: Verdict | None = None) -> Tally:
    names = [AS_FOUND, *(step.name for step in CIN_PEER.steps)]
    theirs = dict.fromkeys(names, peer) | {AS_FOUND: as_found or peer}
    found = Tally(CIN_PEER)
    found.add(Compared(CIN_PEER.samples[0], dict.fromkeys(names, ours), theirs))
    return found


def test_children_are_counted_apart_by_who_flags_them() -> None:
    ours = verdict(Place("1", PLAN, 10), Place("2", PLAN, 20), Place("3", PLAN, 30))
    peer = verdict(Place("1", PLAN, 10), Place("2", EPISODE, 18), Place("4", PLAN, 40))
    rule = tally(ours, peer).rules[CODE]
    assert rule.agree == 1
    assert rule.differences == {"gateway": 1, "peer": 1, "records": 1}


def test_a_crash_is_counted_once_and_its_children_are_not_compared() -> None:
    rule = tally(verdict(Place("1", PLAN, 10)), verdict(crashed=True)).rules[CODE]
    assert rule.differences == {"crash": 1}
    assert rule.agree == 0


def test_a_difference_that_a_step_removes_is_one_of_reading() -> None:
    ours = verdict(Place("1", PLAN, 10))
    rule = tally(ours, ours, as_found=verdict()).rules[CODE]
    assert rule.read_otherwise == {CIN_PEER.steps[0].name: 1}
    assert not rule.differences


def test_a_difference_without_explanation_and_an_explanation_without_difference_are_problems() -> None:
    found = tally(verdict(Place("1", PLAN, 10)), verdict())
    assert found.problems({}) == ["8832: no explanation (only the gateway flags the child)"]
    assert found.problems({(CODE, "gateway"): "It swaps rows."}) == []
    assert found.problems({(CODE, "gateway"): "It swaps rows.", ("8500", "peer"): "Old."}) == [
        "8500: explained but not needed (peer)"
    ]


def test_the_page_shows_the_figures_and_the_reason() -> None:
    text = page(tally(verdict(Place("1", PLAN, 10)), verdict()), {(CODE, "gateway"): "It swaps rows."})
    cells = [cell.strip() for line in text.splitlines() if line.startswith("| 8832") for cell in line.split("|")[1:-1]]
    assert cells == ["8832", "0", "1", "0", "0", "0", "It swaps rows."]


def test_a_reason_for_two_differences_of_a_rule_is_given_once_and_a_missing_one_is_told() -> None:
    found = tally(
        verdict(Place("1", PLAN, 10), Place("2", PLAN, 20)), verdict(Place("2", EPISODE, 18), Place("3", PLAN, 30))
    )
    reasons = {(CODE, "gateway"): "It swaps rows.", (CODE, "records"): "It swaps rows."}
    (line,) = (line for line in page(found, reasons).splitlines() if line.startswith("| 8832"))
    assert line.split("|")[-2].strip() == "It swaps rows. Not explained."


@pytest.mark.parametrize("peer", ALL.values(), ids=ALL)
def test_every_explanation_is_of_a_rule_and_a_kind_that_exist(peer: Peer[Any]) -> None:
    codes = {rule.code for rule in peer.definition.all_rules}
    explained = read_explanations(explanations_of(peer))
    assert explained
    assert all(code in codes and kind in DIFFERENCES and text for (code, kind), text in explained.items())
