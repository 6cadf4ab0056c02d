"""Whatever is done to a package on its way, or by a hostile sender who lists the change, is refused with a code."""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator
from dataclasses import replace
from datetime import date
from functools import cache
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from adapters.transfer import part as limits
from adapters.transfer.package import Paper
from adapters.transfer.part import Kind, Part
from adapters.transfer.read import read
from adapters.transfer.refusal import Code, NotAPackage
from adapters.transfer.write import parts
from case_family import family, record
from package_cases import office, package, paper, refusal, relisted, resealed

HOME = {"kind": "HOME", "lines": ("1 Plain Road",), "start_date": date(2022, 1, 1)}
Change = Callable[[Any], Any]


@cache
def made() -> tuple[Part, ...]:
    """Give the parts of a package that has some of everything."""
    row, contents = paper("doc", b"%PDF-1.7 words", media_type="application/pdf")
    case = family(
        address=[record("address", f"home-{who}", person=who, **HOME) for who in ("eva", "jon")],
        missing=[record("missing", "m", person="jon", start_date=date(2026, 1, 1))],
        documents=[row],
    )
    return parts(package(case, contents=contents))


def code(found: tuple[Part, ...]) -> str:
    error = refusal(found)
    return "read" if error is None else error.code.value


def one(name: str) -> Part:
    return next(part for part in made() if part.name == name)


def with_part(name: str, /, **changes: Any) -> tuple[Part, ...]:
    return tuple(replace(part, **changes) if part.name == name else part for part in made())


def test_untouched_it_is_read() -> None:
    assert code(made()) == "read"
    assert code(relisted(made())) == "read"


@settings(max_examples=150, deadline=None)
@given(st.data())
def test_no_flipped_bit_passes(data: st.DataObject) -> None:
    part = data.draw(st.sampled_from(made()[1:]))
    place = data.draw(st.integers(0, part.size - 1))
    bit = 1 << data.draw(st.integers(0, 7))
    content = part.content[:place] + bytes([part.content[place] ^ bit]) + part.content[place + 1 :]
    assert code(with_part(part.name, content=content)) == "package-part-hash"


@settings(max_examples=60, deadline=None)
@given(st.data())
def test_no_flipped_bit_of_the_index_breaks_the_reader(data: st.DataObject) -> None:
    """The signed terms of the message hold the hash of the index; the reader must answer all the same."""
    index = made()[0].content
    place = data.draw(st.integers(0, len(index) - 1))
    content = index[:place] + bytes([index[place] ^ (1 << data.draw(st.integers(0, 7)))]) + index[place + 1 :]
    found = refusal(with_part("index", content=content))
    assert found is None or found.code in Code


_JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=5), inner, max_size=2),
    max_leaves=3,
)


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[Any, ...]]:
    """Give the way to everything in a document but the document itself."""
    inner = value.items() if isinstance(value, dict) else enumerate(value) if isinstance(value, list) else ()
    for key, found in inner:
        yield (*path, key)
        yield from _places(found, (*path, key))


@settings(max_examples=80, deadline=None)
@given(st.data())
def test_whatever_stands_in_a_part_is_read_or_refused(data: st.DataObject) -> None:
    """A hostile sender signs whatever he likes: the reader never breaks, and what it reads it can write."""
    name = data.draw(st.sampled_from(["index", "family", "child-1", "child-2"]))
    path = data.draw(st.sampled_from(list(_places(json.loads(one(name).content)))))
    changed = resealed(made(), name, _in(*path, value=data.draw(_JSON)))
    if code(changed) == "read":
        again = parts(read(changed))
        assert read(again) == read(changed)


TAMPERED: list[tuple[str, Callable[[], tuple[Part, ...]]]] = [
    ("package-no-index", tuple),
    ("package-no-index", lambda: made()[1:]),
    ("package-part-missing", lambda: made()[:-1]),
    ("package-part-missing", lambda: tuple(part for part in made() if part.name != "family")),
    ("package-part-extra", lambda: (*made(), Part("document-2", b"more"))),
    ("package-part-extra", lambda: (*made(), one("child-1"))),
    ("package-part-missing", lambda: with_part("child-1", name="child-3")),
    ("package-part-size", lambda: with_part("child-1", content=one("child-1").content + b" ")),
    ("package-part-hash", lambda: with_part("child-1", content=b" " * one("child-1").size)),
    ("package-part-restriction", lambda: with_part("child-1", restriction=("X1",))),
    ("package-part-restriction", lambda: with_part("index", restriction=("X1",))),
    ("package-too-many-parts", lambda: made() + tuple(Part(f"document-{n}", b"") for n in range(2, 500))),
    ("package-not-json", lambda: with_part("index", content=b"\xff")),
    ("package-not-json", lambda: with_part("index", content=b'{"format":1,"format":1}')),
    ("package-not-json", lambda: with_part("index", content=b'{"format":NaN}')),
    ("package-not-json", lambda: with_part("index", content=b"[" * 100_000)),
    ("package-not-json", lambda: with_part("index", content=b'{"a":' * 7 + b"1" + b"}" * 7)),
    ("package-index", lambda: with_part("index", content=b"{}")),
    ("package-not-json", lambda: relisted(with_part("child-1", content=b"[" * 50_000 + b"]" * 50_000))),
    ("package-not-json", lambda: relisted(with_part("child-1", content=b"not json"))),
    ("package-part-form", lambda: relisted(with_part("child-1", content=b"[]"))),
    ("package-view", lambda: relisted(with_part("view", content=b"<script>alert(1)</script>"))),
    ("package-view", lambda: relisted(with_part("view", content=b"<p>words</p>"))),
    ("package-document", lambda: relisted(with_part("document-1", content=b"%PDF-1.7 other"))),
]


