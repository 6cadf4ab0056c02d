"""The command line. Nothing heavy is imported before a command needs it."""

from __future__ import annotations

import sys


def main() -> None:
    """Run the command line and end the process with its exit status."""
    from gateway.cli.app import run  # noqa: PLC0415  # keeps the import of the package free of cost

    sys.exit(run(sys.argv[1:]))
