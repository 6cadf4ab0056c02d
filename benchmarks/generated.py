"""Made-up returns, kept between runs under a name that changes when their maker does.

They are made in a process of their own: the measuring one must stay small (see `benchmarks.measure`).
"""

from __future__ import annotations

import hashlib
import subprocess
import sys
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

ROOT = Path(__file__).parents[1]
DATA = ROOT / "benchmarks" / ".data"
GATEWAY = (sys.executable, "-m", "gateway.cli")
_MAKERS = {
    "cin": (
        "adapters/cin/demo/*.py",
        "adapters/cin/write.py",
        "adapters/xml/write.py",
        "schemas/cin/layout.py",
        "schemas/cin/*.csv",
    ),
    "ssda903": (
        "adapters/ssda903/demo/*.py",
        "adapters/sheets/write.py",
        "schemas/ssda903/layout.py",
        "schemas/ssda903/*.csv",
    ),
}
_ENDINGS = {"cin": ".xml"}


@dataclass(frozen=True, slots=True)
class Made:
    """What a made-up return is made from; `kind` is the name of the return."""

    kind: str
    year: int
    children: int
    seed: int = 1
    damage: float = 0.0

    @property
    def name(self) -> str:
        """Name the return."""
        return f"{self.kind}-{self.year}-{self.children}-seed{self.seed}-damage{self.damage:g}"


def made_return(made: Made) -> Path:
    """Give the file or folder, made where it is not there yet."""
    name = f"{made.name}-{_makers_mark(made.kind)}"
    path = DATA / f"{name}{_ENDINGS.get(made.kind, '')}"
    if not path.exists():
        DATA.mkdir(exist_ok=True)
        with TemporaryDirectory(dir=DATA) as folder:
            partial = Path(folder) / path.name
            options = {"out": partial, "year": made.year, "children": made.children, "seed": made.seed}
            options["damage"] = made.damage
            arguments = [f"--{name}={value}" for name, value in options.items()]
            subprocess.run([*GATEWAY, "demo-data", made.kind, *arguments], check=True, cwd=ROOT)
            partial.rename(path)
    return path


@cache
def _makers_mark(kind: str) -> str:
    """Give a short mark of the code and the code lists that the returns come from."""
    mark = hashlib.sha256()
    for pattern in _MAKERS[kind]:
        for path in sorted(ROOT.glob(pattern)):
            mark.update(path.read_bytes())
    return mark.hexdigest()[:10]
