"""A package as parts: what is where, once; and read back it is the same package."""

from __future__ import annotations

import json
from datetime import date
from typing import Any

import pytest

from adapters.case.demo.families import family as made_up
from adapters.case.demo.moving import moving_family, papers
from adapters.transfer import part as parts_module
from adapters.transfer.package import ReducedValue
from adapters.transfer.part import Part
from adapters.transfer.read import read
from adapters.transfer.write import parts
from case_family import TODAY, family, record
from package_cases import package, paper
from schemas.errors import Rejected

HOME: dict[str, Any] = {"kind": "HOME", "lines": ("1 Plain Road", "Northmere"), "start_date": date(2022, 1, 1)}


def content(made: tuple[Part, ...], name: str) -> Any:
    return json.loads(next(part.content for part in made if part.name == name))


@pytest.mark.parametrize("number", range(1, 13))
def test_a_made_up_family_is_read_back_as_it_was(number: int) -> None:
    whole = package(made_up(number, 5, TODAY))
    assert read(parts(whole)) == whole


def test_the_family_of_the_demonstration_is_read_back_with_its_documents() -> None:
    whole = package(moving_family(1, TODAY), contents=papers())
    assert len(whole.papers) == 5
    assert read(parts(whole)) == whole


def test_one_package_has_one_spelling_and_the_order_of_records_does_not_count() -> None:
    case = made_up(3, 5, TODAY)
    turned = case.with_records("person", tuple(reversed(case.person)))
    children = [child.id for child in case.children]
    assert parts(package(case, *children)) == parts(package(turned, *children))


def test_what_brother_and_sister_share_is_held_once() -> None:
    case = family(address=[record("address", f"home-{who}", person=who, **HOME) for who in ("eva", "jon")])
    made = parts(package(case))
    assert sum(part.content.count(b"1 Plain Road") for part in made if part.name != "view") == 1
    assert content(made, "family")["facts"] == [
        {"table": "address", "values": {**HOME, "lines": list(HOME["lines"]), "start_date": "2022-01-01"}}
    ]
    for name, who in (("child-1", "eva"), ("child-2", "jon")):
        (row,) = content(made, name)["records"]["address"]
        assert (row["id"], row["person"], row["fact"]) == (f"home-{who}", who, 0)
        assert row["provenance"]["record"] == f"src-home-{who}"


def test_what_one_child_has_is_in_that_childs_part_and_what_ties_two_in_the_familys() -> None:
    tie = record("relationships", "tie", person="eva", other="jon", kind="SIBLING")
    case = family(relationships=[tie], missing=[record("missing", "m", person="jon", start_date=date(2026, 1, 1))])
    made = parts(package(case))
    assert [part.name for part in made] == ["index", "view", "family", "child-1", "child-2"]
    assert "missing" not in content(made, "child-1")["records"]
    assert [row["id"] for row in content(made, "child-2")["records"]["missing"]] == ["m"]
    assert {row["id"] for row in content(made, "family")["records"]["relationships"]} == {"tie"}
    assert {row["id"] for row in content(made, "family")["records"]["person"]} == {"mum", "dad"}


def test_a_reduced_value_stands_beside_its_record() -> None:
    value = ReducedValue(table="person", record="mum", field="date_of_death", transform="year-only", value="2026")
    whole = package(family(), reduced=(value,))
    assert content(parts(whole), "family")["reduced"] == [value.model_dump()]
    assert read(parts(whole)).reduced == (value,)


def test_names_and_types_of_parts_say_nothing_of_anybody() -> None:
    row, contents = paper("doc", b"Eva's plan.", name="Plan of Eva Roe.txt")
    made = parts(package(family(documents=[row]), contents=contents))
    assert [part.name for part in made] == ["index", "view", "family", "child-1", "child-2", "document-1"]
    assert made[-1].content == b"Eva's plan."
    listed = content(made, "index")["parts"][-1]
    assert (listed["record"], listed["child"], listed["sha256"]) == ("doc", "child-1", row.sha256)


def test_a_part_is_marked_with_the_classes_of_those_in_it() -> None:
    row, contents = paper("doc", b"Words.", restriction="X1")
    whole = package(family(documents=[row]), contents=contents, others=("X1", "X2"))
    marked = {part.name: part.restriction for part in parts(whole)}
    both = ("X1", "X2")
    assert marked == {
        "index": both, "view": both, "family": both, "child-1": (), "child-2": (), "document-1": ("X1",)
    }  # fmt: skip


def test_more_parts_than_a_message_lists_are_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    rows = [paper(f"doc-{number}", b"Words %d." % number) for number in range(4)]
    case = family(documents=[row for row, _ in rows])
    whole = package(case, contents={key: value for _, found in rows for key, value in found.items()})
    monkeypatch.setattr("adapters.transfer.write.MOST_PARTS", 8)
    with pytest.raises(Rejected, match="more than 8 parts"):
        parts(whole)


def test_more_than_a_message_carries_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.transfer.write.MOST_TOTAL", 1 << 10)
    with pytest.raises(Rejected, match="The package has more than 0 MiB"):
        parts(package(family()))


def test_a_part_that_is_too_large_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(parts_module.MOST_BYTES, parts_module.Kind.CHILD, 100)
    with pytest.raises(Rejected, match="The part child-1 is larger than such a part may be"):
        parts(package(family()))
