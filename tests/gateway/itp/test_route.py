from __future__ import annotations

from datetime import timedelta

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.directory import Directory, DirectoryRefused, Fault, Standing
from gateway.itp.identifiers import Organisation
from gateway.itp.keys import Use
from gateway.itp.route import choose
from gateway.itp.suites import SUITES, accepted
from itp_exchange import ANN, BEN, NOW, directory, only


def refusal(listed: Directory, *, test: bool = False) -> Code:
    with pytest.raises(Refused) as refused:
        choose(listed, ANN.organisation, BEN.organisation, NOW, test=test)
    return refused.value.code


def test_the_strongest_suite_that_both_list_is_taken_with_its_keys() -> None:
    route = choose(directory(), ANN.organisation, BEN.organisation, NOW)
    assert route.suite.name == "itp-a"
    assert route.signing == ANN.published(Use.SIGN, "Ed25519")
    assert route.sealing == BEN.published(Use.ENCRYPT, "X25519")


def test_a_partner_with_p_256_alone_gets_itp_b() -> None:
    route = choose(only("itp-b", BEN), ANN.organisation, BEN.organisation, NOW)
    assert (route.suite.name, route.signing.jwk.crv, route.sealing.jwk.crv) == ("itp-b", "P-256", "P-256")


def test_a_suite_without_a_valid_key_is_passed_over() -> None:
    keys = tuple(key for key in BEN.partner().keys if key.jwk.crv != "X25519")
    assert choose(directory(BEN.partner(keys=keys)), ANN.organisation, BEN.organisation, NOW).suite.name == "itp-b"


def test_no_suite_below_either_minimum_is_taken() -> None:
    ours = ANN.partner(suites=("itp-a",), minimum_suite="itp-a")
    theirs = BEN.partner(suites=("itp-b",), minimum_suite="itp-b")
    assert refusal(directory(ours, theirs)) == Code.KEY


def test_a_suite_of_the_future_is_ignored() -> None:
    assert accepted(("itp-pq", "itp-b", "itp-a"), "itp-b") == (SUITES["itp-a"], SUITES["itp-b"])
    assert accepted(("itp-b", "itp-a"), "itp-a") == (SUITES["itp-a"],)


def test_revoked_keys_are_not_used() -> None:
    keys = tuple(key.revoked(NOW) for key in BEN.partner().keys)
    assert refusal(directory(BEN.partner(keys=keys))) == Code.KEY


@pytest.mark.parametrize("standing", [Standing.PENDING, Standing.TEST, Standing.SUSPENDED, Standing.LEFT])
def test_there_is_no_way_to_a_partner_that_is_not_live_nor_from_one(standing: Standing) -> None:
    for side in (ANN, BEN):
        assert refusal(directory(side.partner(status=standing))) == Code.PARTNER_STATUS


def test_made_up_data_goes_to_a_partner_under_test() -> None:
    listed = directory(BEN.partner(status=Standing.TEST))
    assert choose(listed, ANN.organisation, BEN.organisation, NOW, test=True).test


def test_there_is_no_way_to_a_stranger() -> None:
    with pytest.raises(Refused) as refused:
        choose(directory(), ANN.organisation, Organisation("urn:ics:org:ods:ZZZ"), NOW)
    assert refused.value.code == Code.PARTNER_STATUS


def test_nothing_new_is_sent_by_an_old_directory() -> None:
    with pytest.raises(DirectoryRefused) as refused:
        choose(directory(), ANN.organisation, BEN.organisation, NOW + timedelta(days=7))
    assert refused.value.fault == Fault.STALE
