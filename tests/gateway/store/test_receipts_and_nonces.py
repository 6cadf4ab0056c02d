"""Receipts are kept once; a nonce counts once."""

from __future__ import annotations

from gateway.store import ledger, nonces
from gateway.store.receipts import Receipt, keep, receipts
from gateway.store.store import Store
from store_builder import NOW, counts, later, take

R1 = Receipt("R1", "a" * 43, b"signed one")
R2 = Receipt("R2", "b" * 43, b"signed two")


def test_receipts_come_back_byte_for_byte_in_their_order(store: Store) -> None:
    message = take(store).message
    assert keep(store, message, R1, later(1)) is True
    assert keep(store, message, R2, later(2)) is True
    assert receipts(store, message) == (R1, R2)
    lines = ledger.history(store, message)[1:]
    assert [(line.event.value, line.reason, line.at) for line in lines] == [
        ("receipt", "r1", later(1)),
        ("receipt", "r2", later(2)),
    ]


def test_the_very_same_receipt_is_kept_once(store: Store) -> None:
    message = take(store).message
    keep(store, message, R1, later(1))
    assert keep(store, message, R1, later(2)) is False
    assert (counts(store)["receipts"], counts(store)["ledger"]) == (1, 2)


def test_a_nonce_counts_once_for_each_key(store: Store) -> None:
    assert nonces.remember(store, "key", "n", later(900), NOW) is True
    assert nonces.remember(store, "key", "n", later(901), later(1)) is False
    assert nonces.remember(store, "other key", "n", later(900), NOW) is True


def test_a_nonce_is_remembered_until_it_expires(store: Store) -> None:
    nonces.remember(store, "key", "n", later(900), NOW)
    assert nonces.remember(store, "key", "n", later(1800), later(899.999)) is False
    assert nonces.remember(store, "key", "n", later(1800), later(900)) is True
    assert nonces.remember(store, "key", "n", later(1800), later(901)) is False


def test_only_expired_nonces_are_forgotten(store: Store) -> None:
    for number in range(3):
        nonces.remember(store, "key", str(number), later(number), NOW)
    assert nonces.purge(store, later(1)) == 2
    assert nonces.remember(store, "key", "2", later(9), later(1)) is False
