"""The life of keys, with a clock that the test turns."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from gateway.itp.keys import KeyStatus, PublishedKey, Use
from gateway.partners import life
from gateway.partners.due import due
from gateway.partners.key_files import key_path
from gateway.partners.keys import KeyStore
from partner_folders import ITP_A, NOW, Clock, Council
from schemas.errors import GatewayError, Misconfigured, Rejected

DAY = timedelta(days=1)


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def keys(tmp_path: Path, clock: Clock) -> KeyStore:
    return Council(tmp_path / "keys", clock).keys


def refused(call: Callable[[], object], kind: type[GatewayError] = Misconfigured) -> str:
    with pytest.raises(kind) as error:
        call()
    return f"{error.value.message} {error.value.hint}".strip()


@pytest.mark.parametrize(("use", "days"), [(Use.SIGN, 365), (Use.ENCRYPT, 182), (Use.RECEIPT_LOG, 730)])
def test_each_use_has_its_life(keys: KeyStore, use: Use, days: int) -> None:
    made = life.new(keys, use, life.usual_curve(use))
    assert (made.valid_from, made.valid_to) == (NOW, NOW + days * DAY)
    assert keys.current(use, life.usual_curve(use)).kid == made.kid


def test_a_second_key_of_a_use_is_a_successor(keys: KeyStore) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    life.new(keys, Use.SIGN, "P-256")
    assert refused(lambda: life.new(keys, Use.SIGN, "Ed25519")) == (
        "There is a sign key on Ed25519 already. Give it a successor: ics-gateway keys rotate sign --curve Ed25519"
    )


def test_after_the_end_of_the_last_one_a_key_can_be_made_anew(keys: KeyStore, clock: Clock) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    clock.turn(days=365)
    assert life.new(keys, Use.SIGN, "Ed25519").valid_from == NOW + 365 * DAY


def test_a_curve_that_does_not_fit_is_refused(keys: KeyStore) -> None:
    assert refused(lambda: life.new(keys, Use.SIGN, "X25519"), Rejected) == (
        "No key for sign is on X25519. Use one of: Ed25519, P-256."
    )
    assert refused(lambda: life.rotate(keys, Use.ENCRYPT, "Ed25519"), Rejected) == (
        "No key for encrypt is on Ed25519. Use one of: X25519, P-256."
    )


@pytest.mark.parametrize(("use", "days"), [(Use.SIGN, 30), (Use.ENCRYPT, 14), (Use.RECEIPT_LOG, 30)])
def test_a_successor_is_shown_ahead_and_used_from_its_day_on(keys: KeyStore, clock: Clock, use: Use, days: int) -> None:
    curve = life.usual_curve(use)
    first = life.new(keys, use, curve)
    clock.turn(days=100)
    rotation = life.rotate(keys, use, curve)
    assert (rotation.before, rotation.late) == (first, False)
    assert rotation.successor.valid_from == NOW + (100 + days) * DAY
    assert rotation.successor.valid_to == rotation.successor.valid_from + life.LIVES[use]
    assert {key.kid for key in keys.published()} == {first.kid, rotation.successor.kid}
    clock.turn(days=days, seconds=-1)
    assert keys.current(use, curve).kid == first.kid
    clock.turn(seconds=1)
    assert keys.current(use, curve).kid == rotation.successor.kid
    assert keys.private(first.kid) is not None


def test_a_late_successor_leaves_no_gap_and_says_so(keys: KeyStore, clock: Clock) -> None:
    first = life.new(keys, Use.SIGN, "Ed25519")
    clock.turn(days=360)
    rotation = life.rotate(keys, Use.SIGN, "Ed25519")
    assert (rotation.successor.valid_from, rotation.late) == (first.valid_to, True)


def test_the_days_ahead_can_be_chosen(keys: KeyStore) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    rotation = life.rotate(keys, Use.SIGN, "Ed25519", ahead=timedelta(0))
    assert (rotation.successor.valid_from, rotation.late) == (NOW, True)


def test_a_key_has_one_successor_at_a_time(keys: KeyStore) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    life.rotate(keys, Use.SIGN, "Ed25519")
    assert refused(lambda: life.rotate(keys, Use.SIGN, "Ed25519")) == (
        "The sign key on Ed25519 has a successor already. See: ics-gateway keys list"
    )
    assert len(keys.published()) == 2


def test_nothing_is_rotated_where_there_is_no_key(keys: KeyStore) -> None:
    assert refused(lambda: life.rotate(keys, Use.SIGN, "Ed25519")) == (
        "There is no sign key on Ed25519 in use. Make one: ics-gateway keys new sign --curve Ed25519"
    )


def test_a_key_is_retired_when_its_successor_is_in_use(keys: KeyStore, clock: Clock) -> None:
    first = life.new(keys, Use.SIGN, "Ed25519")
    life.rotate(keys, Use.SIGN, "Ed25519")
    clock.turn(days=29)
    assert refused(lambda: life.retire(keys, first.kid)) == (
        "This is the only sign key on Ed25519 in use. "
        "Give it a successor first: ics-gateway keys rotate; retire it when the successor is in use."
    )
    clock.turn(days=1)
    retired = life.retire(keys, first.kid)
    assert (retired.status, retired.valid_to) == (KeyStatus.RETIRED, NOW + 30 * DAY)
    assert retired in keys.published()
    assert refused(lambda: life.retire(keys, first.kid)) == "This key is retired already."


def test_a_successor_whose_life_has_not_begun_cannot_be_retired(keys: KeyStore) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    successor = life.rotate(keys, Use.SIGN, "Ed25519").successor
    assert refused(lambda: life.retire(keys, successor.kid)) == (
        "The life of this key has not begun, so it cannot end. Wait until it has; revoke it where others may have it."
    )


def test_a_revoked_key_is_gone_at_once_and_a_new_one_can_be_made(keys: KeyStore) -> None:
    first = life.new(keys, Use.SIGN, "Ed25519")
    revoked = life.revoke(keys, first.kid[:8], NOW - DAY)
    assert (revoked.status, revoked.revoked_at) == (KeyStatus.REVOKED, NOW - DAY)
    assert keys.private(first.kid) is None
    assert life.new(keys, Use.SIGN, "Ed25519").kid != first.kid
    assert refused(lambda: life.revoke(keys, first.kid)) == "This key is revoked already."


def test_nothing_is_revoked_from_a_later_time(keys: KeyStore) -> None:
    first = life.new(keys, Use.SIGN, "Ed25519")
    assert refused(lambda: life.revoke(keys, first.kid, NOW + DAY)).startswith(
        "A key is revoked from now or from earlier."
    )


def test_an_encryption_key_is_kept_until_thirty_days_after_its_last_message(keys: KeyStore, clock: Clock) -> None:
    first = life.new(keys, Use.ENCRYPT, "X25519")
    life.rotate(keys, Use.ENCRYPT, "X25519")
    clock.turn(days=14)
    life.retire(keys, first.kid)
    # Sealed in the last second of its life, a message lives for 30 days at most; then 30 days more.
    clock.turn(days=60, seconds=-1)
    assert refused(lambda: life.destroy(keys, first.kid)).startswith(
        "This key may be needed until 2027-02-07 09:00 UTC."
    )
    assert keys.private(first.kid) is not None
    clock.turn(seconds=1)
    life.destroy(keys, first.kid)
    assert keys.private(first.kid) is None
    assert first.kid in {key.kid for key in keys.published()}
    assert b'"jwk":{"crv":"X25519","d"' not in key_path(keys.folder, first.kid).read_bytes()
    assert life.destroy(keys, first.kid).kid == first.kid


def test_a_key_that_signs_can_be_destroyed_when_it_ends_and_a_revoked_one_at_once(keys: KeyStore, clock: Clock) -> None:
    signing, sealing = life.new(keys, Use.SIGN, "Ed25519"), life.new(keys, Use.ENCRYPT, "X25519")
    assert refused(lambda: life.destroy(keys, signing.kid)).startswith("This key may be needed until 2027-11-25")
    life.revoke(keys, sealing.kid)
    life.destroy(keys, sealing.kid)
    clock.turn(days=365)
    life.destroy(keys, signing.kid)
    assert [file.jwk for file in keys.files()] == [None, None]
    assert {key.status for key in keys.published()} == {KeyStatus.RETIRED, KeyStatus.REVOKED}


def test_processes_that_rotate_at_once_make_one_successor(tmp_path: Path) -> None:
    council = Council(tmp_path / "keys", Clock())
    life.new(council.keys, Use.SIGN, "Ed25519")
    program = Path(__file__).with_name("rotating.py")
    started = [subprocess.Popen([sys.executable, program, council.folder]) for _ in range(4)]
    assert sorted(process.wait(60) for process in started) == [0, 1, 1, 1]
    # Made by other processes, and seen by a store that has read the folder before.
    assert len(council.keys.published()) == 2


@pytest.mark.parametrize(
    ("kid", "sentence"),
    [
        ("A" * 43, "No key of ours has this kid."),
        ("", "No key of ours has this kid."),
        ("*", "No key of ours has this"),
    ],
)
def test_a_kid_that_fits_no_key_is_refused(keys: KeyStore, kid: str, sentence: str) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    assert refused(lambda: life.retire(keys, kid)).startswith(sentence)


def told(keys: KeyStore) -> list[tuple[bool, str, str]]:
    return [(item.urgent, item.message, item.hint) for item in due(keys)]


def test_a_warning_comes_before_a_successor_is_needed_and_becomes_urgent(keys: KeyStore, clock: Clock) -> None:
    life.new(keys, Use.SIGN, "Ed25519")
    rotate = "Run: ics-gateway keys rotate sign --curve Ed25519"
    clock.turn(days=365 - 44)
    assert told(keys) == []
    clock.turn(seconds=1)
    assert told(keys) == [(False, "The sign key on Ed25519 ends in 43 days.", rotate)]
    clock.turn(days=14)
    assert told(keys) == [(True, "The sign key on Ed25519 ends in 29 days without a successor.", rotate)]
    life.rotate(keys, Use.SIGN, "Ed25519")
    assert told(keys) == []


def test_a_key_that_ended_is_urgent_and_can_be_destroyed(keys: KeyStore, clock: Clock) -> None:
    made: PublishedKey = life.new(keys, Use.SIGN, "Ed25519")
    clock.turn(days=365)
    assert told(keys) == [
        (True, "The sign key on Ed25519 ended on 2027-11-25.", "Run: ics-gateway keys new sign --curve Ed25519"),
        (
            False,
            f"Nothing needs the private half of the sign key {made.kid[:8]} any more.",
            f"Run: ics-gateway keys destroy {made.kid[:8]}",
        ),
    ]


def test_a_key_is_made_in_whole_seconds(tmp_path: Path) -> None:
    council = Council(tmp_path / "keys", Clock(NOW + timedelta(microseconds=999_999))).with_keys(ITP_A)
    assert {key.valid_from for key in council.keys.published()} == {NOW}
