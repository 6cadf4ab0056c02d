"""Onboarding: invited, joined, verified, activated; and everything that is refused on the way."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from collections.abc import Callable
from dataclasses import dataclass, replace
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from gateway.itp.directory import Directory, Partner, Standing, accept
from gateway.itp.documents import written
from gateway.itp.identifiers import Organisation
from gateway.itp.jose import sign
from gateway.itp.keys import KeyStatus, PrivateKey, Use
from gateway.partners import life
from gateway.partners.invitation import Invitation, Stage, read_invitation
from gateway.partners.join import answer, renewal
from gateway.partners.membership import activate, renew, resume, revoke_key, suspend
from gateway.partners.partnership import Approval, Partnership
from gateway.partners.possession import prove
from gateway.partners.proof import verify_answer
from gateway.partners.statement import KIND, Possession, Signed, Statement, active, read_signed, signatures
from partner_folders import BOTH, ITP_A, ITP_B, NORTH, NOW, ONE, SOUTH, Clock, Council, partnership
from schemas.errors import GatewayError, Misconfigured, Rejected


@dataclass
class Scene:
    """A partnership and a council that is to join it."""

    clock: Clock
    place: Partnership
    south: Council

    def invite(self, organisation: Organisation = SOUTH) -> Invitation:
        made = self.place.invitations.make(organisation, self.place.roots(), self.clock(), lambda size: b"\x05" * size)
        return read_invitation(written(made))

    def answer(self, invitation: Invitation | None = None) -> bytes:
        return answer(invitation or self.invite(), self.south.profile, self.south.keys, self.clock())

    def verify(self, arrived: bytes) -> Partner:
        return verify_answer(self.place.invitations, SOUTH, arrived, self.clock())

    def join(self, status: Standing = Standing.LIVE) -> Directory:
        self.verify(self.answer())
        activate(self.place, SOUTH, status, BOTH)
        return self.place.current()

    @property
    def entry(self) -> Partner:
        found = self.place.current().partner(SOUTH)
        assert found is not None
        return found

    def renewed(self) -> bytes:
        return renewal(self.entry, self.south.keys, self.clock())


@pytest.fixture
def scene(tmp_path: Path) -> Scene:
    clock = Clock()
    south = Council(tmp_path / "south", clock).with_keys()
    return Scene(clock, partnership(tmp_path / "partnership", clock), south)


def refused(call: Callable[[], object], kind: type[GatewayError] = Rejected) -> str:
    with pytest.raises(kind) as error:
        call()
    return error.value.message


def test_a_council_joins_and_is_in_the_next_revision(scene: Scene) -> None:
    directory = scene.join(Standing.TEST)
    assert directory.sequence == 1
    (entry,) = directory.partners
    assert (entry.organisation, entry.name, entry.status) == (SOUTH, "A made-up council", Standing.TEST)
    assert (entry.suites, entry.minimum_suite) == (("itp-a",), "itp-a")
    assert entry.endpoints[0].mode == "push"
    assert set(entry.keys) == set(scene.south.keys.published())
    assert scene.place.invitations.find(SOUTH).stage is Stage.ACTIVATED


def test_both_suites_are_proved_where_there_are_keys_for_both(scene: Scene) -> None:
    scene.south.with_keys(ITP_B[:2])
    assert scene.verify(scene.answer()).suites == ("itp-a", "itp-b")


def test_a_council_without_an_origin_polls(scene: Scene) -> None:
    profile = replace(scene.south.profile, origin="")
    arrived = answer(scene.invite(), profile, scene.south.keys, NOW)
    assert [endpoint.mode for endpoint in scene.verify(arrived).endpoints] == ["poll"]


def test_a_council_without_all_keys_cannot_join(scene: Scene) -> None:
    life.revoke(scene.south.keys, scene.south.current(Use.RECEIPT_LOG, "Ed25519"))
    assert refused(scene.answer, Misconfigured) == (
        "There are no keys to join with: one to sign, one to encrypt and one for receipts are needed."
    )


@pytest.mark.parametrize("changes", [{"name": "x" * 201}, {"aliases": ("two words",)}, {"origin": "x" * 501}])
def test_what_cannot_stand_in_a_directory_is_refused(scene: Scene, changes: dict[str, Any]) -> None:
    profile = replace(scene.south.profile, **changes)
    assert refused(lambda: answer(scene.invite(), profile, scene.south.keys, NOW), Misconfigured) == (
        "The name, an alias or the origin cannot stand in a directory."
    )


def test_an_invitation_holds_no_secret_and_what_is_kept_loses_them_once_answered(scene: Scene) -> None:
    invitation = scene.invite()
    assert b'"d"' not in written(invitation)
    assert len(scene.place.invitations.find(SOUTH).secrets) == 2
    assert "secrets" not in repr(scene.place.invitations.find(SOUTH))
    path = scene.place.folder / "invitations" / "Y63.json"
    assert path.stat().st_mode & 0o777 == 0o600
    scene.verify(scene.answer(invitation))
    assert scene.place.invitations.find(SOUTH).secrets == ()
    assert b'"d"' not in path.read_bytes()


def test_an_invitation_that_others_may_have_read_is_not_used(scene: Scene) -> None:
    arrived = scene.answer()
    (scene.place.folder / "invitations" / "Y63.json").chmod(0o644)
    assert refused(lambda: scene.verify(arrived), Misconfigured) == "Others than its owner may use Y63.json."


def test_nobody_answers_for_another(scene: Scene) -> None:
    invitation = scene.invite(NORTH)
    assert refused(lambda: scene.answer(invitation)) == f"This invitation is for {NORTH}."


def test_who_was_not_invited_is_not_verified(scene: Scene) -> None:
    arrived = scene.answer()
    assert refused(lambda: verify_answer(scene.place.invitations, NORTH, arrived, NOW)) == f"{NORTH} was not invited."


def test_an_invitation_runs_out_on_both_sides(scene: Scene) -> None:
    invitation = scene.invite()
    scene.clock.turn(days=14, seconds=-1)
    arrived = scene.answer(invitation)
    scene.clock.turn(seconds=1)
    assert refused(lambda: scene.answer(invitation)) == "This invitation ran out on 2026-12-09."
    assert refused(lambda: scene.verify(arrived)) == "The invitation ran out on 2026-12-09."


def test_an_answer_counts_once(scene: Scene) -> None:
    arrived = scene.answer()
    scene.verify(arrived)
    assert refused(lambda: scene.verify(arrived)) == "This invitation was answered already."


def test_the_answer_to_an_earlier_invitation_does_not_count(scene: Scene) -> None:
    arrived = scene.answer()
    scene.place.invitations.make(SOUTH, scene.place.roots(), NOW, lambda size: b"\x06" * size)
    assert refused(lambda: scene.verify(arrived)) == "This answers another invitation."


def test_an_answer_that_the_same_nonce_is_put_into_again_is_not_proved(scene: Scene) -> None:
    arrived = scene.answer()
    # The same nonce and other challenges: the tags were made for those of before.
    scene.invite()
    assert refused(lambda: scene.verify(arrived)).startswith("Nothing proves that the partner holds the encryption key")


def forged(
    scene: Scene, *, by: Callable[[Statement], Statement] = lambda statement: statement, **changes: Any
) -> bytes:
    """Make an answer as somebody would who holds the keys of the council and more."""
    invitation = scene.invite()
    statement, signed, _content = read_signed(answer(invitation, scene.south.profile, scene.south.keys, NOW))
    changed = by(statement)
    content = written(changed)
    tags = []
    for key in active(statement.entry, Use.ENCRYPT):
        private, challenge = scene.south.keys.private(key.kid), invitation.challenge(key.jwk.crv)
        assert private is not None
        assert challenge is not None
        tags.append(Possession(kid=key.kid, tag=prove(private, challenge, content)))
    made = {"signatures": signatures(changed, scene.south.keys), "possession": tuple(tags), **changes}
    return written(signed.model_copy(update=made))


def entry_with(**changes: Any) -> Callable[[Statement], Statement]:
    return lambda statement: statement.model_copy(update={"entry": statement.entry.model_copy(update=changes)})


def test_the_forger_of_these_tests_makes_what_is_verified(scene: Scene) -> None:
    assert scene.verify(forged(scene)).organisation == SOUTH


def test_the_entry_of_another_is_refused(scene: Scene) -> None:
    arrived = forged(scene, by=entry_with(organisation=NORTH))
    assert refused(lambda: scene.verify(arrived)) == "This is the entry of another organisation."


def test_a_key_that_did_not_sign_is_refused(scene: Scene) -> None:
    _, signed, _ = read_signed(forged(scene))
    for kept, missing in ((0, 1), (1, 0)):
        less = written(signed.model_copy(update={"signatures": (signed.signatures[kept],)}))
        header = json.loads(urlsafe_b64decode(signed.signatures[missing].split(".")[0] + "=="))
        assert refused(lambda: scene.verify(less)) == f"The key {header['kid'][:8]} of the entry did not sign it."  # noqa: B023  # called at once


def test_an_entry_without_a_key_that_signs_is_refused(scene: Scene) -> None:
    statement, signed, _ = read_signed(forged(scene))
    sealing = tuple(key for key in statement.entry.keys if key.use is Use.ENCRYPT)
    content = written(entry_with(keys=sealing)(statement))
    token = sign(content, KIND, scene.south.keys.current(Use.SIGN, "Ed25519")).decode()
    with pytest.raises(Rejected, match=r"A signature on the entry is not by one of its keys, or does not fit\."):
        scene.verify(written(signed.model_copy(update={"signatures": (token,)})))


def test_signatures_on_different_entries_are_refused(scene: Scene) -> None:
    _, first, _ = read_signed(forged(scene))
    _, second, _ = read_signed(forged(scene, by=entry_with(name="Another name")))
    mixed = written(first.model_copy(update={"signatures": (first.signatures[0], second.signatures[1])}))
    assert refused(lambda: scene.verify(mixed)) == "The signatures are on different entries."


def test_a_changed_signature_is_refused(scene: Scene) -> None:
    arrived = json.loads(forged(scene))
    head, payload, mark = arrived["signatures"][0].split(".")
    arrived["signatures"][0] = f"{head}.{payload}.{'A' if mark[0] != 'A' else 'B'}{mark[1:]}"
    with pytest.raises(Rejected, match="A signature on the entry is not by one of its keys"):
        scene.verify(json.dumps(arrived).encode())


@pytest.mark.parametrize("arrived", [b"", b"{}", b'{"spec":"itp-signed-entry/1","signatures":["x"]}'])
def test_what_is_no_answer_is_refused(scene: Scene, arrived: bytes) -> None:
    scene.invite()
    assert refused(lambda: scene.verify(arrived)).startswith("This is no signed entry.")


def test_what_is_no_invitation_is_refused() -> None:
    assert refused(lambda: read_invitation(b"[]")) == "This is no invitation. A member is not valid."


@pytest.mark.parametrize("how", ["missing", "of another key", "over another entry"])
def test_an_encryption_key_that_is_not_held_is_refused(scene: Scene, how: str) -> None:
    arrived = forged(scene)
    _, signed, content = read_signed(arrived)
    challenge = scene.place.invitations.find(SOUTH).invitation.challenge("X25519")
    assert challenge is not None
    kid, mine = signed.possession[0].kid, scene.south.keys.current(Use.ENCRYPT, "X25519")
    tags = {
        "missing": (),
        "of another key": (Possession(kid=kid, tag=prove(PrivateKey.generate("X25519"), challenge, content)),),
        "over another entry": (Possession(kid=kid, tag=prove(mine, challenge, content + b" ")),),
    }
    changed = written(signed.model_copy(update={"possession": tags[how]}))
    assert refused(lambda: scene.verify(changed)) == (
        f"Nothing proves that the partner holds the encryption key {kid[:8]}."
    )


def test_a_key_that_lives_too_long_is_refused(scene: Scene) -> None:
    def longer(statement: Statement) -> Statement:
        changed = [
            scene.south.keys.current(Use.SIGN, "Ed25519").published(Use.SIGN, NOW, NOW + timedelta(days=366))
            if key.use is Use.SIGN
            else key
            for key in statement.entry.keys
        ]
        return entry_with(keys=tuple(changed))(statement)

    assert refused(lambda: scene.verify(forged(scene, by=longer))).endswith(
        "is valid for too long, or begins too late."
    )


def test_a_key_that_has_ended_is_refused(scene: Scene) -> None:
    scene.clock.turn(days=180)
    invitation = scene.invite()
    arrived = scene.answer(invitation)
    scene.clock.turn(days=2)
    assert refused(lambda: scene.verify(arrived)).endswith("has ended.")


@pytest.mark.parametrize(
    ("officers", "sentence"),
    [
        ((), "2 different officers must approve this; 0 did."),
        (("staff-17",), "2 different officers must approve this; 1 did."),
        (("staff-17", "STAFF-17"), "2 different officers must approve this; 1 did."),
        (("Jo Bloggs", "staff-17"), "An officer is named by a reference without spaces"),
    ],
)
def test_two_different_officers_activate(scene: Scene, officers: tuple[str, ...], sentence: str) -> None:
    scene.verify(scene.answer())
    assert refused(lambda: activate(scene.place, SOUTH, Standing.LIVE, Approval(officers))).startswith(sentence)
    assert scene.place.latest() is None


def test_nobody_is_activated_without_a_proof(scene: Scene) -> None:
    scene.answer()
    sentence = f"{SOUTH} has not proved its keys."
    assert refused(lambda: activate(scene.place, SOUTH, Standing.LIVE, BOTH)) == sentence
    assert refused(lambda: activate(scene.place, SOUTH, Standing.PENDING, BOTH)) == (
        "A partner is activated as test or live."
    )


def test_a_partner_under_test_goes_live(scene: Scene) -> None:
    scene.join(Standing.TEST)
    activate(scene.place, SOUTH, Standing.LIVE, BOTH)
    assert (scene.place.current().sequence, scene.entry.status) == (2, Standing.LIVE)


def standing(scene: Scene) -> str:
    return str(scene.entry.status)


def test_one_officer_suspends_and_two_let_it_back(scene: Scene) -> None:
    scene.join()
    suspend(scene.place, SOUTH, ONE)
    assert standing(scene) == "suspended"
    assert refused(lambda: suspend(scene.place, SOUTH, ONE)) == f"{SOUTH} is suspended already."
    assert refused(lambda: activate(scene.place, SOUTH, Standing.LIVE, BOTH)) == f"{SOUTH} is suspended."
    assert refused(lambda: resume(scene.place, SOUTH, Standing.LIVE, ONE)).startswith("2 different officers")
    resume(scene.place, SOUTH, Standing.LIVE, BOTH)
    assert standing(scene) == "live"
    assert refused(lambda: resume(scene.place, SOUTH, Standing.LIVE, BOTH)) == f"{SOUTH} is not suspended: it is live."
    assert refused(lambda: suspend(scene.place, NORTH, ONE)) == f"{NORTH} is not in the directory."
    assert refused(lambda: suspend(scene.place, SOUTH, Approval(()))).startswith("1 different officers")


def test_a_successor_is_published_by_what_the_old_key_signs(scene: Scene) -> None:
    scene.join()
    scene.clock.turn(days=300)
    successor = life.rotate(scene.south.keys, Use.SIGN, "Ed25519").successor
    renew(scene.place, scene.renewed(), BOTH)
    assert successor in scene.entry.keys
    assert (scene.entry.status, scene.entry.name) == (Standing.LIVE, "A made-up council")
    assert refused(lambda: renew(scene.place, scene.renewed(), ONE)).startswith("2 different officers")


def test_keys_are_renewed_after_an_ended_one_is_destroyed(scene: Scene) -> None:
    scene.join()
    first = scene.south.current(Use.SIGN, "Ed25519")
    scene.clock.turn(days=150)
    for use, curve in ITP_A:
        life.rotate(scene.south.keys, use, curve)
    renew(scene.place, scene.renewed(), BOTH)
    scene.clock.turn(days=215)
    life.destroy(scene.south.keys, first)
    renew(scene.place, scene.renewed(), BOTH)
    (key,) = [key for key in scene.entry.keys if key.kid == first]
    assert key.status is KeyStatus.RETIRED


def test_a_renewal_by_a_stranger_is_refused(scene: Scene, tmp_path: Path) -> None:
    scene.join()
    stranger = Council(tmp_path / "stranger", scene.clock).with_keys()
    made = Statement(issued=NOW, entry=scene.entry.model_copy(update={"keys": stranger.keys.published()}))
    arrived = written(Signed(signatures=signatures(made, stranger.keys)))
    assert refused(lambda: renew(scene.place, arrived, BOTH)) == (
        "No signing key that the directory shows valid signed this."
    )


def test_an_old_renewal_and_an_answer_are_no_renewal(scene: Scene) -> None:
    first = scene.answer()
    scene.verify(first)
    activate(scene.place, SOUTH, Standing.LIVE, BOTH)
    assert refused(lambda: renew(scene.place, first, BOTH)) == "This answers an invitation."
    arrived = scene.renewed()
    scene.clock.turn(days=7, seconds=1)
    assert refused(lambda: renew(scene.place, arrived, BOTH)) == (
        "The statement of keys is too old, or from the future."
    )


def test_a_renewal_for_who_is_not_there_is_refused(scene: Scene) -> None:
    scene.join()
    entry = scene.entry.model_copy(update={"organisation": NORTH})
    arrived = renewal(entry, scene.south.keys, NOW)
    assert refused(lambda: renew(scene.place, arrived, BOTH)) == f"{NORTH} is not in the directory."


def test_no_renewal_brings_a_key_back(scene: Scene) -> None:
    scene.join()
    successor = life.rotate(scene.south.keys, Use.ENCRYPT, "X25519").successor
    earlier = scene.renewed()
    renew(scene.place, earlier, BOTH)
    revoke_key(scene.place, SOUTH, successor.kid, None, ONE)
    assert refused(lambda: renew(scene.place, earlier, BOTH)) == (
        f"The key {successor.kid[:8]} is revoked and would come back to life."
    )


def test_no_renewal_makes_a_key_vanish(scene: Scene) -> None:
    scene.join()
    earlier = scene.renewed()
    successor = life.rotate(scene.south.keys, Use.ENCRYPT, "X25519").successor
    renew(scene.place, scene.renewed(), BOTH)
    assert refused(lambda: renew(scene.place, earlier, BOTH)) == (
        f"The key {successor.kid[:8]} would vanish from the directory."
    )


def test_a_key_in_other_hands_is_revoked_by_one_officer(scene: Scene) -> None:
    scene.join()
    kid = scene.south.current(Use.SIGN, "Ed25519")
    assert refused(lambda: revoke_key(scene.place, SOUTH, "A" * 43, None, ONE)) == (
        f"{SOUTH} has no such key in the directory."
    )
    revoke_key(scene.place, SOUTH, kid, NOW - timedelta(days=1), ONE)
    (key,) = [key for key in scene.entry.keys if key.kid == kid]
    assert (key.status, key.revoked_at) == (KeyStatus.REVOKED, NOW - timedelta(days=1))


def test_who_lost_its_keys_joins_anew_and_what_it_signed_before_still_counts(scene: Scene, tmp_path: Path) -> None:
    scene.join()
    old = {key.kid for key in scene.entry.keys}
    scene.clock.turn(days=1)
    scene.south = Council(tmp_path / "south anew", scene.clock).with_keys(ITP_A)
    scene.join()
    assert {key.status for key in scene.entry.keys if key.kid in old} == {KeyStatus.RETIRED}
    assert len(scene.entry.keys) == 2 * len(old)
    assert scene.entry.newest(Use.SIGN, "Ed25519", scene.clock()) is not None


def test_two_councils_with_the_same_key_are_refused(scene: Scene) -> None:
    scene.join()
    invitation = scene.invite(NORTH)
    profile = replace(scene.south.profile, organisation=NORTH)
    arrived = answer(invitation, profile, scene.south.keys, NOW)
    verify_answer(scene.place.invitations, NORTH, arrived, NOW)
    assert refused(lambda: activate(scene.place, NORTH, Standing.LIVE, BOTH)) == (
        "An organisation, an alias or a key would be in the directory twice."
    )
    assert scene.place.current().sequence == 1


def test_every_revision_is_accepted_by_who_pinned_the_roots(scene: Scene) -> None:
    known = scene.join()
    suspend(scene.place, SOUTH, ONE)
    token = (scene.place.folder / "revisions" / "000002.jws").read_bytes()
    assert accept(token, scene.invite(NORTH).roots, known).sequence == 2
