"""Find the headings of a sheet that has titles above them."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace

from adapters.sheets.sheet import Sheet
from schemas.tables import LINE

_LOOKED_AT = 30
_SURE = 3


def headed(sheet: Sheet, known: Callable[[str], bool]) -> tuple[Sheet, tuple[str, ...]]:
    """Give the sheet from its headings on, and the texts above them.

    The headings are the first record with at least three known ones, among the first 30; where there is none the
    sheet stays what it is.
    """
    if _count(sheet.headings, known) >= _SURE:
        return sheet, ()
    above = [text for text in sheet.headings if text]
    columns = [name for name in sheet.cells.columns if name != LINE]
    for at, row in enumerate(sheet.cells.select(columns).head(_LOOKED_AT).iter_rows()):
        texts = tuple((cell or "").strip() for cell in row)
        if _count(texts, known) >= _SURE:
            return replace(sheet, headings=_without_empty_end(texts), cells=sheet.cells.slice(at + 1)), tuple(above)
        above += [text for text in texts if text]
    return sheet, tuple(above)


def _count(texts: tuple[str, ...], known: Callable[[str], bool]) -> int:
    return sum(1 for text in texts if text and known(text))


def _without_empty_end(texts: tuple[str, ...]) -> tuple[str, ...]:
    last = max(at for at, text in enumerate(texts) if text)
    return texts[: last + 1]
