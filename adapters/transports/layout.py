"""The two directories of an exchange, named from our side; the partner's configuration names them the other way."""

from __future__ import annotations

import re
from dataclasses import dataclass

from schemas.errors import Misconfigured

_SEGMENT = re.compile(r"[A-Za-z0-9_-][A-Za-z0-9._-]{0,63}")
SEND_TO = "outgoing"
COLLECT_FROM = "incoming"


@dataclass(frozen=True, slots=True)
class Layout:
    """Each directory has one called `receipts` in it."""

    send_to: str
    collect_from: str

    def __post_init__(self) -> None:
        if not all(_SEGMENT.fullmatch(name) for name in (self.send_to, self.collect_from)):
            raise Misconfigured("A directory of the exchange is one name of letters, digits, dot, dash, underscore.")
        if self.send_to == self.collect_from:
            raise Misconfigured("We send to one directory and collect from another.")
