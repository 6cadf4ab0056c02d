"""The committed schemas: those of the layout, loadable by two libraries, right about clean and broken files."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest
import xmlschema
from lxml import etree

from adapters.cin.demo.census import write_demo
from schemas.cin.layout import YEARS, cin_layout
from schemas.cin.xsd import CIN_XSD, cin_xsd
from schemas.fields import Field, Group, Kind

XS = "{http://www.w3.org/2001/XMLSchema}"


@pytest.fixture
def sample(tmp_path: Path, year: int) -> etree._ElementTree:
    write_demo(tmp_path / "clean.xml", year=year, children=60, seed=year, damage=0.0)
    return etree.parse(tmp_path / "clean.xml")


@cache
def schemas(year: int) -> tuple[etree.XMLSchema, xmlschema.XMLSchema]:
    return etree.XMLSchema(etree.parse(CIN_XSD.path(year))), xmlschema.XMLSchema(CIN_XSD.path(year))


def refusals(year: int, tree: etree._ElementTree) -> list[str]:
    """Give what libxml2 has against a file; both libraries must agree on whether it is good."""
    schema, second = schemas(year)
    accepted = schema.validate(tree)
    assert second.is_valid(etree.tostring(tree, encoding="unicode")) == accepted
    return [entry.message for entry in schema.error_log]


def first(tree: etree._ElementTree, tag: str) -> etree._Element:
    return next(tree.iter(tag))


def test_there_is_one_schema_a_year_and_no_other_file() -> None:
    assert sorted(path.name for path in CIN_XSD.folder.iterdir()) == [f"cin-{year}.xsd" for year in range(2017, 2028)]


@pytest.mark.parametrize("year", YEARS)
def test_the_committed_schema_is_that_of_the_layout(year: int) -> None:
    assert CIN_XSD.path(year).read_text(encoding="utf-8") == cin_xsd(year), "run: make xsd"


@pytest.mark.parametrize("year", YEARS)
def test_a_clean_sample_is_accepted_by_both_libraries(year: int, sample: etree._ElementTree) -> None:
    assert refusals(year, sample) == []


def elements(item: Group | Field) -> list[str]:
    return [item.tag, *(tag for inner in getattr(item, "content", ()) for tag in elements(inner))]


@pytest.mark.parametrize("year", YEARS)
def test_the_schema_has_every_element_in_the_order_of_the_tree(year: int) -> None:
    tree = etree.parse(CIN_XSD.path(year))
    assert [item.get("name") for item in tree.iter(f"{XS}element")] == elements(cin_layout(year).tree)


@pytest.mark.parametrize("year", YEARS)
def test_the_schema_lists_the_codes_of_the_year_with_their_labels(year: int) -> None:
    tree = etree.parse(CIN_XSD.path(year))
    for table in cin_layout(year):
        for field in table:
            if field.codes is not None:
                (listed,) = tree.findall(f"{XS}simpleType[@name='{field.codes.name}Code']")
                codes = {item.get("value"): "".join(item.itertext()) for item in listed.iter(f"{XS}enumeration")}
                assert codes == field.codes.labels(year)
                assert codes


@pytest.mark.parametrize("year", [2017, 2024, 2027])
def test_an_unknown_element_is_refused(year: int, sample: etree._ElementTree) -> None:
    etree.SubElement(first(sample, "ChildIdentifiers"), "Shoe").text = "9"
    (refusal,) = refusals(year, sample)
    assert "Element 'Shoe': This element is not expected." in refusal


@pytest.mark.parametrize("year", [2017, 2024, 2027])
def test_another_order_is_refused(year: int, sample: etree._ElementTree) -> None:
    identifiers = first(sample, "ChildIdentifiers")
    identifiers.append(identifiers[0])
    refusal = refusals(year, sample)[0]
    assert "This element is not expected. Expected is ( LAchildID )." in refusal


@pytest.mark.parametrize("year", [2017, 2024, 2027])
@pytest.mark.parametrize(
    ("tag", "text", "reason"),
    [
        ("Ethnicity", "wbri", "is not an element of the set"),
        ("ReferralSource", "9Z", "is not an element of the set"),
        ("CINreferralDate", "31/03/2024", "is not a valid value of the atomic type 'Date'"),
        ("CINreferralDate", "2024-03-31Z", "is not accepted by the pattern"),
        ("CINreferralDate", "2024-02-30", "is not a valid value of the atomic type 'Date'"),
        ("ReferralNFA", "TRUE", "is not a valid value of the atomic type 'xs:boolean'"),
        ("LAchildID", " ", "has a length of '0'"),
        ("LEA", "99", "is not accepted by the pattern"),
        ("DateTime", "2024-04-06", "is not a valid value of the atomic type 'DateTime'"),
        ("DateTime", "2024-04-06T09:30:00+01:00", "is not accepted by the pattern"),
        ("Year", "24", "is not accepted by the pattern"),
    ],
)
def test_a_wrong_value_is_refused(year: int, sample: etree._ElementTree, tag: str, text: str, reason: str) -> None:
    first(sample, tag).text = text
    found = refusals(year, sample)
    assert f"Element '{tag}'" in found[0]
    assert reason in found[0]


@pytest.mark.parametrize("year", [2017, 2024, 2027])
def test_each_required_element_is_missed(year: int, sample: etree._ElementTree) -> None:
    required = {field.tag for table in cin_layout(year) for field in table if field.required and field.table is None}
    schema, _ = schemas(year)
    present = [tag for tag in sorted(required) if sample.find(f".//{tag}") is not None]
    assert set(present) >= required - {"CINPlanStartDate"}
    for tag in present:
        element = first(sample, tag)
        parent, place = element.getparent(), element.getparent().index(element)
        parent.remove(element)
        assert not schema.validate(sample), tag
        parent.insert(place, element)
    assert schema.validate(sample)


@pytest.mark.parametrize(
    ("year", "tag", "text", "good"),
    [
        (2020, "AssessmentFactors", "18B", False),
        (2021, "AssessmentFactors", "18B", True),
        (2021, "AssessmentFactors", "24A", False),
        (2022, "AssessmentFactors", "24A", True),
        (2022, "ReferralSource", "5D", False),
        (2023, "ReferralSource", "5D", True),
        (2022, "ReasonForClosure", "RC9", False),
        (2023, "ReasonForClosure", "RC9", True),
    ],
)
def test_a_code_is_good_from_its_year_on(
    year: int, sample: etree._ElementTree, tag: str, text: str, *, good: bool
) -> None:
    first(sample, tag).text = text
    assert (refusals(year, sample) == []) == good


def test_each_year_has_its_elements() -> None:
    found = {year: set(elements(cin_layout(year).tree)) for year in YEARS}
    changes = {year: (found[year] - found[year - 1], found[year - 1] - found[year]) for year in YEARS if year > 2017}
    pre_proceedings = next(item for item in cin_layout(2027).tables if item.name == "PreProceedings")
    assert {year: change for year, change in changes.items() if change != (set(), set())} == {
        2022: ({"CINPlanDates", "CINPlanStartDate", "CINPlanEndDate"}, {"Content", "CBDSLevels", "CBDSLevel"}),
        2025: ({"Sex"}, {"GenderCurrent"}),
        2027: ({"PreProceedingsandFGDM", *(field.tag for field in pre_proceedings)}, set()),
    }


def test_every_kind_of_field_is_in_use() -> None:
    assert {field.kind for table in cin_layout(2027) for field in table} == set(Kind) - {Kind.CHOICE}
