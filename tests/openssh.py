"""A real OpenSSH server for one test: a free port on this machine, its own configuration, its own keys."""

from __future__ import annotations

import getpass
import os
import shutil
import socket
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

DEADLINE = 10
_PRIVILEGE_SEPARATION = Path("/run/sshd")


@dataclass(frozen=True)
class SshServer:
    """A running server; `process` is the one that listens."""

    port: int
    user: str
    host_key: str
    client_key: Path
    process: subprocess.Popen[bytes]

    def sessions(self) -> list[int]:
        """Find the processes that serve our connections."""
        pid = self.process.pid
        found = Path(f"/proc/{pid}/task/{pid}/children").read_text(encoding="ascii").split()
        return [int(child) for child in found]


def server() -> str | None:
    """Find the OpenSSH server, which is seldom in a user's PATH."""
    return shutil.which("sshd", path=f"{os.environ.get('PATH', '')}:/usr/sbin:/usr/local/sbin")


@contextmanager
def running(folder: Path, *, sftp: bool = True) -> Iterator[SshServer]:
    """Run a server that lets this user in by one key and by nothing else."""
    program = server()
    assert program, "no OpenSSH server; install it with: apt-get install -y openssh-server"
    if os.geteuid() == 0:
        _PRIVILEGE_SEPARATION.mkdir(exist_ok=True)
    host, client = _key(folder / "host_key"), _key(folder / "client_key")
    (folder / "authorized_keys").write_text(client, encoding="ascii")
    port = free_port()
    (folder / "sshd_config").write_text(_configuration(folder, port, sftp=sftp), encoding="utf-8")
    with (folder / "sshd.log").open("wb") as log:
        process = subprocess.Popen([program, "-D", "-e", "-f", folder / "sshd_config"], stderr=log)
        try:
            _await(process, port, folder / "sshd.log")
            yield SshServer(port, getpass.getuser(), host, folder / "client_key", process)
        finally:
            process.terminate()
            process.wait(DEADLINE)


def free_port() -> int:
    """Find a port of this machine that nothing listens on."""
    with socket.socket() as found:
        found.bind(("127.0.0.1", 0))
        return int(found.getsockname()[1])


def _key(path: Path) -> str:
    """Make a key pair and give the public half."""
    key = asyncssh.generate_private_key("ssh-ed25519")
    path.touch(mode=0o600)
    key.write_private_key(path)
    return key.export_public_key().decode("ascii")


def _configuration(folder: Path, port: int, *, sftp: bool) -> str:
    return f"""
Port {port}
ListenAddress 127.0.0.1
HostKey {folder}/host_key
AuthorizedKeysFile {folder}/authorized_keys
PidFile none
PubkeyAuthentication yes
PasswordAuthentication no
KbdInteractiveAuthentication no
UsePAM no
StrictModes no
{"Subsystem sftp internal-sftp" if sftp else ""}
"""


def _await(process: subprocess.Popen[bytes], port: int, log: Path) -> None:
    until = time.monotonic() + DEADLINE
    while time.monotonic() < until and process.poll() is None:
        with socket.socket() as attempt:
            if attempt.connect_ex(("127.0.0.1", port)) == 0:
                return
        time.sleep(0.02)
    raise AssertionError(f"the OpenSSH server does not listen:\n{log.read_text(encoding='utf-8')}")
