"""Choose how a new message goes: suite and keys, by the directory alone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory, Partner
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import PublishedKey, Use
from gateway.itp.suites import Suite, accepted


@dataclass(frozen=True, slots=True)
class Route:
    """Between whom, with which suite, signed by which of our keys, sealed to which of theirs."""

    sender: Organisation
    recipient: Organisation
    suite: Suite
    signing: PublishedKey
    sealing: PublishedKey
    max_size: int
    test: bool


def choose(
    directory: Directory, sender: Organisation, recipient: Organisation, now: datetime, *, test: bool = False
) -> Route:
    """Take the strongest suite that both list and that both have keys for.

    Raise DirectoryRefused where the directory is too old, Refused where there is no way to this partner.
    """
    directory.check_fresh(now)
    ours, theirs = _partner(directory, sender, test=test), _partner(directory, recipient, test=test)
    shared = set(accepted(ours.suites, ours.minimum_suite)) & set(accepted(theirs.suites, theirs.minimum_suite))
    for suite in sorted(shared, key=lambda suite: -suite.rank):
        signing = ours.newest(Use.SIGN, suite.signing, now)
        sealing = theirs.newest(Use.ENCRYPT, suite.agreement, now)
        if signing and sealing:
            return Route(ours.organisation, theirs.organisation, suite, signing, sealing, theirs.max_size, test)
    raise Refused(Code.KEY, "The directory shows no suite that both organisations have valid keys for.")


def _partner(directory: Directory, name: Organisation, *, test: bool) -> Partner:
    partner = directory.partner(name)
    if partner is None or not partner.may_exchange(test=test):
        raise Refused(Code.PARTNER_STATUS, "An organisation is not in the directory, or does not exchange now.")
    return partner
