"""Match made-up people with typed-in mistakes and count what is right and wrong: python -m benchmarks.matching."""

from __future__ import annotations

import argparse
import resource
import sys
import time
from collections import Counter
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from random import Random
from statistics import median

from benchmarks.figures import Figures, Results, Say, memory, seconds
from benchmarks.generated import ROOT
from benchmarks.matching_damage import ALIKE, PARTNER, Written, alike, damaged, sought, written
from benchmarks.matching_people import ORIGINS, Made, held, people
from benchmarks.page import machine_now, markdown
from gateway.matching.candidate import Candidate, Restriction, partner_reference
from gateway.matching.index import Index
from gateway.matching.outsider import COMPARISONS, ask
from gateway.matching.rules import Grade
from gateway.matching.search import Outcome, Result, search
from gateway.matching.strategy import STANDARD

PAGE = ROOT / "docs" / "matching.md"
_MARK = "\n## Figures\n"
PEOPLE, SEARCHES, PAIRS = 100_000, 20_000, 100_000
_SEED = 1
_STRANGERS_SEED = 2
_KNOWN, _STRANGER = 0.6, 0.8
_LINKED = 0.1
_NEW = 850_000
_WANTED_SURE = 90
_POINTS = 2
_ANSWERS = 200
_NOW = datetime(2026, 11, 25, 9, 0, tzinfo=UTC)
_SURE = frozenset({Grade.CERTAIN, Grade.STRONG})


@dataclass(frozen=True, slots=True)
class Asked:
    """One search: where the sought person comes from, who it truly is ("" for nobody of ours), and what came of it.

    `plain`: neither restricted nor a twin, and with the right day of birth, so that no rule asks for two reviewers.
    """

    origin: str
    truth: str
    has_number: bool
    plain: bool
    result: Result
    taken: float

    @property
    def found(self) -> bool:
        """Tell whether the right person is among the candidates."""
        return bool(self.truth) and any(one.reference == self.truth for one in self.result.candidates)

    @property
    def first(self) -> bool:
        """Tell whether the right person comes first."""
        return bool(self.result.candidates) and self.result.candidates[0].reference == self.truth


def measure_matching(
    results: Results, say: Say, *, count: int = PEOPLE, searches: int = SEARCHES, pairs: int = PAIRS
) -> None:
    """Measure searches and pairs, and add their tables."""
    say(f"matching: {count} people into the index")
    everybody = tuple(people(count, _SEED))
    started = time.perf_counter()
    index = Index(map(_held, everybody))
    built = time.perf_counter() - started
    say(f"matching: {searches} searches")
    asked = run_searches(index, everybody, searches)
    say(f"matching: {pairs} pairs of two people who look alike")
    graded = run_pairs(index, everybody, pairs)
    results.figures += [
        _outcomes(asked),
        _fairness(asked),
        _pairs(graded),
        _answers(index, everybody),
        _speed(asked, count, built),
    ]
    _aim(results, asked, graded)


def _held(person: Made) -> Candidate:
    """Hold every tenth person under a partner's reference too, as an earlier match left it."""
    known_as = frozenset({partner_reference(PARTNER, f"linked-{person.number}")})
    return replace(held(person), known_as=known_as) if person.number % 10 == 0 else held(person)


