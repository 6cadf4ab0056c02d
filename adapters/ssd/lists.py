"""Columns that hold several values in one text: flags as JSON, arrays, lists of words, the lines of an address."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import polars as pl

from adapters.ssd.forms import Form, spelt
from schemas.case.codes import code_set

_SET = r'"[^"]+"\s*:\s*(?:"(?i:y|yes|t|true|1)"|(?i:true)|1)\s*[,}]'
# Eclipse puts OUTCOME_ in front of most keys.
_NAME = r'^"(?:OUTCOME_)?(.+?)(?:_FLAG)?"'
_COUNTS = r"^(TOTAL_NO|NUMBER)_OF_OUTCOMES$"
_JSON = r"^\s*\{"
_LINES = ("ROOM", "FLOOR", "FLAT", "BUILDING", "HOUSE", "STREET", "TOWN")


def _names(raw: pl.Expr) -> pl.Expr:
    """Give the names of the flags that are set."""
    name = pl.element().str.extract(_NAME)
    return raw.str.extract_all(_SET).list.eval(name.filter(~name.str.contains(_COUNTS)))


def _words(raw: pl.Expr) -> pl.Expr:
    word = pl.element().str.strip_chars(" \"'[]\t\r\n")
    return raw.str.split(",").list.eval(word.filter((word != "") & (word.str.to_lowercase() != "null")))


def _entries(raw: pl.Expr) -> pl.Expr:
    return pl.when(raw.str.contains(_JSON)).then(_names(raw)).otherwise(_words(raw))


def _known(raw: pl.Expr, read: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    return _entries(raw).list.eval(read(pl.element()).drop_nulls().unique(maintain_order=True))


def _unknown(raw: pl.Expr, read: Callable[[pl.Expr], pl.Expr]) -> pl.Expr:
    """Tell text with an entry that is no code."""
    return _entries(raw).list.eval(read(pl.element()).is_null()).list.any()


def _json_text(raw: pl.Expr, key: str) -> pl.Expr:
    """Give the text of a key of a JSON object, null where it is empty."""
    found = raw.str.extract(rf'"{key}"\s*:\s*"((?:[^"\\]|\\.)*)"')
    bare = found.str.replace_all(r"\\n", "\n").str.replace_all(r'\\(["\\/])', "$1")
    return pl.when(bare.str.strip_chars() != "").then(bare)


def _quoted(value: pl.Expr) -> pl.Expr:
    safe = value.str.replace_all("\\", "\\\\", literal=True).str.replace_all('"', '\\"', literal=True)
    return pl.lit('"') + safe.str.replace_all("\n", "\\n", literal=True).fill_null("") + pl.lit('"')


@dataclass(frozen=True, slots=True)
class Keys:
    """How the standard names the keys of one column of flags: what follows a code, and the keys beside the flags.

    `remark_held` tells that a case field has the remark; else a row with one has something left.
    """

    suffix: str = "_FLAG"
    count: str = "TOTAL_NO_OF_OUTCOMES"
    comments: str = "COMMENTS"
    remark_held: bool = False


def flags(name: str, keys: Keys) -> Form:
    """Make the form of a list of codes that the standard holds as flags; it reads lists of words too."""
    read = spelt(name)
    return Form(
        f"{name} as flags",
        lambda raw: _known(raw, read),
        lambda value, *comments: _flags_text(name, keys, value, *comments),
        left=lambda raw: _unknown(raw, read) | _remark_left(raw, keys),
        codes=name,
    )


def _remark_left(raw: pl.Expr, keys: Keys) -> pl.Expr:
    return _remark(raw, keys.comments).is_not_null() & pl.lit(not keys.remark_held)


def _remark(raw: pl.Expr, key: str) -> pl.Expr:
    return _json_text(raw, rf"(?:OUTCOME_)?{key}")


def _flags_text(name: str, keys: Keys, value: pl.Expr, comments: pl.Expr | None = None) -> pl.Expr:
    parts = [
        pl.when(value.list.contains(code.value))
        .then(pl.lit(f'"{code.value}{keys.suffix}": "Y"'))
        .otherwise(pl.lit(f'"{code.value}{keys.suffix}": "N"'))
        for code in code_set(name).codes
    ]
    if keys.count:
        parts.append(pl.format('"{}": {}', pl.lit(keys.count), value.list.len()))
        told = _quoted(pl.lit(None, dtype=pl.String) if comments is None else comments)
        parts.append(pl.format('"{}": {}', pl.lit(keys.comments), told))
    text = pl.lit("{") + pl.concat_str(parts, separator=", ") + pl.lit("}")
    return pl.when(value.is_not_null() if comments is None else value.is_not_null() | comments.is_not_null()).then(text)


def comments(key: str) -> Form:
    """Make the form of the remark beside the flags."""
    return Form("remark", lambda raw: _remark(raw, key), lambda value: value)


def array(name: str) -> Form:
    """Make the form of a list of codes that the standard holds as an array; an object of flags is read too."""
    read = spelt(name)
    return Form(
        f"{name} as an array",
        lambda raw: _known(raw, read),
        lambda value: pl.when(value.is_not_null()).then(
            pl.lit("[")
            + value.list.eval(pl.lit('"') + pl.element() + pl.lit('"')).list.join(", ").fill_null("")
            + pl.lit("]")
        ),
        left=lambda raw: _unknown(raw, read),
        codes=name,
    )


def _lines(raw: pl.Expr) -> pl.Expr:
    parts = pl.concat_list([_json_text(raw, key) for key in _LINES]).list.drop_nulls()
    return pl.when(raw.str.contains(_JSON)).then(parts).otherwise(_words(raw))


def _lines_text(lines: pl.Expr, uprn: pl.Expr) -> pl.Expr:
    # The last line is the town, the one before it the street, and so on.
    placed = zip(_LINES, range(-len(_LINES), 0), strict=True)
    parts = [pl.format('"{}": {}', pl.lit(key), _quoted(lines.list.get(at, null_on_oob=True))) for key, at in placed]
    parts.append(pl.format('"UPRN": {}', _quoted(uprn)))
    text = pl.lit("{") + pl.concat_str(parts, separator=", ") + pl.lit("}")
    return pl.when(lines.is_not_null() | uprn.is_not_null()).then(text)


LINES = Form(
    "lines of an address",
    _lines,
    _lines_text,
    left=lambda raw: raw.str.contains(r'"(?:EASTING|NORTHING)"\s*:\s*(?:"[^"]+"|[0-9])'),
)
UPRN = Form("property number", lambda raw: _json_text(raw, "UPRN"), lambda value: value)
