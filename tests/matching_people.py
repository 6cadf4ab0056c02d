"""Made-up people for the tests of matching."""

from __future__ import annotations

from datetime import date
from typing import Any

from hypothesis import strategies as st

from gateway.matching.candidate import Candidate, Restriction, candidate, relative
from schemas.identifiers import nhs_check_digit

NHS = ("9990000018", "9990000026", "9990000034")
UPNS = ("H801200001001", "Q823432102012")
BORN = date(2015, 5, 23)
_RELATIVES = (
    relative("Marsh", "Ann", date(1985, 2, 3)),
    relative("Marsh", "Paul"),
    relative("Okafor", "Ada", BORN),
)


def person(reference: str = "ours-1", **changed: Any) -> Candidate:
    """Make Tess Marsh, with what is said changed."""
    told: dict[str, Any] = {
        "family": ["Marsh"],
        "given": ["Tess"],
        "births": [BORN],
        "sex": "F",
        "nhs_number": NHS[0],
        "upns": [UPNS[0]],
        "postcodes": ["LS1 4AB"],
        "carers": _RELATIVES[:1],
    }
    return candidate(reference, **(told | changed))


def few(values: tuple[Any, ...], most: int = 2) -> st.SearchStrategy[list[Any]]:
    return st.lists(st.sampled_from(values), max_size=most)


def candidates(reference: str) -> st.SearchStrategy[Candidate]:
    """Make people who share much, so that pairs reach every rule."""
    assert all(nhs_check_digit(number[:9]) == number[9] for number in NHS)
    return st.builds(
        candidate,
        st.just(reference),
        family=few(("Marsh", "Marsch", "Marsh-Okafor", "Okafor", "Tess", "Khan")),
        given=few(("Tess", "Tessa", "Tess Ann", "Baby", "Marsh", "Mohammed Ali", "Mohammed", "Muhammad", "Zoë")),
        births=few((BORN, date(2015, 5, 3), date(2015, 3, 5), date(2015, 1, 1), date(2014, 5, 23))),
        expected=st.sampled_from((None, date(2015, 5, 20), date(2016, 1, 9))),
        sex=st.sampled_from(("F", "M", "", "U")),
        nhs_number=st.sampled_from((*NHS, "", "9990000019")),
        nhs_verified=st.booleans(),
        former_nhs_numbers=few(NHS, 1),
        upns=few(UPNS, 1),
        numbers=few(("home-office:H1", "uln:1000000000"), 1),
        known_as=few(("urn:ics:org:ods:BBB|7", "urn:ics:org:ods:BBB|8"), 1),
        postcodes=few(("LS1 4AB", "LS1 4XY", "M1 1AA", "ZZ99 3VZ")),
        uprns=few(("100", "200"), 1),
        carers=few(_RELATIVES),
        siblings=few(_RELATIVES, 1),
        restriction=st.sampled_from(Restriction),
        multiple_birth=st.booleans(),
        deceased=st.booleans(),
    )
