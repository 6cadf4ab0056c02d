from __future__ import annotations

import json
from datetime import timedelta
from typing import Any

import pytest
from pydantic import ValidationError

from gateway.itp.directory import KIND, Directory, DirectoryRefused, Fault, Standing, accept, signed
from gateway.itp.documents import written
from gateway.itp.keys import PublishedKey, Use
from itp_exchange import ANN, BEN, CAT, KEYS_FROM, NOW, PINNED, ROOT, directory, private_key, raw_jws
from schemas.errors import Held

SECOND = timedelta(seconds=1)


def fault(arrived: bytes, current: Directory | None = None, roots: tuple[PublishedKey, ...] = PINNED) -> str:
    with pytest.raises(DirectoryRefused) as refused:
        accept(arrived, roots, current)
    assert isinstance(refused.value, Held)
    return refused.value.fault


def test_a_revision_that_the_root_signed_is_taken() -> None:
    assert accept(signed(directory(), ROOT), PINNED) == directory()
    assert accept(signed(directory(sequence=8), ROOT), PINNED, directory(sequence=7)).sequence == 8


def test_the_same_revision_again_is_taken() -> None:
    assert accept(signed(directory(), ROOT), PINNED, directory()) == directory()


def test_a_rollback_is_refused() -> None:
    assert fault(signed(directory(sequence=6), ROOT), directory(sequence=7)) == "directory-rollback"


def test_two_revisions_of_one_number_are_refused() -> None:
    other = directory(BEN.partner(name="Another name"))
    assert fault(signed(other, ROOT), directory()) == Fault.CONFLICT


def test_a_directory_that_nobody_pinned_signed_is_refused() -> None:
    assert fault(signed(directory(), private_key("stranger", "Ed25519"))) == Fault.SIGNATURE
    assert fault(signed(directory(), ROOT), roots=()) == Fault.SIGNATURE


def test_a_root_signs_within_its_life_only() -> None:
    assert fault(signed(directory(issued=KEYS_FROM - SECOND), ROOT)) == Fault.SIGNATURE
    assert fault(signed(directory(), ROOT), roots=(PINNED[0].revoked(NOW),)) == Fault.SIGNATURE


@pytest.mark.parametrize("position", [10, 200, -10])
def test_a_changed_byte_is_refused(position: int) -> None:
    arrived = bytearray(signed(directory(), ROOT))
    arrived[position] ^= 1
    assert fault(bytes(arrived)) == Fault.SIGNATURE


@pytest.mark.parametrize("extra", [{"jku": "https://attacker.example"}, {"alg": "none"}, {"typ": "itp-receipt+jws"}])
def test_a_header_that_is_not_ours_is_refused(extra: dict[str, Any]) -> None:
    header = {"alg": "Ed25519", "kid": ROOT.kid, "typ": KIND}
    assert accept(raw_jws(header, written(directory()), ROOT), PINNED) == directory()
    assert fault(raw_jws({**header, **extra}, written(directory()), ROOT)) == Fault.SIGNATURE


def test_a_signed_document_that_is_no_directory_is_refused() -> None:
    members = json.loads(written(directory()))
    for wrong in ({**members, "more": 1}, {**members, "sequence": 0}, {**members, "partners": [1]}):
        arrived = raw_jws({"alg": "Ed25519", "kid": ROOT.kid, "typ": KIND}, json.dumps(wrong).encode(), ROOT)
        assert fault(arrived) == Fault.MALFORMED


def test_nothing_is_in_a_directory_twice() -> None:
    again = CAT.partner(keys=ANN.partner().keys)
    for changed in (again, CAT.partner(aliases=(str(ANN.organisation),))):
        with pytest.raises(ValidationError, match="An organisation, an alias or a key is there twice"):
            directory(changed)


def test_the_minimum_suite_is_one_of_those_listed() -> None:
    with pytest.raises(ValidationError, match="The minimum suite is one of the suites"):
        BEN.partner(suites=("itp-b",), minimum_suite="itp-a")


def test_a_partner_is_found_by_its_aliases_too() -> None:
    listed = directory(BEN.partner(aliases=("gss:E06000001", "dfe:331")))
    assert listed.partner("dfe:331") == listed.partner(BEN.organisation)
    assert listed.partner("dfe:332") is None


def test_age_warns_after_two_days_and_stops_new_messages_after_seven() -> None:
    listed = directory()
    assert not listed.is_old(NOW + timedelta(days=2) - SECOND)
    assert listed.is_old(NOW + timedelta(days=2))
    listed.check_fresh(NOW + timedelta(days=7) - SECOND)
    with pytest.raises(DirectoryRefused, match="Revision 1 of the directory is too old to send by") as stale:
        listed.check_fresh(NOW + timedelta(days=7))
    assert stale.value.fault == Fault.STALE


@pytest.mark.parametrize("standing", Standing)
def test_only_live_partners_exchange_and_test_partners_for_tests(standing: Standing) -> None:
    partner = BEN.partner(status=standing)
    assert partner.may_exchange(test=False) == (standing is Standing.LIVE)
    assert partner.may_exchange(test=True) == (standing in {Standing.LIVE, Standing.TEST})


def test_a_key_is_found_by_id_use_and_moment() -> None:
    key, partner = BEN.published(Use.SIGN, "Ed25519"), BEN.partner()
    assert partner.key(key.kid, Use.SIGN, NOW) == key
    assert partner.key(key.kid, Use.RECEIPT_LOG, NOW) is None
    assert partner.key(key.kid, Use.SIGN, KEYS_FROM - SECOND) is None
    assert partner.key("unknown", Use.SIGN, NOW) is None


def test_of_two_keys_the_newer_is_used_from_the_moment_it_is_valid() -> None:
    old, newer = BEN.published(Use.SIGN, "Ed25519"), private_key("newer", "Ed25519")
    new = newer.published(Use.SIGN, NOW, NOW + timedelta(days=365))
    partner = BEN.partner(keys=(new, old))
    assert partner.newest(Use.SIGN, "Ed25519", NOW - SECOND) == old
    assert partner.newest(Use.SIGN, "Ed25519", NOW) == new
    assert BEN.partner(keys=(old, new.retired(NOW + SECOND))).newest(Use.SIGN, "Ed25519", NOW) == old
    assert BEN.partner(keys=()).newest(Use.SIGN, "Ed25519", NOW) is None
