"""Requests and responses as values, of no framework, and what a signature on one must cover."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from types import SimpleNamespace
from typing import Self

Headers = tuple[tuple[str, str], ...]
"""Every line of the header as it came, in order: a name that came twice is there twice."""

MESSAGE_ID = "itp-message-id"
DIGEST = "content-digest"
CONTENT_TYPE = "content-type"
SIGNATURE_INPUT = "signature-input"
SIGNATURE = "signature"
SINGLE = (MESSAGE_ID, DIGEST, CONTENT_TYPE, SIGNATURE_INPUT, SIGNATURE)
"""What a signature rests on: each comes at most once, on one line."""

_OF_A_REQUEST = ("@method", "@authority", "@target-uri", DIGEST, MESSAGE_ID)
# A receipt answers one request: its method, target, message and signature are bound in (RFC 9421 section 2.4).
_OF_A_RESPONSE = ("@status", DIGEST, *(f'"{name}";req' for name in ("@method", "@target-uri", MESSAGE_ID, SIGNATURE)))


class _Message:
    """What a request and a response have in common."""

    __slots__ = ()
    headers: Headers
    body: bytes

    def values(self, name: str) -> list[str]:
        """List the values of a header, whatever the case of its name."""
        return [value for found, value in self.headers if found.lower() == name]

    def without(self, names: Iterable[str]) -> Headers:
        """Give the headers but for those of these names, in lower case."""
        return tuple((name, value) for name, value in self.headers if name.lower() not in names)

    def _typed(self, covered: tuple[str, ...]) -> tuple[str, ...]:
        return (*covered, CONTENT_TYPE) if self.body or self.values(CONTENT_TYPE) else covered


@dataclass(frozen=True, slots=True)
class Request(_Message):
    """A request. `url` is absolute; of one that came in it is our own origin and the target exactly as sent."""

    method: str
    url: str
    headers: Headers
    body: bytes = b""

    def covered(self) -> tuple[str, ...]:
        """Name what its signature covers (messaging profile 4.5): the content type too, when there is a body."""
        return self._typed(_OF_A_REQUEST)

    def with_headers(self, headers: Headers) -> Self:
        """Give the same request with other headers."""
        return replace(self, headers=headers)

    def library_view(self) -> SimpleNamespace:
        """Give the message as the signature library reads it."""
        return SimpleNamespace(method=self.method, url=self.url, headers=_Lines(self.headers))


@dataclass(frozen=True, slots=True)
class Response(_Message):
    """A response to `request`, which carries the signature that it was sent with."""

    request: Request
    status: int
    headers: Headers
    body: bytes = b""

    def covered(self) -> tuple[str, ...]:
        """Name what its signature covers: status and content, and the request that it answers."""
        return self._typed(_OF_A_RESPONSE)

    def with_headers(self, headers: Headers) -> Self:
        """Give the same response with other headers."""
        return replace(self, headers=headers)

    def library_view(self) -> SimpleNamespace:
        """Give the message as the signature library reads it."""
        asked = self.request.library_view()
        return SimpleNamespace(status_code=self.status, headers=_Lines(self.headers), request=asked)


class _Lines(dict[str, str]):
    """Header lines for the library: it reads every line, and what it sets comes last."""

    def __init__(self, lines: Headers) -> None:
        super().__init__(lines)
        self._lines = list(lines)

    def __setitem__(self, name: str, value: str) -> None:
        super().__setitem__(name, value)
        self._lines.append((name, value))

    def items(self) -> list[tuple[str, str]]:  # type: ignore[override]  # a view of a dict would drop repeated lines
        return self._lines