@pytest.mark.parametrize(("expected", "tampered"), TAMPERED)
def test_tampering_has_its_code(expected: str, tampered: Callable[[], tuple[Part, ...]]) -> None:
    assert code(tampered()) == expected


def _in(*path: Any, value: Any) -> Change:
    """Give a change that sets what is at the end of a path."""

    def change(told: Any) -> Any:
        place = told
        for step in path[:-1]:
            place = place[step]
        place[path[-1]] = value
        return told

    return change


def _renamed(old: str, new: str) -> Change:
    def change(told: Any) -> Any:
        told["records"][new] = told["records"].pop(old)
        return told

    return change


def _moved(told: Any) -> Any:
    told["records"]["person"][0]["id"] = "jon"
    return told


HOSTILE: list[tuple[str, str, Change]] = [
    ("package-table", "child-2", _renamed("missing", "missings")),
    ("package-records", "child-2", _renamed("missing", "cin_visits")),
    ("package-part-form", "child-2", _in("records", "missing", value={})),
    ("package-part-form", "child-2", _in("records", "missing", value=["m"])),
    ("package-part-form", "child-2", _in("records", value=[])),
    ("package-part-form", "child-2", _in("format", value="ics-case-part/2")),
    ("package-part-form", "child-2", _in("more", value=1)),
    ("package-part-form", "child-2", _in("facts", value=[{"table": "address", "values": {}}])),
    ("package-part-form", "family", _in("facts", value=[1])),
    ("package-part-form", "family", _in("reduced", value=[{"table": "person"}])),
    ("package-fact", "child-2", _in("records", "address", 0, "fact", value=7)),
    ("package-fact", "child-2", _in("records", "address", 0, "fact", value=-1)),
    ("package-fact", "child-2", _in("records", "address", 0, "fact", value=True)),
    ("package-fact", "child-2", _in("records", "address", 0, "kind", value="HOME")),
    ("package-fact", "child-2", _in("records", "missing", 0, "fact", value=0)),
    ("package-records", "child-2", _in("records", "missing", 0, "start_date", value="yesterday")),
    ("package-records", "child-2", _in("records", "missing", 0, "surname", value="Roe")),
    ("package-records", "child-2", _in("records", "missing", 0, "person", value="nobody")),
    ("package-records", "child-2", _in("records", "missing", 0, "id", value={"a": 1})),
    ("package-records", "child-2", _in("records", "missing", 0, "kind", value="\ud800")),
    ("package-records", "child-1", _moved),
    ("package-part-place", "child-2", _in("records", "missing", 0, "person", value="eva")),
    ("package-part-place", "family", _in("records", "events", value=[{
        "id": "e", "person": "jon", "kind": "OTHER",
        "provenance": {"source": "s", "record": "r", "recorded_at": "2026-01-01T00:00:00Z", "recorded_by": "w",
                       "state": "ASSERTED"},
    }])),
    ("package-records", "family", _in("reduced", value=[
        {"table": "person", "record": "mum", "field": "forename", "transform": "masked", "value": "A"}
    ])),
    ("package-records", "family", _in("reduced", value=[
        {"table": "person", "record": "ghost", "field": "surname", "transform": "masked", "value": "A"}
    ])),
    ("package-index", "index", _in("header", "process", value=None)),
    ("package-index", "index", _in("header", "surname", value="Roe")),
    ("package-index", "index", _in("parts", 0, "kind", value="../../view")),
    ("package-index", "index", _in("parts", 0, "size", value=-1)),
    ("package-index", "index", _in("parts", 0, "size", value="9")),
    ("package-index", "index", _in("children", 1, "person", value="eva")),
    ("package-index", "index", _in("children", value=[])),
    ("package-index", "index", _in("children", 0, "restriction", value=["X5"])),
    ("package-part-restriction", "index", _in("children", 0, "restriction", value=["X2"])),
    ("package-child", "index", _in("children", 1, "person", value="nobody")),
    ("package-process", "index", _in("header", "process", value="P99")),
    ("package-process", "index", _in("header", "process_version", value="2")),
    ("package-process", "index", _in("header", "step", value="pancake")),
    ("package-statement", "index", _in("statement", value=[])),
    ("package-statement", "index", _in("statement", 0, "status", value="missing")),
    ("package-statement", "index", _in("statement", 0, "need", value="S")),
    ("package-statement", "index", _in("statement", 0, "element", value="E02")),
    ("package-statement", "index", lambda told: told | {"statement": [*told["statement"], told["statement"][0]]}),
    ("package-document", "index", _in("parts", 4, "record", value="other")),
    ("package-part-missing", "index", lambda told: told | {"parts": [
        item for item in told["parts"] if item.get("number") != 2
    ]}),
]  # fmt: skip


