"""The Celery application. Messages of the broker carry a number and nothing else; the database is the truth."""

from __future__ import annotations

from celery import Celery
from celery.signals import beat_init, setup_logging, worker_process_init, worker_process_shutdown
from kombu.exceptions import OperationalError

from gateway import settings
from gateway.logs import configure, logger
from gateway.pipeline.schedule import JOBS
from workers import process

app = Celery(
    "ics-gateway", broker=settings.text_of(settings.BROKER_URL), set_as_current=False, include=["workers.tasks"]
)
app.conf.update(
    accept_content=["json"],
    task_serializer="json",
    task_ignore_result=True,
    task_acks_late=True,
    worker_prefetch_multiplier=1,
    worker_hijack_root_logger=False,
    worker_send_task_events=False,
    broker_connection_retry_on_startup=True,
    broker_transport_options={"visibility_timeout": 600},
    timezone="UTC",
    enable_utc=True,
    beat_schedule={job.name: {"task": job.name, "schedule": job.every.total_seconds()} for job in JOBS},
)


@setup_logging.connect  # type: ignore[untyped-decorator]  # Celery ships no types
def _log(**_: object) -> None:
    configure()


@worker_process_init.connect  # type: ignore[untyped-decorator]  # as above
def _open(**_: object) -> None:
    process.open_exchange()


@worker_process_shutdown.connect  # type: ignore[untyped-decorator]  # as above
def _close(**_: object) -> None:
    process.close_exchange()


@beat_init.connect  # type: ignore[untyped-decorator]  # as above
def _begin(**_: object) -> None:
    # After a long pause nothing is sent before the audit log is signed again: that must not wait for its turn.
    try:
        app.send_task("checkpoint", retry=False)
    except OperationalError:
        logger(__name__).warning("broker-away", task="checkpoint")
