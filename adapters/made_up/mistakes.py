"""Make seeded mistakes, one small function each."""

from __future__ import annotations

from collections.abc import Callable, Mapping, MutableMapping, Sequence
from random import Random
from typing import Any

_ATTEMPTS = 12
_HOW_MANY = (1, 1, 2, 3)


def make_mistakes(mistakes: Mapping[str, Callable[[], bool]], rng: Random) -> None:
    """Make one to three of the mistakes; one returns False where there is nothing that it could spoil."""
    names = list(mistakes)
    wanted = rng.choice(_HOW_MANY)
    for _ in range(_ATTEMPTS):
        if wanted and mistakes[rng.choice(names)]():
            wanted -= 1


def copy_one_over_another(places: Sequence[tuple[MutableMapping[str, Any], str]], rng: Random) -> bool:
    """Copy one of the values, each told by its record and name, over another."""
    if len(places) < 2:  # noqa: PLR2004  # one and another
        return False
    (source, name), (target, other) = rng.sample(places, 2)
    target[other] = source[name]
    return True
