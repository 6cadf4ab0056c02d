"""ics-gateway schedule."""

from __future__ import annotations

from datetime import UTC, timedelta
from typing import TYPE_CHECKING

from gateway.cli import operator

if TYPE_CHECKING:
    from datetime import datetime

    from gateway.pipeline.schedule import Job

_UNITS = (("day", timedelta(days=1)), ("hour", timedelta(hours=1)), ("minute", timedelta(minutes=1)))


def schedule() -> int:
    """List what is done regularly, how often, and by when it is done next while a worker runs."""
    from gateway.pipeline.schedule import JOBS  # noqa: PLC0415  # loaded when the command runs

    now = operator.now()
    operator.show(
        ("Job", "Every", "Next by (UTC)"), [(job.name, _interval(job.every), _next(job, now)) for job in JOBS]
    )
    return 0


def _next(job: Job, now: datetime) -> str:
    if job.due is None:
        return f"{now + job.every:%Y-%m-%d %H:%M:%S}"
    when = job.due(now)
    return "not scheduled" if when is None else f"{when.astimezone(UTC):%Y-%m-%d %H:%M:%S}"


def _interval(every: timedelta) -> str:
    for name, unit in _UNITS:
        if every % unit == timedelta():
            count = every // unit
            return name if count == 1 else f"{count} {name}s"
    return f"{every.total_seconds():g} seconds"
