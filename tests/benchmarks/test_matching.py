"""The population with mistakes, in small: the benchmark runs the same with 100,000 people and pairs."""

from __future__ import annotations

from random import Random

import pytest

from benchmarks.figures import Results
from benchmarks.matching import false_matches, measure_matching, run_pairs, run_searches, with_figures
from benchmarks.matching_damage import ALIKE, DAMAGES, alike, damaged, sought, written
from benchmarks.matching_people import Made, held, people
from gateway.matching.index import Index
from gateway.matching.rules import Grade
from gateway.matching.search import Outcome, search
from gateway.matching.strategy import STANDARD


@pytest.fixture(scope="module")
def everybody() -> tuple[Made, ...]:
    return tuple(people(1500, 7))


@pytest.fixture(scope="module")
def index(everybody: tuple[Made, ...]) -> Index:
    return Index(map(held, everybody))


def test_the_same_seed_makes_the_same_people_and_mistakes(everybody: tuple[Made, ...]) -> None:
    assert tuple(people(1500, 7)) == everybody
    assert tuple(people(50, 8)) != everybody[:50]
    assert damaged(everybody[0], Random(3)) == damaged(everybody[0], Random(3))


def test_there_are_twins_and_families_and_people_of_one_name(everybody: tuple[Made, ...]) -> None:
    assert sum(one.twin for one in everybody) > 10
    assert len({one.family_number for one in everybody}) < len(everybody)
    assert len({(one.family, one.given) for one in everybody}) < len(everybody)
    assert len({one.nhs for one in everybody if one.nhs}) == sum(bool(one.nhs) for one in everybody)


def test_every_mistake_changes_somebody_and_leaves_no_trap(everybody: tuple[Made, ...]) -> None:
    rng = Random(5)
    for damage in DAMAGES:
        assert any(damage(written(one), rng) != written(one) for one in everybody[:200]), damage.__name__
        for one in everybody[:20]:
            sought(damage(written(one), rng), 1)


@pytest.mark.parametrize("kind", ALIKE)
def test_people_who_look_alike_are_not_one(kind: str, everybody: tuple[Made, ...], index: Index) -> None:
    rng = Random(11)
    for number, person in enumerate(everybody[:150]):
        other = alike(kind, person, 860_000 + number, rng).sought
        assert STANDARD.assess(other, held(person), index.rarity).grade is not Grade.CERTAIN
        assert not search(STANDARD, index, other).unattended


def test_no_search_and_no_pair_is_wrong_unattended(everybody: tuple[Made, ...], index: Index) -> None:
    asked = run_searches(index, everybody, 400)
    assert false_matches(asked) == 0
    known = [one for one in asked if one.truth and not one.result.missing]
    assert sum(one.result.outcome is Outcome.MATCH for one in known) > 0.4 * len(known)
    assert sum(one.found for one in known) > 0.97 * len(known)
    graded = run_pairs(index, everybody, 1100)
    assert graded.total() == 1100
    assert sum(count for (_, grade), count in graded.items() if grade is Grade.CERTAIN) == 0


def test_the_tables_say_what_was_measured() -> None:
    results = Results()
    measure_matching(results, lambda _: None, count=300, searches=60, pairs=22)
    assert [figures.title for figures in results.figures] == [
        "Matching: outcomes",
        "Matching: by origin of the names",
        "Matching: pairs who look alike",
        "Matching: answers to an outsider",
        "Matching: speed",
    ]
    assert [row[0] for row in results.figures[0].rows] == ["match", "possible", "many", "none"]
    assert [(target.measured, target.met) for target in results.targets[:2]] == [("0", True), ("0", True)]


def test_the_figures_end_the_page_and_are_replaced_whole() -> None:
    page = "# Matching\n\n## Figures\n\nold\n"
    once = with_figures(page, "A machine.\n", "## Targets\n")
    assert once == "# Matching\n\n## Figures\n\nA machine.\n\n### Targets\n"
    assert with_figures(once, "A machine.\n", "## Targets\n") == once
