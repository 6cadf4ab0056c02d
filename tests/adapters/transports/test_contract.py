"""The contract of the carriers: every test here runs over each of them.

A carrier joins by a line in CARRIERS and a fixture `<name>_harness` in conftest.py.
"""

from __future__ import annotations

import tracemalloc
from collections.abc import Callable, Iterator
from contextlib import AbstractContextManager

import pytest

from adapters.transports.base import Carrier, Conflict, Entry, Parcel, Receipt, Sent
from adapters.transports.names import is_identifier
from carrier_harness import MIB, Harness, identifier, parcel, receipt
from schemas.errors import Misconfigured, Permanent, Rejected, Transient

CARRIERS = ("folder", pytest.param("sftp", marks=pytest.mark.sshd), "mesh")
CHUNKS = (b"\x00first" * 1000, b"", bytes(range(256)) * 30, b"last")


@pytest.fixture(params=CARRIERS)
def harness(request: pytest.FixtureRequest) -> Harness:
    found: Harness = request.getfixturevalue(f"{request.param}_harness")
    return found


def send(carrier: Carrier, *parcels: Parcel) -> list[Sent]:
    with carrier.connect() as exchange:
        return [exchange.send(item) for item in parcels]


def listed(carrier: Carrier) -> tuple[Entry, ...]:
    with carrier.connect() as exchange:
        return exchange.waiting().waiting


def read(carrier: Carrier, entry: Entry) -> tuple[str, bytes, bytes, list[bytes]]:
    with carrier.connect() as exchange, exchange.collect(entry) as incoming:
        return incoming.message_id, incoming.label, incoming.manifest, list(incoming.chunks)


def shape(item: Parcel) -> tuple[str, bytes, bytes, list[object]]:
    return item.message_id, item.label, item.manifest, list(item.chunks)


def test_what_is_sent_arrives_byte_for_byte(harness: Harness) -> None:
    assert send(harness.ours, parcel(1, *CHUNKS), parcel(2)) == [Sent.DONE, Sent.DONE]
    first, second = listed(harness.theirs)
    assert read(harness.theirs, first) == shape(parcel(1, *CHUNKS))
    assert read(harness.theirs, second) == shape(parcel(2))


def test_what_is_sent_is_not_what_waits_for_us(harness: Harness) -> None:
    send(harness.ours, parcel(1, *CHUNKS))
    assert listed(harness.ours) == ()


def test_it_goes_both_ways(harness: Harness) -> None:
    send(harness.ours, parcel(1, b"there"))
    send(harness.theirs, parcel(1, b"and back"))
    (there,), (back,) = listed(harness.theirs), listed(harness.ours)
    assert read(harness.theirs, there)[3] == [b"there"]
    assert read(harness.ours, back)[3] == [b"and back"]


def test_sending_again_changes_nothing(harness: Harness) -> None:
    send(harness.ours, parcel(1, *CHUNKS))
    before = listed(harness.theirs)
    assert send(harness.ours, parcel(1, *CHUNKS)) == [Sent.ALREADY_THERE]
    assert listed(harness.theirs) == before


@pytest.mark.parametrize(
    "other",
    [parcel(1, b"other"), parcel(1, *CHUNKS, b"more"), parcel(1, *CHUNKS[:-1]), parcel(1, *CHUNKS, label=b"{}")],
    ids=["content", "longer", "shorter", "label"],
)
def test_other_bytes_under_one_id_overwrite_nothing(harness: Harness, other: Parcel) -> None:
    send(harness.ours, parcel(1, *CHUNKS))
    with pytest.raises(Conflict, match="under this message's id"):
        send(harness.ours, other)
    (entry,) = listed(harness.theirs)
    assert read(harness.theirs, entry) == shape(parcel(1, *CHUNKS))


def test_a_parcel_is_not_seen_before_it_is_whole(harness: Harness) -> None:
    seen: list[tuple[Entry, ...]] = []

    def chunks() -> Iterator[bytes]:
        for _ in range(3):
            yield b"x" * MIB
            seen.append(listed(harness.theirs))

    send(harness.ours, Parcel(identifier(1), b"{}", b"manifest", chunks()))
    assert seen == [(), (), ()]
    assert len(listed(harness.theirs)) == 1


def test_a_parcel_that_was_cut_off_is_sent_whole_by_the_next_attempt(harness: Harness) -> None:
    def chunks() -> Iterator[bytes]:
        yield b"x" * 2 * MIB
        raise Transient("The store is busy.")

    with pytest.raises(Transient, match="The store is busy"):
        send(harness.ours, Parcel(identifier(1), b"{}", b"manifest", chunks()))
    assert listed(harness.theirs) == ()
    whole = Parcel(identifier(1), b"{}", b"manifest", (b"x" * 2 * MIB, b"the rest"))
    assert send(harness.ours, whole) == [Sent.DONE]
    (entry,) = listed(harness.theirs)
    assert read(harness.theirs, entry) == shape(whole)


def test_the_oldest_waits_first(harness: Harness) -> None:
    send(harness.ours, *(parcel(number) for number in (3, 1, 20, 2)))
    assert [entry.identifier for entry in listed(harness.theirs)] == [identifier(n) for n in (1, 2, 3, 20)]


def test_a_parcel_stays_until_it_is_acknowledged(harness: Harness) -> None:
    send(harness.ours, parcel(1, *CHUNKS), parcel(2))
    first, second = listed(harness.theirs)
    assert read(harness.theirs, first) == read(harness.theirs, first)
    with harness.theirs.connect() as exchange:
        exchange.acknowledge(first)
        assert exchange.waiting().waiting == (second,)


