"""Admit a package at the door by its label, before anything of it is decrypted."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta

from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory, Partner
from gateway.itp.identifiers import Digest, Organisation
from gateway.itp.keys import PublishedKey, Use
from gateway.itp.label import Label, read_label
from gateway.itp.manifest import MAX_SEALED_MANIFEST
from gateway.itp.suites import Suite, accepted

MAX_AHEAD = timedelta(minutes=10)
"""How far the sender's clock may be ahead of ours."""


@dataclass(frozen=True, slots=True)
class Arrival:
    """Label and sealed manifest as they came, and every organisation that the layers below proved."""

    label: bytes
    manifest: bytes
    proved: Collection[Organisation]


@dataclass(frozen=True, slots=True)
class Admitted:
    """A label that fits its sealed manifest and may come in: who sent it, how it is sealed, and to which key."""

    label: Label
    sender: Partner
    suite: Suite
    key: PublishedKey


def admit(arrival: Arrival, us: Organisation, directory: Directory, now: datetime) -> Admitted:
    """Check a label against its manifest's digest, the directory, the clock and our limits. Raise Refused."""
    label = read_label(arrival.label)
    if len(arrival.manifest) > MAX_SEALED_MANIFEST:
        raise Refused(Code.MALFORMED, "The sealed manifest is too large.")
    if Digest.of(arrival.manifest) != label.manifest_digest:
        raise Refused(Code.MANIFEST, "The sealed manifest is not the one that the label names.")
    _check_parties(label, arrival.proved, us)
    _check_times(label, now)
    sender, ours = _partner(directory, label.sender, label), _partner(directory, us, label)
    if label.payload_size > ours.max_size:
        raise Refused(Code.TOO_LARGE, "The payload is larger than this organisation takes.")
    suite = _suite(label, ours)
    return Admitted(label, sender, suite, _key(label, ours, suite, now))


def _check_parties(label: Label, proved: Collection[Organisation], us: Organisation) -> None:
    if label.recipient != us:
        raise Refused(Code.ORG_MISMATCH, "The message is for another organisation.")
    if any(organisation != label.sender for organisation in proved):
        raise Refused(Code.ORG_MISMATCH, "The message did not come from the organisation that its label names.")


def _check_times(label: Label, now: datetime) -> None:
    if now >= label.expires:
        raise Refused(Code.EXPIRED, "The message is past its expiry.")
    if label.created > now + MAX_AHEAD:
        raise Refused(Code.MALFORMED, "The message was created in the future.")


def _partner(directory: Directory, name: Organisation, label: Label) -> Partner:
    partner = directory.partner(name)
    if partner is None or not partner.may_exchange(test=label.test):
        raise Refused(Code.PARTNER_STATUS, "An organisation is not in the directory, or does not exchange now.")
    return partner


def _suite(label: Label, ours: Partner) -> Suite:
    for suite in accepted(ours.suites, ours.minimum_suite):
        if suite.name == label.suite:
            return suite
    raise Refused(Code.KEY, "The suite is not one that this organisation accepts.")


def _key(label: Label, ours: Partner, suite: Suite, now: datetime) -> PublishedKey:
    key = ours.key(label.to_kid, Use.ENCRYPT, label.created)
    if key is None or key.jwk.crv != suite.agreement or key.revoked_by(now):
        raise Refused(Code.KEY, "The message is sealed to a key that was not valid then.")
    return key
