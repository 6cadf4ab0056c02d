"""The code sets of case records: those of the CIN census where a list is the same, and the others from `codes.csv`."""

from __future__ import annotations

from functools import cache

from schemas.cin import layout as cin
from schemas.codesets import CodeSet, load_code_sets

FROM_CENSUS = (
    "Ethnicity",
    "Disability",
    "ReferralSource",
    "PrimaryNeed",
    "ReasonForClosure",
    "CategoryOfAbuse",
    "AssessmentFactor",
    "Sex",
    "UPNunknown",
)


@cache
def code_sets() -> dict[str, CodeSet]:
    """Give every code set that a case record uses, by name; a list that other returns lengthen has all its codes."""
    own = load_code_sets("schemas.case")
    shared = {name: cin.code_set(name) for name in FROM_CENSUS}
    longer = {name: CodeSet(name, (*shared[name].codes, *own[name].codes)) for name in shared.keys() & own.keys()}
    return own | shared | longer


def code_set(name: str) -> CodeSet:
    """Return the code set called `name`; raise KeyError where there is none."""
    return code_sets()[name]


@cache
def label(name: str, value: str) -> str:
    """Give the words for a code, the latest where they changed; the code itself where it is unknown."""
    return next((code.label for code in reversed(code_set(name).codes) if code.value == value), value)


@cache
def known(name: str) -> frozenset[str]:
    """Give the values of a code set, those of past years too: a record may be old."""
    return frozenset(code.value for code in code_set(name).codes)
