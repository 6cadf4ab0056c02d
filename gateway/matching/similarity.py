"""How alike two words are, and what a word sounds like. All that matching knows of spelling goes through here."""

from __future__ import annotations

from functools import lru_cache

_PREFIX = 4
_PREFIX_WEIGHT = 0.1
_BOOST_ABOVE = 0.7
_CODES = {
    letter: digit
    for digit, letters in enumerate(("bfpv", "cgjkqsxz", "dt", "l", "mn", "r"), start=1)
    for letter in letters
}
_SOUNDEX_LENGTH = 4


@lru_cache(maxsize=1 << 16)
def similarity(first: str, second: str) -> float:
    """Give the Jaro-Winkler similarity of two words: 1.0 for the same, 0.0 for nothing in common or an empty one.

    Source: W. E. Winkler, "String comparator metrics" (1990). Common first letters count only above 0.7.
    """
    if first == second:
        return float(bool(first))
    jaro = _jaro(first, second)
    if jaro <= _BOOST_ABOVE:
        return jaro
    common = 0
    for one, other in zip(first[:_PREFIX], second[:_PREFIX], strict=False):
        if one != other:
            break
        common += 1
    return jaro + common * _PREFIX_WEIGHT * (1 - jaro)


def _jaro(first: str, second: str) -> float:
    window = max(max(len(first), len(second)) // 2 - 1, 0)
    taken = [False] * len(second)
    found = []
    for place, letter in enumerate(first):
        for other in range(max(0, place - window), min(len(second), place + window + 1)):
            if not taken[other] and second[other] == letter:
                taken[other] = True
                found.append(letter)
                break
    if not found:
        return 0.0
    there = [letter for letter, was in zip(second, taken, strict=True) if was]
    moved = sum(one != other for one, other in zip(found, there, strict=True)) // 2
    count = len(found)
    return (count / len(first) + count / len(second) + (count - moved) / count) / 3


@lru_cache(maxsize=1 << 16)
def sound(word: str) -> str:
    """Give the Soundex code of a word in small Latin letters; of another word its first letter and zeros."""
    code, last = word[:1], _CODES.get(word[:1], 0)
    for letter in word[1:]:
        digit = _CODES.get(letter, 0)
        if digit and digit != last:
            code += str(digit)
        if letter not in "hw":
            last = digit
    return code[:_SOUNDEX_LENGTH].ljust(_SOUNDEX_LENGTH, "0")
