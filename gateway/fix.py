"""Correct what is certain in a return, and write down every change."""

from __future__ import annotations

import csv
from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from pathlib import Path

from adapters.cells import guarded
from adapters.edits import Edit
from adapters.endings import form_of
from adapters.registry import adapter_named
from adapters.whole import whole_folder
from gateway.files import whole_file
from schemas.returns import ReturnData
from schemas.rules import ReturnDefinition

COLUMNS = ("file", "line", "field", "before", "after", "reason")
_NAMED = 3


def fix(paths: Sequence[Path], now: tuple[ReturnDefinition, ReturnData], target: Path | None) -> tuple[Edit, ...]:
    """Make the corrections in a copy at `target`, and the log beside it; without a target only list them.

    The copy of a folder, or of several files, is a folder. Raise Rejected, Misconfigured where nothing can be written.
    """
    definition, data = now
    adapter = adapter_named(definition.name)
    if target is None:
        return adapter.fix(paths, data, None)
    _require_same_form(paths, target)
    with whole_folder(target) if len(paths) > 1 or paths[0].is_dir() else whole_file(target) as place:
        edits = adapter.fix(paths, data, place)
    with whole_file(log_of(target)) as place:
        _write_log(place, edits)
    return edits


def _require_same_form(paths: Sequence[Path], target: Path) -> None:
    """Raise Misconfigured where the name of the copy says that it has another form than the return."""
    if len(paths) > 1 or paths[0].is_dir():
        form_of(target, (), "The copy of a folder, or of several files, is a folder.")
    elif ending := paths[0].suffix.lower():
        form_of(target, {ending}, f"The copy has the form of {paths[0].name}: give it the ending {ending}.")


def untouched(data: ReturnData) -> Iterator[str]:
    """Say which of the files that were given no correction is made in: last year's, and those in folders inside."""
    beside = [table.table.name for table in data.layout.beside]
    last = list(dict.fromkeys(name for table in beside for name, _ in data.files.get(table, ())))
    if last:
        yield f"Last year's files are left as they are: {_some(last)}."
    folders = [item.name for item in data.left_out if item.is_folder]
    if folders:
        yield f"Folders inside are neither corrected nor copied: {_some(folders)}."


def _some(names: Sequence[str]) -> str:
    more = len(names) - _NAMED
    return ", ".join(names[:_NAMED]) + (f" and {more:,} more" if more > 0 else "")


def log_of(target: Path) -> Path:
    """Name the log of the changes: beside what was written."""
    return target.with_name(f"{target.name}.changes.csv")


def counts(edits: Iterable[Edit]) -> list[tuple[str, str, int]]:
    """Count the changes by field and reason, most first."""
    found = Counter((edit.field, edit.reason) for edit in edits)
    return [(field, reason, count) for (field, reason), count in found.most_common()]


def _write_log(path: Path, edits: Iterable[Edit]) -> None:
    with path.open("w", encoding="utf-8-sig", newline="") as handle:
        rows = csv.writer(handle)
        rows.writerow(COLUMNS)
        for edit in edits:
            texts = (edit.file, edit.field, edit.before, edit.after)
            name, field, before, after = map(guarded, texts)
            rows.writerow((name, edit.line, field, before, after, edit.reason))
