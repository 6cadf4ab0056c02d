"""The files on which the gateway and the peer are compared: seeded damage, and what damage never does."""

from __future__ import annotations

from copy import deepcopy
from itertools import cycle

from lxml import etree

from benchmarks.generated import Made
from benchmarks.peers import Sample

_YEARS = (2023, 2024, 2025, 2026)
_SEEDS = range(1, 7)


def no_conferences(root: etree._Element) -> None:
    """Leave out all dates of initial conferences."""
    _drop(root, "DateOfInitialCPC")


def no_sex(root: etree._Element) -> None:
    """Leave out the sex of all children."""
    _drop(root, "Sex")
    _drop(root, "GenderCurrent")


def no_disabilities(root: etree._Element) -> None:
    """Leave out all disabilities."""
    _drop(root, "Disabilities")


def other_reference_date(root: etree._Element) -> None:
    """Say in the header that the census ends a week earlier."""
    for element in root.iter("ReferenceDate"):
        element.text = (element.text or "").replace("03-31", "03-24")


def flags_in_words(root: etree._Element) -> None:
    """Write all flags as true and false."""
    words = {"1": "true", "0": "false"}
    for element in root.iter("ReferralNFA", "ICPCnotRequired"):
        element.text = words.get(element.text or "", element.text)


def former_numbers(root: etree._Element) -> None:
    """Give children former UPNs: a temporary one, a full one, and one that is none."""
    numbers = cycle(("A12345678901B", "A123456789012", "12345"))
    for identifiers in root.iter("ChildIdentifiers"):
        _drop(identifiers, "FormerUPN")
        etree.SubElement(identifiers, "FormerUPN").text = next(numbers)


def one_disability(root: etree._Element) -> None:
    """Leave each child one disability at most, and not every one NONE."""
    codes = cycle(("NONE", "MOB", "HAND"))
    for disabilities in root.iter("Disabilities"):
        _drop(disabilities, "Disability")
        etree.SubElement(disabilities, "Disability").text = next(codes)


def waiting_enquiries(root: etree._Element) -> None:
    """Enter each enquiry again without a conference, with all ways to say whether one is required."""
    flags, years = cycle(("0", "false", "1", "true")), cycle((0, 1, 2))
    for enquiry in list(root.iter("Section47")):
        again = deepcopy(enquiry)
        enquiry.addnext(again)
        for waiting in (enquiry, again):
            _drop(waiting, "DateOfInitialCPC")
            for flag in waiting.iter("ICPCnotRequired"):
                flag.text = next(flags)
        for start in again.iter("S47ActualStartDate"):
            text = start.text or ""
            start.text = f"{int(text[:4]) - next(years)}{text[4:]}" if text[:4].isdigit() else text


def blank_reviews(root: etree._Element) -> None:
    """Empty every other review."""
    for review in list(root.iter("CPPreviewDate"))[::2]:
        review.text = ""


def _drop(root: etree._Element, tag: str) -> None:
    for element in list(root.iter(tag)):
        element.getparent().remove(element)


_CHANGES = (
    no_conferences,
    no_sex,
    no_disabilities,
    other_reference_date,
    flags_in_words,
    former_numbers,
    one_disability,
    waiting_enquiries,
    blank_reviews,
)
SAMPLES = (
    *(Sample(Made("cin", year, 300, seed, 0.3)) for year in _YEARS for seed in _SEEDS),
    *(Sample(Made("cin", year, 150, 7, 1.0)) for year in _YEARS),
    *(Sample(Made("cin", year, 12, 8, 0.5)) for year in _YEARS),
    *(Sample(Made("cin", year, 100, 9, 0.0)) for year in _YEARS),
    *(Sample(Made("cin", year, 150, 10, 0.1), change) for year in (2024, 2026) for change in _CHANGES),
)
