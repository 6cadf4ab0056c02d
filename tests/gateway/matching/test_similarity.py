from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.matching.similarity import similarity, sound


# Worked by rapidfuzz 3.14.6, JaroWinkler.similarity.
@pytest.mark.parametrize(
    ("one", "other", "expected"),
    [
        ("martha", "marhta", 0.961111),
        ("dwayne", "duane", 0.84),
        ("jayden", "kayden", 0.888889),
        ("aisha", "aishah", 0.966667),
        ("smith", "smyth", 0.893333),
        ("mohammed", "muhammad", 0.85),
        ("nowak", "nowakowa", 0.925),
        ("a", "b", 0.0),
        ("", "a", 0.0),
        ("", "", 0.0),
        ("marsh", "marsh", 1.0),
    ],
)
def test_words_are_as_alike_as_winkler_says(one: str, other: str, expected: float) -> None:
    assert similarity(one, other) == pytest.approx(expected, abs=1e-6)


@given(st.text(alphabet="abcde", max_size=9), st.text(alphabet="abcde", max_size=9))
def test_similarity_stays_between_nothing_and_one(one: str, other: str) -> None:
    assert 0.0 <= similarity(one, other) <= 1.0
    assert (similarity(one, other) == 1.0) == (one == other != "")


@pytest.mark.parametrize(
    ("word", "code"),
    [
        ("robert", "r163"),
        ("rupert", "r163"),
        ("ashcraft", "a261"),
        ("tymczak", "t522"),
        ("pfister", "p236"),
        ("a", "a000"),
    ],
)
def test_sounds_are_those_of_soundex(word: str, code: str) -> None:
    assert sound(word) == code
