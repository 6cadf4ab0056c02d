"""The same sealed bytes over all five carriers: HTTPS push, HTTPS poll, a folder, SFTP and MESH, end to end.

Push and poll are calls between two gateways, not places where parcels lie, so they have no adapter of that shape.
What tests/adapters/transports/test_contract.py holds of a place, these tests hold of every way between two gateways.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import NamedTuple

import pytest

import mesh_server
import openssh
from adapters.transports.base import Carrier, Parcel
from adapters.transports.folder import FolderCarrier, FolderConfig
from adapters.transports.mesh import MeshCarrier, MeshConfig
from adapters.transports.sftp import SftpCarrier, SftpConfig
from authorities import dispatch, handed_over, levels, sent
from carrier_harness import identifier
from exchange_rig import Two, alerts, attempts, delivered_to, exported, minutes, two, verified
from gateway import maintenance
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.itp.codes import Code, Refused
from gateway.pipeline.collect import collect
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.run import sweep
from gateway.store import messages, receipts
from gateway.store.messages import status
from gateway.store.models import Part
from gateway.store.states import State
from mesh_server import PASSWORD, SHARED_KEY, Sandbox

MIB = 1 << 20
PLACES = ("folder", pytest.param("sftp", marks=pytest.mark.sshd), "mesh")
WAYS = ("push", "poll", *PLACES)


class Ends(NamedTuple):
    """Both ends of a carrier, and one whose credentials are not accepted."""

    ours: Carrier
    theirs: Carrier
    wrong: Carrier


@pytest.fixture(scope="module")
def sandbox(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Sandbox]:
    with mesh_server.running(tmp_path_factory.mktemp("mesh") / "mailboxes") as found:
        yield found


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    found = tmp_path / "exchange"
    for name in ("outgoing", "incoming"):
        (found / name / "receipts").mkdir(parents=True)
    return found


@pytest.fixture
def folder_pair(folder: Path) -> Ends:
    theirs = FolderConfig(folder, send_to="incoming", collect_from="outgoing")
    nowhere = FolderConfig(folder / "not mounted")
    return Ends(FolderCarrier(FolderConfig(folder)), FolderCarrier(theirs), FolderCarrier(nowhere))


@pytest.fixture
def sftp_pair(folder: Path, tmp_path: Path) -> Iterator[Ends]:
    place = tmp_path / "ssh"
    place.mkdir()
    with openssh.running(place) as ssh:
        ours = SftpConfig("127.0.0.1", ssh.user, ssh.host_key, ssh.client_key, ssh.port, str(folder), timeout=20)
        theirs = replace(ours, send_to="incoming", collect_from="outgoing")
        wrong = replace(ours, user="nobody-we-know")
        yield Ends(SftpCarrier(ours), SftpCarrier(theirs), SftpCarrier(wrong))


@pytest.fixture
def mesh_pair(sandbox: Sandbox) -> Ends:
    sandbox.reset()
    ours = MeshConfig(sandbox.url, "X26ABC1", PASSWORD, SHARED_KEY, "X26ABC2", "ICS_TRANSFER", timeout=20)
    theirs, wrong = replace(ours, mailbox="X26ABC2", partner="X26ABC1"), replace(ours, password="wrong")
    return Ends(MeshCarrier(ours), MeshCarrier(theirs), MeshCarrier(wrong))


def over(both: Two, pair: Ends) -> Two:
    """Have the two reach each other by a carrier."""
    ann = replace(both.ann, carriers={both.ben.organisation: pair.ours})
    return replace(both, ann=ann, ben=replace(both.ben, carriers={both.ann.organisation: pair.theirs}))


@pytest.fixture(params=WAYS)
def way(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Two]:
    """Give Ann and Ben with one way between them."""
    name: str = request.param
    with two(tmp_path / "authorities", {}, modes=("poll",) if name == "poll" else ("push",)) as both:
        yield both if name in {"push", "poll"} else over(both, request.getfixturevalue(f"{name}_pair"))


@pytest.fixture(params=PLACES)
def ends(request: pytest.FixtureRequest) -> Ends:
    found: Ends = request.getfixturevalue(f"{request.param}_pair")
    return found


@pytest.fixture
def place(ends: Ends, tmp_path: Path) -> Iterator[Two]:
    with two(tmp_path / "authorities", {}) as both:
        yield over(both, ends)


def go(both: Two, rounds: int = 3) -> None:
    """Let both sides send, fetch and open what there is."""
    for _ in range(rounds):
        for exchange in (both.ann, both.ben):
            sweep(exchange, "test")
            collect(exchange)
    both.clock.forward(minutes(6))
    for exchange in (both.ann, both.ben):
        sweep(exchange, "test")


@pytest.mark.parametrize("content", [b"", bytes(range(256)) * 10], ids=["empty", "chunks"])
def test_what_is_sent_arrives_byte_for_byte_and_receipts_come_back(way: Two, content: bytes) -> None:
    message = dispatch(way.ann, way.ben.organisation, content, chunk_size=1000)
    go(way)
    assert handed_over(way.ben, message) == content
    assert levels(way.ann, message) == levels(way.ben, message) == ["R1", "R2"]
    assert sent(way.ann, message).state is State.DELIVERED


def test_it_goes_both_ways_and_both_logs_are_verified(way: Two) -> None:
    there, back = dispatch(way.ann, way.ben.organisation, b"there"), dispatch(way.ben, way.ann.organisation, b"back")
    go(way)
    assert (handed_over(way.ben, there), handed_over(way.ann, back)) == (b"there", b"back")
    assert levels(way.ann, there) == levels(way.ben, back) == ["R1", "R2"]
    assert verified(exported(way.ann), way.ann, ()).is_sound
    assert verified(exported(way.ben), way.ben, ()).is_sound


def test_the_oldest_goes_first(way: Two) -> None:
    opened: list[str] = []
    ben = replace(way.ben, policy=lambda label, _manifest: opened.append(label.message_id))
    made = [dispatch(way.ann, way.ben.organisation) for _ in range(4)]
    go(replace(way, ben=ben))
    assert opened == made


def test_a_large_message_arrives_whole(way: Two) -> None:
    content = secrets.token_bytes(2 * MIB + 1)
    message = dispatch(way.ann, way.ben.organisation, content, chunk_size=MIB)
    go(way)
    assert handed_over(way.ben, message) == content
    assert levels(way.ann, message) == ["R1", "R2"]


def test_what_cannot_be_taken_stays_until_it_can(way: Two) -> None:
    message = dispatch(way.ann, way.ben.organisation)
    engine, operator = way.ben.store.engine, Actor(way.ben.organisation, Role.OPERATOR)
    maintenance.begin(engine, operator, way.clock())
    go(way)
    assert (delivered_to(way.ben), levels(way.ann, message)) == ([], [])
    maintenance.end(engine, operator, way.clock())
    way.clock.forward(minutes(11))
    go(way)
    assert delivered_to(way.ben) == [message]
    assert levels(way.ann, message) == levels(way.ben, message) == ["R1", "R2"]


def test_what_is_refused_is_answered_with_a_signed_code(way: Two) -> None:
    def no(*_seen: object) -> None:
        raise Refused(Code.POLICY, "The policy says no.")

    message = dispatch(way.ann, way.ben.organisation)
    go(replace(way, ben=replace(way.ben, policy=no)))
    assert levels(way.ann, message) == levels(way.ben, message) == ["R1", "N"]
    assert sent(way.ann, message).state is State.HELD
    assert delivered_to(way.ben) == []


@pytest.mark.sshd
def test_one_sealed_message_is_the_same_over_all_five(
    tmp_path: Path, folder_pair: Ends, sftp_pair: Ends, mesh_pair: Ends
) -> None:
    """Whatever way the bytes come, they are the message that was here before: one copy, the same receipts."""
    with two(tmp_path / "authorities", {}) as both:
        ann, ben = both.ann, both.ben
        message = dispatch(ann, ben.organisation, b"made-up" * 100, chunk_size=100)
        sweep(ann, "test")
        answers = [_held(ann, message)]
        sweep(ben, "test")
        for ours, theirs, _ in (folder_pair, sftp_pair, mesh_pair):
            with ours.connect() as connected:
                connected.send(_parcel(ann, message))
            assert collect(replace(ben, carriers={ann.organisation: theirs})) == 1
            answers.append(_left(ours))
    first, *others = answers
    assert others == [_held(ben, message)] * 3
    assert others[0][:1] == first
    assert delivered_to(ben) == [message]


def test_a_carrier_that_refuses_us_stops_the_partner_with_one_alert(place: Two, ends: Ends) -> None:
    ann = replace(place.ann, carriers={place.ben.organisation: ends.wrong})
    made = [dispatch(ann, place.ben.organisation) for _ in range(2)]
    go(replace(place, ann=ann))
    assert attempts(ann) == 1
    assert alerts(ann) == [("partner-held", "BBB")]
    assert [sent(ann, message).state for message in made] == [State.ACCEPTED] * 2


def test_a_parcel_that_is_none_stops_no_other(place: Two, ends: Ends) -> None:
    with ends.ours.connect() as connected:
        connected.send(Parcel(identifier(1), b"{}", b"no manifest", (b"x",)))
        connected.send(Parcel(identifier(2), b'{"spec":"itp/1"}', b"no manifest", ()))
    message = dispatch(place.ann, place.ben.organisation)
    go(place)
    assert delivered_to(place.ben) == [message]
    assert levels(place.ann, message) == ["R1", "R2"]


def test_what_nobody_collected_from_mesh_waits_for_a_person(tmp_path: Path, sandbox: Sandbox, mesh_pair: Ends) -> None:
    with two(tmp_path / "authorities", {}) as plain:
        both = over(plain, mesh_pair)
        message = dispatch(both.ann, both.ben.organisation)
        sweep(both.ann, "test")
        sandbox.report("X26ABC1", "ICS_TRANSFER", message)
        collect(both.ann)
        found = status(both.ann.store, both.ann.organisation, message)
        assert found is not None
        assert (found.state, found.reason) == (State.HELD, Code.EXPIRED)
        with mesh_pair.ours.connect() as connected:
            assert connected.waiting().undelivered == ()


def _parcel(exchange: Exchange, message_id: str) -> Parcel:
    number = sent(exchange, message_id).message
    label, manifest = (messages.read(exchange.store, number, part) for part in (Part.LABEL, Part.MANIFEST))
    return Parcel(message_id, label, manifest, messages.payload(exchange.store, number))


def _left(carrier: Carrier) -> tuple[bytes, ...]:
    """Give the receipts that wait for us with a carrier."""
    with carrier.connect() as connected:
        return tuple(connected.collect_receipt(entry) for entry in connected.receipts().waiting)


def _held(ben: Exchange, message_id: str) -> tuple[bytes, ...]:
    return tuple(receipt.token for receipt in receipts.receipts(ben.store, sent(ben, message_id).message))