def test_acknowledging_twice_is_no_error(harness: Harness) -> None:
    send(harness.ours, parcel(1, *CHUNKS))
    (entry,) = listed(harness.theirs)
    with harness.theirs.connect() as exchange:
        exchange.acknowledge(entry)
        exchange.acknowledge(entry)
        assert exchange.waiting().waiting == ()


def test_receipts_travel_like_parcels(harness: Harness) -> None:
    with harness.ours.connect() as exchange:
        assert exchange.send_receipt(receipt(2, b"later")) is Sent.DONE
        assert exchange.send_receipt(receipt(1, b"earlier")) is Sent.DONE
        assert exchange.send_receipt(receipt(1, b"earlier")) is Sent.ALREADY_THERE
        with pytest.raises(Conflict, match="It was left as it is"):
            exchange.send_receipt(receipt(1, b"forged"))
    with harness.theirs.connect() as exchange:
        first, second = exchange.receipts().waiting
        assert (first.identifier, second.identifier) == (identifier(1), identifier(2))
        assert [exchange.collect_receipt(entry) for entry in (first, second, first)] == [
            b"earlier",
            b"later",
            b"earlier",
        ]
        exchange.acknowledge_receipt(first)
        exchange.acknowledge_receipt(first)
        assert exchange.receipts().waiting == (second,)


def test_receipts_and_parcels_do_not_mix(harness: Harness) -> None:
    send(harness.ours, parcel(1))
    with harness.ours.connect() as exchange:
        exchange.send_receipt(receipt(2))
    with harness.theirs.connect() as exchange:
        parcels, receipts = exchange.waiting(), exchange.receipts()
    assert [entry.identifier for entry in parcels.waiting] == [identifier(1)]
    assert [entry.identifier for entry in receipts.waiting] == [identifier(2)]
    assert parcels.refused_count == receipts.refused_count == 0


def test_what_is_no_message_id_names_nothing(harness: Harness) -> None:
    with harness.ours.connect() as exchange:
        with pytest.raises(Permanent, match="not a message id"):
            exchange.send(Parcel("../../etc/passwd", b"{}", b"manifest", ()))
        with pytest.raises(Permanent, match="not a message id"):
            exchange.send_receipt(Receipt("../receipt", b"token"))


def test_a_parcel_over_a_limit_is_not_sent(harness: Harness) -> None:
    with pytest.raises(Permanent, match="label is over the limit of 4096 bytes"):
        send(harness.ours, parcel(1, label=b"x" * 4097))
    with harness.ours.connect() as exchange, pytest.raises(Permanent, match="The receipt is over the limit"):
        exchange.send_receipt(receipt(1, b"x" * 16_385))
    assert listed(harness.theirs) == ()


def test_a_dead_partner_is_tried_again(harness: Harness) -> None:
    assert harness.dead
    for dead in harness.dead.values():
        _assert_transient(dead)


def _assert_transient(dead: Callable[[], AbstractContextManager[Carrier]]) -> None:
    with dead() as carrier, pytest.raises(Transient):
        send(carrier, parcel(1, *CHUNKS))


def test_wrong_credentials_stop_the_partner(harness: Harness) -> None:
    with pytest.raises(Misconfigured) as caught, harness.wrong.connect():
        pass
    assert caught.value.hint


def test_hostile_things_stop_nothing_else(harness: Harness) -> None:
    send(harness.ours, parcel(10, *CHUNKS), parcel(99, *CHUNKS))
    for item in harness.hostile.values():
        item.plant()
    with harness.theirs.connect() as exchange:
        before = exchange.waiting()
        outcomes = {entry.identifier: _outcome(harness.theirs, entry) for entry in before.waiting}
        good = [entry for entry in before.waiting if outcomes[entry.identifier] == list(CHUNKS)]
        for entry in good:
            exchange.acknowledge(entry)
        after = exchange.waiting()
    assert [entry.identifier for entry in good] == [identifier(10), identifier(99)]
    expected = [item.reason for item in harness.hostile.values()]
    assert sorted(item.reason for item in before.refused) == sorted(reason for reason in expected if reason)
    assert before.refused_count == after.refused_count == len(before.refused)
    assert list(outcomes.values()).count("rejected") == len(after.waiting) == expected.count(None)


def test_a_refusal_repeats_no_foreign_name(harness: Harness) -> None:
    for item in harness.hostile.values():
        item.plant()
    with harness.theirs.connect() as exchange:
        refused = exchange.waiting().refused
    assert all(item.identifier is None or is_identifier(item.identifier) for item in refused)
    assert "Sample" not in repr(refused)


def _outcome(carrier: Carrier, entry: Entry) -> object:
    try:
        return read(carrier, entry)[3]
    except Rejected:
        return "rejected"


def test_memory_stays_flat(harness: Harness) -> None:
    def chunks() -> Iterator[bytes]:
        yield from (bytes([number]) * 4 * MIB for number in range(16))

    tracemalloc.start()
    try:
        send(harness.ours, Parcel(identifier(1), b"{}", b"manifest", chunks()))
        (entry,) = listed(harness.theirs)
        with harness.theirs.connect() as exchange, exchange.collect(entry) as incoming:
            arrived = [(len(chunk), chunk[0], chunk[-1]) for chunk in incoming.chunks]
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert arrived == [(4 * MIB, number, number) for number in range(16)]
    assert peak < 40 * MIB, "of 64 MiB"
