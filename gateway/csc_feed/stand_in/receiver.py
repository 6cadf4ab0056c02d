"""What the stand-in does with a request, after DfE's children's social care data receiver: no network, no framework."""

from __future__ import annotations

import hmac
import json
import re
import secrets
import threading
import uuid
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Any, Self
from urllib.parse import parse_qs

from schemas.csc_api.changes import received
from schemas.csc_api.form import form_problems
from schemas.csc_api.layout import CHILD, MOST_RECORDS
from schemas.csc_api.record import ChildRecord

TOKEN_PATH = "/tenant/oauth2/v2.0/token"  # noqa: S105  # a path
BASE = "/children-in-social-care-data-receiver-test/1"
_FIREWALL = re.compile(rb"0x[0-9a-f]{3}|<script", re.IGNORECASE)


class Fault(StrEnum):
    """What goes wrong with one call; `Fault.SHORT` and those that say so store the records all the same."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Keep the meaning beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member

    NONE = "none", "Nothing."
    OUTAGE = "outage", "503, and nothing is stored."
    STORED_OUTAGE = "stored-outage", "502, although all is stored."
    DROP = "drop", "All is stored, then the connection breaks."
    DROP_FIRST = "drop-first", "The connection breaks, and nothing is stored."
    THROTTLE = "throttle", "429 with Retry-After."
    FORBID = "forbid", "403, whatever is in the batch."
    SHORT = "short", "All is stored, and a token is missing in the answer."
    EXPIRE = "expire", "401: every token that was given is forgotten."
    EMPTY = "empty", "204, and nothing is stored."


@dataclass(frozen=True, slots=True)
class Rules:
    """Whom the stand-in knows and how it behaves. `replaces`: a full record replaces what is held.

    `cites`: a refusal cites positions. `words`: tokens come as words instead of a JSON array.
    """

    authority: str
    client: str = "stand-in-client"
    secret: str = field(default="stand-in-secret", repr=False)
    keys: tuple[str, ...] = field(default=("stand-in-key-1", "stand-in-key-2"), repr=False)
    scope: str = "api://stand-in/.default"
    lasts: int = 3600
    most_size: int = 2_000_000
    gap: timedelta = timedelta()
    replaces: bool = False
    cites: bool = True
    words: bool = False


@dataclass(frozen=True, slots=True)
class Asked:
    """A request."""

    method: str
    path: str
    headers: Mapping[str, str]
    body: bytes


@dataclass(frozen=True, slots=True)
class Reply:
    """An answer; `drops` says that the connection breaks instead."""

    status: int
    body: str = ""
    headers: Mapping[str, str] = field(default_factory=dict)
    drops: bool = False


@dataclass(slots=True)
class Receiver:
    """Holds what was sent. Faults that are planned meet the next calls, one each."""

    rules: Rules
    clock: Callable[[], datetime]
    faults: list[Fault] = field(default_factory=list)
    held: dict[str, ChildRecord] = field(default_factory=dict)
    stored: list[str] = field(default_factory=list)
    """The child of every record that was stored, in order: one that stands twice was stored twice."""
    calls: list[int] = field(default_factory=list)
    """The status of every call, 0 where the connection broke."""
    _tokens: dict[str, datetime] = field(default_factory=dict)
    _last: datetime | None = None
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def answer(self, asked: Asked) -> Reply:
        """Answer a request; one at a time."""
        with self._lock:
            if asked.path == TOKEN_PATH:
                return self._give_token(asked)
            reply = self._call(asked)
            self.calls.append(0 if reply.drops else reply.status)
            return reply

    def _give_token(self, asked: Asked) -> Reply:
        form = {name: values[0] for name, values in parse_qs(asked.body.decode("utf-8", "replace")).items()}
        wanted = {
            "grant_type": "client_credentials",
            "client_id": self.rules.client,
            "client_secret": self.rules.secret,
            "scope": self.rules.scope,
        }
        if not all(hmac.compare_digest(form.get(name, "").encode(), value.encode()) for name, value in wanted.items()):
            return Reply(401, json.dumps({"error": "invalid_client", "error_description": "No token."}))
        token = secrets.token_urlsafe(24)
        self._tokens[token] = self.clock() + timedelta(seconds=self.rules.lasts)
        return Reply(200, json.dumps({"access_token": token, "expires_in": self.rules.lasts, "token_type": "Bearer"}))

    def _call(self, asked: Asked) -> Reply:
        fault = self.faults.pop(0) if self.faults else Fault.NONE
        refused = self._refused_at_edge(asked) or self._failed_before(fault)
        if refused is not None:
            return refused
        if not asked.body:
            return Reply(204)
        records = _records(asked.body)
        if records is None or not 0 < len(records) <= MOST_RECORDS:
            return Reply(400, json.dumps({"title": "The body is no array of 1 to 100 records."}))
        if wrong := [position for position, record in enumerate(records) if form_problems(record)]:
            return Reply(400, self._complaint(wrong))
        return self._store(records, fault)

    def _refused_at_edge(self, asked: Asked) -> Reply | None:
        headers = {name.lower(): value for name, value in asked.headers.items()}
        token = headers.get("authorization", "").removeprefix("Bearer ")
        checks: tuple[tuple[Callable[[], bool], int], ...] = (
            (lambda: not asked.path.startswith(f"{BASE}/children_social_care_data/"), 404),
            (lambda: asked.method != "POST", 405),
            (lambda: not headers.get("content-type", "").startswith("application/json"), 415),
            (lambda: self._tokens.get(token, datetime.min.replace(tzinfo=self.clock().tzinfo)) <= self.clock(), 401),
            (lambda: not self._has_key(headers.get("supplierkey", "")), 403),
            (lambda: asked.path != f"{BASE}/children_social_care_data/{self.rules.authority}/children", 403),
            (lambda: len(asked.body) > self.rules.most_size, 413),
            (lambda: _FIREWALL.search(asked.body) is not None, 403),
        )
        found = next((status for is_wrong, status in checks if is_wrong()), None)
        if found is not None:
            return Reply(found, "", {"x-request-id": str(uuid.uuid4())})
        return self._too_fast()

    def _has_key(self, key: str) -> bool:
        found = [hmac.compare_digest(key.encode(), known.encode()) for known in self.rules.keys]
        return True in found

    def _too_fast(self) -> Reply | None:
        now, last = self.clock(), self._last
        self._last = now
        if last is not None and now - last < self.rules.gap:
            return Reply(429, "", {"retry-after": "1"})
        return None

    def _failed_before(self, fault: Fault) -> Reply | None:
        if fault is Fault.EXPIRE:
            self._tokens.clear()
        return {
            Fault.OUTAGE: Reply(503),
            Fault.DROP_FIRST: Reply(0, drops=True),
            Fault.THROTTLE: Reply(429, "", {"retry-after": "2"}),
            Fault.FORBID: Reply(403),
            Fault.EXPIRE: Reply(401),
            Fault.EMPTY: Reply(204),
        }.get(fault)

    def _complaint(self, wrong: list[int]) -> str:
        if not self.rules.cites:
            return json.dumps({"title": "One or more validation errors occurred."})
        errors = {f"$[{position}]": ["The record breaks the schema."] for position in wrong}
        return json.dumps({"title": "One or more validation errors occurred.", "errors": errors})

    def _store(self, records: list[dict[str, Any]], fault: Fault) -> Reply:
        for record in records:
            child = str(record[CHILD.key])
            after = received(self.held.get(child), json.dumps(record), replaces=self.rules.replaces)
            self.held.pop(child, None)
            if after is not None:
                self.held[child] = after
            self.stored.append(child)
        if fault is Fault.DROP:
            return Reply(0, drops=True)
        if fault is Fault.STORED_OUTAGE:
            return Reply(502)
        tokens = [f"{self.clock():%Y-%m-%d_%H:%M:%S.%f}"[:-4] + f"_{uuid.uuid4()}.json" for _ in records]
        tokens = tokens[1:] if fault is Fault.SHORT else tokens
        return Reply(200, "\n".join(tokens) if self.rules.words else json.dumps(tokens))


def _records(body: bytes) -> list[dict[str, Any]] | None:
    try:
        found = json.loads(body)
    except ValueError:
        return None
    return found if isinstance(found, list) else None
