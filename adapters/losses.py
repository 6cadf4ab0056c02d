"""Name what stands in the files of a return and is not in the tables that were read from them."""

from __future__ import annotations

from collections.abc import Iterator

from schemas.findings import Finding
from schemas.form import LOSSES
from schemas.returns import Faults, ReturnData


def losses(data: ReturnData, *, paths: bool) -> tuple[str, ...]:
    """Name each loss in words, last year's files included; `paths` are named where there are several files."""
    faults = (Faults(data.form, data.unlisted, data.left_out), data.beside)
    return tuple(loss for some in faults for loss in _losses(some, paths=paths))


def _losses(faults: Faults, *, paths: bool) -> Iterator[str]:
    for finding in faults.form:
        if finding.code in LOSSES:
            yield _told(finding, paths=paths)
    for rest in faults.unlisted:
        if rest.code in LOSSES:
            yield f"{rest.count:,} more of {rest.code}, which are not listed."
    for item in faults.left_out:
        yield item.told


def _told(finding: Finding, *, paths: bool) -> str:
    place = finding.locations[0]
    where = [place.path] if paths and place.path else []
    where += [f"line {place.line}"] if place.line else []
    return f"{' '.join(where)}: {finding.message}" if where else finding.message
