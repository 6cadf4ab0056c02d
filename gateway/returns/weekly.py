"""The weekly check of each return so far: built from the dataset, else its newest file; alerts when errors rise."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from gateway import settings
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.operator.errors import Unknown
from gateway.pipeline.exchange import Exchange
from gateway.returns import watches
from gateway.returns.book import About, read_name
from gateway.returns.watches import Source
from schemas.errors import GatewayError, Misconfigured, Transient

ENGLAND = ZoneInfo("Europe/London")
DAYS = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
WEEK = timedelta(days=7)


@dataclass(frozen=True, slots=True)
class Plan:
    """What is checked when: the day of the week counts from Monday, 0; `source` is empty without a dataset."""

    returns: tuple[About, ...]
    day: int
    at: time
    source: str

    def last_due(self, now: datetime) -> datetime:
        """Give when it was due last."""
        here = now.astimezone(ENGLAND)
        back = timedelta(days=(here.weekday() - self.day) % len(DAYS))
        due = datetime.combine(here.date() - back, self.at, ENGLAND)
        return due if due <= here else datetime.combine(due.date() - WEEK, self.at, ENGLAND)


def configured(environment: Mapping[str, str] = os.environ) -> Plan | None:
    """Read what the settings say; None where no return is checked each week. Raise Misconfigured."""
    names = [name.strip() for name in settings.text_of(settings.RETURNS_WEEKLY, environment).split(",")]
    if not any(names):
        return None
    day, at = _when(settings.text_of(settings.RETURNS_WEEKLY_AT, environment))
    return Plan(tuple(map(_about, names)), day, at, settings.text_of(settings.SSD_SOURCE, environment))


def due_next(now: datetime) -> datetime | None:
    """Give when the returns are checked next; None where none is. Raise Misconfigured."""
    plan = configured()
    if plan is None:
        return None
    return datetime.combine((plan.last_due(now) + WEEK).date(), plan.at, ENGLAND)


def look(exchange: Exchange) -> int:
    """Check each return whose time has come; count them. One that cannot be checked stops no other."""
    plan = configured()
    if plan is None:
        return 0
    now = exchange.clock()
    due = plan.last_due(now)
    waiting = [about for about in plan.returns if not watches.is_done(exchange.store, about, due)]
    for about in waiting:
        _look(exchange, plan, about, due)
    return len(waiting)


def _look(exchange: Exchange, plan: Plan, about: About, due: datetime) -> None:
    from gateway.returns.so_far import built, draft  # noqa: PLC0415  # it loads every rule, which only a check needs

    source = Source.DATASET if plan.source else Source.DRAFT
    try:
        report = built(exchange, about, plan.source) if plan.source else draft(exchange, about)
    except Transient:
        watches.tell_away(exchange.store, about, exchange.clock())
    except GatewayError as error:
        watches.keep_failure(exchange.store, about, due, exchange.clock(), source, f"{error.message} {error.hint}")
    else:
        us = Actor(exchange.organisation, Role.GATEWAY)
        watches.keep(exchange.store, us, about, due, exchange.clock(), source, report)


def _when(text: str) -> tuple[int, time]:
    day, _, clock = text.strip().lower().partition(" ")
    try:
        return DAYS.index(day), time.fromisoformat(clock.strip())
    except ValueError:
        wrong = settings.RETURNS_WEEKLY_AT
        raise Misconfigured(f"{wrong.variable} is no day and time.", hint=f"Write it as {wrong.default}.") from None


def _about(name: str) -> About:
    try:
        return read_name(name)
    except Unknown:
        wrong = settings.RETURNS_WEEKLY
        raise Misconfigured(f"{wrong.variable} has a name that is none.", hint=wrong.help) from None
