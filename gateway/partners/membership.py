"""Where a partner is in its membership: activated by two officers, suspended by one, back by two."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path

from gateway.itp.directory import Directory, Partner, Standing
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import KeyStatus, PublishedKey
from gateway.partners.invitation import Stage
from gateway.partners.life import whole
from gateway.partners.partnership import Approval, Partnership
from gateway.partners.proof import verify_renewal
from schemas.errors import Rejected

ACTIVE = (Standing.TEST, Standing.LIVE)


def activate(partnership: Partnership, organisation: Organisation, status: Standing, approval: Approval) -> Path:
    """Put a verified partner into the directory, or move one from test to live. Give the next revision's file.

    Raise Rejected where it was not verified, or where two different officers do not stand behind it.
    """
    if status not in ACTIVE:
        raise Rejected(f"A partner is activated as {' or '.join(ACTIVE)}.")
    approval.check()
    verified = _verified(partnership, organisation)

    def changed(before: Directory | None) -> list[Partner]:
        known = before.partner(organisation) if before else None
        if verified is not None:
            return [_with_status(_merged(known, verified, partnership.clock()), status)]
        if known is None:
            raise Rejected(
                f"{organisation} has not proved its keys.", hint="First: ics-gateway partners verify, and read out."
            )
        if known.status not in ACTIVE:
            raise Rejected(f"{organisation} is {known.status}.", hint="Run: ics-gateway partners resume")
        return [_with_status(known, status)]

    path = partnership.publish(changed, approval)
    _finish(partnership, organisation)
    return path


def suspend(partnership: Partnership, organisation: Organisation, approval: Approval) -> Path:
    """Stop all exchange with a partner; one officer is enough, because it may be urgent. Raise Rejected."""
    approval.check(1)

    def changed(before: Directory | None) -> list[Partner]:
        known = _known(before, organisation)
        if known.status not in ACTIVE:
            raise Rejected(f"{organisation} is {known.status} already.")
        return [_with_status(known, Standing.SUSPENDED)]

    return partnership.publish(changed, approval)


def resume(partnership: Partnership, organisation: Organisation, status: Standing, approval: Approval) -> Path:
    """Let a suspended partner exchange again; two officers are needed. Raise Rejected."""
    if status not in ACTIVE:
        raise Rejected(f"A partner is resumed as {' or '.join(ACTIVE)}.")
    approval.check()

    def changed(before: Directory | None) -> list[Partner]:
        known = _known(before, organisation)
        if known.status is not Standing.SUSPENDED:
            raise Rejected(f"{organisation} is not suspended: it is {known.status}.")
        return [_with_status(known, status)]

    return partnership.publish(changed, approval)


def renew(partnership: Partnership, arrived: bytes, approval: Approval) -> Path:
    """Publish what a partner states of its keys. Raise Rejected."""
    approval.check()
    return partnership.publish(lambda _before: [_renewed(partnership, arrived)], approval)


def revoke_key(
    partnership: Partnership, organisation: Organisation, kid: str, since: datetime | None, approval: Approval
) -> Path:
    """Publish that a partner's key is in other hands; one officer is enough, because it is urgent. Raise Rejected."""
    approval.check(1)
    moment = whole(since or partnership.clock())

    def changed(before: Directory | None) -> list[Partner]:
        known = _known(before, organisation)
        if not any(key.kid == kid for key in known.keys):
            raise Rejected(f"{organisation} has no such key in the directory.", hint="See: ics-gateway directory show")
        keys = tuple(key.revoked(moment) if key.kid == kid else key for key in known.keys)
        return [known.model_copy(update={"keys": keys})]

    return partnership.publish(changed, approval)


def _renewed(partnership: Partnership, arrived: bytes) -> Partner:
    return verify_renewal(partnership.current(), arrived, partnership.clock())


def _known(directory: Directory | None, organisation: Organisation) -> Partner:
    known = directory.partner(organisation) if directory else None
    if known is None:
        raise Rejected(f"{organisation} is not in the directory.", hint="See: ics-gateway directory show")
    return known


def _verified(partnership: Partnership, organisation: Organisation) -> Partner | None:
    """Give the entry of an answer that was verified and is not in the directory yet."""
    invited = {item.invitation.organisation: item for item in partnership.invitations.all()}.get(organisation)
    return invited.entry if invited is not None and invited.stage is Stage.VERIFIED else None


def _finish(partnership: Partnership, organisation: Organisation) -> None:
    if _verified(partnership, organisation) is not None:
        invited = partnership.invitations.find(organisation)
        partnership.invitations.keep(invited.model_copy(update={"stage": Stage.ACTIVATED}))


def _merged(known: Partner | None, verified: Partner, now: datetime) -> Partner:
    """Keep the keys of a partner that joins anew: those that it did not prove again are retired."""
    proved = {key.kid for key in verified.keys}
    earlier = [_ended(key, whole(now)) for key in (known.keys if known else ()) if key.kid not in proved]
    return verified.model_copy(update={"keys": (*earlier, *verified.keys)})


def _ended(key: PublishedKey, now: datetime) -> PublishedKey:
    if key.status is not KeyStatus.ACTIVE:
        return key
    # A life that has not begun cannot end, and nobody may use such a key: it was not proved.
    return key.retired(now) if key.valid_from < now else key.revoked(now)


def _with_status(partner: Partner, status: Standing) -> Partner:
    return partner.model_copy(update={"status": status})
