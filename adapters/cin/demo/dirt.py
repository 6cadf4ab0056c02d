"""Seeded dirt in the XML of a made-up child: what exports and hand edits do to a file."""

from __future__ import annotations

from collections.abc import Callable
from random import Random
from typing import TypeAlias

from adapters.xml.write import Element

Dirt: TypeAlias = "Callable[[list[Element], Random], list[Element]]"


def soil(content: list[Element], rng: Random) -> list[Element]:
    """Soil one element list of a child, at a random depth."""
    place = rng.randrange(len(content)) if content else 0
    if content and rng.random() < 0.7:
        tag, inner = content[place]
        if isinstance(inner, list) and inner:
            return [*content[:place], (tag, soil(inner, rng)), *content[place + 1 :]]
    return rng.choice(DIRT)(content, rng)


def _unknown_element(content: list[Element], rng: Random) -> list[Element]:
    place = rng.randint(0, len(content))
    return [*content[:place], ("LocalNote", "not for the census"), *content[place:]]


def _unknown_group(content: list[Element], rng: Random) -> list[Element]:
    place = rng.randint(0, len(content))
    inner: list[Element] = [("CINreferralDate", "2020-01-01"), ("Note", "x & y")]
    return [*content[:place], ("LocalGroup", inner), *content[place:]]


def _emptied(content: list[Element], rng: Random) -> list[Element]:
    if not content:
        return content
    place = rng.randrange(len(content))
    return [*content[:place], (content[place][0], rng.choice(("", " ", "\n"))), *content[place + 1 :]]


def _doubled(content: list[Element], rng: Random) -> list[Element]:
    if not content:
        return content
    place = rng.randrange(len(content))
    return [*content[: place + 1], *content[place:]]


def _swapped(content: list[Element], rng: Random) -> list[Element]:
    shuffled = list(content)
    rng.shuffle(shuffled)
    return shuffled


def _spaced(content: list[Element], rng: Random) -> list[Element]:
    texts = [at for at, (_, inner) in enumerate(content) if isinstance(inner, str)]
    if not texts:
        return content
    place = rng.choice(texts)
    return [*content[:place], (content[place][0], f"\n   {content[place][1]} \t"), *content[place + 1 :]]


def _dropped(content: list[Element], rng: Random) -> list[Element]:
    if not content:
        return content
    place = rng.randrange(len(content))
    return [*content[:place], *content[place + 1 :]]


DIRT: tuple[Dirt, ...] = (_unknown_element, _unknown_group, _emptied, _doubled, _swapped, _spaced, _dropped)
