"""Make the environment of the peer, apart from ours: its old pandas must not choose our versions."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

_HERE = Path(__file__).parent
LOCK = _HERE / "peer" / "requirements.txt"
PEER_SCRIPT = _HERE / "peer" / "run.py"
ENVIRONMENTS = _HERE / ".environments"


def peer_python(folder: Path = ENVIRONMENTS / "peer", lock: Path = LOCK) -> Path:
    """Give the interpreter of the peer's environment; make it where it is missing or its lock has changed."""
    python = folder / "bin" / "python"
    stamp = folder / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        print(f"Installing {lock.parent.name} into {folder} ...", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        _install(python, lock)
        stamp.write_text(wanted, encoding="ascii")
    return python


def _install(python: Path, lock: Path) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", str(lock)], check=True)
