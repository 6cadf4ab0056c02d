"""Write a made-up authority to a database or a folder, in the form of the dataset."""

from __future__ import annotations

from collections.abc import Callable

from adapters.ssd.demo.population import made
from adapters.ssd.target import opened
from adapters.ssd.write import written


def write_demo(
    place: str,
    *,
    year: int,
    children: int,
    seed: int,
    files: str = "csv",
    password: str = "",
    progress: Callable[[int, int], None] | None = None,
) -> int:
    """Write it and give the number of rows; the same year, children and seed make the same rows.

    Raise Misconfigured where the place already holds a dataset or is none.
    """
    count = 0
    with opened(place, kind=files, password=password) as target:
        for rows, done in made(year, children, seed):
            for link, frame in rows.take():
                target.append(link.table, written(link, frame))
                count += frame.height
            if progress:
                progress(done, children)
    return count
