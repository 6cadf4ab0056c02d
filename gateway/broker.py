"""Wake the workers through the broker, by task name. What is due is in the database: a lost wake loses nothing."""

from __future__ import annotations

from collections.abc import Callable

from celery import Celery
from kombu.exceptions import OperationalError

from gateway.logs import logger

log = logger(__name__)


def waker(url: str) -> Callable[[str, int], None]:
    """Make the function that tells a worker, by task and message number alone, that something is due."""
    app = Celery("ics-gateway", broker=url, set_as_current=False)
    app.conf.update(
        task_ignore_result=True,
        broker_transport_options={"socket_timeout": 2, "socket_connect_timeout": 2},
        task_publish_retry=False,
    )

    def wake(task: str, message: int) -> None:
        try:
            app.send_task(task, args=[message])
        except OperationalError:
            log.warning("broker-away", task=task)

    return wake
