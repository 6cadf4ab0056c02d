"""Looking at partners: what is said of each, and of ourselves."""

from __future__ import annotations

from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert

from gateway.itp.directory import Directory, Partner, Standing
from gateway.itp.keys import Use
from gateway.partners import life
from gateway.partners.checks import PartnerCheck, breakers, check_ourselves, check_partners
from gateway.partners.join import entry
from gateway.partners.keys import KeyStore
from gateway.pipeline.breaker import Breaker, Phase
from gateway.store.engine import writing
from gateway.store.models import BreakerRow
from gateway.store.store import Store
from itp_exchange import ANN, BEN, KEYS_TO, NOW, directory, only, private_key
from partner_folders import SOUTH, Clock, Council


def ben(by: Directory, **changes: object) -> PartnerCheck:
    found = check_partners(by, ANN.organisation, changes.pop("phases", {}), changes.pop("now", NOW), **changes)  # type: ignore[arg-type]  # as each test says
    return next(each for each in found if each.organisation == BEN.organisation)


def reached(**changes: object) -> Partner:
    return BEN.partner(endpoints=({"mode": "push", "address": "https://ben.example"},), **changes)


def test_a_partner_in_order_has_a_suite_and_days_left() -> None:
    found = ben(directory(reached()))
    assert (found.usable, found.suite, found.days, found.warnings) == (True, "itp-a", 90, ())
    assert (found.modes, found.breaker) == (("push",), Phase.CLOSED)


def test_we_are_not_our_own_partner() -> None:
    found = check_partners(directory(), ANN.organisation, {}, NOW)
    assert ANN.organisation not in {each.organisation for each in found}


@pytest.mark.parametrize("status", [Standing.PENDING, Standing.SUSPENDED, Standing.LEFT])
def test_a_partner_that_does_not_exchange_is_named(status: Standing) -> None:
    found = ben(directory(reached(status=status)), probe=lambda _partner: "asked")
    assert found.problems == ("An organisation is not in the directory, or does not exchange now.",)


def test_a_partner_under_test_takes_made_up_data() -> None:
    assert ben(directory(reached(status=Standing.TEST))).warnings == ("Made-up data only.",)


def test_a_partner_without_a_common_suite_is_named() -> None:
    by = only("itp-a", ANN)
    other = by.model_copy(
        update={"partners": (by.partners[0], reached(suites=("itp-b",), minimum_suite="itp-b"), by.partners[2])}
    )
    assert ben(Directory.model_validate(other.model_dump())).problems == (
        "The directory shows no suite that both organisations have valid keys for.",
    )


def test_keys_that_end_soon_are_worth_a_warning_unless_followed() -> None:
    by = directory(reached(), issued=KEYS_TO - timedelta(days=14))
    sentence = "Its encryption key ends soon, and no successor is in the directory."
    assert ben(by, now=KEYS_TO - timedelta(days=14)).warnings == ()
    assert ben(by, now=KEYS_TO - timedelta(days=13)).warnings == (sentence,)
    successor = private_key("successor", "X25519").published(Use.ENCRYPT, KEYS_TO, KEYS_TO + timedelta(days=9))
    followed = directory(reached(keys=(*BEN.partner().keys, successor)), issued=KEYS_TO - timedelta(days=14))
    assert ben(followed, now=KEYS_TO - timedelta(days=13)).warnings == ()


def test_keys_that_ended_are_a_problem() -> None:
    assert ben(directory(reached(), issued=KEYS_TO), now=KEYS_TO).problems == (
        "The directory shows no suite that both organisations have valid keys for.",
        "It has no valid key for receipts.",
    )


def test_an_old_directory_is_a_warning_and_then_a_problem() -> None:
    assert ben(directory(reached()), now=NOW + timedelta(days=2)).warnings == ("The directory is old.",)
    assert ben(directory(reached()), now=NOW + timedelta(days=7)).problems == (
        "Revision 1 of the directory is too old to send by.",
    )


def test_a_partner_without_endpoints_or_with_a_paused_breaker_is_named() -> None:
    found = ben(directory(), phases={BEN.organisation: Phase.OPEN})
    assert found.problems == ("The directory shows no way to reach it.", "Sending is paused (open).")


def test_breakers_are_read_from_the_database(store: Store) -> None:
    state = Breaker(phase=Phase.HELD).model_dump_json()
    with writing(store.engine) as connection:
        connection.execute(insert(BreakerRow).values(organisation=BEN.organisation, state=state))
    assert breakers(store.engine) == {BEN.organisation: Phase.HELD}


def test_what_the_network_says_comes_last() -> None:
    asked: list[Partner] = []

    def probe(partner: Partner) -> str:
        asked.append(partner)
        return "It does not answer." if partner.organisation == BEN.organisation else ""

    assert ben(directory(reached()), probe=probe).problems == ("It does not answer.",)
    assert len(asked) == 2


@pytest.fixture
def south(tmp_path: Path) -> Council:
    return Council(tmp_path / "keys", Clock(NOW)).with_keys()


def shown(keys: KeyStore, south: Council, **changes: object) -> Directory:
    ours = entry(south.profile, keys.published()).model_copy(update={"status": Standing.LIVE, **changes})
    return Directory(sequence=1, issued=NOW, partners=(ours,))


def test_we_are_in_order_when_the_directory_shows_what_we_hold(south: Council) -> None:
    assert check_ourselves(shown(south.keys, south), SOUTH, south.keys, NOW) == ()


def test_we_hear_that_we_are_not_there_and_that_the_directory_is_old(south: Council) -> None:
    assert check_ourselves(directory(), SOUTH, south.keys, NOW + timedelta(days=2)) == (
        "The directory is old: revision 1.",
        f"We, {SOUTH}, are not in the directory.",
    )


def test_we_hear_that_we_are_suspended(south: Council) -> None:
    by = shown(south.keys, south, status=Standing.SUSPENDED)
    assert check_ourselves(by, SOUTH, south.keys, NOW) == ("We are suspended in the directory.",)


def test_we_hear_of_keys_that_we_do_not_hold(south: Council, tmp_path: Path) -> None:
    other = Council(tmp_path / "other", south.clock)
    found = check_ourselves(shown(south.keys, south), SOUTH, other.keys, NOW)
    assert len(found) == 6
    assert found[0].endswith("and its private half is not here.")
    assert found[5] == "The directory shows no receipt-log key of ours that is in use and here."


def test_we_hear_of_keys_that_are_not_published(south: Council) -> None:
    by = shown(south.keys, south)
    successor = life.rotate(south.keys, Use.SIGN, "Ed25519").successor
    assert check_ourselves(by, SOUTH, south.keys, NOW) == (
        f"The directory does not show our sign key {successor.kid[:8]} as active: publish our keys.",
    )
