"""How the text of a column becomes the value of a case field, and back: one form for each kind of value.

Every form reads leniently, since each case system has its own way of writing, and writes what the standard asks for.
What a form cannot read is null; the reader keeps its text.
"""

from __future__ import annotations

import csv
from collections.abc import Callable
from dataclasses import dataclass
from functools import cache
from importlib.resources import files

import polars as pl

from schemas.case.codes import code_set

_TRUE = ("y", "yes", "t", "true", "1")
_FALSE = ("n", "no", "f", "false", "0")
_KEY = r"^[A-Za-z0-9._:@+/=-]{1,128}$"
_NO_DATE = "1900-01-01"
_ISO_DAY, _BRITISH_DAY = r"[0-9]{4}-[0-9]{2}-[0-9]{2}", r"[0-9]{1,2}/[0-9]{1,2}/[0-9]{4}"
_NO_POSTCODE = r"(?i)^(x[x\s]*|no\s*postcode|.{1,4})$"


def _never(raw: pl.Expr) -> pl.Expr:
    return pl.lit(value=False) & raw.is_null()


@dataclass(frozen=True, slots=True)
class Form:
    """One way of writing values. `filler` tells text that stands for nothing, `left` text that was read in part.

    `codes` is the code set of its values, empty where they are no codes.
    """

    name: str
    read: Callable[[pl.Expr], pl.Expr]
    write: Callable[..., pl.Expr]
    filler: Callable[[pl.Expr], pl.Expr] = _never
    left: Callable[[pl.Expr], pl.Expr] = _never
    codes: str = ""


def _same(value: pl.Expr) -> pl.Expr:
    return value


def _opaque(raw: pl.Expr) -> pl.Expr:
    """Give a key as an identifier; one with characters that identifiers may not have is written in hexadecimal."""
    return pl.when(raw.str.contains(_KEY)).then(raw).otherwise(pl.lit("~") + raw.str.encode("hex"))


def _plain_key(value: pl.Expr, *_: pl.Expr) -> pl.Expr:
    return (
        pl.when(value.str.starts_with("~"))
        .then(value.str.slice(1).str.decode("hex", strict=False).cast(pl.String, strict=False))
        .otherwise(value)
    )


def _no_key(raw: pl.Expr) -> pl.Expr:
    return raw == "-1"


KEY = Form("key", _opaque, _plain_key, _no_key)
# Systems write a name or a description where a key of a worker or team should be.
STAFF = Form("key of a worker or team", lambda raw: pl.when(raw.str.contains(_KEY)).then(raw), _same, _no_key)
TEXT = Form("text", _same, _same)
NOT_N = Form("text other than N", _same, _same, lambda raw: raw.str.to_uppercase() == "N")


def _date(raw: pl.Expr) -> pl.Expr:
    # The standard has whole days: a time behind one is cut.
    iso, british = (raw.str.extract(rf"^({day})(?:[ T].*)?$") for day in (_ISO_DAY, _BRITISH_DAY))
    return pl.coalesce(iso.str.to_date("%Y-%m-%d", strict=False), british.str.to_date("%d/%m/%Y", strict=False))


DATE = Form(
    "date",
    _date,
    lambda value: value.dt.strftime("%Y-%m-%d"),
    lambda raw: raw.str.starts_with(_NO_DATE) | raw.str.starts_with("01/01/1900"),
)


def _flag(raw: pl.Expr) -> pl.Expr:
    words = dict.fromkeys(_TRUE, True) | dict.fromkeys(_FALSE, False)
    return raw.str.to_lowercase().replace_strict(words, default=None, return_dtype=pl.Boolean)


def _flag_as(true: str, false: str) -> Callable[[pl.Expr], pl.Expr]:
    return lambda value: pl.when(value).then(pl.lit(true)).when(~value).then(pl.lit(false))


FLAG = Form("Y or N", _flag, _flag_as("Y", "N"))
ZERO_ONE = Form("1 or 0", _flag, _flag_as("1", "0"))


def _measure(raw: pl.Expr) -> pl.Expr:
    number = raw.cast(pl.Float64, strict=False)
    return pl.when(number.is_finite() & (number >= 0)).then(number)


def _count(raw: pl.Expr) -> pl.Expr:
    number = _measure(raw)
    return pl.when(number == number.floor()).then(number).cast(pl.Int64, strict=False)


COUNT = Form("whole number", _count, lambda value: value.cast(pl.String))
MEASURE = Form("number", _measure, lambda value: value.cast(pl.String))


