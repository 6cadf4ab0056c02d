"""Send a batch: tries, waits, and what becomes of each record. Nothing here stores anything."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from enum import StrEnum
from typing import Protocol

from gateway.csc_feed.answers import Answer, Meaning
from gateway.csc_feed.planned import Planned
from schemas.errors import GatewayError

TRIES = 3
BACKOFF = (timedelta(seconds=5), timedelta(seconds=10), timedelta(seconds=20), timedelta(seconds=30))
FORBIDDEN_BACKOFF = (timedelta(seconds=30), timedelta(seconds=120))
WAITS = 10
"""How often one batch is put off by 429 before it is left for the next run."""
LARGEST_PACE = timedelta(seconds=5)
UNLUCKY = 3
"""Batches in a row of which the outcome is unknown, or that could not be sent: the endpoint is away."""
FORBIDDEN = 3
"""Single records in a row that are forbidden, with none accepted between: it is not the records."""
_JITTER = (timedelta(milliseconds=25), timedelta(milliseconds=125))
_BACKOFF_JITTER = timedelta(seconds=3)


class Fate(StrEnum):
    """What became of a record."""

    ACCEPTED = "accepted"
    REFUSED = "refused"
    UNKNOWN = "unknown"
    NOT_SENT = "not-sent"


@dataclass(frozen=True, slots=True)
class Result:
    """What became of one record: `text` is what was posted last, `reason` a fixed word, `message` DfE's own.

    `doubtful` says that an earlier try of it may have been stored although the last one was not.
    """

    planned: Planned
    fate: Fate
    text: str
    reason: str = ""
    status: int | None = None
    token: str | None = None
    request: str | None = None
    message: str = ""
    doubtful: bool = False


class Stopped(GatewayError):
    """The run cannot go on; `reason` is a fixed word.

    What was not settled before it was not stored, unless it is `doubtful`.
    """

    def __init__(self, message: str, reason: str, *, hint: str = "", doubtful: bool = False) -> None:
        super().__init__(message, hint=hint)
        self.reason = reason
        self.doubtful = doubtful


class Posts(Protocol):
    """What batches are posted with."""

    def post(self, body: bytes) -> Answer:
        """Post a batch."""

    def forget_token(self) -> None:
        """Have a new token before the next call."""


@dataclass(frozen=True, slots=True)
class Chance:
    """How time and chance come in: `draw` gives from 0 up to 1."""

    clock: Callable[[], datetime]
    sleep: Callable[[float], None]
    draw: Callable[[], float]


@dataclass(frozen=True, slots=True)
class _Part:
    """Records that go together, each as it is posted."""

    planned: tuple[Planned, ...]
    texts: tuple[str, ...]
    slow: bool = True
    """Whether a 403 is tried again: of a part of what was forbidden it is not."""

    @property
    def body(self) -> bytes:
        return f"[{','.join(self.texts)}]".encode()

    def only(self, positions: Sequence[int], *, slow: bool) -> _Part:
        return _Part(tuple(self.planned[n] for n in positions), tuple(self.texts[n] for n in positions), slow)

    def halves(self, *, slow: bool) -> tuple[_Part, _Part]:
        middle, count = len(self.texts) // 2, len(self.texts)
        return self.only(range(middle), slow=slow), self.only(range(middle, count), slow=slow)


@dataclass(slots=True)
class Sender:
    """Sends batches one after the other over one line, and remembers how the run goes."""

    line: Posts
    chance: Chance
    pace: timedelta
    _called: bool = False
    _unlucky: int = 0
    _suspects: list[Result] = field(default_factory=list)
    _accepted: bool = False

    def send(self, batch: Sequence[Planned]) -> Iterator[tuple[Result, ...]]:
        """Send a batch, and after each call give the records of which it settled what became. Raise Stopped."""
        yield from self._send(_Part(tuple(batch), tuple(planned.update.text for planned in batch)))

    def close(self) -> tuple[Result, ...]:
        """Give the records of which only the whole run can tell whether they or the configuration were forbidden."""
        fate = Fate.REFUSED if self._accepted else Fate.NOT_SENT
        told = tuple(replace(suspect, fate=fate) for suspect in self._suspects)
        self._suspects.clear()
        return told

    def _send(self, part: _Part) -> Iterator[tuple[Result, ...]]:
        answer, meaning, doubtful = self._tried(part)
        match meaning:
            case Meaning.ACCEPTED:
                yield from self._took(part, answer)
            case Meaning.REFUSED:
                yield from self._refused(part, answer, doubtful=doubtful)
            case Meaning.FORBIDDEN:
                yield from self._forbidden(part, answer, doubtful=doubtful)
            case Meaning.TOO_LARGE:
                yield from self._too_large(part, answer, doubtful=doubtful)
            case Meaning.MISCOUNTED:
                yield from self._miscounted(part, answer)
            case _:
                yield from self._put_off(part, answer, meaning, doubtful=doubtful)

    def _tried(self, part: _Part) -> tuple[Answer, Meaning, bool]:
        """Post until there is an answer that more tries would not change; say too whether a try may have been stored.

        Source of the numbers: DfE children's social care data receiver, limits.
        """
        tries, waits, renewed, doubtful = 0, 0, False, False
        while True:
            self._keep_pace()
            answer = self.line.post(part.body)
            meaning = answer.meaning(len(part.texts))
            if meaning is Meaning.RENEW and not renewed:
                renewed = True
                self.line.forget_token()
                continue
            if meaning in {Meaning.RENEW, Meaning.STOP}:
                raise _stopped(answer, doubtful=doubtful)
            doubtful = doubtful or meaning is Meaning.UNKNOWN
            if meaning is Meaning.SLOWER and waits < WAITS:
                self._slow_down(answer, waits)
                waits += 1
                continue
            tries += 1
            again = meaning in {Meaning.UNKNOWN, Meaning.AWAY} or (meaning is Meaning.FORBIDDEN and part.slow)
            if not again or tries == TRIES:
                return answer, meaning, doubtful
            self._back_off(FORBIDDEN_BACKOFF if meaning is Meaning.FORBIDDEN else BACKOFF, tries - 1)

    def _keep_pace(self) -> None:
        if self._called:
            least, most = _JITTER
            self.chance.sleep((self.pace + least + most * self.chance.draw()).total_seconds() if self.pace else 0.0)
        self._called = True

    def _slow_down(self, answer: Answer, waits: int) -> None:
        self.pace = min(max(self.pace * 2, timedelta(milliseconds=1)), LARGEST_PACE)
        asked = answer.wait(self.chance.clock())
        if asked is None:
            self._back_off(BACKOFF, waits)
        else:
            self.chance.sleep(asked.total_seconds())

    def _back_off(self, table: Sequence[timedelta], number: int) -> None:
        wait = table[min(number, len(table) - 1)] + _BACKOFF_JITTER * self.chance.draw()
        self.chance.sleep(wait.total_seconds())

    def _took(self, part: _Part, answer: Answer) -> Iterator[tuple[Result, ...]]:
        self._unlucky, self._accepted = 0, True
        taken = zip(part.planned, part.texts, answer.tokens, strict=True)
        results = (
            Result(it, Fate.ACCEPTED, text, "", answer.status, token, answer.request) for it, text, token in taken
        )
        yield (*self.close(), *results)

    def _refused(self, part: _Part, answer: Answer, *, doubtful: bool) -> Iterator[tuple[Result, ...]]:
        cited = (0,) if len(part.texts) == 1 else answer.cited(len(part.texts))
        if not cited:
            for half in part.halves(slow=part.slow):
                yield from self._send(half)
            return
        yield self._results(part.only(cited, slow=False), Fate.REFUSED, answer, "refused", doubtful=doubtful)
        rest = [position for position in range(len(part.texts)) if position not in cited]
        if rest:
            yield from self._send(part.only(rest, slow=part.slow))

    def _forbidden(self, part: _Part, answer: Answer, *, doubtful: bool) -> Iterator[tuple[Result, ...]]:
        if len(part.texts) > 1:
            for half in part.halves(slow=False):
                yield from self._send(half)
            return
        self._suspects.extend(self._results(part, Fate.REFUSED, answer, "forbidden", doubtful=doubtful))
        if len(self._suspects) >= FORBIDDEN:
            raise _stopped(answer, doubtful=doubtful)

    def _too_large(self, part: _Part, answer: Answer, *, doubtful: bool) -> Iterator[tuple[Result, ...]]:
        if len(part.texts) == 1:
            yield self._results(part, Fate.REFUSED, answer, "too-large", doubtful=doubtful)
            return
        for half in part.halves(slow=part.slow):
            yield from self._send(half)

    def _miscounted(self, part: _Part, answer: Answer) -> Iterator[tuple[Result, ...]]:
        """Send each record again alone and in full: what became of which is not known."""
        if len(part.texts) == 1:
            yield self._results(part, Fate.UNKNOWN, answer, "miscounted", doubtful=True)
            return
        for planned in part.planned:
            yield from self._send(_Part((planned,), (planned.in_full.text,), part.slow))

    def _put_off(
        self, part: _Part, answer: Answer, meaning: Meaning, *, doubtful: bool
    ) -> Iterator[tuple[Result, ...]]:
        fate = Fate.UNKNOWN if doubtful else Fate.NOT_SENT
        yield self._results(part, fate, answer, meaning.value, doubtful=doubtful)
        self._unlucky += 1
        if self._unlucky >= UNLUCKY:
            raise Stopped("The endpoint is away.", "away", hint="What was not sent goes with the next run.")

    def _results(self, part: _Part, fate: Fate, answer: Answer, reason: str, *, doubtful: bool) -> tuple[Result, ...]:
        status = answer.status or None
        return tuple(
            Result(planned, fate, text, reason, status, None, answer.request, answer.message, doubtful)
            for planned, text in zip(part.planned, part.texts, strict=True)
        )


_CAUSES = {
    401: "A new token was refused too.",
    403: "Everything is forbidden: the subscription, scope, key or authority is wrong.",
    404: "The path or the authority's number is wrong.",
    405: "The endpoint takes no POST at this address.",
    407: "The proxy wants to know who we are.",
    415: "The endpoint does not take JSON at this address.",
}


def _stopped(answer: Answer, *, doubtful: bool) -> Stopped:
    hint = "Correct the file of the DfE feed, then send again."
    return Stopped(_CAUSES[answer.status], f"status-{answer.status}", hint=hint, doubtful=doubtful)
