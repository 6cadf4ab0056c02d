"""People as somebody else wrote them down, and pairs of two people who look like one. All seeded."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from random import Random

from benchmarks.matching_people import Made, given_name, nhs_number, other_person, place
from gateway.matching.candidate import Candidate, candidate, partner_reference, relative
from gateway.matching.comparison import swapped
from gateway.matching.names import variants

PARTNER = "urn:ics:org:ods:BBB"
_LETTERS = "abcdefghijklmnoprstuvwyz"
_DAMAGES = (0, 0, 0, 0, 1, 1, 1, 2, 2, 3)
_YEAR = 365


@dataclass(frozen=True, slots=True)
class Written:
    """A person as somebody wrote them down: fields may be empty or wrong."""

    family: str
    given: str
    born: date | None
    sex: str
    nhs: str
    verified: bool
    upn: str
    postcodes: tuple[str, ...]
    uprn: str
    carers: tuple[tuple[str, str, date], ...]
    siblings: tuple[tuple[str, str, date], ...]


Damage = Callable[[Written, Random], Written]


def written(person: Made) -> Written:
    """Write a person down without a mistake."""
    return Written(
        person.family,
        person.given,
        person.born,
        person.sex,
        person.nhs,
        person.verified,
        person.upn,
        person.postcodes,
        person.uprn,
        person.carers,
        person.siblings,
    )


def sought(what: Written, number: int, known_as: tuple[str, ...] = ()) -> Candidate:
    """Make the candidate of an incoming message from what somebody wrote down."""
    return candidate(
        f"theirs-{number}",
        family=[what.family],
        given=[what.given],
        births=[what.born] if what.born else (),
        sex=what.sex,
        nhs_number=what.nhs,
        nhs_verified=what.verified,
        upns=[what.upn] if what.upn else (),
        known_as=known_as,
        postcodes=what.postcodes,
        uprns=[what.uprn] if what.uprn else (),
        carers=[relative(*carer) for carer in what.carers],
        siblings=[relative(*sibling) for sibling in what.siblings],
    )


def damaged(person: Made, rng: Random) -> Written:
    """Write a person down with up to three mistakes."""
    result = written(person)
    for _ in range(rng.choice(_DAMAGES)):
        result = rng.choices(list(DAMAGES), list(DAMAGES.values()))[0](result, rng)
    return result


def _typo(word: str, rng: Random) -> str:
    at = rng.randrange(len(word))
    letter = rng.choice(_LETTERS)
    turned = word[: at - 1] + word[at] + word[at - 1] + word[at + 1 :] if at else word[1:]
    return rng.choice(
        (word[:at] + letter + word[at + 1 :], word[:at] + word[at + 1 :], word[:at] + letter + word[at:], turned)
    )


def _family_typo(what: Written, rng: Random) -> Written:
    return replace(what, family=_typo(what.family, rng))


def _given_typo(what: Written, rng: Random) -> Written:
    return replace(what, given=_typo(what.given, rng))


def _family_changed(what: Written, rng: Random) -> Written:
    return replace(what, family=rng.choice(("Smith", "Khan", "Nowak", "Mensah", "Blackwood", "Tran", "Evans", "Ali")))


def _short_form(what: Written, rng: Random) -> Written:
    return replace(what, given=rng.choice(sorted(variants(what.given.split()[0].casefold()))))


def _fewer_names(what: Written, rng: Random) -> Written:
    first, *more = what.given.split()
    return replace(what, given=first if more else f"{first} {rng.choice(('Rose', 'James', 'Amina', 'Ali', 'Jan'))}")


def _not_named(what: Written, _: Random) -> Written:
    return replace(what, given="Baby")


def _names_swapped(what: Written, _: Random) -> Written:
    return replace(what, family=what.given, given=what.family)


def _bare_spelling(what: Written, _: Random) -> Written:
    return replace(what, family=what.family.upper().replace("'", "").replace("-", " "), given=what.given.upper())


def _day_and_month(what: Written, _: Random) -> Written:
    return replace(what, born=(swapped(what.born) or what.born) if what.born else None)


def _wrong_day(what: Written, rng: Random) -> Written:
    return replace(what, born=what.born + timedelta(days=rng.choice((-10, -1, 1, 10, 30))) if what.born else None)


def _default_day(what: Written, _: Random) -> Written:
    return replace(what, born=date(what.born.year, 1, 1) if what.born else None)


def _no_day(what: Written, _: Random) -> Written:
    return replace(what, born=None)


def _no_number(what: Written, _: Random) -> Written:
    return replace(what, nhs="", verified=False)


def _number_mistyped(what: Written, rng: Random) -> Written:
    at = rng.randrange(10)
    return replace(what, nhs=what.nhs[:at] + rng.choice("0123456789") + what.nhs[at + 1 :], verified=False)


def _number_of_somebody(what: Written, rng: Random) -> Written:
    return replace(what, nhs=nhs_number(rng.randrange(1, 800_000)), verified=False)


def _no_upn(what: Written, _: Random) -> Written:
    return replace(what, upn="")


def _moved(what: Written, rng: Random) -> Written:
    postcode, uprn = place(rng)
    return replace(what, postcodes=(postcode,), uprn=uprn)


def _no_address(what: Written, _: Random) -> Written:
    return replace(what, postcodes=(), uprn="")


def _no_sex(what: Written, _: Random) -> Written:
    return replace(what, sex="")


def _wrong_sex(what: Written, _: Random) -> Written:
    return replace(what, sex="M" if what.sex == "F" else "F")


def _no_carers(what: Written, _: Random) -> Written:
    return replace(what, carers=())


DAMAGES: Mapping[Damage, int] = {
    _family_typo: 3,
    _given_typo: 3,
    _family_changed: 4,
    _short_form: 4,
    _fewer_names: 4,
    _not_named: 1,
    _names_swapped: 1,
    _bare_spelling: 4,
    _day_and_month: 1,
    _wrong_day: 1,
    _default_day: 1,
    _no_day: 1,
    _no_number: 6,
    _number_mistyped: 2,
    _number_of_somebody: 1,
    _no_upn: 6,
    _moved: 10,
    _no_address: 4,
    _no_sex: 2,
    _wrong_sex: 1,
    _no_carers: 4,
}
"""Every mistake, and how often it is made beside the others: moves and gaps are the commonest."""


@dataclass(frozen=True, slots=True)
class Alike:
    """Two people who look like one: one whom we hold, and somebody else as a partner wrote them down."""

    kind: str
    sought: Candidate


_TWINS_OF_ONE_SEX = 0.6
_ALIKE_AND_MISTAKEN, _ALIKE_AND_LINKED = 0.3, 0.1


def twin(person: Made, number: int, rng: Random) -> Made:
    """Make a twin: all but given name, numbers and perhaps sex is the same."""
    sex = person.sex if rng.random() < _TWINS_OF_ONE_SEX else rng.choice("FM")
    return replace(other_person(person, number, rng), given=given_name(person, rng, sex), sex=sex)


def sibling(person: Made, number: int, rng: Random) -> Made:
    """Make a brother or sister of another age."""
    born = person.born - timedelta(days=rng.randint(300, 4 * _YEAR))
    return replace(twin(person, number, rng), born=born)


def _twin(person: Made, number: int, rng: Random) -> Written:
    return written(twin(person, number, rng))


def _twin_with_number(person: Made, number: int, rng: Random) -> Written:
    return replace(_twin(person, number, rng), nhs=person.nhs, verified=person.verified)


def _twin_with_both_numbers(person: Made, number: int, rng: Random) -> Written:
    return replace(_twin_with_number(person, number, rng), upn=person.upn)


def _twins_sharing_a_name(person: Made, number: int, rng: Random) -> Written:
    other = _twin_with_number(person, number, rng)
    first = person.given.split()[0]
    return replace(other, given=f"{first} {other.given}", sex=person.sex)


def _sibling(person: Made, number: int, rng: Random) -> Written:
    return written(sibling(person, number, rng))


def _sibling_with_number(person: Made, number: int, rng: Random) -> Written:
    return replace(_sibling(person, number, rng), nhs=person.nhs, verified=person.verified)


def _sibling_called_alike(person: Made, number: int, rng: Random) -> Written:
    return replace(_sibling_with_number(person, number, rng), given=_typo(person.given, rng), sex=person.sex)


def _namesake(person: Made, number: int, rng: Random) -> Written:
    same = written(other_person(person, number, rng))
    return replace(_moved(same, rng), carers=(), siblings=())


def _namesake_at_home(person: Made, number: int, rng: Random) -> Written:
    return written(other_person(person, number, rng))


def _namesake_without_number(person: Made, number: int, rng: Random) -> Written:
    return replace(_namesake_at_home(person, number, rng), nhs="", verified=False, upn="")


def _new_identity(person: Made, number: int, rng: Random) -> Written:
    other = twin(person, number, rng)
    return replace(_moved(written(other), rng), family="Fairweather", carers=(), siblings=())


ALIKE: Mapping[str, Callable[[Made, int, Random], Written]] = {
    "twin": _twin,
    "twin with the other's NHS number": _twin_with_number,
    "twin with the other's NHS and pupil numbers": _twin_with_both_numbers,
    "twins who share a given name, one NHS number": _twins_sharing_a_name,
    "brother or sister": _sibling,
    "brother or sister with the other's NHS number": _sibling_with_number,
    "brother or sister called alike, one NHS number": _sibling_called_alike,
    "same names and day, another address": _namesake,
    "same names, day and address": _namesake_at_home,
    "same names, day and address, no numbers": _namesake_without_number,
    "new identity after adoption": _new_identity,
}


def alike(kind: str, person: Made, number: int, rng: Random) -> Alike:
    """Make somebody who looks like a person of ours, perhaps with a mistake more; some come with a wrong link."""
    what = ALIKE[kind](person, number, rng)
    if rng.random() < _ALIKE_AND_MISTAKEN:
        what = rng.choice(_SMALL)(what, rng)
    wrongly = (partner_reference(PARTNER, f"linked-{person.number}"),) if rng.random() < _ALIKE_AND_LINKED else ()
    return Alike(kind, sought(what, number, wrongly if kind in _LINKED_WRONGLY else ()))


_SMALL: tuple[Damage, ...] = (_bare_spelling, _no_sex, _moved, _no_address, _no_carers, _no_upn, _given_typo)
_LINKED_WRONGLY = frozenset(kind for kind in ALIKE if "twin" in kind or "brother" in kind)
