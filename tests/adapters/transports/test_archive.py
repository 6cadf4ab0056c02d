from __future__ import annotations

import io
import subprocess
import tarfile
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from adapters.transports.archive import packed, unpacked
from adapters.transports.base import Parcel
from adapters.transports.limits import Limits
from carrier_harness import archived, identifier, parcel
from schemas.errors import Permanent, Rejected

PAGE = Path(__file__).parents[3] / "docs" / "transports.md"
LIMITS = Limits(label=100, manifest=100, chunk=2000, chunks=3, parcel=20_000)
Members = list[tuple[str, bytes, bytes]]
WHOLE: Members = [("label", b"{}", tarfile.REGTYPE), ("manifest", b"m", tarfile.REGTYPE)]


def read(archive: bytes, limits: Limits = LIMITS, piece: int | None = None) -> tuple[bytes, bytes, list[bytes]]:
    file = io.BytesIO(archive)
    found = unpacked(identifier(1), lambda size: file.read(min(size, piece or size)), limits)
    return found.label, found.manifest, list(found.chunks)


def tar(members: Members, style: int = tarfile.USTAR_FORMAT) -> bytes:
    file = io.BytesIO()
    with tarfile.open(fileobj=file, mode="w", format=style) as archive:
        for name, content, kind in members:
            info = tarfile.TarInfo(name)
            info.size, info.type, info.linkname = len(content), kind, "label" if kind != tarfile.REGTYPE else ""
            archive.addfile(info, io.BytesIO(content))
    return file.getvalue()


def chunk(number: int, content: bytes = b"c") -> tuple[str, bytes, bytes]:
    return (f"chunk-{number:05d}", content, tarfile.REGTYPE)


def test_any_tar_program_takes_a_parcel_apart() -> None:
    with tarfile.open(fileobj=io.BytesIO(archived(parcel(1, b"first", b"")))) as found:
        assert found.getnames() == ["label", "manifest", "chunk-00000", "chunk-00001"]
        taken = found.extractfile("chunk-00000")
        assert taken is not None
        assert taken.read() == b"first"


def test_any_tar_program_puts_one_together() -> None:
    assert read(tar([*WHOLE, chunk(0), chunk(1, b"")])) == (b"{}", b"m", [b"c", b""])


def test_the_command_on_the_page_puts_one_together(tmp_path: Path) -> None:
    for name, content in (("label", b"{}"), ("manifest", b"m"), ("chunk-00000", b"c" * 600), ("chunk-00001", b"d")):
        (tmp_path / name).write_bytes(content)
    command = "tar --format=ustar -cf MESSAGE_ID.itp label manifest chunk-*"
    assert f"\n    {command}\n" in PAGE.read_text(encoding="utf-8")
    subprocess.run(command, shell=True, cwd=tmp_path, check=True)
    assert read((tmp_path / "MESSAGE_ID.itp").read_bytes()) == (b"{}", b"m", [b"c" * 600, b"d"])


def test_the_same_parcel_is_the_same_bytes() -> None:
    assert archived(parcel(1, b"chunk")) == archived(parcel(1, b"chunk"))


@given(
    st.binary(max_size=100),
    st.binary(max_size=100),
    st.lists(st.binary(max_size=2000), max_size=3),
    st.integers(1, 700),
)
def test_what_was_packed_is_unpacked(label: bytes, manifest: bytes, chunks: list[bytes], piece: int) -> None:
    archive = b"".join(packed(Parcel(identifier(1), label, manifest, chunks), LIMITS))
    assert read(archive, piece=piece) == (label, manifest, chunks)


def test_every_truncation_is_refused() -> None:
    archive = archived(parcel(1, b"first", b"second"))
    for size in range(0, len(archive), 7):
        with pytest.raises(Rejected):
            read(archive[:size])


@given(st.integers(0, 4095), st.integers(1, 255))
def test_damage_is_refused_or_changes_only_content(at: int, flip: int) -> None:
    archive = bytearray(archived(parcel(1, b"c" * 600)))
    archive[at % len(archive)] ^= flip
    with suppress(Rejected):
        label, manifest, chunks = read(bytes(archive))
        assert [len(label), len(manifest), *map(len, chunks)] == [16, 17, 600]


@pytest.mark.parametrize(
    ("archive", "text"),
    [
        (tar([]), "label is missing"),
        (tar(WHOLE[:1]), "manifest is missing"),
        (tar(WHOLE[::-1]), "something else stands in the place of label"),
        (tar([*WHOLE, chunk(1)]), "something else stands in the place of chunk-00000"),
        (tar([*WHOLE, chunk(0), chunk(0)]), "something else stands in the place of chunk-00001"),
        (tar([*WHOLE, ("../chunk-00000", b"c", tarfile.REGTYPE)]), "something else"),
        (tar([*WHOLE, ("chunk-00000", b"", tarfile.SYMTYPE)]), "something else"),
        (tar([*WHOLE, ("chunk-00000", b"", tarfile.LNKTYPE)]), "something else"),
        (tar([*WHOLE, ("chunk-00000", b"", tarfile.DIRTYPE)]), "something else"),
        (tar([("é", b"", tarfile.REGTYPE)], tarfile.PAX_FORMAT), "something else stands in the place of label"),
        (tar([("label", b"x" * 101, tarfile.REGTYPE)]), "label is over a limit"),
        (tar([*WHOLE, chunk(0, b"x" * 2001)]), "chunk-00000 is over a limit"),
        (tar([*WHOLE, *map(chunk, range(4))]), "chunk-00003 is over a limit"),
        (tar(WHOLE) + b"more", "its end is not that of a tar"),
        (tar(WHOLE) + bytes(20_000), "it goes on after its end"),
        (tar(WHOLE).rstrip(b"\0") + bytes(511), "it ends too early"),
        (b"PK\x03\x04" * 512, "a header is damaged"),
    ],
)  # fmt: skip
def test_what_is_no_parcel_is_refused(archive: bytes, text: str) -> None:
    with pytest.raises(Rejected, match=text) as caught:
        read(archive)
    assert "renamed when it is whole" in caught.value.hint


def test_something_between_the_members_is_refused() -> None:
    archive = bytearray(tar(WHOLE))
    archive[512 + 100] = 1
    with pytest.raises(Rejected, match="something between its members"):
        read(bytes(archive))


@pytest.mark.parametrize(
    ("made", "text"),
    [
        (lambda: Parcel(identifier(1), b"x" * 101, b"", ()), "label is over the limit of 100 bytes"),
        (lambda: Parcel(identifier(1), b"", b"x" * 101, ()), "manifest is over the limit of 100 bytes"),
        (lambda: Parcel(identifier(1), b"", b"", (b"x" * 2001,)), "chunk-00000 is over the limit of 2000 bytes"),
        (lambda: Parcel(identifier(1), b"", b"", (b"",) * 4), "more than 3 chunks"),
    ],
)
def test_what_is_over_a_limit_is_not_packed(made: Callable[[], Parcel], text: str) -> None:
    with pytest.raises(Permanent, match=text):
        list(packed(made(), LIMITS))


def test_a_parcel_over_its_limit_is_not_packed() -> None:
    with pytest.raises(Permanent, match="The parcel is over the limit of 1000 bytes"):
        list(packed(parcel(1), Limits(parcel=1000)))
