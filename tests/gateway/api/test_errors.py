"""What a partner is told when something goes wrong, from every code of the protocol to what nobody expected."""

from __future__ import annotations

import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from io import StringIO
from pathlib import Path

import pytest
from starlette.responses import StreamingResponse

from api_calls import TRANSFER, Authority, ask, authority, bare, signed
from gateway.api.edge import HEADERS
from gateway.api.problems import FAULTS, TITLES, Fault, Faulted, Slow, code_of, told
from gateway.audit.store import EvidenceNotStored
from gateway.itp.codes import TABLE, Code, Refused
from gateway.logs import JsonLines
from gateway.store.errors import Busy, Conflict, Damaged, Incomplete, LeaseLost, NotAllowed, UnknownKey
from gateway.store.store import Store
from itp_exchange import MESSAGE
from schemas.errors import GatewayError, Held, Misconfigured, Permanent, Rejected, Transient

MARK = "MARKED-CHILD-7731"


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Authority:
    return authority(sqlite_store, tmp_path)


@contextmanager
def logs() -> Iterator[StringIO]:
    """Give what is logged, as it would be written."""
    stream = StringIO()
    handler = logging.StreamHandler(stream)
    handler.setFormatter(JsonLines())
    ours = logging.getLogger("gateway")
    ours.addHandler(handler)
    ours.setLevel(logging.INFO)
    try:
        yield stream
    finally:
        ours.removeHandler(handler)


@pytest.mark.parametrize("code", [*Code, *Fault])
def test_every_code_has_the_status_that_is_in_its_name_and_a_meaning(code: Code | Fault) -> None:
    found = told(code)
    assert found.status == int(code.split("-")[1])
    assert found.meaning == (FAULTS[code] if isinstance(code, Fault) else TABLE[code].meaning)
    document = found.document(MESSAGE).model_dump()
    assert document == {
        "type": f"urn:ics:problem:{code}",
        "title": TITLES[found.status],
        "status": found.status,
        "detail": found.meaning,
        "code": code,
        "request_id": MESSAGE,
    }


ERRORS: list[tuple[GatewayError, Code | Fault]] = [
    *((Refused(code, MARK), code) for code in Code),
    *((Faulted(fault), fault) for fault in Fault),
    (Slow(7), Code.SLOW),
    (Conflict(MARK), Code.CONFLICT),
    (Incomplete(MARK), Code.MALFORMED),
    (Busy(MARK), Code.BUSY),
    (LeaseLost(MARK), Code.BUSY),
    (EvidenceNotStored(MARK), Code.BUSY),
    (Transient(MARK), Code.BUSY),
    (NotAllowed(MARK), Fault.INTERNAL),
    (Damaged(MARK), Fault.INTERNAL),
    (UnknownKey(MARK), Fault.INTERNAL),
    (Rejected(MARK), Fault.INTERNAL),
    (Held(MARK), Fault.INTERNAL),
    (Misconfigured(MARK), Fault.INTERNAL),
    (Permanent(MARK), Fault.INTERNAL),
]


@pytest.mark.parametrize(("error", "code"), ERRORS)
def test_each_error_is_answered_from_the_table_and_its_text_stays_here(
    ben: Authority, error: GatewayError, code: Code | Fault
) -> None:
    assert code_of(error) is code

    def fails() -> None:
        raise error

    ben.app.add_api_route("/fails", fails)
    with logs() as written:
        answer = ask(ben.app, bare("GET", "/fails"))
    assert (answer.status, answer.code) == (told(code).status, code)
    assert answer.json["detail"] == told(code).meaning
    assert MARK not in str(answer)
    assert MARK not in written.getvalue()
    waits = dict(answer.headers).get("retry-after")
    expected: dict[Code | Fault, str] = {Code.SLOW: "7" if isinstance(error, Slow) else "5", Code.BUSY: "5"}
    assert waits == expected.get(code)
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["event"], line["code"], line["request_id"]) == ("request-refused", code, answer.json["request_id"])


def test_what_nobody_expected_is_an_answer_and_a_log_line_without_data(ben: Authority) -> None:
    def fails() -> None:
        raise ValueError(MARK)

    ben.app.add_api_route("/fails", fails)
    with logs() as written:
        answer = ask(ben.app, bare("GET", f"/fails?{MARK}"))
    assert (answer.status, answer.code) == (500, "http-500-internal")
    assert MARK not in str(answer.body)
    assert MARK not in written.getvalue()
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["event"], line["error"], line["request_id"]) == ("fault", "ValueError", answer.json["request_id"])
    assert line["place"].startswith(f"{__name__}:")


def test_an_answer_that_breaks_off_is_cut_and_says_nothing(ben: Authority) -> None:
    def pieces() -> Iterator[bytes]:
        yield b"first"
        raise ValueError(MARK)

    ben.app.add_api_route("/breaks-off", lambda: StreamingResponse(pieces()), response_model=None)
    with logs() as written, pytest.raises(RuntimeError, match=r"^An answer was cut off\.$") as error:
        ask(ben.app, bare("GET", "/breaks-off"))
    assert (error.value.__cause__, error.value.__suppress_context__) == (None, True)
    (line,) = map(json.loads, written.getvalue().splitlines())
    assert (line["event"], line["error"]) == ("fault", "ValueError")


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/itp",
        "/itp/1",
        "/itp/2/transfers/x",
        f"{TRANSFER}/",
        f"{TRANSFER}/chunks",
        "/docs",
        "/redoc",
        "/openapi.json",
    ],
)
def test_an_address_that_is_none_is_a_problem_too(ben: Authority, path: str) -> None:
    answer = ask(ben.app, bare("GET", path))
    assert (answer.status, answer.code) == (404, "http-404-path")


@pytest.mark.parametrize(
    ("path", "allowed"),
    [
        (TRANSFER, "GET, PUT"),
        (f"{TRANSFER}/chunks/0", "PUT"),
        (f"{TRANSFER}/complete", "POST"),
        (f"{TRANSFER}/receipts", "GET"),
        ("/itp/1/receipts", "POST"),
        ("/itp/1/outbox/lease", "POST"),
        (f"/itp/1/outbox/{MESSAGE}/chunks/0", "GET"),
        ("/health/live", "GET"),
        ("/health/ready", "GET"),
        ("/metrics", "GET"),
    ],
)
@pytest.mark.parametrize("method", ["HEAD", "OPTIONS", "DELETE", "PATCH", "TRACE", "CONNECT", "BREW"])
def test_an_address_says_which_methods_it_takes(ben: Authority, path: str, allowed: str, method: str) -> None:
    answer = ask(ben.app, bare(method, path))
    assert (answer.status, answer.code) == (405, "http-405-method")
    assert answer.header("allow") == allowed


@pytest.mark.parametrize("request_", [bare("GET", "/health/live"), bare("GET", "/"), signed(bare("GET", TRANSFER))])
def test_every_answer_has_the_headers_of_every_answer(ben: Authority, request_: object) -> None:
    answer = ask(ben.app, request_)  # type: ignore[arg-type]  # the name is pytest's otherwise
    for name, value in HEADERS.items():
        assert answer.header(name) == value
    assert "server" not in dict(answer.headers)


def test_requests_have_different_ids(ben: Authority) -> None:
    first, second = (ask(ben.app, bare("GET", "/")).header("itp-request-id") for _ in range(2))
    assert first != second
