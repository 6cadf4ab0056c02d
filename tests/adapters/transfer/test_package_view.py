"""The page of a package: all of it, every text as text, and nothing on it that can do anything."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any

import pytest

from adapters.case.demo.moving import moving_family, papers
from adapters.transfer.compose import Content, compose
from adapters.transfer.header import Child
from adapters.transfer.package import Package, ReducedValue, ReleasedPlaces
from adapters.transfer.passive import POLICY, is_passive
from adapters.transfer.read import read
from adapters.transfer.view import page, places_page
from adapters.transfer.write import parts
from case_family import TODAY, family, record
from package_cases import header, package, paper, refusal, resealed
from schemas.case.record import CaseFile

ATTACK = "</title></style><script>alert('x')</script><img src=x onerror=alert(1)>"


class Reader(HTMLParser):
    """Gather elements and texts."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.elements: list[str] = []
        self.texts: list[str] = []
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002  # the parser gives them
        self.elements.append(tag)

    def handle_data(self, data: str) -> None:
        self.texts.append(data.strip())


def released() -> Package:
    """Give a package with a place of Eva's that was released."""
    eva = record("person", "eva", kind="CHILD")
    home = record("address", "safe", person="eva", lines=("7 Larkhollow Lane", ATTACK), hidden=True)
    places = ReleasedPlaces("child-1", CaseFile(id="p-1", person=(eva,), address=(home,)))  # type: ignore[arg-type]  # records of those tables
    children = (Child(reference="child-1", person="eva", restriction=("X2",)),)
    content = Content(children, family(), family(), places=(places,))
    return compose(header(), content, ())


def test_hostile_texts_stay_texts() -> None:
    row, contents = paper("doc", b"Words.", name=ATTACK)
    case = family(
        events=[record("events", "e", person="eva", happened_on=date(2020, 1, 1), summary=ATTACK, kind="OTHER")],
        person=[record("person", "odd", kind="ADULT", forename=ATTACK)],
        documents=[row],
    )
    made = page(package(case, contents=contents, purpose=ATTACK))
    reader = Reader(made)
    assert {"script", "img", "iframe", "link", "a", "form", "object"}.isdisjoint(reader.elements)
    assert sum(ATTACK in text for text in reader.texts) >= 6
    assert f'content="{POLICY}"' in made.replace("&#39;", "'")
    assert is_passive(made.encode())


def test_letters_that_turn_the_order_of_others_are_taken_out() -> None:
    case = family(person=[record("person", "odd", kind="ADULT", forename="Ann\u202eeoR")])
    assert "AnneoR" in page(package(case))
    assert "\u202e" not in page(package(case))


def test_the_page_has_what_is_missing_the_documents_the_chronology_and_every_table() -> None:
    whole = package(moving_family(1, TODAY), contents=papers())
    reader = Reader(page(whole))
    text = " ".join(reader.texts)
    for told in (
        "Case package:",
        "What is here and what is not",
        "Documents",
        "Genogram",
        "Chronology",
        "Every record",
    ):
        assert told in text
    tables = {table for table, rows in whole.records.tables() if rows}
    assert tables <= set(reader.texts)
    assert all(row.id in text for _, rows in whole.records.tables() for row in rows)
    assert all(row.sha256 in reader.texts for row in whole.records.documents)
    assert "The sender has no record of it that could be shared." in text


def test_codes_are_told_in_words_and_reduced_values_with_their_form() -> None:
    value = ReducedValue(table="person", record="mum", field="date_of_death", transform="year-only", value="2026")
    text = page(package(family(), reduced=(value,)))
    assert "2026 (year-only)" in text
    assert "Mother (MOTHER)" in text


def test_a_package_without_documents_says_so() -> None:
    assert "No document is in the package." in page(package(family()))


def test_released_places_have_a_page_of_their_own_and_are_on_no_other() -> None:
    whole = released()
    made = parts(whole)
    assert [part.name for part in made if b"Larkhollow" in part.content] == ["places-1", "places-view-1"]
    assert {part.name: part.restriction for part in made}["places-1"] == ("X2",)
    shown = places_page(whole, whole.places[0])
    assert "Keep this apart" in shown
    assert "<script" not in shown
    assert is_passive(shown.encode())
    assert read(made) == whole


def test_released_places_without_their_page_are_refused() -> None:
    made = [part for part in parts(released()) if part.name != "places-view-1"]
    found = refusal(resealed(tuple(made), "index", _without_page))
    assert found is not None
    assert found.code.value == "package-part-missing"


def _without_page(told: Any) -> Any:
    return told | {"parts": [item for item in told["parts"] if item["kind"] != "places-view"]}


@pytest.mark.parametrize(
    "body",
    [
        "<script>alert(1)</script>",
        '<img src="https://tracker.example/x">',
        '<a href="https://tracker.example">more</a>',
        '<p onclick="alert(1)">words</p>',
        '<p style="background: url(https://tracker.example)">words</p>',
        "<style>p { background: url(x) }</style>",
        "<style>@import 'x';</style>",
        '<meta http-equiv="refresh" content="0; url=https://tracker.example">',
        '<link rel="stylesheet" href="x.css">',
        '<base href="https://tracker.example">',
        "<form><input></form>",
        "<iframe></iframe>",
        "<object></object>",
        "<svg><use href='x'/></svg>",
        "<svg><animate/></svg>",
        "<!-- a comment -->",
        "<?xml-stylesheet href='x'?>",
        "<![CDATA[x]]>",
        '<p class="a" class="b">words</p>',
    ],
)
def test_a_page_that_can_do_something_is_found(body: str) -> None:
    head = f'<!doctype html><html><head><meta http-equiv="Content-Security-Policy" content="{POLICY}"></head><body>'
    assert is_passive(f"{head}<p>words</p></body></html>".encode())
    assert not is_passive(f"{head}{body}</body></html>".encode())


def test_a_page_without_our_policy_or_in_another_coding_is_not_passive() -> None:
    assert not is_passive(b"<p>words</p>")
    assert not is_passive("<p>é</p>".encode("latin-1"))
    policy = f'<meta http-equiv="Content-Security-Policy" content="{POLICY}">'
    assert is_passive(policy.encode())
    assert not is_passive((policy + policy).encode())
    assert not is_passive(policy.replace("'none'", "*").encode())
