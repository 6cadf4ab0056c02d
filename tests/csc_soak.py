"""Kill the feed fifty times at random, with faults of the endpoint between: `make soak-feed`."""

from __future__ import annotations

import random
import sys
import tempfile
import time
from pathlib import Path

from csc_kill import Killing, sent_twice
from gateway.store import migrate
from gateway.store.engine import connect
from store_builder import opened


def main(kills: int, seed: int) -> int:
    """Run it once; 0 where the stand-in holds exactly what the source has."""
    with tempfile.TemporaryDirectory() as folder:
        url = f"sqlite:///{Path(folder) / 'store.sqlite'}"
        engine = connect(url)
        migrate.upgrade(engine)
        engine.dispose()
        begun = time.monotonic()
        killing = Killing(url, 400, random.Random(seed))
        receiver = killing.run(kills, faults=True)
        exact = receiver.held == killing.source.records()
        again = sent_twice(opened(url))
    told = (
        f"{killing.killed} killed, {killing.interrupted} of them in a call",
        f"{killing.finished} finished",
        f"{len(receiver.stored)} records stored of {len(receiver.held)} children",
        f"{len(again)} sent again after they were accepted",
        "exact" if exact else "NOT EXACT",
        f"{time.monotonic() - begun:.0f} s, seed {seed}",
    )
    sys.stdout.write("; ".join(told) + "\n")
    return 0 if exact and not again else 1


if __name__ == "__main__":
    sys.exit(main(int(sys.argv[1]) if len(sys.argv) > 1 else 50, int(sys.argv[2]) if len(sys.argv) > 2 else 1))
