"""Read the values of choices however they are spelled, and write them as Ofsted does.

`codes.csv` has the text to write for each value; `spellings.csv` other spellings. Letter case, spaces and punctuation
never count.
"""

from __future__ import annotations

import csv
import re
from functools import cache
from importlib.resources import files

import polars as pl

from schemas.codesets import CodeSet, load_code_sets

_PACKAGE = "schemas.annex_a"
_LETTER = re.compile(r"^([a-z]{1,2}\d?)\)\s*")
_BEFORE_BRACKET = r"^\s*([a-z]{1,2}\d?)\)"
_OTHER_SIGNS = r"[^a-z0-9]"
# Values that are told by a code of the returns within the text: anywhere in it, or only at its start.
_BY_CODE_ANYWHERE = frozenset({"Ethnicity"})
_BY_CODE_IN_FRONT = frozenset(
    {
        "Source",
        "Need",
        "Closure",
        "Legal",
        "Ceased",
        "Placement",
        "Provider",
        "Accommodation",
        "Activity",
        "Reversal",
        "Leaving",
    }
)


def code_set(name: str) -> CodeSet:
    """Return the choices called `name`; raise KeyError where there are none."""
    return load_code_sets(_PACKAGE)[name]


def official(codes: CodeSet, values: pl.Expr) -> pl.Expr:
    """Give the text that Ofsted asks for, for each value; null for any other."""
    return values.replace_strict(_texts(codes), default=None, return_dtype=pl.String)


def understood(codes: CodeSet, texts: pl.Expr) -> pl.Expr:
    """Give the value that each text means; null where it means none.

    The whole text is looked up first, then a code within it, then the letter before its bracket, unless the words
    after it mean another value.
    """
    found = [_meant(codes, texts)]
    if codes.name in _BY_CODE_ANYWHERE | _BY_CODE_IN_FRONT:
        found.append(texts.str.to_uppercase().str.extract(_code_pattern(codes)))
    if letters := _letters(codes):
        told = texts.str.to_lowercase().str.extract(_BEFORE_BRACKET)
        letter = told.replace_strict(letters, default=None, return_dtype=pl.String)
        words = _meant(codes, texts.str.to_lowercase().str.replace(_BEFORE_BRACKET, ""))
        found.append(pl.when(words.is_null() | (words == letter)).then(letter))
    return pl.coalesce(found)


def _meant(codes: CodeSet, texts: pl.Expr) -> pl.Expr:
    known = texts.str.to_lowercase().str.replace_all(_OTHER_SIGNS, "")
    return known.replace_strict(_spellings(codes.name), default=None, return_dtype=pl.String)


def _texts(codes: CodeSet) -> dict[str, str]:
    return {code.value: code.label for code in codes.codes}


def _letters(codes: CodeSet) -> dict[str, str]:
    found = ((_LETTER.match(code.label), code.value) for code in codes.codes)
    return {match.group(1): value for match, value in found if match}


def _code_pattern(codes: CodeSet) -> str:
    values = "|".join(sorted((code.value for code in codes.codes), key=len, reverse=True))
    if codes.name in _BY_CODE_ANYWHERE:
        return rf"(?:^|[^A-Z])({values})(?:[^A-Z0-9]|$)"
    return rf"^\s*(?:[A-Z]{{1,2}}\d?\)\s*)?({values})(?:[^A-Z0-9)]|$)"


@cache
def _spellings(name: str) -> dict[str, str]:
    codes = code_set(name)
    found: dict[str, str] = {}
    for code in codes.codes:
        for text in (code.label, code.value, _LETTER.sub("", code.label)):
            found.setdefault(_normal(text), code.value)
    for row in _listed():
        if row["set"] == name:
            found.setdefault(_normal(row["text"]), row["code"])
    for letter, value in _letters(codes).items():
        found.setdefault(letter, value)
    return found


@cache
def _listed() -> tuple[dict[str, str], ...]:
    text = (files(_PACKAGE) / "spellings.csv").read_text(encoding="utf-8")
    return tuple(csv.DictReader(text.splitlines()))


def _normal(text: str) -> str:
    return re.sub(_OTHER_SIGNS, "", text.lower())
