"""The partnership's folder: root keys, revisions, and who stands behind each."""

from __future__ import annotations

import json
import subprocess
import sys
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import pytest

from gateway.itp.directory import Standing, accept
from gateway.partners.partnership import Approval, Partnership
from itp_exchange import ANN, BEN
from partner_folders import BOTH, NOW, ONE, Clock, partnership
from schemas.errors import Misconfigured, Rejected


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def place(tmp_path: Path, clock: Clock) -> Partnership:
    return partnership(tmp_path / "partnership", clock)


def test_a_root_key_is_private_and_pinned(place: Partnership) -> None:
    (root,) = place.roots()
    assert (root.valid_from, root.valid_to) == (NOW, NOW + timedelta(days=5 * 365))
    (path,) = (place.folder / "root").iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700
    assert b'"d"' not in place.roots_file.read_bytes()
    record = json.loads((place.folder / f"root-{root.kid[:8]}.json").read_bytes())
    assert (record["kid"], record["officers"]) == (root.kid, ["staff-17", "staff-42"])


def test_one_officer_makes_no_root(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(Rejected, match=r"2 different officers must approve this; 1 did\."):
        Partnership(tmp_path / "partnership", clock).new_root(ONE)
    assert list(tmp_path.iterdir()) == []


def test_revisions_are_numbered_and_kept_with_who_stands_behind_them(place: Partnership) -> None:
    assert place.latest() is None
    place.publish(lambda _before: [ANN.partner()], BOTH)
    path = place.publish(lambda _before: [BEN.partner(status=Standing.TEST)], BOTH)
    assert path == place.folder / "revisions" / "000002.jws"
    directory = place.current()
    assert directory == accept(path.read_bytes(), place.roots())
    assert [partner.organisation for partner in directory.partners] == [ANN.organisation, BEN.organisation]
    assert json.loads(path.with_suffix(".json").read_bytes()) == {
        "sequence": 2,
        "issued": "2026-11-25T09:00:00+00:00",
        "sha256": sha256(path.read_bytes()).hexdigest(),
        "officers": ["staff-17", "staff-42"],
        "note": "Fingerprints read out by telephone",
    }


def test_a_revision_without_changes_is_newer(place: Partnership, clock: Clock) -> None:
    place.publish(lambda _before: [ANN.partner()], BOTH)
    clock.turn(days=2)
    place.publish(lambda _before: [], BOTH)
    assert (place.current().sequence, place.current().issued) == (2, NOW + timedelta(days=2))
    assert place.current().partners == (ANN.partner(),)


def test_a_clock_that_went_back_makes_no_older_revision(place: Partnership, clock: Clock) -> None:
    place.publish(lambda _before: [], BOTH)
    clock.turn(days=-1)
    with pytest.raises(Misconfigured, match="The root key cannot be used"):
        place.publish(lambda _before: [], BOTH)
    clock.turn(days=3)
    place.publish(lambda _before: [], BOTH)
    clock.turn(days=-1)
    place.publish(lambda _before: [], BOTH)
    assert place.current().issued == NOW + timedelta(days=2)


def test_nobody_vanishes_and_no_key_does(place: Partnership) -> None:
    place.publish(lambda _before: [ANN.partner(), BEN.partner()], BOTH)
    place.publish(lambda _before: [ANN.partner()], BOTH)
    assert place.current().partner(BEN.organisation) == BEN.partner()
    less = ANN.partner().model_copy(update={"keys": ANN.partner().keys[1:]})
    with pytest.raises(Rejected, match="would vanish from the directory"):
        place.publish(lambda _before: [less], BOTH)
    assert place.current().sequence == 2


def test_what_was_published_of_a_key_does_not_change(place: Partnership) -> None:
    partner = ANN.partner()
    place.publish(lambda _before: [partner], BOTH)
    key = partner.keys[0]
    later = key.model_copy(update={"valid_from": key.valid_from + timedelta(days=1)})
    longer = key.model_copy(update={"valid_to": key.valid_to + timedelta(days=1)})
    for changed, sentence in ((later, "What was published of the key"), (longer, "would come back to life")):
        entry = partner.model_copy(update={"keys": (changed, *partner.keys[1:])})
        with pytest.raises(Rejected, match=sentence):
            place.publish(lambda _before: [entry], BOTH)  # noqa: B023  # called at once


def test_the_time_of_a_revocation_may_move_back_and_not_forward(place: Partnership) -> None:
    def entry(hours: int) -> object:
        keys = ANN.partner().keys
        return ANN.partner(keys=(keys[0].revoked(NOW + timedelta(hours=hours)), *keys[1:]))

    place.publish(lambda _before: [entry(0)], BOTH)  # type: ignore[list-item]  # a partner
    place.publish(lambda _before: [entry(-1)], BOTH)  # type: ignore[list-item]  # as above
    with pytest.raises(Rejected, match="What was published of the key"):
        place.publish(lambda _before: [entry(1)], BOTH)  # type: ignore[list-item]  # as above


def test_without_the_medium_of_the_root_key_nothing_is_published(place: Partnership) -> None:
    (place.folder / "root").rename(place.folder / "away")
    with pytest.raises(Misconfigured) as error:
        place.publish(lambda _before: [], BOTH)
    assert error.value.message.startswith("The root key cannot be used.")
    assert error.value.hint.startswith("Bring the medium with the root key")
    assert place.latest() is None


def test_a_new_root_signs_and_the_old_one_stays_pinned(place: Partnership, clock: Clock) -> None:
    place.publish(lambda _before: [], BOTH)
    (old,) = place.roots()
    clock.turn(days=1)
    new = place.new_root(BOTH)
    assert place.roots() == (old, new)
    path = place.publish(lambda _before: [], BOTH)
    assert accept(path.read_bytes(), [new]).sequence == 2
    assert place.current().sequence == 2


def test_a_folder_that_is_none_is_refused(tmp_path: Path, clock: Clock) -> None:
    with pytest.raises(Misconfigured) as error:
        Partnership(tmp_path, clock).publish(lambda _before: [], BOTH)
    assert error.value.hint == "Run: ics-gateway directory root-new"


def test_a_long_note_is_refused() -> None:
    with pytest.raises(Rejected, match="A note has at most 500 characters"):
        Approval(BOTH.officers, "x" * 501).check()


def test_processes_that_publish_at_once_make_one_line_of_revisions(place: Partnership) -> None:
    program = Path(__file__).with_name("publishing.py")
    started = [subprocess.Popen([sys.executable, program, place.folder, "5"]) for _ in range(3)]
    assert [process.wait(60) for process in started] == [0, 0, 0]
    assert [path.stem for path in sorted(place.revisions.glob("*.jws"))] == [f"{n:06}" for n in range(1, 16)]
    assert place.current().sequence == 15
