"""A worker that is killed in the middle of a check: the next does it, and nothing of the file is left in clear."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

from census_files import child, message
from gateway.operator.roles import Role
from gateway.returns.run import LEASE, check_queued
from gateway.store.store import Store
from operator_rig import rig

ROOT = Path(__file__).parents[3]
PROGRAM = Path(__file__).with_name("killed_check.py")
MARK = "ZEBEDEE01"


def test_a_check_survives_the_death_of_its_worker(sqlite_store: Store, sqlite_url: str, tmp_path: Path) -> None:
    ours, theirs = tmp_path / "ours", tmp_path / "theirs"
    for folder in (ours, theirs):
        folder.mkdir()
    at = rig(sqlite_store, ours)
    browser = at.somebody(Role.OFFICER)
    content = message(child(identifier=MARK)).encode()
    sent = browser.post("/api/returns/checks", content=content, headers={"content-type": "application/xml"}).json()
    killed = subprocess.run(
        [sys.executable, PROGRAM, sqlite_url, theirs],
        env={**os.environ, "TMPDIR": str(theirs), "PYTHONPATH": f"{ROOT / 'tests'}:{ROOT}"},
        timeout=60,
        check=False,
    )
    assert killed.returncode == -signal.SIGKILL
    path = f"/api/returns/checks/{sent['id']}"
    assert browser.get(path).json()["state"] == "running"
    left = [place for place in tmp_path.rglob("*") if place.is_file()]
    assert left
    assert not any(MARK.encode() in place.read_bytes() for place in left)
    at.clock.forward(LEASE.total_seconds())
    assert check_queued(at.desk.exchange, "next") == 1
    assert browser.get(path).json()["state"] == "done"
    assert browser.get(f"{path}/report/json").json()["rows"]["ChildIdentifiers"] == 1