@pytest.mark.parametrize("kind", ["view", "family"])
def test_a_package_that_lists_no_page_or_no_family_is_refused(kind: str) -> None:
    def without(told: Any) -> Any:
        return told | {"parts": [item for item in told["parts"] if item["kind"] != kind]}

    less = tuple(part for part in made() if part.name != kind)
    assert code(resealed(less, "index", without)) == "package-part-missing"


@pytest.mark.parametrize(("expected", "name", "change"), HOSTILE)
def test_what_a_hostile_sender_lists_is_refused_all_the_same(expected: str, name: str, change: Change) -> None:
    changed = resealed(made(), name, change)
    if "parts" in json.loads(changed[0].content) and expected == "package-part-missing":
        changed = tuple(part for part in changed if part.name != "child-2")
    assert code(changed) == expected


def test_a_document_that_is_another_kind_than_it_says_is_refused() -> None:
    row, contents = paper("doc", b"Words.", media_type="text/plain")
    found = parts(package(family(documents=[row]), contents=contents))
    changed = tuple(replace(part, content=b"%PDF-1.7 words") if part.name == "document-1" else part for part in found)

    def says_changed(told: Any) -> Any:
        told["parts"][-1]["changed"] = True
        return told

    assert code(resealed(relisted(changed), "index", says_changed)) == "package-document-type"


@pytest.mark.parametrize(
    ("content", "expected"),
    [
        (office(word__document_xml="<w/>"), "read"),
        (office(word__document_xml="<w/>", word__vbaProject_bin=b"macro"), "package-document-unsafe"),
        (office(word__document_xml="<w/>")[:-10], "package-document-unsafe"),
    ],
    ids=["plain", "macros", "cut short"],
)
def test_a_document_with_macros_is_refused_from_a_hostile_sender(content: bytes, expected: str) -> None:
    row, contents = paper("doc", office(word__document_xml="<w/>"), media_type="application/zip")
    whole = package(family(documents=[row]), contents=contents)
    assert code(parts(replace(whole, papers=(Paper("doc", content, changed=True),)))) == expected


def test_a_row_without_its_document_is_refused() -> None:
    row, contents = paper("doc", b"Words.")
    found = parts(package(family(documents=[row]), contents=contents))
    less = resealed(found, "index", lambda told: told | {"parts": told["parts"][:-1]})
    assert code(less[:-1]) == "package-document"


@pytest.mark.parametrize("kind", [Kind.CHILD, Kind.DOCUMENT, Kind.INDEX, Kind.FAMILY])
def test_an_oversize_part_is_refused(kind: Kind, monkeypatch: pytest.MonkeyPatch) -> None:
    found = made()
    monkeypatch.setitem(limits.MOST_BYTES, kind, 10)
    assert code(found) == "package-too-large"


def test_a_fact_that_is_referred_to_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.transfer.records._MOST_SPELT", 100)
    assert code(made()) == "package-too-large"


@pytest.mark.parametrize("expected", list(Code))
def test_every_code_is_a_plain_sentence_that_names_nobody(expected: Code) -> None:
    error = NotAPackage(expected, "child-1")
    assert error.message == f"{expected.meaning} It is the part child-1."
    assert error.hint.startswith("Ask the sender")
    assert expected.value.startswith("package-")


def test_a_refusal_never_repeats_what_was_in_the_part() -> None:
    error = refusal(resealed(made(), "child-2", _in("records", "missing", 0, "start_date", value="Larkhollow")))
    assert error is not None
    assert "Larkhollow" not in error.message
    assert "no case record" in error.message
    with pytest.raises(NotAPackage, match="not the one that the index lists"):
        read(with_part("child-1", content=b" " * one("child-1").size))
