"""A purge that is killed with SIGKILL in its second batch, after the chunks are deleted: `purged_and_killed.py URL`."""

from __future__ import annotations

import os
import signal
import sys

from sqlalchemy import event

from gateway.retention.purge import purge
from kept_messages import AFTER
from stopped_messages import OPERATOR
from store_builder import opened


def main(url: str) -> None:
    store = opened(url)
    seen = 0

    def count(_connection: object, _cursor: object, statement: str, *_rest: object) -> None:
        nonlocal seen
        seen += statement.startswith("DELETE FROM chunks")
        if seen == 2:
            os.kill(os.getpid(), signal.SIGKILL)

    event.listen(store.engine, "after_cursor_execute", count)
    purge(store, AFTER, OPERATOR, chunks=3)


if __name__ == "__main__":
    main(sys.argv[1])
