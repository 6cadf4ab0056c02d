"""What the rules compare a looked-after return with: last year's return, postcodes and providers."""

from __future__ import annotations

from dataclasses import replace

from adapters.ssda903.frames import assembled
from schemas.returns import ReturnData
from schemas.ssda903.layout import CHILDREN, LAST


def with_previous(data: ReturnData, previous: ReturnData) -> ReturnData:
    """Put the tables of last year's return beside this year's, in place of any that lay with it."""
    now = {name: frame for name, frame in data.tables.items() if name != CHILDREN and not name.endswith(LAST)}
    before = {name: frame for name, frame in previous.tables.items() if name != CHILDREN and not name.endswith(LAST)}
    kept = {name: frame for name, frame in now.items() if not data.layout.has(name)}
    notices = (*data.notices, *_notice(previous))
    files = {name: found for name, found in data.files.items() if not name.endswith(LAST)}
    files |= {f"{name}{LAST}": found for name, found in previous.files.items() if not name.endswith(LAST)}
    return replace(data, tables=kept | assembled(data.layout, now, before), notices=notices, files=files)


def _notice(previous: ReturnData) -> tuple[str, ...]:
    if not previous.form:
        return ()
    count, name = len(previous.form), previous.source.name
    return (f"Last year's return ({name}) has form findings of its own ({count:,}), which are not listed here.",)
