"""Write a made-up census file."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from random import Random

from adapters.cin.demo.damage import damage_child
from adapters.cin.demo.dirt import soil
from adapters.cin.demo.population import header, population
from adapters.cin.write import child_group, document_of
from adapters.whole import write_lines
from adapters.xml.write import Element, elements
from schemas.cin.layout import cin_layout
from schemas.tables import Layout


def write_demo(path: Path, *, year: int, children: int, seed: int, damage: float) -> None:
    """Write a census of made-up children.

    `damage` is the share of children (0 to 1) that get seeded mistakes: wrong values and, for some,
    wrong XML. At 0 the file has no error. The file stays well-formed.
    """
    layout = cin_layout(year)
    write_lines(path, document_of(layout, header(year), _children(layout, children, seed, damage)))


def _children(layout: Layout, children: int, seed: int, damage: float) -> Iterator[list[Element]]:
    group = child_group(layout)
    rng = Random(f"damage {layout.year} {seed}")  # noqa: S311  # made-up data, no secret
    before = None
    for child in population(layout.year, children, seed):
        hit = rng.random() < damage
        if hit:
            damage_child(child, before, layout.year, rng)
        before = child
        content = elements(group, child)
        yield soil(content, rng) if hit and rng.random() < 0.3 else content
