"""What is MESH's own; the rest is in test_contract.py."""

from __future__ import annotations

import hashlib
import socket
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from http.server import BaseHTTPRequestHandler, HTTPServer

import httpx
import pytest
from mesh_client import MeshClient

from adapters.transports.base import Entry, Exchange, Parcel, Reason, Sent
from adapters.transports.limits import DEFAULT
from adapters.transports.mesh import MeshCarrier, MeshConfig
from carrier_harness import MIB, Harness, archived, identifier, parcel, receipt
from mesh_server import PASSWORD, SHARED_KEY, Sandbox
from schemas.errors import Misconfigured, Permanent, Rejected, Transient

LARGE = parcel(1, *(bytes([number]) * MIB for number in range(5)))
PIECE = 2 * MIB


@contextmanager
def client(config: MeshConfig, mailbox: str = "X26ABC2") -> Iterator[MeshClient]:
    with MeshClient(config.url, mailbox, PASSWORD, shared_key=SHARED_KEY.encode()) as opened:
        yield opened


def send(config: MeshConfig, item: Parcel) -> Sent:
    with MeshCarrier(config, DEFAULT, PIECE).connect() as exchange:
        return exchange.send(item)


def listed(harness: Harness) -> tuple[Entry, ...]:
    with harness.theirs.connect() as exchange:
        return exchange.waiting().waiting


