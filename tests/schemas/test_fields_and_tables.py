"""Declaring a format: years as diffs on a tree, and the flat tables derived from it."""

from __future__ import annotations

import polars as pl
import pytest

from schemas.codesets import Code, CodeSet
from schemas.fields import Field, Group, Kind, YearDiff, tree_for
from schemas.tables import Table, layout_for
from schemas.xsd import xsd_of

PET = Group(
    "Pet",
    (Field("Name", "N1", required=True), Field("Born", "N2", Kind.DATE), Field("Toy", "N3", table="Toys")),
    table="Pets",
    repeats=True,
)
TREE = Group(
    "Home",
    (
        Group("Head", (Group("Wrap", (Field("Year", "", Kind.YEAR),)),), table="Head"),
        Group("Owners", (Group("Owner", (Group("Who", (Field("Id", "N0"),), table="People"), PET), repeats=True,
                               opens=("People",)),)),
    ),
)  # fmt: skip
AT_PET = ("Home", "Owners", "Owner", "Pet")


def tags(group: Group) -> list[str]:
    return [item.tag for item in group.content]


def pet(*changes: YearDiff, year: int) -> list[str]:
    tree = tree_for(TREE, changes, year)
    for name in AT_PET[1:]:
        tree = next(item for item in tree.content if isinstance(item, Group) and item.name == name)
    return tags(tree)


def test_a_change_is_in_force_from_its_year_on() -> None:
    change = YearDiff(2020, AT_PET, remove="Born", add=Field("Age", "N4"))
    assert pet(change, year=2019) == ["Name", "Born", "Toy"]
    assert pet(change, year=2020) == ["Name", "Age", "Toy"]
    assert pet(change, year=2021) == ["Name", "Age", "Toy"]


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (YearDiff(2020, AT_PET, remove="Name"), ["Born", "Toy"]),
        (YearDiff(2020, AT_PET, add=Field("Age", "N4"), after="Name"), ["Name", "Age", "Born", "Toy"]),
        (YearDiff(2020, AT_PET, add=Field("Age", "N4")), ["Name", "Born", "Toy", "Age"]),
    ],
)
def test_a_change_removes_or_adds_in_its_place(change: YearDiff, expected: list[str]) -> None:
    assert pet(change, year=2020) == expected


def test_changes_are_applied_by_year_whatever_their_order() -> None:
    second = YearDiff(2022, AT_PET, remove="Age", add=Field("Months", "N5"))
    first = YearDiff(2020, AT_PET, remove="Born", add=Field("Age", "N4"))
    assert pet(second, first, year=2022) == ["Name", "Months", "Toy"]


def test_a_path_that_leads_nowhere_is_a_mistake() -> None:
    with pytest.raises(KeyError, match="no element House at the root"):
        YearDiff(2020, ("House",), remove="Head").apply(TREE)
    with pytest.raises(KeyError, match="no element Shed with something to change in Home"):
        YearDiff(2020, ("Home", "Shed"), remove="Head").apply(TREE)


LAYOUT = layout_for("home", TREE, (), 2020)


def test_tables_come_in_message_order_with_what_is_around_them() -> None:
    assert [(table.name, table.ancestors, table.parent) for table in LAYOUT] == [
        ("Head", (), None),
        ("People", (), None),
        ("Pets", ("People",), "People"),
        ("Toys", ("People", "Pets"), "Pets"),
    ]


def test_a_table_knows_its_element_and_the_way_to_each_field() -> None:
    assert LAYOUT.table("Head").path == ("Home", "Head")
    assert LAYOUT.table("Head").field_paths == (("Wrap", "Year"),)
    assert LAYOUT.table("People").path == ("Home", "Owners", "Owner")
    assert LAYOUT.table("People").field_paths == (("Who", "Id"),)
    assert LAYOUT.table("Toys").path == (*AT_PET, "Toy")
    assert LAYOUT.table("Toys").field_paths == ((),)


def test_a_frame_has_text_type_and_line_for_each_field() -> None:
    assert LAYOUT.table("Pets").schema() == {
        "@row": pl.Int32(),
        "@line": pl.Int32(),
        "@People": pl.Int32(),
        "Name": pl.String(),
        "Name.line": pl.Int32(),
        "Born": pl.String(),
        "Born.value": pl.Date(),
        "Born.line": pl.Int32(),
    }


def test_what_a_year_or_a_table_lacks_is_told() -> None:
    assert LAYOUT.has("Toys")
    assert not LAYOUT.has("Cars")
    with pytest.raises(KeyError, match="home 2020 has no table Cars"):
        LAYOUT.table("Cars")
    pets: Table = LAYOUT.table("Pets")
    assert pets.has("Born")
    assert not pets.has("Toy")
    with pytest.raises(KeyError, match="table Pets has no field Toy"):
        pets.field("Toy")


def test_the_schema_of_a_layout_is_written_in_order() -> None:
    sizes = CodeSet("Size", (Code("S", "small & light"), Code("L", "large", until=2019)))
    tree = Group("Box", (Field("Size", "N9", Kind.CODE, sizes, required=True, guidance="a < b"),), table="Boxes")
    assert xsd_of(layout_for("box", tree, (), 2020), "Boxes & more") == (
        '<?xml version="1.0" encoding="UTF-8"?>\n'
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">\n'
        "  <xs:annotation><xs:documentation>Boxes &amp; more. Generated from the layout; do not edit."
        "</xs:documentation></xs:annotation>\n"
        '  <xs:element name="Box">\n'
        "    <xs:complexType>\n"
        "      <xs:sequence>\n"
        '        <xs:element name="Size" type="SizeCode">\n'
        "          <xs:annotation><xs:documentation>N9 a &lt; b</xs:documentation></xs:annotation>\n"
        "        </xs:element>\n"
        "      </xs:sequence>\n"
        "    </xs:complexType>\n"
        "  </xs:element>\n"
        '  <xs:simpleType name="SizeCode">\n'
        '    <xs:restriction base="xs:token">\n'
        '      <xs:enumeration value="S"><xs:annotation><xs:documentation>small &amp; light</xs:documentation>'
        "</xs:annotation></xs:enumeration>\n"
        "    </xs:restriction>\n"
        "  </xs:simpleType>\n"
        "</xs:schema>\n"
    )
