"""Find words of a secret in texts, however they are spelt: in capitals, with other spaces, run together in a name."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from dataclasses import dataclass

_LEAST = 4
_OTHER = re.compile(r"[\W_]+")


def run_together(text: str) -> str:
    """Give the letters and digits of a text alone, without accents and capitals."""
    if text.isascii():
        return _OTHER.sub("", text.casefold())
    plain = unicodedata.normalize("NFKD", text)
    return _OTHER.sub("", "".join(letter for letter in plain if not unicodedata.combining(letter)).casefold())


@dataclass(frozen=True, slots=True)
class Marks:
    """What gives a secret away: `inside` in any place of a text, `words` as whole words alone."""

    inside: frozenset[str] = frozenset()
    words: frozenset[str] = frozenset()

    def within(self, text: str) -> bool:
        """Tell whether a text gives the secret away."""
        whole = run_together(text)
        if any(mark in whole for mark in self.inside):
            return True
        return bool(self.words) and not self.words.isdisjoint(_words(text))


def marks(texts: Iterable[str], words: Iterable[str] = ()) -> Marks:
    """Make marks of texts that count wherever they stand, and of words; what is too short tells nothing."""
    inside = {run_together(text) for text in texts}
    return Marks(
        frozenset(mark for mark in inside if len(mark) >= _LEAST),
        frozenset(word for text in words for word in _words(text) if len(word) > 1),
    )


def _words(text: str) -> frozenset[str]:
    return frozenset(run_together(word) for word in _OTHER.split(text) if word)
