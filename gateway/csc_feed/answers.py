"""What an answer of the endpoint means: one table, by status code."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from enum import StrEnum

_SUCCESS = range(200, 300)
_NO_CONTENT = 204
_POSITION = re.compile(r"\[(\d{1,4})\]")
_LONGEST_MESSAGE = 4000
_LONGEST_WAIT = timedelta(hours=1)


class Meaning(StrEnum):
    """What to do about an answer."""

    ACCEPTED = "accepted"
    MISCOUNTED = "miscounted"
    """Received, with another number of tokens than records: what became of which is not known."""
    NOTHING = "nothing"
    """Nothing was taken in, and the same body would fare no better."""
    REFUSED = "refused"
    """A record breaks the schema, and the whole batch is refused."""
    RENEW = "renew"
    """The token is bad: once with a new one, then the run stops."""
    FORBIDDEN = "forbidden"
    """A few times, slowly; then the record at which the firewall takes offence is looked for."""
    TOO_LARGE = "too-large"
    SLOWER = "slower"
    """Wait, and be slower for the rest of the run."""
    UNKNOWN = "unknown"
    """It may have been stored: again a few times, then later, in full and alone."""
    AWAY = "away"
    """Nothing was sent, because no connection was made: again a few times, then later."""
    STOP = "stop"
    """The configuration or the code is wrong: the run stops."""


# Source: DfE children's social care data receiver, responses.
MEANINGS: dict[int, Meaning] = {
    204: Meaning.NOTHING,
    400: Meaning.REFUSED,
    401: Meaning.RENEW,
    403: Meaning.FORBIDDEN,
    404: Meaning.STOP,
    405: Meaning.STOP,
    407: Meaning.STOP,
    408: Meaning.UNKNOWN,
    413: Meaning.TOO_LARGE,
    415: Meaning.STOP,
    429: Meaning.SLOWER,
    500: Meaning.UNKNOWN,
    502: Meaning.UNKNOWN,
    503: Meaning.UNKNOWN,
    504: Meaning.UNKNOWN,
}


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back; `status` is 0 where nothing did, `connected` whether anything can have been sent."""

    status: int
    text: str = ""
    retry_after: str = ""
    request: str | None = None
    connected: bool = True

    def meaning(self, records: int) -> Meaning:
        """Say what it means for a batch of so many records."""
        if self.status == 0:
            return Meaning.UNKNOWN if self.connected else Meaning.AWAY
        if self.status in _SUCCESS and self.status != _NO_CONTENT:
            return Meaning.ACCEPTED if len(self.tokens) == records else Meaning.MISCOUNTED
        # Of what the table does not know a redirect or a new refusal stored nothing, and a new server error may have.
        return MEANINGS.get(self.status, Meaning.UNKNOWN if self.status >= min(_SERVER) else Meaning.NOTHING)

    @property
    def tokens(self) -> tuple[str, ...]:
        """Give the tokens of a success in the order of the records: a JSON array, or words, quoted or not."""
        try:
            found = json.loads(self.text)
        except ValueError:
            found = self.text.split()
        if not isinstance(found, list):
            found = [found]
        return tuple(str(token).strip("\"', ") for token in found)

    def cited(self, records: int) -> tuple[int, ...]:
        """Give the positions that a refusal cites, from 0; none where one of them is outside the batch."""
        found = {int(position) for position in _POSITION.findall(self.text)}
        return tuple(sorted(found)) if all(position < records for position in found) else ()

    @property
    def message(self) -> str:
        """Give what was said, cut to a length that a person reads. It may hold personal data."""
        return self.text[:_LONGEST_MESSAGE]

    def wait(self, now: datetime) -> timedelta | None:
        """Give the time that `Retry-After` asks for, at most an hour; None where it does not say or cannot be read."""
        text = self.retry_after.strip()
        if text.isascii() and text.isdigit() and len(text) < len("100000"):
            return min(timedelta(seconds=int(text)), _LONGEST_WAIT)
        try:
            until = parsedate_to_datetime(text)
        except ValueError:
            return None
        until = until if until.tzinfo else until.replace(tzinfo=UTC)
        return min(max(until - now, timedelta()), _LONGEST_WAIT)


_SERVER = range(500, 600)
