"""Starts sending processes quickly: one has loaded everything and uses none of it, and each sender is a fork of it.

For each line with the name of a pickled source it forks a sender, says its number, and says when it has ended and how.
"""

from __future__ import annotations

import os
import pickle
import sys
from pathlib import Path

from csc_kill import sender


def main(url: str, port: int) -> None:
    """Serve until the input ends."""
    for name in sys.stdin:
        number = os.fork()
        if number == 0:
            sender(url, pickle.loads(Path(name.strip()).read_bytes()), port)
            os._exit(0)
        sys.stdout.write(f"{number}\n")
        sys.stdout.flush()
        _, status = os.waitpid(number, 0)
        sys.stdout.write(f"{os.waitstatus_to_exitcode(status)}\n")
        sys.stdout.flush()


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
