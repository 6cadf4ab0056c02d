"""Our MESH mailbox: mesh-client, and the two calls of MESH that it lacks.

One client for one use: two threads with one client would give MESH the same token twice, which it answers with 403.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http import HTTPStatus
from itertools import islice
from pathlib import Path
from urllib.parse import quote, urlsplit

import requests
from mesh_client import MeshClient

from adapters.transports.archive import Read
from adapters.transports.mesh_faults import Gone, mesh_faults, raise_refusal
from schemas.errors import Misconfigured, Rejected, Transient

_LOOPBACK = {"127.0.0.1", "::1", "localhost"}
_MOST_PIECES = 10_000


@dataclass(frozen=True, slots=True)
class Account:
    """Where MESH is, and what we prove to it who we are by."""

    url: str
    mailbox: str
    password: str
    shared_key: str
    certificate: Path | None
    private_key: Path | None
    authorities: Path | None
    seconds: float


@dataclass(frozen=True, slots=True)
class Earlier:
    """What MESH knows of a message that we sent: its own id for it, the file name we gave, its state."""

    mesh_id: str
    file_name: str
    status: str


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is said of a message beside its bytes."""

    recipient: str
    workflow: str
    local_id: str
    file_name: str


class _Client(MeshClient):
    def __del__(self) -> None:
        # mesh-client's own warns where it was not closed, even where a bad certificate kept it from opening.
        self._session.close()

    def trust_only(self, authorities: Path) -> None:
        # Without this, requests adds every public authority to those that were given.
        self._session.verify = str(authorities)

    def head(self, mesh_id: str) -> requests.Response:
        url = f"{self.mailbox_url}/inbox/{quote(mesh_id, safe='')}"
        return self._session.head(url, timeout=self._timeout)

    def track_local(self, local_id: str) -> requests.Response:
        url = f"{self.mailbox_url}/outbox/tracking/{quote(local_id, safe='')}"
        return self._session.get(url, timeout=self._timeout)


class Mailbox:
    """An open mailbox. Every call raises Transient, Misconfigured or Permanent."""

    def __init__(self, client: _Client) -> None:
        self._client = client

    def identifiers(self, workflow: str | None, limit: int) -> list[str]:
        """List the messages of a workflow by MESH's own ids, or those of all workflows, oldest first."""
        with mesh_faults():
            return list(islice(self._client.iterate_message_ids(workflow), limit))

    def head(self, mesh_id: str) -> Mapping[str, str]:
        """Give the headers of a message, any case, without its content. Raise Gone."""
        with mesh_faults():
            answer = self._client.head(mesh_id)
            answer.raise_for_status()
        return answer.headers

    def earlier(self, local_id: str) -> Earlier | None:
        """Ask what became of a message that we may have sent.

        None where MESH knows none, or several and so cannot say: sending again does no harm, the receiver has each
        message once; not sending would lose it.
        """
        with mesh_faults():
            answer = self._client.track_local(local_id)
            if answer.status_code in {HTTPStatus.NOT_FOUND, HTTPStatus.MULTIPLE_CHOICES}:
                return None
            answer.raise_for_status()
            found = _object(answer)
        # This call answers in the spelling of version 1, whatever was asked for; version 2 has the other.
        mesh_id, name = (found.get(old, found.get(new)) for old, new in _SPELLINGS)
        return Earlier(str(mesh_id), str(name), str(found.get("status")).lower())

    def send(self, outgoing: Outgoing, pieces: Iterable[bytes], total: int, begun: str | None = None) -> None:
        """Send a message, or the rest of one that has `begun` under that id of MESH."""
        mesh_id = begun
        for number, piece in enumerate(pieces, 1):
            if number == 1 and mesh_id is None:
                mesh_id = self._first(outgoing, piece, total)
            elif number > 1:
                with mesh_faults():
                    self._client.send_chunk(outgoing.recipient, piece, number, total, message_id=mesh_id)

    @contextmanager
    def opened(self, mesh_id: str) -> Iterator[tuple[Mapping[str, str], Read]]:
        """Read the headers of a message now, and its content on demand."""
        with mesh_faults():
            first = self._client.retrieve_message_chunk(mesh_id, 1)
        content = _Content(self._client, mesh_id, first)
        try:
            yield first.headers, content.read
        finally:
            content.close()

    def acknowledge(self, mesh_id: str) -> None:
        """Remove a message; one that is gone is no error."""
        try:
            with mesh_faults():
                self._client.acknowledge_message(mesh_id)
        except Gone:
            return

    def _first(self, outgoing: Outgoing, piece: bytes, total: int) -> str:
        with mesh_faults():
            answer = self._client.send_chunk(
                outgoing.recipient,
                piece,
                1,
                total,
                workflow_id=outgoing.workflow,
                local_id=outgoing.local_id,
                filename=outgoing.file_name,
            )
            if answer.status_code not in {HTTPStatus.OK, HTTPStatus.ACCEPTED}:
                raise_refusal(answer)
            return str(_object(answer).get("message_id"))


