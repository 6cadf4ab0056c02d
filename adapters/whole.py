"""Files and folders that appear whole or not at all."""

from __future__ import annotations

import shutil
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from secrets import token_hex

from schemas.errors import Misconfigured, Rejected


def write_lines(path: Path, text: Iterable[str]) -> None:
    """Write a text beside its place and move it there once it is whole; see `whole_file`."""
    with whole_file(path) as place, place.open("x", encoding="utf-8", newline="\n") as file:
        file.writelines(text)


@contextmanager
def whole_file(path: Path) -> Iterator[Path]:
    """Give a place beside `path` where nothing is yet; the file there becomes `path` when all went well.

    Raise Misconfigured where its folder is not there, a folder has its name, or nothing can be written there.
    """
    if not path.parent.is_dir():
        raise Misconfigured(f"There is no folder {path.parent}.", hint="Make it, or name another file.")
    if path.is_dir():
        raise Misconfigured(f"{path} is a folder.", hint="Name the file to write.")
    place = _beside(path)
    try:
        with _as_told(path, place):
            yield place
            place.replace(path)
    finally:
        place.unlink(missing_ok=True)


@contextmanager
def whole_folder(folder: Path) -> Iterator[Path]:
    """Give an empty folder beside `folder`, which it becomes when all went well.

    Raise Rejected where `folder` is there already and is not empty, Misconfigured where it cannot be made.
    """
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Rejected(f"{folder} is in use.", hint="Name a folder that is new or empty.")
    folder = folder.resolve()
    place = _beside(folder)
    try:
        with _as_told(folder, folder.parent):
            folder.parent.mkdir(parents=True, exist_ok=True)
        with _as_told(folder, place):
            place.mkdir()
        yield place
        with _as_told(folder, folder):
            if folder.exists():
                folder.rmdir()
            place.rename(folder)
    finally:
        shutil.rmtree(place, ignore_errors=True)


@contextmanager
def _as_told(target: Path, place: Path) -> Iterator[None]:
    """Say of `target` what stands against writing to `place`, which nobody has named."""
    try:
        yield
    except OSError as error:
        if error.filename is None or not place.is_relative_to(str(error.filename)):
            raise
        why = "a file stands where its folder should be" if isinstance(error, FileExistsError) else error.strerror
        raise Misconfigured(f"{target} cannot be written ({why}).", hint="Choose another place to write to.") from None


def _beside(path: Path) -> Path:
    return path.with_name(f".{path.name[:100]}.{token_hex(4)}")
