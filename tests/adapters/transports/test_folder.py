from __future__ import annotations

import os
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from adapters.transports.base import Carrier, Entry, Parcel, Sent
from adapters.transports.folder import FolderCarrier, FolderConfig, LocalPlace
from adapters.transports.limits import Limits
from carrier_harness import MIB, archived, identifier, parcel, receipt
from schemas.errors import Held, Misconfigured, Permanent, Rejected, Transient


@pytest.fixture
def ours(exchange_folder: Path) -> Carrier:
    return FolderCarrier(FolderConfig(exchange_folder))


@pytest.fixture
def theirs(exchange_folder: Path) -> Carrier:
    return FolderCarrier(FolderConfig(exchange_folder, "incoming", "outgoing"))


def send(carrier: Carrier, item: Parcel) -> Sent:
    with carrier.connect() as exchange:
        return exchange.send(item)


def listed(carrier: Carrier) -> Entry:
    with carrier.connect() as exchange:
        (entry,) = exchange.waiting().waiting
    return entry


def collect(carrier: Carrier, entry: Entry) -> list[bytes]:
    with carrier.connect() as exchange, exchange.collect(entry) as incoming:
        return list(incoming.chunks)


def test_files_are_named_by_message_id_and_nothing_else_is_left(ours: Carrier, exchange_folder: Path) -> None:
    send(ours, parcel(1, b"chunk"))
    with ours.connect() as exchange:
        exchange.send_receipt(receipt(2))
    found = sorted(str(path.relative_to(exchange_folder)) for path in exchange_folder.rglob("*") if path.is_file())
    assert found == [f"outgoing/{identifier(1)}.itp", f"outgoing/receipts/{identifier(2)}.jws"]
    assert (exchange_folder / f"outgoing/{identifier(1)}.itp").read_bytes() == archived(parcel(1, b"chunk"))


def test_chunks_may_be_files(ours: Carrier, theirs: Carrier, tmp_path: Path) -> None:
    (tmp_path / "chunk").write_bytes(b"from a file")
    send(ours, Parcel(identifier(1), b"{}", b"m", [tmp_path / "chunk", b"from memory"]))
    assert collect(theirs, listed(theirs)) == [b"from a file", b"from memory"]


