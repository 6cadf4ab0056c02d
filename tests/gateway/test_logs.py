from __future__ import annotations

import io
import json
import logging
import sys
import threading
import warnings
from datetime import UTC, datetime
from typing import Any

import pytest
import structlog

from gateway.itp.codes import Code, Refused
from gateway.itp.directory import DirectoryRefused, Fault
from gateway.logs import configure, logger
from gateway.redact import FIELDS, MASK, allowed

MARK = "Zebedee Quillfeather 2014-03-09"
PARTNER = "urn:ics:org:ods:Y63"


class Lines(io.StringIO):
    def said(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.getvalue().splitlines()]


def refuse() -> None:
    try:
        FIELDS[MARK]
    except KeyError as error:
        raise Refused(Code.MANIFEST, MARK) from error


@pytest.fixture
def lines() -> Lines:
    """Configure logging as a process does."""
    stream = Lines()
    configure("debug", stream)
    return stream


def test_a_line_is_json_with_when_where_and_what(lines: Lines) -> None:
    logger("gateway.pipeline.send").info("message-sealed", partner=PARTNER, message=7, seconds=0.25)
    (line,) = lines.said()
    assert datetime.fromisoformat(line.pop("at")).tzinfo == UTC
    assert line == {
        "level": "info",
        "logger": "gateway.pipeline.send",
        "event": "message-sealed",
        "partner": PARTNER,
        "message": 7,
        "seconds": 0.25,
    }


def test_a_field_that_is_not_listed_is_counted_and_nothing_else(lines: Lines) -> None:
    logger("gateway.x").info("opened", payload={"child": MARK}, **{MARK: 1})
    (line,) = lines.said()
    assert line["masked"] == 2
    assert "Zebedee" not in lines.getvalue()


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("partner", MARK),
        ("reason", MARK),
        ("event", MARK),
        ("route", "/search?child=Zebedee"),
        ("message_id", "00000000-0000-4000-8000-000000000000"),
        ("message", [MARK]),
        ("message", 1.5),
        pytest.param("count", 10**5000, id="longer than Python writes out"),
        ("seconds", float("nan")),
        ("reason", "a" * 129),
        ("at", datetime(2026, 1, 1)),  # noqa: DTZ001  # the naive time is the point
        ("reason", b"bytes"),
        ("level", "info\nforged"),
    ],
)
def test_a_value_of_another_form_is_masked(name: str, value: object) -> None:
    assert allowed({name: value}) == {name: MASK}


@pytest.mark.parametrize(
    ("name", "value", "shown"),
    [
        ("code", Code.CONFLICT, "itp-409-conflict"),
        ("due", datetime(2026, 1, 1, tzinfo=UTC), "2026-01-01T00:00:00+00:00"),
        ("route", "/itp/1/transfers/{message_id}/chunks/{index}", "/itp/1/transfers/{message_id}/chunks/{index}"),
        ("owner", "worker@host-1.2", "worker@host-1.2"),
        ("seconds", 3, 3),
        ("partner", None, None),
        ("partner", MASK, MASK),
    ],
)
def test_a_value_of_its_form_is_shown(name: str, value: object, shown: object) -> None:
    assert allowed({name: value}) == {name: shown}


def test_of_an_error_only_its_type_and_our_code_are_told(lines: Lines) -> None:
    try:
        refuse()
    except Refused:
        logger("gateway.x").exception("not-opened")
    (line,) = lines.said()
    assert (line["level"], line["error"], line["cause"], line["code"]) == (
        "error",
        "Refused",
        "KeyError",
        "itp-422-manifest",
    )
    assert line["place"].startswith(f"{__name__}:")
    assert "Zebedee" not in lines.getvalue()


def test_a_fault_of_the_directory_is_a_code_too(lines: Lines) -> None:
    logger("gateway.x").warning("refused", exc_info=DirectoryRefused(Fault.STALE, MARK))
    assert lines.said()[0]["code"] == "directory-stale"


def test_the_code_of_a_librarys_error_is_left_out(lines: Lines) -> None:
    error = OSError()
    error.code = MARK  # type: ignore[attr-defined]  # libraries put anything there
    logger("gateway.x").warning("failed", exc_info=error)
    assert "code" not in lines.said()[0]


@pytest.mark.parametrize("name", ["uvicorn.error", "sqlalchemy.engine.Engine", "celery.worker", "httpx", "asyncio"])
def test_what_a_library_says_is_masked_whole(lines: Lines, name: str) -> None:
    log = logging.getLogger(name)
    log.warning("could not send %s", MARK)
    log.warning(MARK, extra={"payload": MARK, "allowed_fields": {"event": MARK, MARK: MARK}})
    try:
        int(MARK)
    except ValueError:
        log.exception(MARK)
    said = lines.said()
    assert [(line["event"], line["logger"]) for line in said] == [("said", name), (MASK, name), ("said", name)]
    assert (said[0]["place"].partition(":")[0], said[2]["error"]) == ("test_logs", "ValueError")
    assert "Zebedee" not in lines.getvalue()


def test_libraries_are_heard_from_warning_on_and_paths_of_requests_never(lines: Lines) -> None:
    logging.getLogger("httpx").info("HTTP Request: GET https://example.org/%s", MARK)
    logging.getLogger("uvicorn.access").critical("GET /%s", MARK)
    assert lines.getvalue() == ""


def test_what_is_below_the_level_is_not_said(lines: Lines) -> None:
    configure("info", lines)
    logger("gateway.x").debug("asked")
    logger("gateway.x").info("answered")
    assert [line["event"] for line in lines.said()] == ["answered"]


def test_handlers_that_libraries_had_put_up_are_gone(lines: Lines) -> None:
    stream = io.StringIO()
    logging.getLogger("celery").addHandler(logging.StreamHandler(stream))
    configure("info", lines)
    logging.getLogger("celery").error(MARK)
    assert (stream.getvalue(), len(lines.said())) == ("", 1)


def test_a_warning_of_python_is_masked(lines: Lines) -> None:
    with warnings.catch_warnings():
        warnings.simplefilter("always")
        logging.captureWarnings(capture=True)
        warnings.warn(MARK, stacklevel=1)
    assert lines.said()[0]["logger"] == "py.warnings"
    assert "Zebedee" not in lines.getvalue()


def test_an_uncaught_error_ends_as_a_line_without_its_text(lines: Lines) -> None:
    try:
        int(MARK)
    except ValueError as error:
        sys.excepthook(type(error), error, error.__traceback__)
    thread = threading.Thread(target=int, args=(MARK,))
    thread.start()
    thread.join()
    assert [(line["event"], line["error"]) for line in lines.said()] == [("fault", "ValueError")] * 2
    assert "Zebedee" not in lines.getvalue()


def test_what_was_bound_to_the_context_goes_through_the_list(lines: Lines) -> None:
    with structlog.contextvars.bound_contextvars(partner=PARTNER, child=MARK):
        logger("gateway.x").info("asked")
    (line,) = lines.said()
    assert (line["partner"], line["masked"]) == (PARTNER, 1)


def test_before_it_is_configured_nothing_but_listed_fields_reaches_logging(caplog: pytest.LogCaptureFixture) -> None:
    logger("gateway.x").warning("held", reason="policy", child=MARK)
    (record,) = caplog.records
    assert record.getMessage() == "held"
    assert MARK not in repr(vars(record))


def test_every_field_has_a_sentence() -> None:
    assert all(name == field.name and field.meaning.endswith(".") for name, field in FIELDS.items())
