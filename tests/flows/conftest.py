"""What the flows of the exchange run on: Ann and Ben, each with a database of its own, of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from exchange_rig import Two, two
from gateway.store.tables import Base


@pytest.fixture(scope="session")
def postgresql_pair(server: str, postgresql_template: str) -> dict[str, str]:
    """Make two databases, which tests empty and use again; they go with the server."""
    return _made(server, postgresql_template, {"AAA": "ann", "BBB": "ben"})


@pytest.fixture(scope="session")
def deployed_pair(server: str, postgresql_template: str) -> dict[str, str]:
    """Make two databases that a deployment has to itself."""
    return _made(server, postgresql_template, {"AAA": "ann_deployed", "BBB": "ben_deployed"})


def _made(server: str, template: str, names: dict[str, str]) -> dict[str, str]:
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
    place = make_url(server)
    return {code: place.set(database=name).render_as_string(hide_password=False) for code, name in names.items()}


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> dict[str, str]:
    """Give the URLs of two databases with tables and nothing in them; none where each founds its own SQLite file."""
    if request.param == "sqlite":
        return {}
    found: dict[str, str] = request.getfixturevalue("postgresql_pair")
    tables = ", ".join(table.name for table in Base.metadata.sorted_tables)
    for url in found.values():
        with psycopg.connect(url, autocommit=True) as connection:
            # The tables of the audit log are guarded by triggers against just this.
            connection.execute("SET session_replication_role = replica")
            connection.execute(f"TRUNCATE {tables} RESTART IDENTITY".encode())
    return found


@pytest.fixture
def both(tmp_path: Path, databases: dict[str, str]) -> Iterator[Two]:
    """Give Ann and Ben, who reach each other."""
    with two(tmp_path, databases) as found:
        yield found
