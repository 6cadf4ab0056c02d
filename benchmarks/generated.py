"""Made-up census files, kept between runs under a name that changes when their maker does.

They are made in a process of their own: the measuring one must stay small (see `benchmarks.measure`).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path

ROOT = Path(__file__).parents[1]
DATA = ROOT / "benchmarks" / ".data"
GATEWAY = (sys.executable, "-m", "gateway.cli")
_MAKERS = ("adapters/cin/demo/*.py", "adapters/cin/write.py", "adapters/xml/write.py", "schemas/cin/layout.py")
_CODES = "schemas/cin/*.csv"


@dataclass(frozen=True, slots=True)
class Made:
    """What a made-up census is made from."""

    year: int
    children: int
    seed: int = 1
    damage: float = 0.0

    @property
    def name(self) -> str:
        """Name the census."""
        return f"cin-{self.year}-{self.children}-seed{self.seed}-damage{self.damage:g}"


def census_file(made: Made) -> Path:
    """Give the file, made where it is not there yet."""
    path = DATA / f"{made.name}-{_makers_mark()}.xml"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        partial = path.with_suffix(".partial")
        options = {"out": partial, "year": made.year, "children": made.children, "seed": made.seed}
        options["damage"] = made.damage
        arguments = [f"--{name}={value}" for name, value in options.items()]
        subprocess.run([*GATEWAY, "demo-data", "cin", *arguments], check=True, cwd=ROOT)
        partial.rename(path)
    return path


@cache
def _makers_mark() -> str:
    """Give a short mark of the code and the code lists that the files come from."""
    mark = hashlib.sha256()
    for pattern in (*_MAKERS, _CODES):
        for path in sorted(ROOT.glob(pattern)):
            mark.update(path.read_bytes())
    return mark.hexdigest()[:10]
