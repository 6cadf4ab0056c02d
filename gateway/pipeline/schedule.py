"""What is done regularly, whether Celery beats or the worker inside the process: each job once, with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta

from gateway.actor import Actor
from gateway.alerts.channels import channels, settled
from gateway.alerts.send import send_due
from gateway.audit.entry import Role
from gateway.audit.sign import checkpoint as sign_checkpoint
from gateway.doctor.run import watch as look
from gateway.itp.keys import Use
from gateway.pipeline.collect import collect
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.expire import expire
from gateway.pipeline.reconcile import reconcile_alerted
from gateway.pipeline.run import sweep
from gateway.retention.purge import purge


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its name (that of the task), how often it is done, and the doing. It may be done twice at once."""

    name: str
    every: timedelta
    do: Callable[[Exchange, str], object]


def checkpoint(exchange: Exchange) -> None:
    """Sign where the audit log stands."""
    key = exchange.keys.current(Use.RECEIPT_LOG, "Ed25519")
    sign_checkpoint(exchange.store.engine, exchange.organisation, key, exchange.clock)


def watch(exchange: Exchange) -> None:
    """Look at what a person must see, and tell of it by the channels of the settings."""
    look(exchange)
    send_due(exchange.store.engine, exchange.organisation, channels(settled()), exchange.clock())


def retain(exchange: Exchange) -> None:
    """Delete the working copies that are past their time; what needs a person's approval is left."""
    purge(exchange.store, exchange.clock(), Actor(exchange.organisation, Role.GATEWAY))


JOBS = (
    Job("sweep", timedelta(seconds=5), sweep),
    Job("collect", timedelta(minutes=1), lambda exchange, _: collect(exchange)),
    Job("expire", timedelta(minutes=1), lambda exchange, _: expire(exchange)),
    Job("reconcile", timedelta(minutes=5), lambda exchange, _: reconcile_alerted(exchange)),
    Job("checkpoint", timedelta(minutes=15), lambda exchange, _: checkpoint(exchange)),
    Job("watch", timedelta(minutes=1), lambda exchange, _: watch(exchange)),
    Job("retain", timedelta(hours=6), lambda exchange, _: retain(exchange)),
)
BY_NAME = {job.name: job for job in JOBS}
