"""Checks of what the gateway talks to: clocks, partners, the broker."""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import datetime
from email.utils import parsedate_to_datetime

import httpx
import redis
from sqlalchemy import func, select

from gateway.alerts.alerts import AlertCode
from gateway.doctor.finding import Finding, fail, ok, warn
from gateway.doctor.installation import Installation
from gateway.itp.directory import Partner
from gateway.partners.checks import breakers, check_partners
from gateway.pipeline.breaker import Phase
from gateway.store.engine import reading

BROKER_SECONDS = 5.0
_CLOCK = "Set the clock of this machine by the network (NTP); if it is right, tell the other."
_ADDRESS = re.compile(r"https?://[^/]+")


def database_clock(installation: Installation) -> Iterator[Finding]:
    """Compare our clock with that of the database's machine."""
    engine = installation.engine()
    if engine.dialect.name == "sqlite":
        yield ok("The database has no clock of its own.")
        return
    with reading(engine) as connection:
        theirs = connection.execute(select(func.clock_timestamp())).scalar_one()
    yield _skew("database", installation.clock(), theirs, installation)


def partner_clocks(installation: Installation) -> Iterator[Finding]:
    """Ask each partner for the time, and whether it answers at all."""
    if installation.client is None:
        yield ok("Partners were not asked.")
        return
    ours = installation.organisation()
    with installation.client() as client:
        for partner in installation.directory().partners:
            address = _address(partner)
            if partner.organisation != ours and address and partner.may_exchange(test=True):
                yield _asked(client, partner, address, installation)


def partners(installation: Installation) -> Iterator[Finding]:
    """Look at each partner: whether a message could go to it, and whether sending is paused."""
    phases = breakers(installation.engine())
    found = check_partners(installation.directory(), installation.organisation(), phases, installation.clock())
    for partner in found:
        if phases.get(partner.organisation, Phase.CLOSED) is not Phase.CLOSED:
            action = "Sending goes on by itself when the partner answers; where it is held, a person resumes it."
        else:
            action = "Look at: ics-gateway partners check"
        for sentence in partner.problems:
            yield warn(f"{partner.organisation}: {sentence}", action)
        if not partner.problems:
            yield ok(f"{partner.organisation}: a message can go to it.")


def broker(installation: Installation) -> Iterator[Finding]:
    """Look whether the broker answers, where there is one. Losing it loses nothing; work waits for the next sweep."""
    if not installation.broker:
        yield ok("No broker is set: the work is done inside the process.")
        return
    try:
        with redis.Redis.from_url(
            installation.broker, socket_timeout=BROKER_SECONDS, socket_connect_timeout=BROKER_SECONDS
        ) as client:
            client.ping()
    except (redis.RedisError, ValueError, OSError) as error:
        yield fail(
            f"The broker does not answer ({type(error).__name__}).", "Start it, or correct ICS_GATEWAY_BROKER_URL."
        )
    else:
        yield ok("The broker answers.")


def _asked(client: httpx.Client, partner: Partner, address: str, installation: Installation) -> Finding:
    name = str(partner.organisation)
    try:
        answer = client.head(address)
        theirs = parsedate_to_datetime(answer.headers["date"])
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        return warn(
            f"{name}: it does not answer ({type(error).__name__}).", "Ask the partner whether its gateway runs."
        )
    except (KeyError, ValueError):
        return warn(f"{name}: it answers without the time.", "Compare the clocks by telephone.")
    return _skew(name, installation.clock(), theirs, installation)


def _skew(name: str, ours: datetime, theirs: datetime, installation: Installation) -> Finding:
    seconds = abs((ours - theirs).total_seconds())
    sentence = f"{name}: its clock and ours are {seconds:.0f} seconds apart."
    if seconds > installation.thresholds.skew_fail:
        return fail(sentence, _CLOCK, AlertCode.CLOCK_SKEW, name)
    if seconds > installation.thresholds.skew_warn:
        return warn(sentence, _CLOCK, AlertCode.CLOCK_SKEW, name)
    return ok(sentence)


def _address(partner: Partner) -> str:
    """Give the origin at which a partner is called over HTTPS, if there is one."""
    pushed = (_ADDRESS.match(endpoint.address) for endpoint in partner.endpoints if endpoint.mode in {"push", "poll"})
    return next((found[0] for found in pushed if found), "")
