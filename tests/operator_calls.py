"""Calls a command of operators on a store of its own, as the command line does."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from pathlib import Path

import pytest
import typer

from gateway.cli import operator
from schemas.errors import GatewayError
from store_builder import KEY, RECIPIENT

Call = Callable[..., tuple[int, str, str]]


def calling(
    app: typer.Typer,
    url: str,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
    at: datetime,
) -> Call:
    """Give a function that runs a command at `at`: exit status, output, and errors as the edge shows them."""
    key = tmp_path / "store.key"
    key.write_text(KEY, encoding="utf-8")
    monkeypatch.setenv("ICS_GATEWAY_DATABASE_URL", url)
    monkeypatch.setenv("ICS_GATEWAY_STORE_KEY_FILE", str(key))
    monkeypatch.setenv("ICS_GATEWAY_ORGANISATION", RECIPIENT)
    monkeypatch.setattr(operator, "now", lambda: at)

    def call(*arguments: str) -> tuple[int, str, str]:
        try:
            status = app(args=list(arguments), standalone_mode=False, prog_name="ics-gateway")
        except GatewayError as error:
            captured = capsys.readouterr()
            return 2, captured.out, f"{captured.err}{error.message}\n{error.hint}"
        return (status, *capsys.readouterr())

    return call


def cells(out: str) -> list[list[str]]:
    """Give the rows of the tables that were written, cell by cell."""
    return [[cell.strip() for cell in line.split("  ") if cell.strip()] for line in out.splitlines() if line.strip()]
