"""Fingerprints for the telephone."""

from __future__ import annotations

from gateway.itp.identifiers import Digest
from gateway.partners.fingerprints import fingerprint, heard, together
from itp_exchange import ANN, BEN


def test_a_fingerprint_is_the_start_of_the_thumbprint_in_groups() -> None:
    kid = Digest.encoded(bytes(range(32)))
    assert fingerprint(kid) == "0001 0203 0405 0607 0809 0a0b 0c0d 0e0f 1011 1213"


def test_all_keys_together_have_one_whatever_their_order() -> None:
    keys = ANN.partner().keys
    assert together(keys) == together(tuple(reversed(keys)))
    assert together(keys) not in {together(keys[1:]), together(BEN.partner().keys)}
    assert len(together(keys).split()) == 10


def test_what_is_heard_may_be_written_in_any_way() -> None:
    wanted = fingerprint(Digest.encoded(bytes(range(32))))
    assert heard(wanted.upper().replace(" ", ""), wanted)
    assert heard(f"  {wanted.replace(' ', '  ')} ", wanted)
    assert not heard(wanted[:-1] + "4", wanted)
    assert not heard(wanted[:-5], wanted)
    assert not heard("", wanted)
