"""The MESH sandbox in an environment of its own, run as a program of its own."""

from __future__ import annotations

import fcntl
import hashlib
import os
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import httpx

from openssh import free_port

_ROOT = Path(__file__).parent.parent
LOCK = _ROOT / "requirements" / "mesh-sandbox.txt"
ENVIRONMENTS = _ROOT / ".mesh-sandbox"
SHARED_KEY = "TestKey"
PASSWORD = "password"
DEADLINE = 30


@dataclass(frozen=True)
class Sandbox:
    """A running sandbox. Its mailboxes X26ABC1, X26ABC2 and X26ABC3 all have one password."""

    url: str
    folder: Path

    def reset(self) -> None:
        """Empty every mailbox; what is left on the disk it would read again."""
        for mailbox in self.folder.iterdir():
            shutil.rmtree(mailbox)
        httpx.delete(f"{self.url}/admin/reset").raise_for_status()

    def report(self, mailbox: str, workflow: str, message_id: str) -> None:
        """Have MESH say in a mailbox that a message was not collected in time."""
        body = {"mailbox_id": mailbox, "workflow_id": workflow, "local_id": message_id, "status": "undeliverable"}
        body |= {"code": "14", "description": "not collected", "linked_message_id": "20260102030405000001_AAAAAA"}
        httpx.post(f"{self.url}/messageexchange/admin/report", json=body).raise_for_status()


@contextmanager
def running(folder: Path) -> Iterator[Sandbox]:
    """Run a sandbox that keeps its messages as files in `folder`."""
    port = free_port()
    folder.mkdir()
    settings = {"STORE_MODE": "file", "AUTH_MODE": "full", "SHARED_KEY": SHARED_KEY, "MAILBOXES_DATA_DIR": str(folder)}
    command = [str(_python()), "-m", "uvicorn", "mesh_sandbox.api:app", "--host", "127.0.0.1", "--port", str(port)]
    with (folder.parent / "mesh-sandbox.log").open("wb") as log:
        process = subprocess.Popen(
            [*command, "--workers", "1", "--no-access-log"], stdout=log, stderr=log, env=os.environ | settings
        )
        try:
            sandbox = Sandbox(f"http://127.0.0.1:{port}", folder)
            _await(process, sandbox)
            yield sandbox
        finally:
            process.terminate()
            process.wait(DEADLINE)


def _python() -> Path:
    """Give the interpreter of the sandbox's environment, which is made anew where its lock has changed."""
    ENVIRONMENTS.mkdir(exist_ok=True)
    version = f"{sys.version_info.major}.{sys.version_info.minor}"
    wanted = hashlib.sha256(LOCK.read_bytes() + version.encode()).hexdigest()[:16]
    python = ENVIRONMENTS / wanted / "bin" / "python"
    finished = ENVIRONMENTS / wanted / "finished"
    with (ENVIRONMENTS / "lock").open("w") as lock:  # tests run in several processes
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not finished.exists():
            venv.create(ENVIRONMENTS / wanted, clear=True, with_pip=True)
            pip = [str(python), "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--require-hashes"]
            subprocess.run([*pip, "-r", str(LOCK)], check=True)
            finished.touch()
    return python


def _await(process: subprocess.Popen[bytes], sandbox: Sandbox) -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and process.poll() is None:
        try:
            httpx.get(f"{sandbox.url}/health").raise_for_status()
        except httpx.TransportError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the MESH sandbox does not answer")
