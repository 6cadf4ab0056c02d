"""The commands, and what an error does to the exit status."""

from __future__ import annotations

import os
import sys
from collections.abc import Sequence
from pathlib import Path

import typer

from gateway.cli.commands import COMMANDS, application
from schemas.errors import GatewayError, Misconfigured

READY, ERRORS_FOUND, UNUSABLE = 0, 1, 2
# As shells count them: 128 and the number of the signal.
INTERRUPTED, NOBODY_READS = 130, 141


def run(arguments: Sequence[str]) -> int:
    """Run one command and give its exit status; every error ends as a sentence on standard error."""
    try:
        wanted = [name for name in arguments[:1] if name in COMMANDS]
        app = application(wanted or COMMANDS)
        result = app(args=list(arguments), standalone_mode=False, prog_name="ics-gateway")
        # A full disk or a closed pipe may show only now, and must not pass for a clean return.
        sys.stdout.flush()
    except GatewayError as error:
        return _told(error.message, error.hint)
    except BrokenPipeError:
        # Nobody reads on; keep Python from complaining about it when it closes standard output.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return NOBODY_READS
    except OSError as error:
        return _told(f"{error.strerror or type(error).__name__}: {Path(str(error.filename or '')).name}", "")
    except (KeyboardInterrupt, typer.Abort):
        return INTERRUPTED
    except typer.Exit as done:
        return done.exit_code
    except Exception as error:  # noqa: BLE001  # the boundary of the process: a fault ends as a sentence without data
        return _fault(error)
    return result if isinstance(result, int) else READY


def _told(message: str, hint: str) -> int:
    typer.echo(f"Error: {message}", err=True)
    if hint:
        typer.echo(hint, err=True)
    return UNUSABLE


def _fault(error: Exception) -> int:
    from gateway import settings  # noqa: PLC0415  # only a fault needs it

    if _is_usage(error) and not error.format_message():  # type: ignore[attr-defined]  # a usage error has it
        # Called without a command: the help has been shown.
        return UNUSABLE
    if _is_usage(error):
        return _told(error.format_message(), "See: ics-gateway --help")  # type: ignore[attr-defined]  # a usage error has it
    try:
        debug = bool(settings.value_of(settings.DEBUG))
    except Misconfigured:
        debug = False
    if debug:
        import traceback  # noqa: PLC0415  # as above

        frames = traceback.extract_tb(error.__traceback__)
        typer.echo("".join(traceback.format_list(frames)), err=True)
    return _told(
        f"A fault of the gateway ({type(error).__name__}). No data was changed.",
        "Please report it; ICS_GATEWAY_DEBUG=1 shows where it arose.",
    )


def _is_usage(error: Exception) -> bool:
    return hasattr(error, "format_message") and hasattr(error, "exit_code")
