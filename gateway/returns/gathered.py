"""What is added to a return, from the places that somebody names: one XML or zip file as it is, others zipped."""

from __future__ import annotations

import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from pathlib import Path

from adapters.sheets.parts import Part
from adapters.sheets.write import packed
from gateway import settings
from gateway.pipeline.spool import spool
from gateway.returns.adding import Content
from schemas.errors import Rejected

XML, ZIP = "xml", "zip"
MOST_FILES = 200


@contextmanager
def gathered(paths: Sequence[Path], inbox: Path | None = None) -> Iterator[Content]:
    """Give the files as one. Raise Rejected where there is nothing to read, Transient."""
    files = [file for path in paths for file in _files(path)]
    if not 0 < len(files) <= MOST_FILES:
        raise Rejected(f"A return is 1 to {MOST_FILES} files.", hint="Give its files, or the folder that has them.")
    with spool(inbox or Path(settings.text_of(settings.INBOX_FOLDER))) as whole:
        ending = _ending(files)
        if ending is None:
            whole.write(packed((file.name, _read(file)) for file in files))
        else:
            with files[0].open("rb") as handle:
                shutil.copyfileobj(handle, whole)
        whole.flush()
        yield Content(whole, ending or ZIP)


def _files(path: Path) -> list[Path]:
    if path.is_dir():
        return sorted(file for file in path.iterdir() if file.is_file() and not file.name.startswith((".", "~$")))
    if not path.is_file():
        raise Rejected(f"There is no file {path.name}.")
    return [path]


def _ending(files: list[Path]) -> str | None:
    """Say how a file ends that is taken as it is; none where the files have to be zipped."""
    if len(files) > 1:
        return None
    if files[0].suffix.lower() == f".{XML}":
        return XML
    part = Part(files[0].name, _read(files[0]))
    return ZIP if part.is_zip and not part.is_workbook else None


def _read(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError:
        raise Rejected(f"{path.name} cannot be read.") from None
