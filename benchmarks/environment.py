"""Make the environment of a peer, apart from ours: its old pandas must not choose our versions."""

from __future__ import annotations

import hashlib
import subprocess
import sys
import venv
from pathlib import Path

_HERE = Path(__file__).parent
PEERS = _HERE / "peer"
ENVIRONMENTS = _HERE / ".environments"


def peer_command(name: str) -> tuple[str, str]:
    """Give the program that runs the peer of a return, in its own environment."""
    return str(_peer_python(ENVIRONMENTS / name, PEERS / name / "requirements.txt")), str(PEERS / name / "run.py")


def _peer_python(folder: Path, lock: Path) -> Path:
    """Give the interpreter of the peer's environment; make it where it is missing or its lock has changed."""
    python = folder / "bin" / "python"
    stamp = folder / "lock.sha256"
    wanted = hashlib.sha256(lock.read_bytes()).hexdigest()
    if not (python.exists() and stamp.exists() and stamp.read_text(encoding="ascii") == wanted):
        print(f"Installing the peer of {lock.parent.name} into {folder} ...", file=sys.stderr)
        venv.create(folder, clear=True, with_pip=True)
        _install(python, lock)
        stamp.write_text(wanted, encoding="ascii")
    return python


def _install(python: Path, lock: Path) -> None:
    pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
    subprocess.run([*pip, "-r", str(lock)], check=True)
