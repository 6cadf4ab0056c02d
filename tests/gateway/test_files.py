from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest

from gateway.files import whole_file
from schemas.errors import Misconfigured


def written(path: Path, text: str = "new") -> None:
    with whole_file(path) as place:
        place.write_text(text)


def half_written(path: Path) -> None:
    with whole_file(path) as place:
        place.write_text("half")
        raise OSError("full")


def test_a_file_appears_whole_and_nothing_else_does(tmp_path: Path) -> None:
    written(tmp_path / "a.txt")
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("a.txt", "new")]


def test_a_write_that_fails_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "a.txt"
    path.write_text("old")
    with pytest.raises(OSError, match="full"):
        half_written(path)
    assert [(item.name, item.read_text()) for item in tmp_path.iterdir()] == [("a.txt", "old")]


def test_the_mode_is_that_of_the_file_before_or_of_a_new_file(tmp_path: Path) -> None:
    old, new, plain = tmp_path / "old", tmp_path / "new", tmp_path / "plain"
    old.write_text("")
    old.chmod(0o640)
    plain.write_text("")
    written(old)
    written(new)
    assert old.stat().st_mode & 0o777 == 0o640
    assert new.stat().st_mode == plain.stat().st_mode


def test_a_link_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "target").write_text("old")
    link = tmp_path / "link"
    link.symlink_to("target")
    written(link)
    assert link.is_symlink()
    assert (tmp_path / "target").read_text() == "new"


def test_a_device_is_written_to_and_not_replaced(tmp_path: Path) -> None:
    pipe = tmp_path / "pipe"
    os.mkfifo(pipe)
    reader = os.open(pipe, os.O_RDONLY | os.O_NONBLOCK)
    written(pipe)
    assert os.read(reader, 10) == b"new"
    os.close(reader)
    assert pipe.is_fifo()


def test_a_folder_and_a_missing_folder_are_refused(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured) as caught:
        written(tmp_path)
    assert caught.value.message == f"{tmp_path} is a folder."
    with pytest.raises(Misconfigured) as caught:
        written(tmp_path / "none" / "a.txt")
    assert caught.value.message == f"There is no folder {tmp_path / 'none'}."


def test_a_read_only_folder_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(**_: object) -> None:
        raise PermissionError(13, "Permission denied", "hidden")

    # The superuser may write everywhere, so a real folder would refuse nothing.
    monkeypatch.setattr(tempfile, "NamedTemporaryFile", refuse)
    with pytest.raises(Misconfigured) as caught:
        written(tmp_path / "a.txt")
    assert caught.value.message == f"{tmp_path / 'a.txt'} cannot be written (Permission denied)."
