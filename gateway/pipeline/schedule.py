"""What is done regularly, whether Celery beats or the worker inside the process: each job once, with its interval."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.actor import Actor
from gateway.alerts.channels import channels, settled
from gateway.alerts.send import send_due
from gateway.audit.entry import Role
from gateway.csc_feed import daily
from gateway.doctor.run import watch as examine
from gateway.operator.break_glass import escalate
from gateway.pipeline.collect import collect_offers, collect_parcels
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.expire import expire
from gateway.pipeline.hand_over import clear
from gateway.pipeline.offer import bring
from gateway.pipeline.own_log import checkpoint, record, verify_log
from gateway.pipeline.reconcile import reconcile_alerted
from gateway.pipeline.run import sweep
from gateway.retention.purge import purge
from gateway.returns import checks, expiry, watches, weekly
from gateway.returns.run import check_queued
from gateway.transfers.escalate import chase, tell_of_silence
from gateway.transfers.match import attend
from gateway.transfers.retain import retain_copies


@dataclass(frozen=True, slots=True)
class Job:
    """A job: its name (that of the task), how often it is done, and the doing. It may be done twice at once.

    `calls` says that it calls partners, and so may take as long as they do; `heavy` that it works long by itself. The
    others wait for neither. `due` says of a job that looks whether its time has come when that is, after a time.
    """

    name: str
    every: timedelta
    do: Callable[[Exchange, str], object]
    calls: bool = False
    heavy: bool = False
    due: Callable[[datetime], datetime | None] | None = None


def watch(exchange: Exchange) -> None:
    """Look at what a person must see, and tell of it by the channels of the settings."""
    examine(exchange)
    escalate(exchange.store.engine, exchange.clock())
    send_due(exchange.store.engine, exchange.organisation, channels(settled()), exchange.clock())


def retain(exchange: Exchange) -> None:
    """Delete the working copies that are past their time; what needs a person's approval is left."""
    clear(exchange.inbox, exchange.clock())
    retain_copies(exchange)
    checks.clear(exchange.store, exchange.clock())
    us = Actor(exchange.organisation, Role.GATEWAY)
    watches.clear(exchange.store, exchange.clock())
    expiry.clear(exchange.store, exchange.clock(), us)
    purge(exchange.store, exchange.clock(), us)


JOBS = (
    Job("sweep", timedelta(seconds=5), sweep, calls=True),
    Job("collect", timedelta(minutes=1), lambda exchange, _: collect_offers(exchange), calls=True),
    # MESH asks not to be polled more often.
    Job("collect-parcels", timedelta(minutes=5), lambda exchange, _: collect_parcels(exchange), calls=True),
    Job("attend", timedelta(seconds=5), lambda exchange, _: attend(exchange)),
    Job("escalate", timedelta(minutes=1), lambda exchange, _: tell_of_silence(exchange)),
    Job("chase", timedelta(minutes=15), lambda exchange, _: chase(exchange), calls=True),
    Job("offers", timedelta(minutes=5), lambda exchange, _: bring(exchange)),
    Job("record", timedelta(minutes=1), lambda exchange, _: record(exchange)),
    Job("expire", timedelta(minutes=1), lambda exchange, _: expire(exchange)),
    Job("reconcile", timedelta(minutes=5), lambda exchange, _: reconcile_alerted(exchange), calls=True),
    Job("checkpoint", timedelta(minutes=15), lambda exchange, _: checkpoint(exchange)),
    Job("verify", timedelta(days=1), lambda exchange, _: verify_log(exchange)),
    Job("watch", timedelta(minutes=1), lambda exchange, _: watch(exchange)),
    Job("check-returns", timedelta(seconds=5), check_queued, heavy=True),
    Job("feed", timedelta(minutes=1), lambda exchange, _: daily.feed(exchange), heavy=True, due=daily.due_next),
    Job("weekly-check", timedelta(hours=1), lambda exchange, _: weekly.look(exchange), heavy=True, due=weekly.due_next),
    Job("retain", timedelta(hours=6), lambda exchange, _: retain(exchange)),
)
