"""Made-up censuses: clean where they should be, damaged where they should be, and of nobody."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from datetime import date
from itertools import pairwise
from pathlib import Path
from random import Random
from typing import Any, cast

import pytest

from adapters.cin.demo.census import write_demo
from adapters.cin.demo.damage import MISTAKES, Spot
from adapters.cin.demo.dirt import DIRT
from adapters.cin.demo.population import header, population
from adapters.cin.read import read_cin
from adapters.cin.write import child_group
from adapters.made_up.people import upn
from adapters.xml.write import Record, elements
from schemas.cin.definition import CIN
from schemas.cin.layout import YEARS, cin_layout, code_set
from schemas.engine import evaluate
from schemas.findings import Outcome

SEEDS = (1, 2, 3, 4)
PSEUDO = {"001", "002", "003", "004", "005"}
# Asked of a return as a whole, and rightly of one with two children: few children, no disabled child, no
# pre-proceedings. A larger population gives no query at all.
ALLOWED_QUERIES = {2: {"2887Q", "2888Q", "8995Q"}, 250: set[str]()}

Child = dict[str, Any]


def children(year: int, seed: int, count: int = 500) -> list[Child]:
    return list(population(year, count, seed))


def episodes(kids: list[Child]) -> list[Child]:
    return [episode for kid in kids for episode in kid["CINdetails"]]


def texts(record: object) -> Iterator[str]:
    if isinstance(record, str):
        yield record
    elif isinstance(record, dict):
        for inner in record.values():
            yield from texts(inner)
    elif isinstance(record, list):
        for inner in record:
            yield from texts(inner)


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("count", ALLOWED_QUERIES)
@pytest.mark.parametrize("seed", SEEDS)
def test_without_damage_there_is_no_error_and_no_query_but_those_listed(
    tmp_path: Path, year: int, seed: int, count: int
) -> None:
    path = tmp_path / "clean.xml"
    write_demo(path, year=year, children=count, seed=seed, damage=0.0)
    data = read_cin(path)
    found = evaluate(CIN, data)
    assert data.form == ()
    assert data.notices == ()
    assert data.tables["ChildIdentifiers"].height == count
    assert {finding.code for finding in found.findings} <= ALLOWED_QUERIES[count]
    assert Outcome.ERRORED not in {item.outcome for item in found.outcomes}


@pytest.mark.parametrize("year", [2017, 2022, 2025, 2027])
@pytest.mark.parametrize("seed", SEEDS)
def test_the_population_has_families_unborn_children_and_every_kind_of_work(year: int, seed: int) -> None:
    kids = children(year, seed)
    counts = Counter(name for episode in episodes(kids) for name in episode)
    assert len({kid["ChildIdentifiers"]["LAchildID"] for kid in kids}) == 500
    assert 3 <= sum("ExpectedPersonBirthDate" in kid["ChildIdentifiers"] for kid in kids) <= 40
    assert 5 <= sum(len(kid["CINdetails"]) > 1 for kid in kids) <= 60, "referred again"
    assert counts["Assessments"] > 250
    assert counts["CINclosureDate"] > 150
    assert counts["ChildProtectionPlans"] > 40
    assert counts["Section47"] > 40
    assert counts["CINPlanDates"] > 100
    assert (counts["PreProceedingsandFGDM"] > 3) == (year >= 2027)
    assert sum(episode["ReferralNFA"] == "1" for episode in episodes(kids)) > 60
    plans = [plan for episode in episodes(kids) for plan in episode.get("ChildProtectionPlans", [])]
    assert 10 < sum("CPPendDate" not in plan for plan in plans) < len(plans) - 10
    assert sum(len(plan.get("Reviews", {}).get("CPPreviewDate", [])) for plan in plans) > len(plans) / 2
    assert sum("NONE" not in texts_of_disabilities(kid) for kid in kids) > 20


def texts_of_disabilities(kid: Child) -> list[str]:
    return list(texts(kid["ChildCharacteristics"].get("Disabilities", "NONE")))


@pytest.mark.parametrize("year", [2017, 2027])
@pytest.mark.parametrize("seed", SEEDS)
def test_siblings_stand_together_and_share_referral_and_ethnicity(year: int, seed: int) -> None:
    family = [
        (kid["CINdetails"][0]["CINreferralDate"], kid["ChildCharacteristics"]["Ethnicity"])
        for kid in children(year, seed)
    ]
    together = sum(one == other for one, other in pairwise(family))
    assert 150 < together < 350
    sizes = Counter(family).values()
    assert {1, 2, 3, 4} <= set(sizes)


@pytest.mark.parametrize("seed", SEEDS)
def test_a_second_referral_comes_after_the_first_was_closed(seed: int) -> None:
    again = [kid["CINdetails"] for kid in children(2026, seed) if len(kid["CINdetails"]) > 1]
    assert again
    for first, second in again:
        assert date.fromisoformat(first["CINclosureDate"]) < date.fromisoformat(second["CINreferralDate"])


def test_a_child_may_die_and_the_episode_ends_with_it() -> None:
    dead = [kid for seed in SEEDS for kid in children(2026, seed) if "PersonDeathDate" in kid["ChildIdentifiers"]]
    assert dead
    for kid in dead:
        (episode,) = kid["CINdetails"]
        assert episode["ReasonForClosure"] == "RC2"
        assert episode["CINclosureDate"] == kid["ChildIdentifiers"]["PersonDeathDate"]


@pytest.mark.parametrize("damage", [0.0, 0.5])
def test_the_same_seed_makes_the_same_bytes_and_another_does_not(tmp_path: Path, damage: float) -> None:
    made = []
    for number, seed in enumerate((7, 7, 8)):
        path = tmp_path / f"{number}.xml"
        write_demo(path, year=2026, children=80, seed=seed, damage=damage)
        made.append(path.read_bytes())
    assert made[0] == made[1] != made[2]


def test_a_larger_census_starts_with_the_smaller_one() -> None:
    assert children(2026, 1, 300)[:299] == children(2026, 1, 299)


@pytest.mark.parametrize("year", [2017, 2024, 2027])
def test_damage_is_found_and_more_damage_is_found_more(tmp_path: Path, year: int) -> None:
    errors = []
    for damage in (0.05, 0.5):
        path = tmp_path / f"{damage}.xml"
        write_demo(path, year=year, children=300, seed=1, damage=damage)
        data = read_cin(path)
        found = [*data.form, *evaluate(CIN, data).findings]
        errors.append(len({item.child_id for item in found if not item.code.endswith("Q")}))
    assert 5 <= errors[0] <= 60
    assert 100 <= errors[1] <= 260


def test_damage_breaks_form_and_rules_alike(tmp_path: Path) -> None:
    path = tmp_path / "damaged.xml"
    write_demo(path, year=2027, children=400, seed=3, damage=1.0)
    data = read_cin(path)
    assert len({item.code for item in data.form}) >= 6
    assert len({item.code for item in evaluate(CIN, data).findings}) >= 60


@pytest.mark.parametrize("name", sorted(MISTAKES))
def test_every_mistake_can_be_made_and_changes_the_child(name: str) -> None:
    group = child_group(cin_layout(2027))

    def changed(seed: int, before: Child, kid: Child) -> bool:
        was = elements(group, cast("Record", kid))
        return MISTAKES[name](kid, before, Spot(2027, Random(seed))) and elements(group, cast("Record", kid)) != was

    pairs = ((seed, *pair) for seed in range(60) for pair in pairwise(children(2027, seed, 12)))
    assert any(changed(*each) for each in pairs)


@pytest.mark.parametrize("dirt", DIRT, ids=lambda dirt: dirt.__name__)
def test_every_dirt_changes_a_child_and_leaves_an_empty_one_alone_or_adds(dirt: Any) -> None:
    group = child_group(cin_layout(2027))
    content = elements(group, cast("Record", children(2027, 1, 1)[0]))[0][1]
    assert any(dirt(content, Random(seed)) != content for seed in range(5))
    assert dirt([], Random(1)) is not None


@pytest.mark.parametrize("year", [2017, 2027])
def test_no_pupil_number_is_of_a_real_authority_damaged_or_not(tmp_path: Path, year: int) -> None:
    real = set(code_set("UPNAuthority").values(year)) - PSEUDO
    assert "801" in real
    for damage in (0.0, 1.0):
        path = tmp_path / f"{damage}.xml"
        write_demo(path, year=year, children=600, seed=5, damage=damage)
        table = read_cin(path).tables["ChildIdentifiers"]
        numbers = [*table["UPN"].drop_nulls(), *table["FormerUPN"].drop_nulls()]
        assert len(numbers) > 200
        assert {number[1:4] for number in numbers} & real == set()


def test_no_mistake_and_no_header_names_a_real_authority() -> None:
    from adapters.cin.demo import damage  # noqa: PLC0415  # its list of spoilt numbers is its own

    real = set(code_set("UPNAuthority").values(2027)) - PSEUDO
    assert {number[1:4] for number in damage._ODD_NUMBERS} & real == set()  # noqa: SLF001  # the list as it stands
    assert next(text for text in texts(header(2026)) if text == "999") == "999"
    assert "999" not in real


def test_pupil_numbers_are_all_different() -> None:
    rng = Random(1)
    numbers = [upn(number, rng) for number in range(1, 20_000)]
    assert len(set(numbers)) == len(numbers)


@pytest.mark.parametrize("year", YEARS)
def test_the_header_is_fixed_by_the_year(year: int) -> None:
    assert header(year) == header(year)
    assert {"CIN", str(year), f"{year}-03-31", "999"} <= set(texts(header(year)))
