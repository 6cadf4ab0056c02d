"""Put a feed together as the configuration says it: its source, its line, this machine's clock and chance."""

from __future__ import annotations

import os
import random
import time
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import partial

from gateway.csc_feed import line, source
from gateway.csc_feed.configuration import Configuration
from gateway.csc_feed.run import Feeding
from gateway.csc_feed.sending import Chance
from gateway.store.store import Store
from schemas.errors import Misconfigured


def feeding(
    store: Store,
    settled: Configuration,
    organisation: str,
    clock: Callable[[], datetime],
    environment: Mapping[str, str] = os.environ,
) -> Feeding:
    """Give what a run works with. Raise Misconfigured where no source is configured."""
    if not settled.source:
        raise Misconfigured("The file of the DfE feed names no source.", hint="docs/csc-api.md shows the file.")
    return Feeding(
        store,
        settled,
        organisation,
        partial(source.opened, settled.source, clock(), environment),
        partial(line.opened, settled, clock, environment),
        Chance(clock, time.sleep, random.SystemRandom().random),
    )