def pattern(name: str, expression: str) -> Form:
    """Make the form of a number that has one shape; letters are capitals, blanks go."""
    return Form(
        name,
        lambda raw: pl.when((tidy := raw.str.replace_all(r"\s", "").str.to_uppercase()).str.contains(expression)).then(
            tidy
        ),
        _same,
    )


UPN = pattern("pupil number", r"^[A-HJ-NP-RT-Z][0-9]{11}[0-9A-HJ-NP-RT-Z]$")
ULN = pattern("learner number", r"^[0-9]{10}$")
NHS = pattern("NHS number", r"^[0-9]{10}$")
URN = pattern("registration number", r"^(SC[0-9]{6}|[0-9]{6,7}|X{7})$")
SOCIAL_WORKER = pattern("social worker's number", r"^[A-Z]{2}[0-9]{1,10}$")
PARTIAL_DATE = Form(
    "date with unknown parts",
    lambda raw: pl.when(
        (tidy := raw.str.to_lowercase()).str.contains(r"^([0-9]{2}|zz)/([0-9]{2}|zz)/([0-9]{4}|zzzz)$")
    ).then(tidy),
    _same,
)


def _postcode(raw: pl.Expr) -> pl.Expr:
    joined = raw.str.to_uppercase().str.replace_all(r"\s", "")
    spaced = joined.str.replace(r"^(.+)(.{3})$", "$1 $2")
    return pl.when(spaced.str.contains(r"^[A-Z]{1,2}[0-9][A-Z0-9]? [0-9][A-Z]{2}$")).then(spaced)


POSTCODE = Form("postcode", _postcode, _same, lambda raw: raw.str.contains(_NO_POSTCODE))


def plain(text: str) -> str:
    """Reduce words to their letters and digits, as spellings are compared."""
    return "".join(filter(str.isalnum, text.casefold()))


@dataclass(frozen=True, slots=True)
class Spelling:
    """Another way of writing a code; `standard` where the standard asks for that text instead of the code."""

    code: str
    text: str
    standard: bool


@cache
def spellings(name: str) -> tuple[Spelling, ...]:
    """List the ways in which systems write the codes of a set, other than the code and its label."""
    text = (files("adapters.ssd") / "spellings.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return tuple(Spelling(row["code"], row["text"], bool(row["standard"])) for row in rows if row["set"] == name)


def _every_spelling(name: str) -> dict[str, str]:
    """Map every spelling of a code to it: the code, its label where no other code has it, and other words."""
    known = code_set(name).codes
    owners: dict[str, set[str]] = {}
    for code in known:
        owners.setdefault(plain(code.label), set()).add(code.value)
    found = {label: min(codes) for label, codes in owners.items() if len(codes) == 1}
    found |= {plain(other.text): other.code for other in spellings(name)}
    return found | {plain(code.value): code.value for code in known}


def _plain(raw: pl.Expr) -> pl.Expr:
    return raw.str.to_lowercase().str.replace_all(r"[^\p{L}\p{N}]", "")


@cache
def spelt(name: str) -> Callable[[pl.Expr], pl.Expr]:
    """Make the reading of one code: the code itself, its label, another spelling, or text that begins with the code."""
    every = _every_spelling(name)
    codes = {code.value: code.value for code in code_set(name).codes}

    def read(raw: pl.Expr) -> pl.Expr:
        first = raw.str.extract(r"^([A-Za-z0-9]+)(?:[^A-Za-z0-9]|$)").str.to_uppercase()
        return pl.coalesce(
            _plain(raw).replace_strict(every, default=None, return_dtype=pl.String),
            first.replace_strict(codes, default=None, return_dtype=pl.String),
        )

    return read


def code(name: str) -> Form:
    """Make the form of a code, which is written as the standard's own text where it has one."""
    words = {other.code: other.text for other in spellings(name) if other.standard}
    return Form(name, spelt(name), lambda value, *other: pl.coalesce(value.replace(words), *other), codes=name)


def words(name: str) -> Form:
    """Make the form of free text that some systems write as codes: the codes become words, other text stays."""
    every = {plain(other.text): other.code for other in spellings(name)}
    letters = {other.code: other.text for other in spellings(name) if other.standard}
    return Form(
        f"{name} in words",
        lambda raw: pl.coalesce(_plain(raw).replace_strict(every, default=None, return_dtype=pl.String), raw),
        lambda value: value.replace(letters),
    )


def unread(name: str) -> Form:
    """Make the form of the field that takes text in which no code of `name` is found."""
    read = spelt(name)
    return Form("other text", lambda raw: pl.when(read(raw).is_null()).then(raw), _same)
