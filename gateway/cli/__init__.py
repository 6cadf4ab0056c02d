"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import os
import sys
from contextlib import suppress


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from gateway.cli.app import run  # noqa: PLC0415  # keeps the import of the package free of cost

    status = run(sys.argv[1:])
    with suppress(OSError):
        sys.stderr.flush()
    # Every file is closed and standard output flushed. Freeing a large census piece by piece only takes time.
    os._exit(status)
