"""Which form the name of a target asks for."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.endings import form_of
from schemas.errors import Misconfigured


@pytest.mark.parametrize(
    ("name", "form"),
    [
        ("cla.xml", ".xml"),
        ("cla.ZIP", ".zip"),
        ("cla", ""),
        ("cla-31.03.2026", ""),
        ("cla 1.2", ""),
        ("St. Helens", ""),
        (".cla", ""),
        ("cla.", ""),
    ],
)
def test_an_ending_that_is_written_is_given_and_anything_else_names_a_folder(name: str, form: str) -> None:
    assert form_of(Path(name), {".xml", ".zip"}, "") == form


@pytest.mark.parametrize("name", ["cla.csv", "cla.XLSX", "cla.7z", "cla.v2"])
def test_another_ending_is_refused(name: str) -> None:
    with pytest.raises(Misconfigured) as refused:
        form_of(Path(name), {".xml"}, "Name a folder.")
    ending = name[3:].lower()
    assert refused.value.message == f"{name} ends in {ending}, and the return is not written in that form."
    assert refused.value.hint == "Name a folder."


def test_a_folder_that_is_there_may_have_any_name(tmp_path: Path) -> None:
    (tmp_path / "cla.v2").mkdir()
    assert form_of(tmp_path / "cla.v2", {".xml"}, "") == ""
