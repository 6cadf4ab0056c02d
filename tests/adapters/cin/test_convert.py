"""Census to folder of CSV and back: the same bytes, the same ids, and every loss named."""

from __future__ import annotations

from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree

from adapters.cin.convert import convert_census
from adapters.cin.demo.census import write_demo
from adapters.cin.read import read_cin
from adapters.cin.write import write_census
from census_builder import census, child, episode
from census_files import EPISODE, message, write
from census_files import child as child_xml
from census_folders import folder_of, rows
from schemas.cin.layout import YEARS, cin_layout
from schemas.fields import Group


@pytest.mark.parametrize("year", YEARS)
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_a_valid_census_comes_back_byte_for_byte(tmp_path: Path, year: int, seed: int) -> None:
    source, folder, target = tmp_path / "a.xml", tmp_path / "folder", tmp_path / "b.xml"
    write_demo(source, year=year, children=40, seed=seed, damage=0.0)
    assert convert_census(source, folder) == ()
    assert sorted(path.name for path in folder.iterdir()) == sorted(f"{table.name}.csv" for table in cin_layout(year))
    assert convert_census(folder, target) == ()
    assert target.read_bytes() == source.read_bytes()
    assert sorted(path.name for path in tmp_path.iterdir()) == ["a.xml", "b.xml", "folder"]


def test_the_ids_are_positions_and_the_same_every_time(tmp_path: Path) -> None:
    source = tmp_path / "a.xml"
    write_demo(source, year=2027, children=60, seed=5, damage=0.5)
    convert_census(source, tmp_path / "one")
    convert_census(source, tmp_path / "two")
    for table in cin_layout(2027):
        assert (tmp_path / "one" / f"{table.name}.csv").read_bytes() == (
            tmp_path / "two" / f"{table.name}.csv"
        ).read_bytes()
    folder = folder_of(tmp_path)
    assert rows(folder, "CINdetails") == [
        ["id", "within", *(field.name for field in cin_layout(2026).table("CINdetails"))],
        ["c1.CINdetails1", "c1", "2025-06-02", "1A", "", "", "", "", "0"],
        ["c2.CINdetails1", "c2", "2025-06-02", "1A", "", "", "", "", "0"],
    ]
    assert rows(folder, "Disabilities")[1:] == [
        ["c1.ChildCharacteristics1.Disabilities1", "c1.ChildCharacteristics1", "MOB"],
        ["c2.ChildCharacteristics1.Disabilities1", "c2.ChildCharacteristics1", "MOB"],
    ]


_WRITABLE = st.characters(exclude_categories=["Cs"], min_codepoint=0x20, max_codepoint=0x1FFFF)
_CELL = st.text(_WRITABLE, min_size=1).map(lambda text: text.replace("\ufffe", "").replace("\uffff", "").strip(" "))
_RISKY = st.sampled_from(["=2+2", "'=x", "''", '"', 'a"b', "a,b;c", "a\nb", "\u00a0x\u00a0", "]]>", "&amp;", "<x/>"])


@given(st.lists(st.one_of(_CELL, _RISKY), min_size=1, max_size=12))
@settings(max_examples=20, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_text_comes_back(tmp_path_factory: pytest.TempPathFactory, texts: list[str]) -> None:
    place = tmp_path_factory.mktemp("text")
    data = census(2026, *(child(episode(), LAchildID=text or None) for text in texts))
    write_census(place / "a.xml", data.layout, data.tables)
    assert convert_census(place / "a.xml", place / "folder") == ()
    blank = [text for text in texts if not text]
    assert len(convert_census(place / "folder", place / "b.xml")) == len(texts) + len(blank)  # no ethnicity either
    assert (place / "a.xml").read_bytes() == (place / "b.xml").read_bytes()
    assert read_cin(place / "b.xml").tables["ChildIdentifiers"]["LAchildID"].to_list() == [t or None for t in texts]


def groups(group: Group) -> set[str]:
    return {group.tag}.union(*(groups(item) for item in group.content if isinstance(item, Group)))


def canonical(element: etree._Element, wrappers: set[str]) -> tuple[str, object]:
    """Give the tree without white space and without groups that hold nothing."""
    if not len(element):
        return (element.tag, (element.text or "").strip(" \t\r\n"))
    inside = [canonical(item, wrappers) for item in element]
    return (element.tag, [item for item in inside if item[1] or item[0] not in wrappers])


@pytest.mark.parametrize("seed", range(30))
def test_what_a_damaged_census_loses_is_named_or_nothing_is_lost(tmp_path: Path, seed: int) -> None:
    source, folder, target = tmp_path / "a.xml", tmp_path / "folder", tmp_path / "b.xml"
    write_demo(source, year=2017 + seed % 11, children=3, seed=seed, damage=1.0)
    losses = convert_census(source, folder)
    convert_census(folder, target)
    wrappers = groups(cin_layout(2017).tree) | groups(cin_layout(2027).tree)
    before, after = (canonical(etree.parse(path).getroot(), wrappers) for path in (source, target))
    same = before == after
    assert same == (losses == ()), losses


def test_losses_of_a_file_have_line_and_element(tmp_path: Path) -> None:
    text = message(child_xml("<Shoe>9</Shoe>" + EPISODE))
    losses = convert_census(write(tmp_path, text), tmp_path / "folder")
    at = next(number for number, line in enumerate(text.splitlines(), start=1) if "<Shoe>" in line)
    (loss,) = losses
    assert loss == (
        f"line {at}: This element is not part of the collection. "
        "The element is Shoe, and its value was not checked. The upload would be rejected."
    )


def test_a_file_that_breaks_off_gives_its_complete_children_and_the_break(tmp_path: Path) -> None:
    text = message(child_xml(identifier="C1"), child_xml(identifier="C2"))
    (loss,) = convert_census(write(tmp_path, text[: text.index("C2") + 2]), tmp_path / "folder")
    assert "The file stops being well-formed XML." in loss
    assert [row[0] for row in rows(tmp_path / "folder", "ChildIdentifiers")] == ["id", "c1"]
