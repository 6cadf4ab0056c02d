"""The file of pinned roots."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.itp.documents import written
from gateway.itp.keys import Use
from gateway.partners.roots import Roots, read_roots
from itp_exchange import KEYS_FROM, KEYS_TO, PINNED, private_key
from schemas.errors import Misconfigured


def refused(path: Path) -> str:
    with pytest.raises(Misconfigured) as error:
        read_roots(path)
    assert error.value.hint == "Take the file of roots from the partnership that publishes the directory."
    return error.value.message


def test_what_was_written_is_read(tmp_path: Path) -> None:
    path = tmp_path / "roots.json"
    path.write_bytes(written(Roots(roots=PINNED)))
    assert read_roots(path) == PINNED


def test_a_file_that_is_not_there_is_named(tmp_path: Path) -> None:
    assert refused(tmp_path / "roots.json") == (
        "The file of roots roots.json cannot be read (No such file or directory)."
    )


@pytest.mark.parametrize(
    ("content", "what"),
    [
        (b"{", "The document is not JSON, or names a member twice."),
        (b'{"spec":"itp-roots/1","roots":[]}', "roots is not valid."),
        (b'{"spec":"itp-roots/2","roots":[]}', "spec is not valid."),
    ],
)
def test_a_damaged_file_is_refused(tmp_path: Path, content: bytes, what: str) -> None:
    path = tmp_path / "roots.json"
    path.write_bytes(content)
    assert refused(path) == f"The file of roots roots.json is not usable. {what}"


def test_a_key_that_does_not_sign_is_refused(tmp_path: Path) -> None:
    path = tmp_path / "roots.json"
    sealing = private_key("root", "X25519").published(Use.ENCRYPT, KEYS_FROM, KEYS_TO)
    path.write_bytes(written(Roots(roots=(sealing,))))
    assert refused(path) == "The file of roots roots.json holds a key that does not sign."
