"""A process of its own that publishes revisions: `publishing.py FOLDER COUNT`."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]

from gateway.partners.partnership import Partnership  # noqa: E402  # found by the path above
from partner_folders import BOTH, Clock  # noqa: E402  # as above

place = Partnership(Path(sys.argv[1]), Clock())
for _ in range(int(sys.argv[2])):
    place.publish(lambda _before: [], BOTH)
