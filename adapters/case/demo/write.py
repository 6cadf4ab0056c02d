"""Write made-up case files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

from adapters.case.demo.families import families
from adapters.case.demo.moving import moving_family
from schemas.case.record import CaseFile
from schemas.case.text import write_case


def write_demo(folder: Path, *, families_wanted: int, seed: int, today: date) -> list[Path]:
    """Write a file for each family, the family that moves first; give where they are."""
    folder.mkdir(parents=True, exist_ok=True)
    made = [_write(folder, moving_family(seed, today))]
    made.extend(_write(folder, case) for case in families(families_wanted - 1, seed, today))
    return made


def _write(folder: Path, case: CaseFile) -> Path:
    path = folder / f"{case.id}.json"
    path.write_text(write_case(case) + "\n", encoding="utf-8")
    return path