class _Content:
    """The pieces of a message as one stream.

    mesh-client's own stream takes a piece that was cut off for a whole one and goes on with the next.
    """

    def __init__(self, client: _Client, mesh_id: str, first: requests.Response) -> None:
        self._client = client
        self._mesh_id = mesh_id
        self._piece = first
        self._number = 1
        self._total = _pieces(first.headers.get("Mex-Chunk-Range", "1:1"))

    def read(self, size: int) -> bytes:
        while True:
            with mesh_faults():
                found: bytes = self._piece.raw.read(size, decode_content=True)
            if found or self._number >= self._total:
                return found
            self._next()

    def close(self) -> None:
        self._piece.close()

    def _next(self) -> None:
        self._piece.close()
        self._number += 1
        with mesh_faults():
            self._piece = self._client.retrieve_message_chunk(self._mesh_id, self._number)


_SPELLINGS = (("messageId", "message_id"), ("fileName", "filename"))


@contextmanager
def open_mailbox(account: Account) -> Iterator[Mailbox]:
    """Open our mailbox and have MESH say that it knows us. Raise Misconfigured where it does not."""
    with _client(account) as client:
        with mesh_faults():
            client.handshake()
        yield Mailbox(client)


def require_safe(account: Account) -> None:
    """Raise Misconfigured where the mailbox would be reached without encryption or without a secret."""
    url = urlsplit(account.url)
    if url.scheme != "https" and not (url.scheme == "http" and url.hostname in _LOOPBACK):
        raise Misconfigured("MESH is reached over https; plain http is for a sandbox on this machine alone.")
    if not (account.password and account.shared_key):
        raise Misconfigured("MESH needs the password of our mailbox and the shared key.")
    if account.mailbox != account.mailbox.upper():
        raise Misconfigured("A MESH mailbox is written in capitals.")
    if (account.certificate is None) != (account.private_key is None):
        raise Misconfigured("A client certificate for MESH has a private key beside it.")


def _client(account: Account) -> _Client:
    pair = (str(account.certificate), str(account.private_key)) if account.certificate else None
    try:
        client = _Client(
            account.url,
            account.mailbox,
            account.password,
            shared_key=account.shared_key.encode(),
            cert=pair,
            verify=str(account.authorities) if account.authorities else None,
            max_retries=0,  # the gateway tries again itself, with its own times
            timeout=account.seconds,
            application_name="ics-gateway",
        )
    except OSError:
        raise Misconfigured("A certificate or key for MESH cannot be read.") from None
    if account.authorities:
        client.trust_only(account.authorities)
    return client


def _object(answer: requests.Response) -> dict[str, object]:
    found = answer.json()
    if not isinstance(found, dict):
        raise Transient("MESH answers with something else than it should.")
    return found


def _pieces(header: str) -> int:
    total = header.rpartition(":")[2]
    if not (total.isascii() and total.isdigit() and int(total) <= _MOST_PIECES):
        raise Rejected("The message says of itself that it has an impossible number of pieces.")
    return int(total)
