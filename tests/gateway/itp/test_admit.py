from __future__ import annotations

from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from gateway.itp.admit import Arrival, admit
from gateway.itp.codes import Code
from gateway.itp.directory import Standing
from gateway.itp.keys import Use
from itp_exchange import ANN, BEN, CAT, NOW, PAYLOAD, directory, only, private_key, refusal, relabelled, send

SENT = send()
SECOND = timedelta(seconds=1)


def test_the_door_says_who_sent_it_with_which_suite_and_to_which_key() -> None:
    admitted = admit(Arrival(SENT.label, SENT.manifest, [ANN.organisation]), BEN.organisation, directory(), NOW)
    assert admitted.sender == ANN.partner()
    assert admitted.suite.name == "itp-a"
    assert admitted.key == BEN.published(Use.ENCRYPT, "X25519")


def test_the_digest_of_the_sealed_manifest_is_checked_first() -> None:
    changed = replace(SENT, manifest=SENT.manifest[:-1] + b"_")
    assert refusal(changed, now=NOW + timedelta(days=365), to=CAT) == Code.MANIFEST
    assert refusal(replace(SENT, manifest=SENT.manifest[:-1])) == Code.MANIFEST


def test_a_huge_manifest_is_refused_by_its_size() -> None:
    assert refusal(replace(SENT, manifest=b"x" * ((2 << 20) + 1))) == Code.MALFORMED


def test_a_message_for_another_organisation_is_refused() -> None:
    assert refusal(SENT, to=CAT) == Code.ORG_MISMATCH


@pytest.mark.parametrize("proved", [[CAT], [ANN, CAT], [CAT, ANN]])
def test_every_layer_below_must_have_proved_the_sender(proved: list[Any]) -> None:
    assert refusal(SENT, proved=[side.organisation for side in proved]) == Code.ORG_MISMATCH


def test_expiry_is_the_first_moment_that_is_too_late() -> None:
    expires = NOW + timedelta(days=5)
    assert refusal(SENT, now=expires) == Code.EXPIRED
    admit(Arrival(SENT.label, SENT.manifest, ()), BEN.organisation, directory(), expires - SECOND)


def test_a_clock_ten_minutes_ahead_is_borne_and_no_more() -> None:
    admit(Arrival(SENT.label, SENT.manifest, ()), BEN.organisation, directory(), NOW - timedelta(minutes=10))
    assert refusal(SENT, now=NOW - timedelta(minutes=10) - SECOND) == Code.MALFORMED


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.TEST, Standing.SUSPENDED, Standing.LEFT])
def test_a_partner_that_is_not_live_is_refused(standing: Standing) -> None:
    assert refusal(SENT, by=directory(ANN.partner(status=standing))) == Code.PARTNER_STATUS
    assert refusal(SENT, by=directory(BEN.partner(status=standing))) == Code.PARTNER_STATUS


def test_made_up_data_comes_from_a_partner_under_test() -> None:
    listed = directory(ANN.partner(status=Standing.TEST))
    package = send(by=listed, test=True)
    assert admit(Arrival(package.label, package.manifest, ()), BEN.organisation, listed, NOW).label.test


def test_a_stranger_is_refused() -> None:
    stranger = "urn:ics:org:ods:ZZZ"
    assert refusal(relabelled(SENT, **{"from": stranger}), proved=()) == Code.PARTNER_STATUS


def test_a_payload_over_our_limit_is_refused() -> None:
    assert refusal(SENT, by=directory(BEN.partner(max_size=len(PAYLOAD) - 1))) == Code.TOO_LARGE


def test_an_old_suite_is_refused() -> None:
    old = send(by=only("itp-b"))
    assert refusal(old, by=directory(BEN.partner(minimum_suite="itp-a"))) == Code.KEY
    assert refusal(old, by=only("itp-a", BEN)) == Code.KEY


def test_an_unknown_suite_is_refused() -> None:
    assert refusal(relabelled(SENT, suite="itp-z")) == Code.KEY


def test_an_unknown_key_is_refused() -> None:
    unknown = private_key("unknown", "X25519").kid
    assert refusal(relabelled(SENT, to_kid=unknown)) == Code.KEY


@pytest.mark.parametrize("use", [Use.SIGN, Use.RECEIPT_LOG])
def test_a_key_for_another_use_is_refused(use: Use) -> None:
    assert refusal(relabelled(SENT, to_kid=BEN.keys[use, "Ed25519"].kid)) == Code.KEY


def test_a_key_of_another_suite_is_refused() -> None:
    assert refusal(relabelled(SENT, to_kid=BEN.keys[Use.ENCRYPT, "P-256"].kid)) == Code.KEY


def test_what_was_sealed_before_a_key_retired_still_comes_in() -> None:
    keys = BEN.partner().keys
    listed = directory(BEN.partner(keys=tuple(key.retired(NOW + SECOND) for key in keys)))
    admit(Arrival(SENT.label, SENT.manifest, ()), BEN.organisation, listed, NOW + timedelta(days=1))
    retired = directory(BEN.partner(keys=tuple(key.retired(NOW) for key in keys)))
    assert refusal(SENT, by=retired) == Code.KEY


def test_nothing_comes_in_to_a_key_that_is_revoked_by_now() -> None:
    keys = tuple(key.revoked(NOW + SECOND) for key in BEN.partner().keys)
    listed = directory(BEN.partner(keys=keys))
    admit(Arrival(SENT.label, SENT.manifest, ()), BEN.organisation, listed, NOW)
    assert refusal(SENT, by=listed, now=NOW + SECOND) == Code.KEY
