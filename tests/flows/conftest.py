"""What the flows of the exchange run on: Ann and Ben, each with a database of its own, of either kind."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy.engine import make_url

from exchange_rig import Two, two


@pytest.fixture(params=["sqlite", "postgresql"])
def databases(request: pytest.FixtureRequest) -> Iterator[dict[str, str]]:
    """Give the URLs of two databases with tables and nothing in them; none where each founds its own SQLite file."""
    if request.param == "sqlite":
        yield {}
        return
    server: str = request.getfixturevalue("server")
    template: str = request.getfixturevalue("postgresql_template")
    names = {"AAA": "ann", "BBB": "ben"}
    with psycopg.connect(server, autocommit=True) as connection:
        for name in names.values():
            connection.execute(f"CREATE DATABASE {name} TEMPLATE {template}".encode())
        yield {code: make_url(server).set(database=name).render_as_string(False) for code, name in names.items()}
        for name in names.values():
            connection.execute(f"DROP DATABASE {name} WITH (FORCE)".encode())


@pytest.fixture
def both(tmp_path: Path, databases: dict[str, str]) -> Iterator[Two]:
    """Give Ann and Ben, who reach each other."""
    with two(tmp_path, databases) as found:
        yield found
