"""The partnership's side of onboarding: check an answer to an invitation, and what a partner says of its new keys."""

from __future__ import annotations

from datetime import datetime, timedelta

from gateway.itp.directory import Directory, Partner
from gateway.itp.identifiers import Organisation
from gateway.itp.jose import InvalidToken, verify
from gateway.itp.keys import KeyStatus, PublishedKey, Use
from gateway.partners.invitation import Invitations, Invited, Stage
from gateway.partners.life import AHEAD, LIVES, whole
from gateway.partners.possession import proves
from gateway.partners.statement import KIND, Signed, active, read_signed
from schemas.errors import Rejected

FRESH = timedelta(days=7)
"""How old a statement of new keys may be when it is taken."""
_TELEPHONE = "Speak to the partner by telephone, and invite again."
_SLACK = timedelta(minutes=10)


def verify_answer(invitations: Invitations, organisation: Organisation, arrived: bytes, now: datetime) -> Partner:
    """Check the answer to an invitation and keep its entry; the nonce counts no second time. Raise Rejected."""
    with invitations.alone():
        return _verified(invitations, organisation, arrived, now)


def verify_renewal(directory: Directory, arrived: bytes, now: datetime) -> Partner:
    """Check what a partner says of its keys: a signing key that the directory shows valid signed it too.

    The partner's standing and names stay as the directory has them. Raise Rejected.
    """
    statement, signed, _content = read_signed(arrived)
    before = directory.partner(statement.entry.organisation)
    if statement.nonce is not None:
        raise Rejected("This answers an invitation.", hint="Run: ics-gateway partners verify")
    if before is None:
        raise Rejected(f"{statement.entry.organisation} is not in the directory.", hint="Invite it first.")
    if not timedelta() - _SLACK <= now - statement.issued <= FRESH:
        raise Rejected("The statement of keys is too old, or from the future.", hint="Ask the partner for a new one.")
    if not any(_signed_by(before, token, now) for token in signed.signatures):
        raise Rejected(
            "No signing key that the directory shows valid signed this.",
            hint="A partner that has lost its signing keys is invited again.",
        )
    old = {key.kid for key in before.keys}
    _check_lives(tuple(key for key in statement.entry.keys if key.kid not in old), now)
    kept = {"status": before.status, "aliases": before.aliases, "name": before.name}
    return statement.entry.model_copy(update=kept)


def _verified(invitations: Invitations, organisation: Organisation, arrived: bytes, now: datetime) -> Partner:
    invited = invitations.find(organisation)
    invitation = invited.invitation
    if invited.stage is not Stage.INVITED:
        raise Rejected("This invitation was answered already.", hint="Invite again where the keys have changed.")
    if now >= invitation.expires:
        raise Rejected(f"The invitation ran out on {invitation.expires:%Y-%m-%d}.", hint="Invite again.")
    statement, signed, content = read_signed(arrived)
    if statement.nonce != invitation.nonce:
        raise Rejected("This answers another invitation.", hint=_TELEPHONE)
    if statement.entry.organisation != invitation.organisation:
        raise Rejected("This is the entry of another organisation.", hint=_TELEPHONE)
    _check_possession(invited, statement.entry, signed, content)
    _check_lives(statement.entry.keys, now)
    kept = Invited(invitation=invitation, stage=Stage.VERIFIED, entry=statement.entry, verified=whole(now))
    invitations.keep(kept)
    return statement.entry


def _signed_by(before: Partner, token: str, now: datetime) -> bool:
    try:
        verify(token.encode("ascii"), KIND, lambda kid: before.key(kid, Use.SIGN, now))
    except (InvalidToken, UnicodeEncodeError):
        return False
    return True


def _check_possession(invited: Invited, entry: Partner, signed: Signed, content: bytes) -> None:
    tags = {item.kid: item.tag for item in signed.possession}
    for key in active(entry, Use.ENCRYPT):
        challenge, tag = invited.secret(key.jwk.crv), tags.get(key.kid)
        if challenge is None or tag is None or not proves(tag, key, challenge, content):
            raise Rejected(f"Nothing proves that the partner holds the encryption key {key.kid[:8]}.", hint=_TELEPHONE)


def _check_lives(keys: tuple[PublishedKey, ...], now: datetime) -> None:
    for key in (key for key in keys if key.status is KeyStatus.ACTIVE):
        if key.valid_to <= now:
            raise Rejected(f"The {key.use} key {key.kid[:8]} has ended.", hint="The partner must make a new one.")
        if key.valid_to - key.valid_from > LIVES[key.use] or key.valid_from > now + AHEAD[key.use] + FRESH:
            raise Rejected(
                f"The {key.use} key {key.kid[:8]} is valid for too long, or begins too late.",
                hint=f"Such a key is valid for at most {LIVES[key.use].days} days.",
            )
