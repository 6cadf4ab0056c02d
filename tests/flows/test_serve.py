"""One process that serves partners and people, each at an address of its own, as `ics-gateway serve` starts it."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
from pathlib import Path

import httpx
import pytest

from authorities import Partnership, free_port
from gateway.cli.serve import serve
from nginx_front import wait_for
from schemas.errors import Misconfigured


def started(folder: Path, *arguments: str) -> subprocess.Popen[bytes]:
    partnership = Partnership(folder)
    member = partnership.found("AAA")
    partnership.publish()
    return subprocess.Popen(
        [sys.executable, "-m", "gateway.cli", "serve", *arguments],
        env={**os.environ, **member.settings},
        cwd=folder,
        stderr=subprocess.DEVNULL,
    )


def test_partners_and_people_are_served_apart_and_end_together(tmp_path: Path) -> None:
    partners, people = free_port(), free_port()
    process = started(tmp_path, "--port", str(partners), "--operator-port", str(people))
    try:
        wait_for(partners)
        wait_for(people)
        with httpx.Client(trust_env=False, timeout=20) as client:
            for port, path, status in (
                (people, "/api/sign-in", 200),
                (people, "/itp/1/receipts", 404),
                (people, "/metrics", 404),
                (partners, "/health/live", 200),
                (partners, "/api/sign-in", 404),
                (partners, "/api/me", 404),
            ):
                assert client.get(f"http://127.0.0.1:{port}{path}").status_code == status, (port, path)
            assert client.get(f"http://127.0.0.1:{people}/api/sign-in").json() == {"local": True, "issuer": False}
        process.send_signal(signal.SIGTERM)
        assert process.wait(30) in {0, -signal.SIGTERM}
    finally:
        process.kill()


def test_nobody_is_not_served() -> None:
    with pytest.raises(Misconfigured, match="Nobody would be served"):
        serve(no_partners=True)
