"""Give a part of a chunk (RFC 9110 section 14)."""

from __future__ import annotations

import re

from starlette.responses import Response

from gateway.api.documents import OCTETS
from gateway.api.problems import Fault, Faulted

# Another unit, another form or several ranges may be ignored, and then the whole is given.
_RANGE = re.compile(r"bytes=([0-9]{1,18})-([0-9]{0,18})")


def ranged(body: bytes, wanted: str | None) -> Response:
    """Answer with the bytes, or with the range of them that the header Range asks for. Raise Faulted."""
    found = _RANGE.fullmatch(wanted or "")
    if found is None:
        return Response(body, 200, {"accept-ranges": "bytes"}, OCTETS)
    first = int(found[1])
    last = min(int(found[2] or len(body)), len(body) - 1)
    if first > last:
        raise Faulted(Fault.RANGE)
    headers = {"accept-ranges": "bytes", "content-range": f"bytes {first}-{last}/{len(body)}"}
    return Response(body[first : last + 1], 206, headers, OCTETS)
