from __future__ import annotations

import base64
import hashlib
import hmac
import json
import threading
from collections.abc import Iterator
from email import message_from_bytes, policy
from http.server import BaseHTTPRequestHandler, HTTPServer
from pathlib import Path

import pytest

from gateway.alerts.alerts import AlertCode
from gateway.alerts.mail import MailFolder
from gateway.alerts.notice import Notice, Open
from gateway.alerts.webhook import Webhook, signature
from gateway.itp.identifiers import Organisation
from schemas.errors import Misconfigured, Transient
from store_builder import NOW, RECIPIENT, SENDER, later

KEY = bytes(range(32))
SECRET = "whsec_" + base64.b64encode(KEY).decode()
ALERT = Open(1, AlertCode.PARTNER_PAUSED, SENDER, 3, NOW, later(60), None)
NOTICE = Notice("alert_" + "0" * 32, Organisation(RECIPIENT), later(90), (ALERT,))


class Receiver(HTTPServer):
    """A webhook's receiver: keeps each request, answers with `status`."""

    status = 204
    location = ""

    def __init__(self) -> None:
        super().__init__(("127.0.0.1", 0), Handler)
        self.seen: list[tuple[dict[str, str], bytes]] = []

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.server_port}/alerts?token=very-secret"


class Handler(BaseHTTPRequestHandler):
    server: Receiver

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers["content-length"]))
        self.server.seen.append(({name.lower(): value for name, value in self.headers.items()}, body))
        self.send_response(self.server.status)
        if self.server.location:
            self.send_header("location", self.server.location)
        self.end_headers()

    def log_request(self, code: int | str = "-", size: int | str = "-") -> None:
        """Say nothing on standard error."""


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    server = Receiver()
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    yield server
    server.shutdown()
    thread.join()
    server.server_close()


def test_a_webhook_is_signed_as_the_standard_says(receiver: Receiver) -> None:
    Webhook.of(receiver.url, SECRET).send(NOTICE)
    ((headers, body),) = receiver.seen
    signed = f"{NOTICE.id}.{int(later(90).timestamp())}.".encode() + body
    expected = base64.b64encode(hmac.new(KEY, signed, hashlib.sha256).digest()).decode()
    assert headers["webhook-signature"] == f"v1,{expected}"
    assert (headers["webhook-id"], headers["content-type"]) == (NOTICE.id, "application/json")


def test_the_signature_is_that_of_the_standards_own_example() -> None:
    # github.com/standard-webhooks/standard-webhooks, the example of its README and of its libraries' tests.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    made = signature(secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}')
    assert made == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_webhook_carries_the_alert_and_nothing_more(receiver: Receiver) -> None:
    Webhook.of(receiver.url, SECRET).send(NOTICE)
    assert json.loads(receiver.seen[0][1]) == {
        "type": "alert",
        "timestamp": "2026-11-25T09:01:30+00:00",
        "data": {
            "organisation": RECIPIENT,
            "title": f"partner-paused: {SENDER}",
            "by_code": {"partner-paused": 1},
            "alerts": [
                {
                    "code": "partner-paused",
                    "subject": SENDER,
                    "meaning": AlertCode.PARTNER_PAUSED.meaning,
                    "action": AlertCode.PARTNER_PAUSED.action,
                    "count": 3,
                    "raised": "2026-11-25T09:00:00+00:00",
                    "last": "2026-11-25T09:01:00+00:00",
                    "docs": "docs/alerts.md#partner-paused",
                }
            ],
        },
    }


@pytest.mark.parametrize("status", [301, 400, 404, 500])
def test_another_answer_than_success_is_tried_again_and_no_redirect_is_followed(
    receiver: Receiver, status: int
) -> None:
    receiver.status, receiver.location = status, receiver.url
    with pytest.raises(Transient, match=rf"^The webhook answered {status}\.$"):
        Webhook.of(receiver.url, SECRET).send(NOTICE)
    assert len(receiver.seen) == 1


def test_no_answer_is_tried_again_and_names_no_address(receiver: Receiver) -> None:
    with pytest.raises(Transient, match=r"^The webhook did not answer \(ConnectError\)\.$"):
        Webhook.of("http://127.0.0.1:9/very-secret", SECRET).send(NOTICE)


@pytest.mark.parametrize(
    ("url", "secret", "message"),
    [
        ("http://example.org/alerts", SECRET, "must be an https address"),
        ("alerts", SECRET, "must be an https address"),
        ("https://example.org", "whsec_short", "not usable"),
        ("https://example.org", "whsec_" + base64.b64encode(b"a" * 23).decode(), "not usable"),
        ("https://example.org", "whsec_" + base64.b64encode(b"a" * 65).decode(), "not usable"),
        ("https://example.org", "", "not usable"),
    ],
)
def test_an_unusable_webhook_is_refused_at_once(url: str, secret: str, message: str) -> None:
    with pytest.raises(Misconfigured, match=message) as refused:
        Webhook.of(url, secret)
    assert "example" not in str(refused.value)


def test_a_webhook_shows_neither_address_nor_secret() -> None:
    assert repr(Webhook.of("https://example.org/token", SECRET)) == "Webhook(name='webhook')"


def test_a_notice_becomes_one_file_that_a_mail_program_reads(tmp_path: Path) -> None:
    channel = MailFolder(tmp_path / "alerts", sender="gateway@council.example", recipient="duty@council.example")
    channel.send(NOTICE)
    channel.send(NOTICE)
    (path,) = (tmp_path / "alerts").iterdir()
    assert path.name == f"20261125T090130Z-{NOTICE.id}.eml"
    assert path.stat().st_mode & 0o777 == 0o600
    message = message_from_bytes(path.read_bytes(), policy=policy.default)
    assert message["subject"] == f"[ics-gateway] partner-paused: {SENDER}"
    assert (message["from"], message["to"]) == ("gateway@council.example", "duty@council.example")
    assert message["date"] == "Wed, 25 Nov 2026 09:01:30 +0000"
    assert "What to do: Ask the partner" in message.get_content()


def test_a_folder_that_cannot_be_written_is_tried_again(tmp_path: Path) -> None:
    (tmp_path / "alerts").write_text("a file")
    with pytest.raises(Transient, match="cannot be written"):
        MailFolder(tmp_path / "alerts").send(NOTICE)
