"""What may stand in a log: a closed list of fields, each with the one form that its value may have.

Everything else is masked whole: a field that is not listed, and a value of another form. So a payload that is logged
by mistake leaves a count and nothing else.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from enum import Enum

from gateway.itp.identifiers import Organisation

MASK = "***"
MASKED = "masked"
"""The field that counts what was left out. Names are left out too: a name can be data."""
_LONGEST = 128
_LARGEST = 10**19


class Form(Enum):
    """The form of a value; a text has all of the pattern."""

    NUMBER = re.compile(r"-?\d{1,19}")
    SECONDS = re.compile(r"-?\d{1,12}(\.\d{1,9})?")
    INSTANT = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,6})?(Z|\+00:00)")
    WORD = re.compile(r"[a-z0-9]+([._-][a-z0-9]+)*")
    NAME = re.compile(r"[A-Za-z_][A-Za-z0-9_]*(\.[A-Za-z_][A-Za-z0-9_]*)*")
    PLACE = re.compile(r"[A-Za-z_][A-Za-z0-9_.]*:\d{1,6}")
    ROUTE = re.compile(r"(/[a-z0-9._-]+|/\{[a-z_]+\})+|/")
    METHOD = re.compile(r"[A-Z]{3,10}")
    ORGANISATION = Organisation.form
    MESSAGE_ID = re.compile(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}")
    DIGEST = re.compile(r"[A-Za-z0-9_-]{43}")
    RECEIPT = re.compile(r"R[1-6]|N")
    PROCESS = re.compile(r"[A-Za-z0-9][A-Za-z0-9@._-]*")


@dataclass(frozen=True, slots=True)
class Field:
    """One field that may be logged."""

    name: str
    form: Form
    meaning: str


FIELDS: Mapping[str, Field] = {
    field.name: field
    for field in (
        Field("at", Form.INSTANT, "When it happened, in UTC."),
        Field("level", Form.WORD, "debug, info, warning, error or critical."),
        Field("logger", Form.NAME, "The module that says it."),
        Field("event", Form.WORD, "What happened, as a fixed word of the code."),
        Field("organisation", Form.ORGANISATION, "The organisation that this gateway is."),
        Field("partner", Form.ORGANISATION, "The organisation on the other side."),
        Field("message", Form.NUMBER, "The number of the message in this database."),
        Field("message_id", Form.MESSAGE_ID, "The message's id, as the partner knows it too."),
        Field("conversation_id", Form.MESSAGE_ID, "The conversation that the message belongs to."),
        Field("request_id", Form.MESSAGE_ID, "The request that this was said in."),
        Field("task", Form.WORD, "The step of the work."),
        Field("attempt", Form.NUMBER, "Which attempt at the step it is, from 1."),
        Field("state", Form.WORD, "The state that a message, a partner or a process came to."),
        Field("outcome", Form.WORD, "How it ended."),
        Field("reason", Form.WORD, "Why, as a fixed word of the code."),
        Field("code", Form.WORD, "The gateway's own code of the error."),
        Field("error", Form.NAME, "The type of the error; never its text."),
        Field("cause", Form.NAME, "The type of the error behind it."),
        Field("place", Form.PLACE, "The module and line where it arose or was said."),
        Field("due", Form.INSTANT, "When the work is due next."),
        Field("seconds", Form.SECONDS, "How long it took."),
        Field("count", Form.NUMBER, "How many."),
        Field("size", Form.NUMBER, "How large, in bytes."),
        Field("chunk", Form.NUMBER, "The number of the chunk, from 0."),
        Field("receipt", Form.RECEIPT, "The level of a receipt."),
        Field("method", Form.METHOD, "The method of an HTTP request."),
        Field(
            "route", Form.ROUTE, "The route of an HTTP request as it is declared; never the path that was asked for."
        ),
        Field("status", Form.NUMBER, "The status of an HTTP response."),
        Field("carrier", Form.WORD, "What carries the message: https, poll, folder, sftp or mesh."),
        Field("kid", Form.DIGEST, "The thumbprint of a public key."),
        Field("revision", Form.NUMBER, "The number of a revision of the partner directory."),
        Field("owner", Form.PROCESS, "The process that did it."),
        Field("alert", Form.WORD, "The code of an alert."),
        Field("channel", Form.WORD, "The channel that an alert goes through."),
        Field("check", Form.WORD, "The check of `ics-gateway doctor`."),
        Field("port", Form.NUMBER, "The port that is listened on."),
        Field("signal", Form.NUMBER, "The signal that ended a process."),
        Field(MASKED, Form.NUMBER, "How many fields were left out because they are not on this list."),
    )
}


# Not a number compares with nothing, so it is masked as well.
_NUMBERS = {True: (Form.NUMBER, Form.SECONDS), False: (Form.SECONDS,)}


def allowed(fields: Mapping[str, object]) -> dict[str, str | int | float | bool | None]:
    """Give what of these fields may be logged: a value of another form is masked, another field is only counted."""
    kept: dict[str, str | int | float | bool | None] = {
        name: _shown(fields[name], field.form) for name, field in FIELDS.items() if name in fields
    }
    others = sum(name not in FIELDS for name in fields)
    return {**kept, MASKED: others} if others else kept


def _shown(value: object, form: Form) -> str | int | float | bool | None:
    if value is None or isinstance(value, bool):
        return value
    if isinstance(value, datetime):
        value = value.astimezone(UTC).isoformat() if value.tzinfo else MASK
    if isinstance(value, int | float):
        return value if form in _NUMBERS[type(value) is int] and abs(value) < _LARGEST else MASK
    text = str(value) if isinstance(value, str) else MASK
    return text if len(text) <= _LONGEST and form.value.fullmatch(text) else MASK