def test_a_parcel_is_one_message_that_any_client_reads(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    send(mesh_config, parcel(1, b"chunk"))
    with client(mesh_config) as inbox:
        (mesh_id,) = inbox.list_messages()
        message = inbox.retrieve_message(mesh_id)
        assert (message.workflow_id, message.local_id) == ("ICS_TRANSFER", identifier(1))
        assert message.read() == archived(parcel(1, b"chunk"))


def test_a_receipt_is_a_message_of_its_own(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    with mesh_harness.ours.connect() as exchange:
        exchange.send_receipt(receipt(2, b"token"))
    with client(mesh_config) as inbox:
        (mesh_id,) = inbox.list_messages()
        message = inbox.retrieve_message(mesh_id)
        assert (message.workflow_id, message.local_id) == ("ICS_TRANSFER_ACK", identifier(2))
        assert message.read() == b"token"


def test_a_large_parcel_goes_in_pieces(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    assert send(mesh_config, LARGE) is Sent.DONE
    (entry,) = listed(mesh_harness)
    with client(mesh_config) as inbox:
        assert inbox.retrieve_message(entry.version).mex_header("chunk-range") == "1:3"
    with mesh_harness.theirs.connect() as exchange, exchange.collect(entry) as incoming:
        assert list(incoming.chunks) == list(LARGE.chunks)


def test_an_upload_that_was_cut_off_is_finished_under_its_id(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    begun = _first_piece(mesh_config, LARGE)
    assert listed(mesh_harness) == ()
    assert send(mesh_config, LARGE) is Sent.DONE
    (entry,) = listed(mesh_harness)
    assert entry.version == begun
    with mesh_harness.theirs.connect() as exchange, exchange.collect(entry) as incoming:
        assert list(incoming.chunks) == list(LARGE.chunks)


def test_a_parcel_that_was_acknowledged_is_not_sent_again(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    send(mesh_config, parcel(1))
    (entry,) = listed(mesh_harness)
    with mesh_harness.theirs.connect() as exchange:
        exchange.acknowledge(entry)
    assert send(mesh_config, parcel(1)) is Sent.ALREADY_THERE
    assert listed(mesh_harness) == ()


def test_a_parcel_that_was_not_delivered_may_be_sent_again(
    mesh_harness: Harness, mesh_config: MeshConfig, sandbox: Sandbox
) -> None:
    send(mesh_config, parcel(1))
    (entry,) = listed(mesh_harness)
    event = {"status": "undeliverable", "code": "14", "event": "SEND", "description": "not collected"}
    httpx.post(f"{sandbox.url}/messageexchange/admin/message/{entry.version}/event", json=event).raise_for_status()
    assert listed(mesh_harness) == ()
    assert send(mesh_config, parcel(1)) is Sent.DONE
    assert len(listed(mesh_harness)) == 1


def test_two_copies_of_one_message_are_two_entries(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    with client(mesh_config, "X26ABC1") as outbox:
        for _ in range(2):
            outbox.send_message(
                "X26ABC2", archived(parcel(1)), workflow_id="ICS_TRANSFER", local_id=identifier(1), filename="x"
            )
    first, second = listed(mesh_harness)
    assert first.identifier == second.identifier == identifier(1)
    with mesh_harness.theirs.connect() as exchange:
        exchange.acknowledge(first)
        assert exchange.waiting().waiting == (second,)


def test_where_mesh_cannot_say_which_copy_it_is_sent_again(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    for _ in range(2):
        _first_piece(mesh_config, LARGE)
    assert send(mesh_config, LARGE) is Sent.DONE
    assert len(listed(mesh_harness)) == 1


def test_another_workflow_is_left_alone(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    with client(mesh_config, "X26ABC3") as outbox:
        theirs = outbox.send_message("X26ABC2", b"about a child", workflow_id="CPIS", local_id="42")
    with mesh_harness.theirs.connect() as exchange:
        listing = exchange.waiting()
        assert [item.reason for item in listing.refused] == [Reason.WORKFLOW]
        assert listing.refused[0].identifier is None
        assert exchange.receipts().refused_count == 0
    with client(mesh_config) as inbox:
        assert inbox.list_messages() == [theirs]


def test_a_report_of_non_delivery_is_told_and_acknowledged(
    mesh_harness: Harness, mesh_config: MeshConfig, sandbox: Sandbox
) -> None:
    sandbox.report("X26ABC1", "ICS_TRANSFER", identifier(1))
    with mesh_harness.ours.connect() as exchange:
        listing = exchange.waiting()
        (report,) = listing.undelivered
        assert (report.message_id, report.code) == (identifier(1), "14")
        assert (listing.waiting, listing.refused_count) == ((), 0)
        exchange.acknowledge(report.entry)
        assert exchange.waiting().undelivered == ()


def test_a_message_that_is_not_the_listed_one_is_refused(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    send(mesh_config, parcel(1))
    (entry,) = listed(mesh_harness)
    with mesh_harness.theirs.connect() as exchange:
        other = replace(entry, identifier=identifier(2))
        with pytest.raises(Rejected, match="not the one that was listed"), exchange.collect(other):
            pass
        with pytest.raises(Rejected, match="not the one that was listed"):
            exchange.collect_receipt(entry)


def test_a_message_that_is_gone_is_not_collected(mesh_harness: Harness) -> None:
    with mesh_harness.theirs.connect() as exchange:
        gone = Entry(identifier(1), None, "0" * 32)
        with pytest.raises(Transient, match="no longer in the mailbox"), exchange.collect(gone):
            pass
        exchange.acknowledge(gone)


def test_a_receipt_that_is_too_large_is_refused(mesh_harness: Harness, mesh_config: MeshConfig) -> None:
    with client(mesh_config, "X26ABC1") as outbox:
        outbox.send_message("X26ABC2", b"x" * 20_000, workflow_id="ICS_TRANSFER_ACK", local_id=identifier(1))
    with mesh_harness.theirs.connect() as exchange:
        (entry,) = exchange.receipts().waiting
        with pytest.raises(Rejected, match="The receipt is over the limit"):
            exchange.collect_receipt(entry)


def test_a_partner_that_mesh_does_not_know_stops_it(mesh_config: MeshConfig) -> None:
    with pytest.raises(Misconfigured, match="does not know the partner's mailbox \\(code 12\\)"):
        send(replace(mesh_config, partner="X99XXX9"), parcel(1))


@pytest.mark.parametrize("changed", [{"shared_key": "other"}, {"password": "other"}, {"mailbox": "X99XXX9"}])
def test_a_mailbox_that_mesh_does_not_let_in_stops_the_partner(
    mesh_config: MeshConfig, changed: dict[str, str]
) -> None:
    carrier = MeshCarrier(replace(mesh_config, **changed))  # type: ignore[arg-type]  # text fields only
    with pytest.raises(Misconfigured, match="MESH does not let us in") as caught, carrier.connect():
        pass
    assert "clock" in caught.value.hint


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"url": "http://mesh.example"}, "plain http is for a sandbox"),
        ({"url": "file:///etc"}, "reached over https"),
        ({"password": ""}, "needs the password"),
        ({"shared_key": ""}, "needs the password of our mailbox and the shared key"),
        ({"mailbox": "x26abc1"}, "written in capitals"),
        ({"certificate": "client.pem"}, "has a private key beside it"),
    ],
)
def test_unsafe_settings_are_refused(changed: dict[str, str], text: str) -> None:
    config = MeshConfig("https://mesh.example", "X26ABC1", PASSWORD, SHARED_KEY, "X26ABC2", "ICS_TRANSFER")
    with pytest.raises(Misconfigured, match=text):
        MeshCarrier(replace(config, **changed))  # type: ignore[arg-type]  # text will do for a path here


def test_a_configuration_shows_no_secret(mesh_config: MeshConfig) -> None:
    shown = repr(replace(mesh_config, password="hunter2", shared_key="swordfish"))
    assert "hunter2" not in shown
    assert "swordfish" not in shown


class _Broken(BaseHTTPRequestHandler):
    """A server that lets everyone in and then fails: with a status, or by saying less than it promised."""

    status = 200

    def do_POST(self) -> None:
        self.rfile.read(int(self.headers.get("Content-Length", 0)))
        self._answer(200 if self.path.count("/") == 2 else self.status, b"{}")

    def do_GET(self) -> None:
        if "tracking" in self.path:
            self._answer(404, b"{}")
        elif self.status != 200:
            self._answer(self.status, b"<html>")
        else:
            self._answer(200, archived(parcel(1, b"c" * 5000))[:2000], missing=5000)

    def log_message(self, *_: object) -> None:
        return

    def _answer(self, status: int, body: bytes, missing: int = 0) -> None:
        self.send_response(status)
        for name, value in _HEADERS.items():
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body) + missing))
        self.end_headers()
        self.wfile.write(body)
        if missing:
            self.connection.shutdown(socket.SHUT_WR)


_HEADERS = {"Mex-From": "X26ABC2", "Mex-WorkflowID": "ICS_TRANSFER", "Mex-LocalID": identifier(1)}


@contextmanager
def broken(status: int = 200) -> Iterator[Exchange]:
    handler = type("Handler", (_Broken,), {"status": status})
    with HTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever)
        thread.start()
        try:
            url = f"http://127.0.0.1:{server.server_port}"
            config = MeshConfig(url, "X26ABC1", PASSWORD, SHARED_KEY, "X26ABC2", "ICS_TRANSFER", timeout=5)
            with MeshCarrier(config).connect() as exchange:
                yield exchange
        finally:
            server.shutdown()
            thread.join()


def test_a_download_that_breaks_off_is_tried_again_and_not_refused() -> None:
    entry = Entry(identifier(1), None, "A" * 32)
    with pytest.raises(Transient, match="cannot be reached"), broken() as exchange, exchange.collect(entry) as incoming:
        list(incoming.chunks)


@pytest.mark.parametrize("status", [425, 429, 500, 502, 503, 504])
def test_a_busy_mesh_is_tried_again(status: int) -> None:
    with broken(status) as exchange:
        for action in (lambda: exchange.send(parcel(1)), exchange.waiting):
            with pytest.raises(Transient, match=f"MESH cannot be used now \\({status}\\)"):
                action()


@pytest.mark.parametrize(("status", "error"), [(403, Misconfigured), (400, Permanent), (417, Permanent)])
def test_a_refusal_without_a_reason_goes_by_its_status(status: int, error: type[Exception]) -> None:
    with broken(status) as exchange, pytest.raises(error, match=f"\\({status}\\)"):
        exchange.send(parcel(1))


def _first_piece(config: MeshConfig, item: Parcel) -> str:
    """Send what a gateway sends first, as if it was killed then, and give MESH's id."""
    content = archived(item)
    name = f"{item.message_id}.{hashlib.sha256(content).hexdigest()}.itp"
    with client(config, "X26ABC1") as outbox:
        answer = outbox.send_chunk(
            "X26ABC2", content[:PIECE], 1, 3, workflow_id="ICS_TRANSFER", local_id=item.message_id, filename=name
        )
    return str(answer.json()["message_id"])