def test_a_parcel_is_continued_where_it_was_cut_off(ours: Carrier, theirs: Carrier, exchange_folder: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield from (b"a" * MIB, b"b" * MIB)
        raise Transient("cut")

    with pytest.raises(Transient, match="cut"):
        send(ours, Parcel(identifier(1), b"{}", b"m", cut()))
    (part,) = (exchange_folder / "outgoing").glob("*.part")
    number = part.stat().st_ino
    with theirs.connect() as exchange:
        assert exchange.waiting().unfinished == 1
    send(ours, Parcel(identifier(1), b"{}", b"m", (b"a" * MIB, b"b" * MIB, b"c")))
    assert (exchange_folder / f"outgoing/{identifier(1)}.itp").stat().st_ino == number
    assert collect(theirs, listed(theirs)) == [b"a" * MIB, b"b" * MIB, b"c"]


def test_a_damaged_part_is_written_again(ours: Carrier, theirs: Carrier, exchange_folder: Path) -> None:
    def cut() -> Iterator[bytes]:
        yield b"a" * MIB
        raise Transient("cut")

    with pytest.raises(Transient):
        send(ours, Parcel(identifier(1), b"{}", b"m", cut()))
    (part,) = (exchange_folder / "outgoing").glob("*.part")
    part.write_bytes(bytes(part.stat().st_size + 5000))
    send(ours, Parcel(identifier(1), b"{}", b"m", (b"a" * MIB, b"b")))
    assert collect(theirs, listed(theirs)) == [b"a" * MIB, b"b"]


def test_a_kill_between_the_two_names_leaves_one_parcel(ours: Carrier, theirs: Carrier, exchange_folder: Path) -> None:
    send(ours, parcel(1, b"chunk"))
    whole = exchange_folder / f"outgoing/{identifier(1)}.itp"
    os.link(whole, whole.with_suffix(".0123456789abcdef.part"))
    assert send(ours, parcel(1, b"chunk")) is Sent.ALREADY_THERE
    assert collect(theirs, listed(theirs)) == [b"chunk"]


def test_what_is_too_large_leaves_no_part(ours: Carrier, exchange_folder: Path) -> None:
    with pytest.raises(Permanent, match="chunk-00001 is over the limit"):
        send(ours, parcel(1, b"x", b"x" * (4 * MIB + 17)))
    assert list((exchange_folder / "outgoing").iterdir()) == [exchange_folder / "outgoing/receipts"]


def test_a_second_copy_under_one_id_is_not_removed_unread(
    theirs: Carrier, ours: Carrier, exchange_folder: Path
) -> None:
    send(ours, parcel(1, b"first"))
    entry = listed(theirs)
    (exchange_folder / f"outgoing/{identifier(1)}.itp").write_bytes(archived(parcel(1, b"second one")))
    with theirs.connect() as exchange, pytest.raises(Held, match="not what was collected. It was not removed"):  # noqa: RUF043  # a full stop
        exchange.acknowledge(entry)
    with pytest.raises(Transient, match="changed since it was listed"):
        collect(theirs, entry)
    assert collect(theirs, listed(theirs)) == [b"second one"]


def test_a_link_put_there_after_the_listing_is_not_followed(
    theirs: Carrier, ours: Carrier, exchange_folder: Path
) -> None:
    send(ours, parcel(1, b"chunk"))
    entry = listed(theirs)
    whole = exchange_folder / f"outgoing/{identifier(1)}.itp"
    whole.rename(exchange_folder / "secret")
    whole.symlink_to(exchange_folder / "secret")
    with pytest.raises(Rejected, match="not a plain file"):
        collect(theirs, entry)
    with theirs.connect() as exchange, pytest.raises(Held):
        exchange.acknowledge(entry)
    assert whole.is_symlink()


def test_we_do_not_write_through_a_link(ours: Carrier, exchange_folder: Path, tmp_path: Path) -> None:
    target = tmp_path / "target"
    target.write_bytes(b"mine")
    (exchange_folder / f"outgoing/{identifier(1)}.itp").symlink_to(target)
    with pytest.raises(Permanent, match="left as it is"):
        send(ours, parcel(1, b"chunk"))
    assert target.read_bytes() == b"mine"


def test_a_parcel_that_is_gone_is_not_collected(theirs: Carrier, ours: Carrier) -> None:
    send(ours, parcel(1))
    entry = listed(theirs)
    with theirs.connect() as exchange:
        exchange.acknowledge(entry)
        with pytest.raises(Transient, match="no longer there"), exchange.collect(entry):
            pass


def test_a_long_listing_gives_the_oldest_and_says_that_there_is_more(ours: Carrier, exchange_folder: Path) -> None:
    for number in (5, 3, 1, 4, 2):
        send(ours, parcel(number))
    config = FolderConfig(exchange_folder, "incoming", "outgoing")
    with FolderCarrier(config, Limits(waiting=2)).connect() as exchange:
        listing = exchange.waiting()
        assert [entry.identifier for entry in listing.waiting] == [identifier(1), identifier(2)]
        assert listing.more
    with FolderCarrier(config, Limits(scanned=3)).connect() as exchange:
        assert exchange.waiting().more
    with FolderCarrier(config, Limits(waiting=5)).connect() as exchange:
        assert not exchange.waiting().more


@pytest.mark.parametrize("missing", ["outgoing", "incoming", "outgoing/receipts", "incoming/receipts"])
@pytest.mark.parametrize("link", [False, True])
def test_a_missing_or_linked_directory_stops_the_partner(
    ours: Carrier, exchange_folder: Path, missing: str, link: bool
) -> None:
    (exchange_folder / missing).rename(exchange_folder / "moved")
    if link:
        (exchange_folder / missing).symlink_to(exchange_folder / "moved")
    with pytest.raises(Misconfigured, match="A folder of the exchange is not there"), ours.connect():
        pass


@pytest.mark.parametrize(
    ("changed", "text"),
    [
        ({"send_to": "../elsewhere"}, "is one name of letters"),
        ({"collect_from": ".hidden"}, "is one name of letters"),
        ({"send_to": ""}, "is one name of letters"),
        ({"send_to": "incoming"}, "We send to one directory and collect from another"),
    ],
)
def test_directories_are_plain_names_and_two(exchange_folder: Path, changed: dict[str, str], text: str) -> None:
    with pytest.raises(Misconfigured, match=text):
        FolderCarrier(replace(FolderConfig(exchange_folder), **changed))  # type: ignore[arg-type]  # text fields only


def test_a_link_that_appears_between_looking_and_opening_is_not_followed(tmp_path: Path) -> None:
    (tmp_path / "target").write_bytes(b"mine")
    (tmp_path / "link").symlink_to("target")
    (tmp_path / "second name").hardlink_to(tmp_path / "target")
    descriptor = os.open(tmp_path, os.O_RDONLY)
    try:
        place = LocalPlace(descriptor)
        with pytest.raises(Rejected, match="is a link"), place.read("link"):
            pass
        with pytest.raises(Rejected, match="is a link"), place.draft("link"):
            pass
        with pytest.raises(Permanent, match="not a plain file of its own"), place.draft("second name"):
            pass
    finally:
        os.close(descriptor)
    assert (tmp_path / "target").read_bytes() == b"mine"
