"""The files of folders and zip files, and what is refused before anything is unpacked."""

from __future__ import annotations

import io
import random
import zipfile
from pathlib import Path

import pytest

from adapters.sheets.parts import MOST_FILES, parts_of, source_of
from adapters.xml.limits import Limits
from looked_after_files import put
from schemas.errors import Rejected

CODES = b"\n".join(b"U%d,%d" % (number % 7, number * number % 97) for number in range(200))


def zipped(*files: tuple[str, bytes], method: int = zipfile.ZIP_DEFLATED) -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w", method) as packed:
        for name, part in files:
            packed.writestr(name, part)
    return content.getvalue()


def names(*paths: Path, limits: Limits | None = None) -> list[str]:
    return [part.name for part in parts_of(paths, limits or Limits(), lambda name: name == "last")]


def test_a_folder_gives_its_files_and_those_of_the_folders_that_are_wanted(tmp_path: Path) -> None:
    for name in ("b.csv", "a.csv", ".hidden", "~$lock.xlsx", "last/c.csv", "last/deep/d.csv", "old/e.csv"):
        put(tmp_path, name, "x")
    assert names(tmp_path) == ["a.csv", "b.csv", "last/c.csv"]


def test_a_zip_file_gives_what_is_in_it_below_the_folder_that_holds_all(tmp_path: Path) -> None:
    files = ("cla/a.csv", "cla/last/b.csv", "cla/old/c.csv", "__MACOSX/cla/._a.csv", "cla/.DS_Store")
    path = put(tmp_path, "cla.zip", zipped(*((name, b"x") for name in files)))
    assert names(path) == ["a.csv", "last/b.csv"]


def test_the_folders_inside_that_are_not_wanted_are_named(tmp_path: Path) -> None:
    for name in ("a.csv", "last/c.csv", "last/deep/d.csv", "old/e.csv", ".git/f.csv"):
        put(tmp_path, f"in/{name}", "x")
    files = ("cla/a.csv", "cla/last/b.csv", "cla/old/c.csv", "cla/old/d.csv", "__MACOSX/cla/._a.csv")
    packed = put(tmp_path, "cla.zip", zipped(*((name, b"x") for name in files)))
    for path, left in ((tmp_path / "in", ["last/deep", "old"]), (packed, ["old", "old"])):
        told: list[str] = []
        parts_of([path], Limits(), lambda name: name == "last", told.append)
        assert told == left


def test_what_stands_beside_a_zip_file_is_read_with_it(tmp_path: Path) -> None:
    path = put(tmp_path, "cla.zip", zipped(("a.csv", b"x")))
    assert names(put(tmp_path, "b.csv", "y"), path) == ["b.csv", "a.csv"]


@pytest.mark.parametrize("name", ["../a.csv", "/etc/a.csv", "x/../../a.csv", "C:\\a.csv", "..\\a.csv"])
def test_a_name_that_leads_out_is_refused(tmp_path: Path, name: str) -> None:
    path = put(tmp_path, "in/cla.zip", zipped((name, b"x")))
    with pytest.raises(Rejected, match=r"^cla\.zip names a file outside of itself\.$"):
        names(path)
    assert sorted(item.name for item in tmp_path.rglob("*")) == ["cla.zip", "in"]


def test_a_bomb_is_refused_before_it_is_unpacked(tmp_path: Path) -> None:
    path = put(tmp_path, "cla.zip", zipped(("a.csv", b"0" * (4 << 20))))
    with pytest.raises(Rejected, match=r"^cla\.zip would unpack to 4,194,304 bytes, more than the gateway reads\.$"):
        names(path)


def test_a_file_that_is_longer_than_it_says_is_refused(tmp_path: Path) -> None:
    raw = bytearray(zipped(("a.csv", b"x" * 5000), method=zipfile.ZIP_STORED))
    for at in (raw.find(b"PK\x03\x04") + 22, raw.find(b"PK\x01\x02") + 24):
        raw[at : at + 4] = (100).to_bytes(4, "little")
    with pytest.raises(Rejected, match=r"^cla\.zip cannot be unpacked: it is damaged\.$"):
        names(put(tmp_path, "cla.zip", bytes(raw)))


@pytest.mark.parametrize("cut", [30, 60])
def test_a_damaged_zip_file_is_refused(tmp_path: Path, cut: int) -> None:
    raw = zipped(("a.csv", b"x,y\n" * 50))
    with pytest.raises(Rejected, match=r"^cla\.zip cannot be unpacked: it is damaged\.$"):
        names(put(tmp_path, "cla.zip", raw[:-cut]))


@pytest.mark.parametrize("method", [zipfile.ZIP_DEFLATED, zipfile.ZIP_BZIP2, zipfile.ZIP_LZMA])
@pytest.mark.parametrize("seed", range(20))
def test_a_zip_file_with_changed_bytes_is_refused_in_a_sentence(tmp_path: Path, seed: int, method: int) -> None:
    raw, chance = bytearray(zipped(("a.csv", CODES), method=method)), random.Random(seed)
    packed = raw.find(b"a.csv") + len("a.csv"), raw.find(b"PK\x01\x02")
    for _ in range(3):
        raw[chance.randrange(*packed)] ^= 1 + chance.randrange(255)
    with pytest.raises(Rejected, match=r"^cla\.zip cannot be unpacked: it is damaged\.$"):
        names(put(tmp_path, "cla.zip", bytes(raw)))


def test_a_locked_zip_file_is_refused(tmp_path: Path) -> None:
    raw = bytearray(zipped(("a.csv", b"x")))
    for at in (raw.find(b"PK\x03\x04") + 6, raw.find(b"PK\x01\x02") + 8):
        raw[at] |= 1
    with pytest.raises(Rejected, match=r"^cla\.zip is locked with a password\.$"):
        names(put(tmp_path, "cla.zip", bytes(raw)))


def test_the_limits_on_size_and_number_hold(tmp_path: Path) -> None:
    put(tmp_path, "a.csv", "x" * 60)
    put(tmp_path, "b.csv", "x" * 60)
    with pytest.raises(Rejected, match=r"^The files have more than the 100 bytes that the gateway reads\.$"):
        names(tmp_path, limits=Limits(file_size=100))
    many = put(tmp_path, "many.zip", zipped(*((f"{at}.csv", b"x") for at in range(MOST_FILES + 1))))
    with pytest.raises(Rejected, match=r"^There are more than 200 files\.$"):
        names(many)


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"^There is no file .*none\.csv\.$"):
        names(tmp_path / "none.csv")


def test_the_fingerprint_is_that_of_the_content(tmp_path: Path) -> None:
    one, other = put(tmp_path, "one/a.csv", "x"), put(tmp_path, "other/a.csv", "x")
    marks = [source_of([path], parts_of([path], Limits(), lambda _: True)) for path in (one, other, one.parent)]
    assert len({mark.sha256 for mark in marks}) == 1
    assert [mark.name for mark in marks] == ["a.csv", "a.csv", "one"]
    both = source_of([one, other], parts_of([one, other], Limits(), lambda _: True))
    assert both.name == "a.csv and 1 more"
    assert both.sha256 != marks[0].sha256
