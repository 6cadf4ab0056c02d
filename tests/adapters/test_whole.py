"""Files and folders that cannot be written say so under the name that was given."""

from __future__ import annotations

from pathlib import Path

import pytest

from adapters.whole import whole_file, whole_folder
from schemas.errors import Misconfigured


def test_a_file_stands_where_a_folder_should_be(tmp_path: Path) -> None:
    (tmp_path / "there").write_text("x")
    why = r"there/x cannot be written \(a file stands where its folder should be\)\.$"
    with pytest.raises(Misconfigured, match=why) as refused, whole_folder(tmp_path / "there" / "x"):
        raise AssertionError
    assert refused.value.hint == "Choose another place to write to."


@pytest.mark.parametrize("method", ["write_bytes", "replace"])
def test_a_file_that_may_not_be_written_is_named_and_not_the_place_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, method: str
) -> None:
    def forbid(path: Path, _: object) -> None:
        raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, method, forbid)
    with pytest.raises(Misconfigured) as refused, whole_file(tmp_path / "x.zip") as place:
        place.write_bytes(b"x") if method == "write_bytes" else place.touch()
    assert refused.value.message == f"{tmp_path / 'x.zip'} cannot be written (Permission denied)."
    assert list(tmp_path.iterdir()) == []


def test_a_folder_that_may_not_be_made_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def forbid(path: Path, **_: object) -> None:
        if path.name.startswith("."):
            raise PermissionError(13, "Permission denied", str(path))

    monkeypatch.setattr(Path, "mkdir", forbid)
    with pytest.raises(Misconfigured) as refused, whole_folder(tmp_path / "x"):
        raise AssertionError
    assert refused.value.message == f"{tmp_path / 'x'} cannot be written (Permission denied)."


def test_what_goes_wrong_elsewhere_is_not_said_of_the_target(tmp_path: Path) -> None:
    with pytest.raises(FileNotFoundError, match="other"), whole_file(tmp_path / "x"):
        (tmp_path / "other").read_bytes()
