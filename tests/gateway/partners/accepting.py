"""A process of its own that accepts a revision: `accepting.py URL SEQUENCE [or-older]`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]

from gateway.itp.directory import DirectoryRefused, Fault, signed  # noqa: E402  # found by the path above
from gateway.partners.revisions import Revisions  # noqa: E402  # as above
from gateway.store.engine import connect  # noqa: E402  # as above
from itp_exchange import NOW, PINNED, ROOT, directory  # noqa: E402  # as above


def main(url: str, sequence: int, *, or_older: bool) -> None:
    engine = connect(url)
    try:
        Revisions(engine, PINNED, lambda: NOW).accept(signed(directory(sequence=sequence), ROOT))
    except DirectoryRefused as refused:
        if not or_older or refused.fault is not Fault.ROLLBACK:
            raise
    finally:
        engine.dispose()


main(sys.argv[1], int(sys.argv[2]), or_older=sys.argv[3:] == ["or-older"])
