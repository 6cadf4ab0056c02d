"""Found two made-up authorities and serve both in this process, each with its own folder, keys and database."""

from __future__ import annotations

import shutil
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

import uvicorn

from gateway import settings
from gateway.api.app import create_app
from gateway.authority import now, opened
from gateway.demo.agreement import between
from gateway.itp.directory import Directory, Endpoint, Partner, Standing, signed
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import PrivateKey, Use
from gateway.partners.found import Authority, environment, found
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import Roots
from gateway.pipeline.embedded import EmbeddedWorker
from gateway.pipeline.exchange import Exchange
from gateway.server import Listen, configuration
from gateway.store.engine import connect
from schemas.errors import Misconfigured, Transient

_HOST = "127.0.0.1"
PLAIN = "demonstration"
_MARK = "made-by-the-demo"
_LIFE = timedelta(days=30)
_PAYLOAD = 1 << 30
_START_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Member:
    """One made-up authority."""

    folder: Path
    authority: Authority
    port: int

    @property
    def settings(self) -> dict[str, str]:
        """Give what it runs with: besides case packages it takes the plain messages of the demonstration."""
        accepted = {settings.ACCEPTED_SCHEMAS.variable: f"{PLAIN}:1"}
        return dict(environment(self.folder, self.authority)) | accepted

    def entry(self) -> Partner:
        """Give what the directory says of it."""
        return Partner(
            organisation=self.authority.organisation,
            name=self.authority.name,
            endpoints=(Endpoint(mode="push", address=self.authority.origin),),
            suites=self.authority.suites,
            minimum_suite="itp-a",
            max_size=_PAYLOAD,
            status=Standing.TEST,
            keys=KeyStore(self.folder / "keys", now).published(),
        )


@contextmanager
def two_authorities(folder: Path) -> Iterator[tuple[Exchange, Exchange]]:
    """Found them anew in `folder`, publish their directory, and serve both until the block ends.

    Raise Misconfigured where the folder holds what the demonstration did not make.
    """
    _clear(folder)
    members = [_member(folder / name, code, name) for name, code in (("Ashby", "DM1"), ("Brinton", "DM2"))]
    _publish(members)
    with ExitStack() as stack:
        first, second = (stack.enter_context(_running(member)) for member in members)
        yield first, second


def _clear(folder: Path) -> None:
    if folder.exists() and not (folder / _MARK).is_file():
        raise Misconfigured(f"{folder} is not the demonstration's.", hint="Name another folder with --folder.")
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    (folder / _MARK).touch()


def _member(folder: Path, code: str, name: str) -> Member:
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    organisation = Organisation(f"urn:ics:org:ods:{code}")
    authority = Authority(organisation, f"{name} (made up)", f"http://{_HOST}:{port}")
    found(folder, authority, now)
    return Member(folder, authority, port)


def _publish(members: list[Member]) -> None:
    root, issued = PrivateKey.generate("Ed25519"), now().replace(microsecond=0)
    pinned = (root.published(Use.SIGN, issued, issued + _LIFE),)
    entries = tuple(member.entry() for member in members)
    token = signed(Directory(sequence=1, issued=issued, partners=entries), root)
    first, second = (member.authority.organisation for member in members)
    agreement = between(first, second, now().date())
    for member in members:
        (member.folder / "agreements" / "moves.toml").write_text(agreement, encoding="utf-8")
        (member.folder / "roots.json").write_bytes(written(Roots(roots=pinned)))
        engine = connect(member.settings[settings.DATABASE_URL.variable])
        Revisions(engine, pinned, now, organisation=member.authority.organisation).accept(token)
        engine.dispose()


@contextmanager
def _running(member: Member) -> Iterator[Exchange]:
    worker = EmbeddedWorker()
    with opened(member.settings, wake=worker.wake) as exchange:
        application = create_app(exchange, trust_proxy=None)
        server = uvicorn.Server(configuration(application, Listen(_HOST, member.port)))
        thread = threading.Thread(target=server.run, daemon=True)
        thread.start()
        _await(server, thread)
        worker.start(exchange)
        try:
            yield exchange
        finally:
            worker.stop()
            server.should_exit = True
            thread.join(_START_SECONDS)


def _await(server: uvicorn.Server, thread: threading.Thread) -> None:
    give_up = time.monotonic() + _START_SECONDS
    while not server.started:
        if not thread.is_alive() or time.monotonic() > give_up:
            raise Transient("A server of the demonstration did not start.", hint="Run the demonstration again.")
        time.sleep(0.01)
