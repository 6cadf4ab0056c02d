"""Names as they are compared: without case, accents, apostrophes, hyphens and the words that stand for no name."""

from __future__ import annotations

import unicodedata
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

_LETTERS = str.maketrans(
    {
        "ø": "o",
        "ł": "l",
        "đ": "d",
        "ð": "d",
        "ß": "ss",
        "æ": "ae",
        "œ": "oe",
        "þ": "th",
        "\N{LATIN SMALL LETTER DOTLESS I}": "i",
        "ħ": "h",
    }
)
_JOINED = str.maketrans(
    dict.fromkeys(
        "'`."
        "\N{LEFT SINGLE QUOTATION MARK}\N{RIGHT SINGLE QUOTATION MARK}\N{ACUTE ACCENT}\N{MODIFIER LETTER APOSTROPHE}",
        "",
    )
)
_NO_NAME = frozenset({"unknown", "unnamed", "none", "nk", "na", "notknown", "unborn", "unbekannt", "anonymous"})
_NOT_YET_NAMED = frozenset({"baby", "infant", "newborn", "unborn", "twin", "triplet", "foetus", "fetus"})
_NOT_YET_NAMED_FOLLOWERS = frozenset({"of", "boy", "girl", "male", "female", "one", "two", "three", "a", "b", "c"})


@dataclass(frozen=True, slots=True)
class Name:
    """One name: its words in their order, and all of it as one word."""

    words: tuple[str, ...]
    whole: str


def words(text: str) -> tuple[str, ...]:
    """Split a name into words of small letters without accents; digits alone are no word."""
    spelt = text.casefold().translate(_JOINED)
    if not spelt.isascii():
        spelt = "".join(
            mark for mark in unicodedata.normalize("NFKD", spelt.translate(_LETTERS)) if not unicodedata.combining(mark)
        )
    apart = "".join(mark if mark.isalnum() else " " for mark in spelt).split()
    return tuple(word for word in apart if not word.isdigit())


def family_name(text: str) -> Name | None:
    """Read a family name; None where the text holds none."""
    return _named(words(text))


def given_name(text: str) -> Name | None:
    """Read given names; None where the text holds none, as "Baby of Ann" does not."""
    found = words(text)
    if found and found[0] in _NOT_YET_NAMED and (len(found) == 1 or found[1] in _NOT_YET_NAMED_FOLLOWERS):
        return None
    return _named(found)


def _named(found: tuple[str, ...]) -> Name | None:
    whole = "".join(found)
    return None if not whole or whole in _NO_NAME else Name(found, whole)


@cache
def variants(word: str) -> frozenset[str]:
    """Give the given names that may stand for this one, itself with them."""
    return _groups().get(word, frozenset()) | {word}


@cache
def _groups() -> dict[str, frozenset[str]]:
    groups: dict[str, frozenset[str]] = {}
    text = (files("gateway.matching") / "variants.txt").read_text(encoding="utf-8")
    for line in text.splitlines():
        if not line.startswith("#"):
            group = frozenset(line.split())
            groups |= {word: groups.get(word, frozenset()) | group for word in group}
    return groups
