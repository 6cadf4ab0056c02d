"""The golden vectors: what is committed is what we make, opens, and is refused as it says."""

from __future__ import annotations

import json
from base64 import urlsafe_b64decode
from datetime import datetime
from typing import Any

import pytest

from gateway.itp.directory import accept
from gateway.itp.identifiers import Digest
from gateway.itp.keys import PrivateKey
from gateway.itp.label import read_label
from gateway.itp.receipts import Subject, check_chain
from itp_exchange import ANN, BEN, PINNED, Package, claims_of, deliver, directory, private_key, refusal
from itp_golden import FOLDER, fixed_randomness, made

SEALED = ("sealed-itp-a.json", "sealed-itp-b.json", "sealed-empty.json")


def golden(name: str) -> Any:
    return json.loads((FOLDER / name).read_text(encoding="utf-8"))


def package(vector: dict[str, Any]) -> Package:
    return Package(vector["label"].encode(), vector["manifest"].encode(), tuple(map(decoded, vector["chunks"])))


def decoded(text: str) -> bytes:
    return urlsafe_b64decode(text + "=" * (-len(text) % 4))


REFUSED = golden("refused.json")


def test_what_we_make_is_what_is_committed() -> None:
    committed = {path.name: path.read_text(encoding="utf-8") for path in FOLDER.glob("*.json")}
    assert made() == committed, "run: .venv/bin/python tests/itp_golden.py"


def test_the_randomness_is_fixed_while_vectors_are_made_only() -> None:
    with fixed_randomness():
        first = PrivateKey.generate("P-256").kid
    with fixed_randomness():
        assert PrivateKey.generate("P-256").kid == first
    assert PrivateKey.generate("P-256").kid != first


@pytest.mark.parametrize("name", SEALED)
def test_a_sealed_vector_opens(name: str) -> None:
    vector = golden(name)
    opened = deliver(package(vector), now=datetime.fromisoformat(vector["now"]))
    assert opened.payload.read() == decoded(vector["payload"])
    assert claims_of(package(vector)) == vector["claims"]


@pytest.mark.parametrize("vector", REFUSED, ids=[vector["why"] for vector in REFUSED])
def test_a_bad_vector_is_refused_with_its_code(vector: dict[str, Any]) -> None:
    assert refusal(package(vector), now=datetime.fromisoformat(vector["now"])) == vector["code"]


def test_the_directory_is_signed_by_the_root() -> None:
    assert accept(golden("directory.json")["jws"].encode(), PINNED) == directory()


def test_the_receipts_form_a_chain() -> None:
    vector = golden("sealed-itp-a.json")
    about = Subject.of(read_label(vector["label"].encode()), Digest.of(decoded(vector["payload"])))
    tokens = [token.encode() for token in golden("receipts.json")]
    chain = check_chain(tokens, about, directory(), datetime.fromisoformat(vector["now"]))
    assert [receipt.level for receipt in chain] == ["R1", "R2"]


def test_the_keys_are_those_that_the_vectors_use() -> None:
    keys = golden("keys.json")
    for side in (ANN, BEN):
        shown = {PrivateKey.from_jwk(entry["jwk"]).kid for entry in keys[side.organisation]}
        assert shown == {key.kid for key in side.keys.values()}
    assert PrivateKey.from_jwk(keys["root"][0]["jwk"]).kid == private_key("root", "Ed25519").kid
