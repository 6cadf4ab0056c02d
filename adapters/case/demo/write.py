"""Write made-up case files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from adapters.case.demo.families import families
from adapters.case.demo.moving import moving_family
from adapters.case.view import chronology_csv, genogram_csv, page
from schemas.case.record import CaseFile
from schemas.case.text import write_case


def write_demo(folder: Path, *, families_wanted: int, seed: int, today: date) -> list[Path]:
    """Write a file for each family, the one that moves first and also as people read it; give where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    moving = moving_family(seed, today)
    made = [_write(folder, moving)]
    _show(made[0], moving, today)
    made.extend(_write(folder, case) for case in families(families_wanted - 1, seed, today))
    return made


def _write(folder: Path, case: CaseFile) -> Path:
    path = folder / f"{case.id}.json"
    path.write_text(write_case(case) + "\n", encoding="utf-8")
    return path


def _show(path: Path, case: CaseFile, today: date) -> None:
    path.with_suffix(".html").write_text(page(case, today), encoding="utf-8")
    for what, text in (("chronology", chronology_csv(case)), ("relationships", genogram_csv(case))):
        # The lines end as RFC 4180 wants them on every system.
        path.with_name(f"{path.stem}-{what}.csv").write_text(text, encoding="utf-8", newline="")
