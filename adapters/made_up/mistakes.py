"""Make seeded mistakes, one small function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from random import Random

_ATTEMPTS = 12
_HOW_MANY = (1, 1, 2, 3)


def make_mistakes(mistakes: Mapping[str, Callable[[], bool]], rng: Random) -> None:
    """Make one to three of the mistakes; one returns False where there is nothing that it could spoil."""
    names = list(mistakes)
    wanted = rng.choice(_HOW_MANY)
    for _ in range(_ATTEMPTS):
        if wanted and mistakes[rng.choice(names)]():
            wanted -= 1
