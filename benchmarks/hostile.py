"""Hostile files: what the check makes of each, how long it takes and how much memory.

Every file is written just before its turn and deleted after it.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Callable
from pathlib import Path
from tempfile import TemporaryDirectory

from benchmarks.figures import Figures, Results, Say, memory, seconds
from benchmarks.generated import DATA, GATEWAY, Made, made_return
from benchmarks.measure import Run, measured

_SECONDS = 2.0
_MEBIBYTES = 300.0
_GIBIBYTE = 1024**3
_CHUNK = 1024**2
_NESTED = 100_000
_OUTCOME = 90
_REFUSED = 2
_HEADER = (
    "<Message><Header><CollectionDetails><Collection>CIN</Collection><Year>2026</Year>"
    "<ReferenceDate>2026-03-31</ReferenceDate></CollectionDetails><Source><SourceLevel>L</SourceLevel><LEA>999</LEA>"
    "<SoftwareCode>made up</SoftwareCode><Release>1</Release><SerialNo>001</SerialNo>"
    "<DateTime>2026-04-06T09:30:00</DateTime></Source></Header><Children><Child><ChildIdentifiers>"
)
_REST = "</ChildIdentifiers></Child></Children></Message>"

Write = Callable[[Path], object]


def _entity_expansion(path: Path) -> None:
    levels = "".join(f'<!ENTITY e{n} "{f"&e{n - 1};" * 10}">' for n in range(1, 10))
    start = f'<?xml version="1.0"?><!DOCTYPE Message [<!ENTITY e0 "ha">{levels}]>'
    path.write_text(f"{start}{_HEADER}<LAchildID>&e9;</LAchildID>{_REST}", encoding="utf-8")


def _external_entity(path: Path) -> None:
    start = '<?xml version="1.0"?><!DOCTYPE Message [<!ENTITY outside SYSTEM "file:///etc/hostname">]>'
    path.write_text(f"{start}{_HEADER}<LAchildID>&outside;</LAchildID>{_REST}", encoding="utf-8")


def _deep_nesting(path: Path) -> None:
    path.write_text(f"{_HEADER}{'<a>' * _NESTED}{'</a>' * _NESTED}{_REST}", encoding="utf-8")


def _huge_text(path: Path) -> None:
    chunk = b"x" * _CHUNK
    with path.open("wb") as file:
        file.write(f"{_HEADER}<LAchildID>".encode())
        for _ in range(_GIBIBYTE // _CHUNK):
            file.write(chunk)
        file.write(f"</LAchildID>{_REST}".encode())


def _truncated(path: Path) -> None:
    whole = made_return(Made("cin", 2026, 1_000)).read_bytes()
    path.write_bytes(whole[: len(whole) * 2 // 3])


def _wrong_encoding(path: Path) -> None:
    start = '<?xml version="1.0" encoding="UTF-8"?>'
    path.write_bytes(f"{start}{_HEADER}<LAchildID>Zo\u00eb</LAchildID>{_REST}".encode("latin-1"))


def _zip_bomb(path: Path) -> None:
    chunk = bytes(_CHUNK)
    with (
        zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as archive,
        archive.open("census.xml", "w", force_zip64=True) as inside,
    ):
        for _ in range(_GIBIBYTE // _CHUNK):
            inside.write(chunk)


HOSTILE: dict[str, Write] = {
    "entity expansion (billion laughs)": _entity_expansion,
    "external entity": _external_entity,
    "100,000 elements inside each other": _deep_nesting,
    "1 GiB of text in one element": _huge_text,
    "truncated file": _truncated,
    "letters that do not fit the encoding": _wrong_encoding,
    "zip bomb named .xml (1 GiB inside)": _zip_bomb,
}


def measure_hostile(results: Results, say: Say) -> None:
    """Measure the check of each hostile file."""
    rows = []
    worst: list[Run] = []
    DATA.mkdir(exist_ok=True)
    for name, write in HOSTILE.items():
        say(f"Hostile: {name} ...")
        with TemporaryDirectory(dir=DATA) as folder:
            path = Path(folder) / "census.xml"
            write(path)
            run = measured([*GATEWAY, "check", str(path), "--format", "json"], done=(0, 1, 2))
        rows.append((name, seconds(run.seconds), memory(run.peak), f"{run.status}", outcome(run)))
        worst.append(run)
    slowest, largest = max(run.seconds for run in worst), max(run.peak for run in worst)
    results.aim("Hostile files, slowest", "under 2 s", seconds(slowest), met=slowest < _SECONDS)
    results.aim("Hostile files, largest", "under 300 MB", memory(largest), met=largest < _MEBIBYTES)
    columns = ("File", "Time", "Peak", "Exit status", "Outcome")
    results.figures.append(Figures("Hostile files", columns, tuple(rows), ("One run each.",)))


def outcome(run: Run) -> str:
    """Say in one line what the check made of a file."""
    if run.status == _REFUSED:
        said = run.stderr.strip()
    elif run.stdout.startswith("{"):
        first = json.loads(run.stdout)["findings"][0]
        said = f"{first['code']}: {first['message']}"
    else:
        said = f"crashed: {run.stderr.strip()[-_OUTCOME:]}"
    line = " ".join(said.split())
    return line if len(line) <= _OUTCOME else f"{line[:_OUTCOME]}..."
