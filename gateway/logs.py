"""Logs: one JSON object a line, through the list of fields in gateway/redact.py, whoever logs.

What a library says in its own words is masked whole, because nobody can know what is in it; its level, its name and
the place in its code are kept, so that the words can be looked up there.
"""

from __future__ import annotations

import json
import logging
import sys
import threading
from collections.abc import MutableMapping
from datetime import UTC, datetime
from enum import StrEnum
from types import TracebackType
from typing import TextIO, cast

import structlog
from structlog.stdlib import BoundLogger
from structlog.typing import EventDict

from gateway.redact import allowed

OURS = ("schemas", "adapters", "gateway", "workers")
_FIELDS = "allowed_fields"
_SAID = "said"
"""The event of a record that a library made."""
_QUIET = ("uvicorn.access",)
"""Loggers that write paths as they were asked for."""
_OWN_HANDLERS = ("uvicorn", "uvicorn.error", "celery", "celery.task", "celery.worker", "celery.redirected")

Failure = tuple[type[BaseException], BaseException, TracebackType | None]


def logger(name: str) -> BoundLogger:
    """Give the logger of a module: `log.info("event-name", partner=..., count=...)`, with fields of the list alone."""
    made = structlog.wrap_logger(
        logging.getLogger(name),
        processors=[
            structlog.stdlib.filter_by_level,
            structlog.contextvars.merge_contextvars,
            _explain_failure,
            _to_record,
        ],
        wrapper_class=BoundLogger,
        cache_logger_on_first_use=True,
    )
    return cast("BoundLogger", made)


def configure(level: str = "info", stream: TextIO | None = None) -> None:
    """Send every log of this process through the list, to standard error or `stream`; libraries from warning on.

    Start uvicorn with `log_config=None` and Celery with a receiver of its signal `setup_logging`: both would put
    handlers of their own beside this one.
    """
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.setFormatter(JsonLines())
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(logging.WARNING)
    for name in OURS:
        logging.getLogger(name).setLevel(level.upper())
    for name in _OWN_HANDLERS:
        own = logging.getLogger(name)
        own.handlers.clear()
        own.propagate = True
    for name in _QUIET:
        quiet = logging.getLogger(name)
        quiet.handlers[:] = [logging.NullHandler()]
        quiet.propagate = False
    logging.captureWarnings(capture=True)
    # A handler that fails would print the record, text and all.
    logging.raiseExceptions = False
    sys.excepthook = _uncaught
    threading.excepthook = _uncaught_in_thread


class JsonLines(logging.Formatter):
    """Writes a record as one line of JSON with listed fields alone."""

    def format(self, record: logging.LogRecord) -> str:
        """Give the line; what a library said keeps its level, logger and place."""
        fields = getattr(record, _FIELDS, None)
        if not isinstance(fields, dict):
            fields = {"event": _SAID, "place": f"{record.module}:{record.lineno}"}
            if record.exc_info and record.exc_info[0]:
                fields |= _told(record.exc_info)
        at = datetime.fromtimestamp(record.created, UTC).isoformat(timespec="milliseconds")
        line = {"at": at, "level": record.levelname.lower(), "logger": record.name, **fields}
        return json.dumps(allowed(line))


def _explain_failure(_logger: object, _method: str, event: EventDict) -> EventDict:
    given = event.pop("exc_info", None)
    if given is True:
        given = sys.exc_info()
    elif isinstance(given, BaseException):
        given = (type(given), given, given.__traceback__)
    return {**(_told(given) if isinstance(given, tuple) and given[0] else {}), **event}


def _to_record(
    _logger: object, _method: str, event: MutableMapping[str, object]
) -> tuple[tuple[object], dict[str, object]]:
    # Before it reaches logging, where other handlers might stand.
    fields = allowed(event)
    return (fields.get("event"),), {"extra": {_FIELDS: fields}}


def _told(failure: Failure) -> dict[str, str | None]:
    """Say of an error what is safe: its type, the type behind it, our own code, the place. Never its text."""
    kind, error, trace = failure
    told: dict[str, str | None] = {"error": kind.__name__}
    if error.__cause__ is not None:
        told["cause"] = type(error.__cause__).__name__
    code = getattr(error, "code", None) or getattr(error, "fault", None)
    # A closed list of our own; a code of a library's error may be anything.
    if isinstance(code, StrEnum):
        told["code"] = code.value
    place = _place(trace)
    return {**told, "place": place} if place else told


def _place(trace: TracebackType | None) -> str | None:
    if trace is None:
        return None
    while trace.tb_next is not None:
        trace = trace.tb_next
    return f"{trace.tb_frame.f_globals.get('__name__', 'unknown')}:{trace.tb_lineno}"


def _uncaught(kind: type[BaseException], error: BaseException, trace: TracebackType | None) -> None:
    logging.getLogger(__name__).critical("", extra={_FIELDS: {"event": "fault", **_told((kind, error, trace))}})


def _uncaught_in_thread(given: threading.ExceptHookArgs) -> None:
    if given.exc_value is not None:
        _uncaught(given.exc_type, given.exc_value, given.exc_traceback)
