"""What we remember of our partners' logs exposes a log that went back, forked or was restored."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select

from audit_ledger import KEY, NOON, ORIGIN, TRUST, WITNESS, Ledger
from gateway.audit.note import signers
from gateway.audit.store import MemoryStore
from gateway.audit.witness import SLACK, PartnerLogChanged, cosign, forget, seen
from gateway.itp.identifiers import Digest, Organisation
from gateway.itp.manifest import LogHead
from gateway.store.engine import reading, writing
from gateway.store.models import PartnerHead
from gateway.store.store import Store
from schemas.errors import Held, Rejected

PARTNER = Organisation("urn:ics:org:ods:210")
OTHER = Organisation("urn:ics:org:ods:211")
SECOND = timedelta(seconds=1)


def head(size: int, branch: str = "main") -> LogHead:
    return LogHead(size=size, root=Digest.of(f"{branch} {size}".encode()))


def see(store: Store, found: LogHead, minutes: float = 0, organisation: Organisation = PARTNER) -> None:
    with writing(store.engine) as connection:
        seen(connection, organisation, found, NOON + timedelta(minutes=minutes))


def kept(store: Store) -> dict[str, int]:
    with reading(store.engine) as connection:
        rows = connection.execute(select(PartnerHead.organisation, PartnerHead.size)).all()
    return {row.organisation: row.size for row in rows}


def test_the_newest_head_of_each_partner_is_kept(store: Store) -> None:
    see(store, head(3))
    see(store, head(8), 10)
    see(store, head(8), 20)
    see(store, head(1, "other"), 5, OTHER)
    assert kept(store) == {PARTNER: 8, OTHER: 1}


def test_a_restored_backup_shows_when_the_log_goes_back(store: Store) -> None:
    see(store, head(8))
    with pytest.raises(PartnerLogChanged, match=r"^The partner's log has 5 entries, and had 8 before\.$") as caught:
        see(store, head(5), 10)
    assert isinstance(caught.value, Held)
    assert caught.value.code == "audit-partner-changed"
    assert kept(store) == {PARTNER: 8}


def test_a_restored_backup_shows_by_an_older_head_that_comes_late(store: Store) -> None:
    see(store, head(5), 10)
    with pytest.raises(PartnerLogChanged, match=r"has 5 entries, and had 8 before"):
        see(store, head(8), 0)


def test_a_fork_shows_when_both_branches_have_one_size(store: Store) -> None:
    see(store, head(8))
    with pytest.raises(PartnerLogChanged, match="There are two logs of this partner that have 8 entries"):
        see(store, head(8, "fork"), 10)
    with pytest.raises(PartnerLogChanged, match="There are two logs of this partner that have 8 entries"):
        see(store, head(8, "fork"), -10)
    assert kept(store) == {PARTNER: 8}


def test_a_message_that_was_overtaken_is_no_alarm(store: Store) -> None:
    see(store, head(8), 60)
    see(store, head(3), 0)
    assert kept(store) == {PARTNER: 8}


@pytest.mark.parametrize(("apart", "alarm"), [(SLACK, False), (SLACK + SECOND, True), (-SLACK, False)])
def test_clocks_may_lie_a_little_apart(store: Store, apart: timedelta, *, alarm: bool) -> None:
    see(store, head(8))
    minutes = apart / timedelta(minutes=1)
    if alarm:
        with pytest.raises(PartnerLogChanged, match="has 7 entries"):
            see(store, head(7), minutes)
    else:
        see(store, head(7), minutes)
    assert kept(store) == {PARTNER: 8}


def test_the_transaction_of_the_caller_goes_on_after_the_alarm(store: Store) -> None:
    see(store, head(8))
    with writing(store.engine) as connection:
        with pytest.raises(PartnerLogChanged):
            seen(connection, PARTNER, head(2), NOON + timedelta(hours=1))
        seen(connection, OTHER, head(2), NOON)
    assert kept(store) == {PARTNER: 8, OTHER: 2}


def test_a_person_can_settle_it_with_the_partner(store: Store) -> None:
    see(store, head(8))
    with writing(store.engine) as connection:
        forget(connection, PARTNER)
    see(store, head(5), 10)
    assert kept(store) == {PARTNER: 5}


def test_a_partners_checkpoints_are_cosigned_as_long_as_each_continues_the_last(store: Store) -> None:
    ledger = Ledger(MemoryStore(ORIGIN))
    ledger.fill(3)
    first = ledger.sign()
    ledger.fill(4)
    second = ledger.sign()
    proof = ledger.log.consistency(3, 7)
    with writing(store.engine) as connection:
        seen(connection, ORIGIN, head(90), NOON)
        cosign(connection, WITNESS, TRUST, first, (), NOON)
        with pytest.raises(Held, match="no longer begins with the 3 entries"):
            cosign(connection, WITNESS, TRUST, second, proof[1:], NOON)
        both = cosign(connection, WITNESS, TRUST, second, proof, NOON)
    assert signers(both, TRUST.keys) == (KEY.public, WITNESS.public)
    with writing(store.engine) as connection, pytest.raises(Held, match="a head over 7 was already signed"):
        cosign(connection, WITNESS, TRUST, first, (), NOON)
    with writing(store.engine) as connection, pytest.raises(Rejected):
        cosign(connection, WITNESS, TRUST, type(both)(both.text, both.signatures[1:]), (), NOON)
    with reading(store.engine) as connection:
        assert connection.execute(select(func.count()).select_from(PartnerHead)).scalar_one() == 2
