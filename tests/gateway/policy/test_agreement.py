"""Reading an agreement: what is refused, and in which words."""

from __future__ import annotations

from pathlib import Path

import pytest

from gateway.policy.agreement import Status
from gateway.policy.read import MAX_BYTES, read_agreement, read_folder
from schemas.errors import Misconfigured

EXAMPLE = Path("gateway/policy/examples/moves.toml").read_text(encoding="utf-8")


def test_the_example_is_read() -> None:
    found = read_agreement(EXAMPLE.encode())
    assert (found.agreement_id, found.version, found.status) == ("northmere-southmere-moves", "1", Status.LIVE)
    assert found.names_party("urn:ics:org:ods:N99")
    assert not found.names_party("urn:ics:org:ods:E99")


@pytest.mark.parametrize(
    ("old", "new", "told"),
    [
        ('onward = "ask"', 'onward = "maybe"', "onward: Input should be 'allowed', 'ask' or 'forbidden'"),
        ('onward = "ask"', 'onward = "ask"\nsecret_name = 1', "?: Extra inputs are not permitted"),
        ("valid_from = 2026-04-01", "valid_from = 2026-04-01T00:00:00Z", "it has a time where only a day can be"),
        ("review_by = 2028-03-31", "review_by = 2029-04-01", "the review is not between the first and the last day"),
        ('reference = "staff-102"', 'reference = "staff-101"', "the author is also an approver"),
        ("paper_sha256 = ", "# ", "a version that is no draft has approvers and the hash of the signed agreement"),
        ('X4 = "approval"', 'X5 = "approval"', "restrictions ?: Extra inputs are not permitted"),
        ('transform = "year-only"', 'transform = "hashed"', "items no. 7 transform: Input should be"),
        ("sent_copy_days = 30", 'sent_copy_days = "30"', "retention sent_copy_days: Input should be a valid integer"),
        ('version = "1"', 'version = "1"\nversion = "2"', "is no TOML"),
    ],
)
def test_what_is_no_agreement_is_refused(old: str, new: str, told: str) -> None:
    assert old in EXAMPLE
    with pytest.raises(Misconfigured) as refusal:
        read_agreement(EXAMPLE.replace(old, new, 1).encode(), "moves.toml")
    assert refusal.value.message.startswith("moves.toml is no")
    assert told in refusal.value.message
    assert "secret_name" not in refusal.value.message


def test_limits_of_size_and_depth() -> None:
    with pytest.raises(Misconfigured, match="larger than 256 KiB"):
        read_agreement(b"#" * (MAX_BYTES + 1), "a.toml")
    with pytest.raises(Misconfigured, match="is no TOML"):
        read_agreement(b"a = " + b"[" * 50_000, "a.toml")
    with pytest.raises(Misconfigured, match="is no TOML"):
        read_agreement(b"a = '\xff'", "a.toml")
    head, _, rest = EXAMPLE.partition("[[items]]")
    one, marker, rest = rest.partition("[[items]]")
    with pytest.raises(Misconfigured, match="items: Tuple should have at most 500 items"):
        read_agreement((head + ("[[items]]" + one) * 501 + marker + rest).encode(), "a.toml")


def test_a_folder_holds_each_version_once(tmp_path: Path) -> None:
    (tmp_path / "one.toml").write_text(EXAMPLE, encoding="utf-8")
    (tmp_path / "notes.txt").write_text("no agreement", encoding="utf-8")
    assert [found.version for found in read_folder(tmp_path)] == ["1"]
    (tmp_path / "two.toml").write_text(EXAMPLE, encoding="utf-8")
    with pytest.raises(Misconfigured, match=r"two\.toml: version 1 of northmere-southmere-moves is there twice\."):
        read_folder(tmp_path)
