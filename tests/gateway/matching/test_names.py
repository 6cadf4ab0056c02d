from __future__ import annotations

import pytest

from gateway.matching.names import family_name, given_name, variants, words


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("O'Brien", ("obrien",)),
        ("O\N{RIGHT SINGLE QUOTATION MARK}BRIEN", ("obrien",)),
        ("Smith-Jones", ("smith", "jones")),
        ("  Wiśniewska ", ("wisniewska",)),
        ("Łukasz Ørsted Strauß", ("lukasz", "orsted", "strauss")),
        ("Zoe\u0308", ("zoe",)),
        ("Ștefan", ("stefan",)),
        ("Ann 2", ("ann",)),
        ("-", ()),
        ("", ()),
    ],
)
def test_a_name_is_split_into_bare_words(text: str, expected: tuple[str, ...]) -> None:
    assert words(text) == expected


@pytest.mark.parametrize("text", ["Baby", "baby boy", "Baby of Ann", "Twin 1", "Infant", "Unknown", "not known", "N/K"])
def test_what_stands_for_no_name_is_no_given_name(text: str) -> None:
    assert given_name(text) is None


@pytest.mark.parametrize("text", ["Babyl", "Baby Rose", "Ann Baby"])
def test_a_name_that_only_looks_like_one_stays(text: str) -> None:
    assert given_name(text) is not None


def test_a_family_name_may_be_a_word_that_is_no_given_name() -> None:
    name = family_name("Infant")
    assert name is not None
    assert name.whole == "infant"
    assert family_name("Unknown") is None


def test_short_forms_go_both_ways_and_not_further() -> None:
    assert "william" in variants("bill")
    assert "bill" in variants("william")
    assert "charlotte" in variants("charlie")
    assert "charlotte" not in variants("charles")
    assert variants("thistle") == {"thistle"}
