"""List the open alerts, and close one that only a person knows to be over."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import Connection, Engine, Select, select

from gateway.alerts.alerts import AlertCode, close_alert
from gateway.alerts.notice import Open
from gateway.store.engine import reading, writing
from gateway.store.models import Alert
from schemas.errors import Rejected

CODES = {code.value: code for code in AlertCode}
ROWS = select(Alert.id, Alert.code, Alert.subject, Alert.count, Alert.raised, Alert.last, Alert.sent).where(
    # Another version may know codes that this one does not.
    Alert.code.in_(list(CODES))
)


def open_alerts(engine: Engine) -> tuple[Open, ...]:
    """List the open alerts, the oldest first."""
    with reading(engine) as connection:
        return fetched(connection, ROWS.where(Alert.closed.is_(None)))


def fetched(
    connection: Connection, rows: Select[int, str, str, int, datetime, datetime, datetime | None]
) -> tuple[Open, ...]:
    """Read alerts from these rows of the table, in the order in which they were raised."""
    return tuple(
        Open(number, CODES[code], subject, count, raised, last, sent)
        for number, code, subject, count, raised, last, sent in connection.execute(rows.order_by(Alert.id))
    )


def close(engine: Engine, code: str, subject: str, now: datetime) -> None:
    """Close an alert by hand; what is still wrong opens it again. Raise Rejected where it is not open."""
    if code not in CODES:
        raise Rejected(f"There is no alert {code}.", hint=f"Use one of: {', '.join(CODES)}.")
    with writing(engine) as connection:
        if not close_alert(connection, CODES[code], subject, now):
            raise Rejected(f"No alert {code} about {subject} is open.", hint="See: ics-gateway alerts list")
