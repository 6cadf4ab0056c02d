"""The people whom we hold, in memory, found by what they may share with the person sought."""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from itertools import islice

from gateway.matching.candidate import Candidate, Restriction
from gateway.matching.comparison import swapped
from gateway.matching.names import Name, variants
from gateway.matching.similarity import sound

LARGEST = 1000
"""A key that more people share is passed over: it finds everybody and tells nothing."""


@dataclass(frozen=True, slots=True)
class Near:
    """Who may be the person sought; `complete` is False where a key was passed over because too many share it."""

    people: tuple[Candidate, ...]
    complete: bool


class Index:
    """An index in memory. Records of protected people (X5) are never in it, so that no search can tell."""

    def __init__(self, people: Iterable[Candidate] = ()) -> None:
        self._people: dict[str, Candidate] = {}
        self._keys: dict[str, list[str]] = {}
        self._families: Counter[str] = Counter()
        for person in people:
            self.put(person)

    def __len__(self) -> int:
        return len(self._people)

    def put(self, person: Candidate) -> None:
        """Take somebody in, or take in what has changed."""
        self.remove(person.reference)
        if person.restriction is Restriction.PROTECTED:
            return
        self._people[person.reference] = person
        self._families.update(name.whole for name in person.families)
        for key in set(keys(person)):
            self._keys.setdefault(key, []).append(person.reference)

    def remove(self, reference: str) -> None:
        """Take somebody out, if they are there."""
        person = self._people.pop(reference, None)
        if person is None:
            return
        self._families.subtract(name.whole for name in person.families)
        for key in set(keys(person)):
            holders = self._keys[key]
            holders.remove(reference)
            if not holders:
                del self._keys[key]

    def rarity(self, family: str) -> float:
        """Give the share of the people held who have a family name; 0 where nobody has it."""
        return self._families[family] / len(self._people) if self._people else 0.0

    def near(self, sought: Candidate) -> Near:
        """Find everybody who shares a key with the person sought, but not that record itself; the surest keys first."""
        found: dict[str, Candidate] = {}
        complete = True
        for key in questions(sought):
            holders = self._keys.get(key, ())
            if len(holders) > LARGEST:
                complete = False
                continue
            found.update((reference, self._people[reference]) for reference in holders)
        found.pop(sought.reference, None)
        return Near(tuple(found.values()), complete)

    def strangers(self, count: int, but: Collection[str]) -> tuple[Candidate, ...]:
        """Give so many others, to make the work of a search the same; fewer where so many are not held."""
        others = (person for reference, person in self._people.items() if reference not in but)
        return tuple(islice(others, count))


def keys(person: Candidate) -> Iterator[str]:
    """Give the keys under which a person is found."""
    yield from _common(person)
    for day in person.births:
        yield f"b{day.isoformat()}"
    for family in person.families:
        for given in person.givens:
            yield from (f"n{family.whole} {word}" for word in given.words)


def questions(person: Candidate) -> Iterator[str]:
    """Give the keys to look under for a person: those of `keys`, and those that a mistake would have made."""
    yield from _common(person)
    for day in person.births:
        yield f"b{day.isoformat()}"
        turned = swapped(day)
        if turned is not None:
            yield f"b{turned.isoformat()}"
    for family in person.families:
        for given in person.givens:
            for word in given.words:
                yield from (f"n{family.whole} {variant}" for variant in sorted(variants(word)))
            yield from (f"n{given.whole} {word}" for word in family.words)


def _common(person: Candidate) -> Iterator[str]:
    yield from (f"h{number}" for number in (person.nhs_number, *sorted(person.former_nhs_numbers)) if number)
    yield from (f"x{reference}" for reference in sorted(person.known_as))
    yield from (f"u{upn}" for upn in sorted(person.upns))
    yield from (f"i{number}" for number in sorted(person.numbers))
    if not person.closed:
        yield from _at_home(person)
    for carer in person.carers:
        if carer.family and carer.given:
            yield f"c{carer.family.whole} {carer.given.words[0]}"
    for year in _years(person):
        yield from (f"s{sound(word)}{year}" for word in _family_words(person.families))


def _at_home(person: Candidate) -> Iterator[str]:
    homes = [f"p{code}" for code in sorted(person.postcodes)] + [f"a{uprn}" for uprn in sorted(person.uprns)]
    for home in homes:
        yield from (f"{home} {given.words[0]}" for given in person.givens)
        yield from (f"{home} {day.year}" for day in person.births)


def _family_words(families: frozenset[Name]) -> set[str]:
    return {word for family in families for word in (family.whole, *family.words)}


def _years(person: Candidate) -> set[int]:
    days: set[date] = set(person.births) or ({person.expected} if person.expected else set())
    return {day.year for day in days}
