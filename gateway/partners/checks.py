"""Look at each partner: may we exchange with it, by which suite and keys and for how long, and does it answer."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta

from sqlalchemy import Engine, select

from gateway.itp.codes import Refused
from gateway.itp.directory import Directory, DirectoryRefused, Partner, Standing
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import KeyStatus, Use
from gateway.itp.route import Route, choose
from gateway.partners.keys import KeyStore
from gateway.pipeline.breaker import Breaker, Phase
from gateway.store.engine import reading
from gateway.store.models import BreakerRow

SOON = timedelta(days=14)

Probe = Callable[[Partner], str]
"""Ask a partner whether it is there: gives what is wrong, or nothing."""


@dataclass(frozen=True, slots=True)
class PartnerCheck:
    """What was found about one partner. Without problems a message can go to it now."""

    organisation: str
    name: str
    status: Standing
    modes: tuple[str, ...]
    suite: str | None
    days: int | None
    """Whole days until the key that we would seal to ends."""
    breaker: Phase
    problems: tuple[str, ...]
    warnings: tuple[str, ...]

    @property
    def usable(self) -> bool:
        """Say whether a message can go."""
        return not self.problems


def breakers(engine: Engine) -> Mapping[str, Phase]:
    """Give where the breaker of each partner is that has one."""
    with reading(engine) as connection:
        rows = connection.execute(select(BreakerRow.organisation, BreakerRow.state)).all()
    return {name: Breaker.model_validate_json(state).phase for name, state in rows}


def check_partners(
    directory: Directory,
    ours: Organisation,
    phases: Mapping[str, Phase],
    now: datetime,
    probe: Probe | None = None,
) -> tuple[PartnerCheck, ...]:
    """Look at every partner of the directory but us. `probe` asks those over the network that exchange at all."""
    others = (partner for partner in directory.partners if partner.organisation != ours)
    return tuple(_checked(directory, ours, each, phases, now, probe) for each in others)


def check_ourselves(directory: Directory, ours: Organisation, keys: KeyStore, now: datetime) -> tuple[str, ...]:
    """Compare what the directory shows of us with the keys that we hold; gives what is wrong."""
    old = (f"The directory is old: revision {directory.sequence}.",) if directory.is_old(now) else ()
    entry = directory.partner(ours)
    if entry is None:
        return (*old, f"We, {ours}, are not in the directory.")
    standing = () if entry.may_exchange(test=True) else (f"We are {entry.status} in the directory.",)
    return (*old, *standing, *_compared(entry, keys, now))


def _compared(entry: Partner, keys: KeyStore, now: datetime) -> Iterator[str]:
    shown = {key.kid: key.status for key in entry.keys}
    here = [key for key in entry.keys if key.in_use(now) and keys.private(key.kid) is not None]
    for key in entry.keys:
        if key.in_use(now) and key not in here:
            yield f"The directory shows our {key.use} key {key.kid[:8]}, and its private half is not here."
    for key in keys.published():
        if shown.get(key.kid, KeyStatus.RETIRED) is not key.status:
            yield f"The directory does not show our {key.use} key {key.kid[:8]} as {key.status}: publish our keys."
    for use in Use:
        if not any(key.use is use for key in here):
            yield f"The directory shows no {use} key of ours that is in use and here."


def _checked(
    directory: Directory,
    ours: Organisation,
    partner: Partner,
    phases: Mapping[str, Phase],
    now: datetime,
    probe: Probe | None,
) -> PartnerCheck:
    phase = phases.get(partner.organisation, Phase.CLOSED)
    problems = [*_problems(partner, phase, now)]
    warnings = [*_warnings(directory, partner, now)]
    way = None
    try:
        way = choose(directory, ours, partner.organisation, now, test=True)
    except (Refused, DirectoryRefused) as error:
        problems.insert(0, error.message)
    if way is not None and not _lasts(partner, way, now):
        warnings.append("Its encryption key ends soon, and no successor is in the directory.")
    if probe is not None and partner.may_exchange(test=True) and (wrong := probe(partner)):
        problems.append(wrong)
    return PartnerCheck(
        organisation=str(partner.organisation),
        name=partner.name,
        status=partner.status,
        modes=tuple(endpoint.mode for endpoint in partner.endpoints),
        suite=way.suite.name if way else None,
        days=(way.sealing.valid_to - now) // timedelta(days=1) if way else None,
        breaker=phase,
        problems=tuple(problems),
        warnings=tuple(warnings),
    )


def _problems(partner: Partner, phase: Phase, now: datetime) -> Iterator[str]:
    if not any(key.use is Use.RECEIPT_LOG and key.in_use(now) for key in partner.keys):
        yield "It has no valid key for receipts."
    if not partner.endpoints:
        yield "The directory shows no way to reach it."
    if phase is not Phase.CLOSED:
        yield f"Sending is paused ({phase})."


def _warnings(directory: Directory, partner: Partner, now: datetime) -> Iterator[str]:
    if partner.status is Standing.TEST:
        yield "Made-up data only."
    if directory.is_old(now):
        yield "The directory is old."


def _lasts(partner: Partner, way: Route, now: datetime) -> bool:
    """Say whether the key that we seal to ends late enough, or is followed without a gap."""
    ends = way.sealing.valid_to
    followed = (key for key in partner.keys if key.use is Use.ENCRYPT and key.jwk.crv == way.suite.agreement)
    return ends - now >= SOON or any(key.in_use(ends) for key in followed)
