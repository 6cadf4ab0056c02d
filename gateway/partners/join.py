"""The partner's side of onboarding: its entry with its keys, and the proof that it holds them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from pydantic import ValidationError

from gateway.itp.directory import Endpoint, Partner, Standing
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import KeyStatus, PublishedKey, Use
from gateway.itp.suites import SUITES, Suite
from gateway.partners.invitation import Invitation
from gateway.partners.keys import KeyStore
from gateway.partners.life import whole
from gateway.partners.possession import prove
from gateway.partners.statement import Possession, Signed, Statement, active, signatures
from schemas.errors import Misconfigured, Rejected

MAX_SIZE = 4 << 30
"""The largest payload that an entry offers to take, in bytes, where nothing else is said."""


@dataclass(frozen=True, slots=True)
class Profile:
    """What an organisation says of itself beside its keys. Without an origin it collects its messages (poll)."""

    organisation: Organisation
    name: str
    origin: str = ""
    aliases: tuple[str, ...] = ()
    max_size: int = MAX_SIZE


def entry(profile: Profile, published: tuple[PublishedKey, ...]) -> Partner:
    """Make an entry with the suites that the keys are for. Raise Misconfigured where there is none."""
    suites = _suites(published)
    if not suites or not any(key.use is Use.RECEIPT_LOG for key in _usable(published)):
        raise Misconfigured(
            "There are no keys to join with: one to sign, one to encrypt and one for receipts are needed.",
            hint="Make them: ics-gateway keys new sign, ics-gateway keys new encrypt, ics-gateway keys new receipt-log",
        )
    try:
        return Partner(
            organisation=profile.organisation,
            aliases=profile.aliases,
            name=profile.name,
            endpoints=(Endpoint(mode="push" if profile.origin else "poll", address=profile.origin),),
            suites=tuple(suite.name for suite in suites),
            minimum_suite="itp-b" if suites[-1].name == "itp-b" else "itp-a",
            max_size=profile.max_size,
            status=Standing.PENDING,
            keys=published,
        )
    except ValidationError:
        raise Misconfigured(
            "The name, an alias or the origin cannot stand in a directory.",
            hint="A name has at most 200 characters, an alias is one word such as dfe:331.",
        ) from None


def answer(invitation: Invitation, profile: Profile, keys: KeyStore, now: datetime) -> bytes:
    """Answer an invitation with our entry and the proofs: the file to send back.

    Raise Rejected where the invitation is another's or has run out, Misconfigured where keys are missing.
    """
    if invitation.organisation != profile.organisation:
        raise Rejected(f"This invitation is for {invitation.organisation}.", hint="Ask for one for your organisation.")
    if now >= invitation.expires:
        raise Rejected(f"This invitation ran out on {invitation.expires:%Y-%m-%d}.", hint="Ask for a new one.")
    ours = entry(profile, keys.published())
    statement = Statement(issued=whole(now), entry=ours, nonce=invitation.nonce)
    content = written(statement)
    tags = tuple(_tag(key, invitation, keys, content) for key in active(ours, Use.ENCRYPT))
    return written(Signed(signatures=signatures(statement, keys), possession=tags))


def renewal(current: Partner, keys: KeyStore, now: datetime, origin: str = "") -> bytes:
    """State our keys as they are now, after one was made, retired or revoked: the file for the next revision.

    What the directory knows of us stays; a key that we no longer have stays as it is. Raise Misconfigured.
    """
    ours = {key.kid: key for key in (*current.keys, *keys.published())}  # ours last: they are what holds
    profile = Profile(current.organisation, current.name, origin, current.aliases, current.max_size)
    stated = entry(profile, tuple(ours.values()))
    changed = stated if origin else stated.model_copy(update={"endpoints": current.endpoints})
    statement = Statement(issued=whole(now), entry=changed)
    return written(Signed(signatures=signatures(statement, keys)))


def _usable(published: tuple[PublishedKey, ...]) -> tuple[PublishedKey, ...]:
    return tuple(key for key in published if key.status is KeyStatus.ACTIVE)


def _suites(published: tuple[PublishedKey, ...]) -> list[Suite]:
    """Give the suites that there are active keys for, strongest first."""
    have = {(key.use, key.jwk.crv) for key in _usable(published)}
    found = [suite for suite in SUITES.values() if {(Use.SIGN, suite.signing), (Use.ENCRYPT, suite.agreement)} <= have]
    return sorted(found, key=lambda suite: -suite.rank)


def _tag(key: PublishedKey, invitation: Invitation, keys: KeyStore, content: bytes) -> Possession:
    private, challenge = keys.private(key.kid), invitation.challenge(key.jwk.crv)
    if private is None or challenge is None:
        raise Misconfigured(f"The encryption key {key.kid[:8]} cannot be proved.", hint="Ask for a new invitation.")
    return Possession(kid=key.kid, tag=prove(private, challenge, content))
