"""The list of commands, each with where it is. Only what was asked for is imported and built: most are not needed."""

from __future__ import annotations

from collections.abc import Iterable
from importlib import import_module

import typer

COMMANDS = {
    "check": "check:check",
    "build": "build:build",
    "read-back": "read_back:read_back",
    "figures": "figures:figures",
    "fix": "fix:fix",
    "returns": "returns:app",
    "rules": "rules:rules",
    "convert": "convert:convert",
    "reference": "reference:app",
    "demo": "demo:demo",
    "serve": "serve:serve",
    "worker": "serve:worker",
    "init": "init:init",
    "doctor": "doctor:doctor",
    "partners": "partners:app",
    "directory": "directory:app",
    "keys": "keys:app",
    "messages": "messages:app",
    "retention": "retention:app",
    "maintenance": "maintenance:app",
    "sending": "sending:app",
    "alerts": "alerts:app",
    "audit": "audit:app",
    "agreements": "agreements:app",
    "cases": "cases:app",
    "transfers": "transfers:app",
    "matching": "matching:app",
    "subject-access": "subject_access:subject_access",
    "operators": "operators:app",
    "schedule": "schedule:schedule",
    "csc-api": "csc_api:app",
    "demo-data": "demo_data:app",
    "ssd": "ssd:app",
}
_HELP = "Check statutory returns of children's services, and exchange sealed messages with other authorities."


def application(names: Iterable[str] = COMMANDS) -> typer.Typer:
    """Build the command line with these commands."""
    app = typer.Typer(no_args_is_help=True, add_completion=False, pretty_exceptions_enable=False, help=_HELP)
    # With a callback one command alone still is called by its name.
    app.callback()(_nothing)
    for name in names:
        module, _, attribute = COMMANDS[name].partition(":")
        found = getattr(import_module(f"gateway.cli.{module}"), attribute)
        if isinstance(found, typer.Typer):
            app.add_typer(found, name=name)
        else:
            app.command(name)(found)
    return app


def _nothing() -> None:
    pass
