"""A process of its own that rotates a key: `rotating.py FOLDER`. Ends with 1 where there is a successor already."""

from __future__ import annotations

import sys
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parents[2]), str(Path(__file__).parents[3])]

from gateway.itp.keys import Use  # noqa: E402  # found by the path above
from gateway.partners import life  # noqa: E402  # as above
from gateway.partners.keys import KeyStore  # noqa: E402  # as above
from partner_folders import Clock  # noqa: E402  # as above
from schemas.errors import Misconfigured  # noqa: E402  # as above

try:
    life.rotate(KeyStore(Path(sys.argv[1]), Clock()), Use.SIGN, "Ed25519")
except Misconfigured as error:
    sys.exit(1 if error.message == "The sign key on Ed25519 has a successor already." else 2)