def run_searches(index: Index, everybody: Sequence[Made], count: int) -> list[Asked]:
    """Search for known people with mistakes, for strangers, and for people who look like one of ours.

    Every origin of names comes as often, so that the differences between them can be seen.
    """
    rng = Random(f"searches {_SEED}")  # noqa: S311  # made-up data, no secret
    strangers = tuple(people(max(count // 4, 1), _STRANGERS_SEED))
    kinds = tuple(ALIKE)
    by_origin = [[one for one in everybody if one.origin == origin.name] for origin in ORIGINS]
    asked = []
    for number in range(count):
        person, drawn = rng.choice(rng.choice([some for some in by_origin if some])), rng.random()
        if drawn < _KNOWN:
            asked.append(_known(index, person, number, rng))
        elif drawn < _STRANGER:
            stranger = rng.choice(strangers)
            asked.append(_timed(index, stranger.origin, "", sought(_without_numbers(damaged(stranger, rng)), number)))
        else:
            other = alike(kinds[number % len(kinds)], person, _NEW + number % 40_000, rng).sought
            asked.append(_timed(index, person.origin, "", other))
    return asked


def _known(index: Index, person: Made, number: int, rng: Random) -> Asked:
    what = damaged(person, rng)
    known_as: tuple[str, ...] = ()
    if person.number % 10 == 0 and rng.random() < _LINKED:
        known_as = (partner_reference(PARTNER, f"linked-{person.number}"),)
    return _timed(
        index,
        person.origin,
        f"ours-{person.number}",
        sought(what, number, known_as),
        has_number=bool(person.nhs and what.nhs == person.nhs),
        plain=person.restriction is Restriction.NORMAL and not person.twin and what.born == person.born,
    )


def _without_numbers(what: Written) -> Written:
    """Take the numbers away: those of the other population are numbers of ours too."""
    return replace(what, nhs="", upn="", verified=False)


def _timed(
    index: Index, origin: str, truth: str, person: Candidate, *, has_number: bool = False, plain: bool = False
) -> Asked:
    started = time.perf_counter()
    result = search(STANDARD, index, person)
    return Asked(origin, truth, has_number, plain, result, time.perf_counter() - started)


def run_pairs(index: Index, everybody: Sequence[Made], count: int) -> Counter[tuple[str, Grade]]:
    """Assess pairs of two people who look like one, each kind as often, and count the grades."""
    rng = Random(f"pairs {_SEED}")  # noqa: S311  # made-up data, no secret
    kinds = tuple(ALIKE)
    graded: Counter[tuple[str, Grade]] = Counter()
    for number in range(count):
        person = rng.choice(everybody)
        other = alike(kinds[number % len(kinds)], person, _NEW + number % 40_000, rng)
        graded[other.kind, STANDARD.assess(other.sought, _held(person), index.rarity).grade] += 1
    return graded


def false_matches(asked: Sequence[Asked]) -> int:
    """Count the searches that would have been linked to the wrong person without anybody looking."""
    return sum(one.result.unattended and not one.first for one in asked)


def _outcomes(asked: Sequence[Asked]) -> Figures:
    known = [one for one in asked if one.truth]
    unknown = [one for one in asked if not one.truth]
    rows = []
    for outcome in Outcome:
        these = [one for one in asked if one.result.outcome is outcome]
        right = [one for one in these if (not one.truth if outcome is Outcome.NONE else one.found)]
        first = "" if outcome is Outcome.NONE else _share(sum(one.first for one in these if one.truth), len(these))
        of = unknown if outcome is Outcome.NONE else known
        rows.append(
            (outcome.value, str(len(these)), _share(len(right), len(these)), first, _share(len(right), len(of)))
        )
    columns = ("Outcome", "Searches", "Precision", "Right one first", "Recall")
    note = (
        f"{len(known)} searches for people whom we hold, with up to three mistakes each; {len(unknown)} for others, "
        "half of them made to look like somebody of ours. Precision: the right person is among the candidates; for "
        "`none`: the person is not held. Recall: of all whom we hold; for `none`: of all others. A person decides on "
        f"all but `match`. Searches that asked the sender for more: {sum(bool(one.result.missing) for one in asked)}."
    )
    return Figures("Matching: outcomes", columns, tuple(rows), (note,))


@dataclass(frozen=True, slots=True)
class _Group:
    """What came of the searches for people whose names are of one origin; shares in percent."""

    name: str
    searches: int
    matched: float
    found: float
    wrong: int


def _groups(asked: Sequence[Asked]) -> list[_Group]:
    groups = []
    for origin in ORIGINS:
        these = [one for one in asked if one.origin == origin.name]
        known = [one for one in these if one.truth and not one.result.missing]
        numbered = [one for one in known if one.has_number]
        matched = sum(one.result.unattended and one.first for one in numbered)
        shares = (_percent(matched, len(numbered)), _percent(sum(one.found for one in known), len(known)))
        groups.append(_Group(origin.name, len(known), *shares, false_matches(these)))
    return groups


def _fairness(asked: Sequence[Asked]) -> Figures:
    rows = [
        (one.name, str(one.searches), f"{one.matched:.1f} %", f"{one.found:.1f} %", str(one.wrong))
        for one in _groups(asked)
    ]
    columns = ("Origin of the names", "Searches", "Matched, with NHS number", "Found", "False matches")
    note = "Of people whom we hold and who could be searched for. Found: matched, or among those shown to a reviewer."
    return Figures("Matching: by origin of the names", columns, tuple(rows), (note,))


def _pairs(graded: Counter[tuple[str, Grade]]) -> Figures:
    rows = [(kind, *(str(graded[kind, grade]) for grade in Grade)) for kind in ALIKE]
    rows.append(("all", *(str(sum(graded[kind, grade] for kind in ALIKE)) for grade in Grade)))
    note = "Every pair is of two people. Only `certain` would be linked without a person."
    return Figures("Matching: pairs who look alike", ("Pair", *(grade.value for grade in Grade)), tuple(rows), (note,))


def _answers(index: Index, everybody: Sequence[Made]) -> Figures:
    """Time answers to an outsider about people known and unknown: there should be nothing to see."""
    times: dict[str, list[float]] = {"known": [], "not known": []}
    strangers = tuple(people(_ANSWERS, _STRANGERS_SEED))
    for number in range(_ANSWERS):
        for kind, person in (("known", everybody[number]), ("not known", strangers[number])):
            what = written(person) if kind == "known" else _without_numbers(written(person))
            started = time.perf_counter()
            ask(STANDARD, index, sought(what, number), _NOW, may_be_told=True)
            times[kind].append(time.perf_counter() - started)
    row = (str(COMPARISONS), *(f"{median(taken) * 1000:.1f} ms" for taken in times.values()))
    columns = ("Comparisons", "Work for a known person", "Work for an unknown one")
    note = f"Medians of {_ANSWERS} each. The answer leaves at a fixed time after the question, long after the work."
    return Figures("Matching: answers to an outsider", columns, (row,), (note,))


def _speed(asked: Sequence[Asked], count: int, built: float) -> Figures:
    times = sorted(one.taken for one in asked)
    compared = sorted(one.result.compared for one in asked)
    peak = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024
    row = (
        str(count),
        seconds(built),
        *(f"{value * 1000:.1f} ms" for value in (median(times), times[len(times) * 99 // 100], times[-1])),
        f"{median(compared):.0f} / {compared[len(compared) * 99 // 100]} / {compared[-1]}",
        memory(peak),
    )
    columns = (
        "People",
        "Index built",
        "Median search",
        "99 in 100",
        "Longest",
        "Compared (median / 99 % / most)",
        "Peak",
    )
    return Figures("Matching: speed", columns, (row,), ("One process, one core. Peak: of the whole benchmark.",))


def _aim(results: Results, asked: Sequence[Asked], graded: Counter[tuple[str, Grade]]) -> None:
    certain = sum(count for (_, grade), count in graded.items() if grade is Grade.CERTAIN)
    results.aim(f"False unattended matches, {graded.total()} alike pairs", "0", str(certain), met=certain == 0)
    wrong = false_matches(asked)
    results.aim(f"False unattended matches, {len(asked)} searches", "0", str(wrong), met=wrong == 0)
    wanted = f"at least {_WANTED_SURE} %"
    numbered = [one for one in asked if one.has_number and not one.result.missing]
    for what, these in (
        ("", numbered),
        (", no twin, not restricted, day right", [one for one in numbered if one.plain]),
    ):
        sure = sum(one.first and one.result.candidates[0].grade in _SURE for one in these)
        share = 100 * sure / max(len(these), 1)
        results.aim(f"Certain or strong, NHS number right{what}", wanted, f"{share:.1f} %", met=share >= _WANTED_SURE)
    groups = _groups(asked)
    for what, spread in (("found", _spread(g.found for g in groups)), ("matched", _spread(g.matched for g in groups))):
        wanted = f"at most {_POINTS} points"
        results.aim(f"Origins of names apart, {what}", wanted, f"{spread:.1f} points", met=spread <= _POINTS)


def _spread(values: Iterable[float]) -> float:
    found = list(values)
    return max(found) - min(found)


def _percent(part: int, whole: int) -> float:
    return 100 * part / whole if whole else 0.0


def _share(part: int, whole: int) -> str:
    return f"{100 * part / whole:.1f} %" if whole else "-"


def main() -> None:
    """Measure and print the tables."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--people", type=int, default=PEOPLE, help="how many people the index holds")
    parser.add_argument("--searches", type=int, default=SEARCHES, help="how many people are sought")
    parser.add_argument("--pairs", type=int, default=PAIRS, help="how many pairs of two people are compared")
    parser.add_argument("--write", action="store_true", help=f"write the figures into {PAGE.relative_to(ROOT)} too")
    options = parser.parse_args()
    machine = machine_now()
    results = Results()
    measure_matching(
        results,
        lambda text: print(text, file=sys.stderr, flush=True),
        count=options.people,
        searches=options.searches,
        pairs=options.pairs,
    )
    print(markdown(results), end="")
    if options.write:
        PAGE.write_text(with_figures(PAGE.read_text(encoding="utf-8"), machine, markdown(results)), encoding="utf-8")


def with_figures(page: str, machine: str, tables: str) -> str:
    """Give the page with its figures, which end it, replaced by these."""
    before, mark, _ = page.partition(_MARK)
    return f"{before}{mark}\n{machine}\n{tables.replace('## ', '### ')}"


if __name__ == "__main__":
    main()
