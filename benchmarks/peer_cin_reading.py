"""How the peer reads a census: which record each of its row numbers means, and how to make it read as we do.

Of a record, a child is told by its position in the file, tables with one record a child have line 0, and a
factor stands for its assessment, because the peer keeps factors in both tables.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date

from lxml import etree

from benchmarks.peers import WHOLE_RETURN, Place, Step
from schemas.fields import Group, Kind
from schemas.tables import Layout

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
_BLANKS_MATTER = {"CPPreviewDate"}


def peer_rows(root: etree._Element) -> dict[str, list[Place]]:
    """List, for each table of the peer, the records in the order in which it numbers them."""
    rows: dict[str, list[Place]] = {"Header": [Place(WHOLE_RETURN, "Header", 0)]}
    children = root.find("Children")
    for number, child in enumerate(children.findall("Child") if children is not None else []):
        for table, line in _peer_records(child):
            rows.setdefault(table, []).append(Place(str(number), same_table(table), line))
    return rows


def same_table(table: str) -> str:
    """Name the table under which records of both sides are compared."""
    return "Assessments" if table == "AssessmentFactorsList" else table


def _peer_records(child: etree._Element) -> Iterator[tuple[str, int]]:
    yield "ChildIdentifiers", 0
    yield "ChildCharacteristics", 0
    yield from (
        ("Disabilities", item.sourceline) for item in child.iterfind("ChildCharacteristics[1]/Disabilities[1]/*")
    )
    for episode in child.iterfind("CINdetails"):
        yield "CINdetails", episode.sourceline
        for assessment in episode.iterfind("Assessments"):
            yield "Assessments", assessment.sourceline
            factors = assessment.iterfind("FactorsIdentifiedAtAssessment[1]/*")
            yield from (("AssessmentFactorsList", assessment.sourceline) for _ in factors)
        yield from (("CINplanDates", plan.sourceline) for plan in episode.iterfind("CINPlanDates"))
        yield from (("Section47", enquiry.sourceline) for enquiry in episode.iterfind("Section47"))
        for plan in episode.iterfind("ChildProtectionPlans"):
            yield "ChildProtectionPlans", plan.sourceline
            yield from (("Reviews", review.sourceline) for review in plan.iterfind("Reviews/CPPreviewDate[1]"))


def own_identifiers(root: etree._Element, _: Layout) -> None:
    """Give each child an identifier of its own."""
    for number, child in enumerate(root.iterfind("Children/Child")):
        identifiers = _inside(child, "ChildIdentifiers")
        _inside(identifiers, "LAchildID").text = f"N{number:07}"


def known_elements_once(root: etree._Element, layout: Layout) -> None:
    """Leave out unknown elements and second values, and join groups that stand twice."""
    _sort_out(root, layout.tree)
    for child in root.iterfind("Children/Child"):
        _inside(child, "ChildCharacteristics")


def real_dates(root: etree._Element, layout: Layout) -> None:
    """Leave out what is no date, or not written as one."""
    dates = {field.name for table in layout for field in table if field.kind is Kind.DATE}
    for element in root.iter():
        if element.tag in dates and not _is_date((element.text or "").strip()):
            element.text = ""


def trimmed(root: etree._Element, layout: Layout) -> None:
    """Take away white space around values, and elements that are left empty."""
    tags = {field.tag for table in layout for field in table}
    for element in list(root.iter()):
        if element.tag in tags and len(element) == 0:
            element.text = (element.text or "").strip()
            if not element.text and element.tag not in _BLANKS_MATTER:
                element.getparent().remove(element)


def one_review_a_list(root: etree._Element, _: Layout) -> None:
    """Put each review date into a list of its own."""
    for plan in root.iterfind("Children/Child/CINdetails/ChildProtectionPlans"):
        for reviews in list(plan.iterfind("Reviews")):
            for reviewed in list(reviews)[1:]:
                etree.SubElement(plan, "Reviews").append(reviewed)


def own_period(root: etree._Element, layout: Layout) -> None:
    """Let the header say when the collection ends."""
    for element in root.iterfind("Header/CollectionDetails/ReferenceDate"):
        element.text = f"{layout.year}-03-31"


# One after another; those that overwrite what some rules are about come last.
STEPS = (
    Step(
        "elements",
        "The peer cannot read a file in which a child lacks `ChildCharacteristics`. It takes any element inside "
        "`Disabilities` for a disability, and of a group that stands twice it reads the first only.",
        known_elements_once,
    ),
    Step("dates", "The peer reads dates in other forms, such as 31/03/2026 or 2026-3-1.", real_dates),
    Step(
        "white space",
        "The peer keeps white space around a value, so the value is on no list, and takes a blank one for a value.",
        trimmed,
    ),
    Step("reviews", "The peer reads only the first date of a list of reviews.", one_review_a_list),
    Step(
        "period",
        "The peer takes the census year from the header's `ReferenceDate`, right or wrong.",
        own_period,
        "ReferenceDate",
    ),
    Step(
        "identifiers",
        "The peer links records by `LAchildID`: children who share one, or lack one, are one child to it or none.",
        own_identifiers,
        "LAchildID",
    ),
)


def _inside(parent: etree._Element, tag: str) -> etree._Element:
    found = parent.find(tag)
    return etree.SubElement(parent, tag) if found is None else found


def _sort_out(element: etree._Element, group: Group) -> None:
    known = {item.tag: item for item in group.content}
    first: dict[str, etree._Element] = {}
    for inner in list(element):
        item = known.get(inner.tag)
        again = first.setdefault(inner.tag, inner) is not inner
        repeats = item.repeats if isinstance(item, Group) else item is not None and item.table is not None
        if again and isinstance(item, Group) and not repeats:
            first[inner.tag].extend(list(inner))
        if item is None or (again and not repeats):
            element.remove(inner)
    for inner in element:
        item = known[inner.tag]
        if isinstance(item, Group):
            _sort_out(inner, item)


def _is_date(text: str) -> bool:
    if not _DATE.fullmatch(text):
        return False
    try:
        date.fromisoformat(text)
    except ValueError:
        return False
    return True
