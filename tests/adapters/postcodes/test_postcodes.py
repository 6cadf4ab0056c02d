"""The postcode directory: read from the package or a file, kept as one file, looked up."""

from __future__ import annotations

import zipfile
from pathlib import Path
from typing import Any

import brotli
import msgpack
import polars as pl
import pytest

from adapters.postcodes import cache, directory
from schemas.authorities import current_codes
from schemas.errors import Misconfigured, Rejected

PACKED: dict[str, list[Any]] = {
    "pcd": ["SE137SB", "EH1 1AA", "JE1 0BD", "GIR 0AA", "CA1 1AA", "YO7 1AA"],
    "laua": ["E09000023", "S12000036", "L99999999", "NaN", "E07000028", "E07000164"],
    "oseast1m": [538000.0, 325000.0, float("nan"), float("nan"), 340000.0, 442000.0],
    "osnrth1m": [175000.0, 673000.0, float("nan"), float("nan"), 555000.0, 482000.0],
}
MADE = [
    ("CA11AA", 340000, 555000, "942"),
    ("EH11AA", 325000, 673000, "SCO"),
    ("GIR0AA", None, None, None),
    ("JE10BD", None, None, None),
    ("SE137SB", 538000, 175000, "209"),
    ("YO71AA", 442000, 482000, "815"),
]


def package(folder: Path) -> Path:
    for letter in "SEJGCY":
        kept = [at for at, code in enumerate(PACKED["pcd"]) if str(code).startswith(letter)]
        part = {name: [values[at] for at in kept] for name, values in PACKED.items()}
        packed = msgpack.packb({"columns": list(part), "data": part})
        (folder / f"postcodes_{letter}.msgpack.br").write_bytes(brotli.compress(packed))
    return folder


def built(read: pl.DataFrame, folder: Path) -> list[tuple[object, ...]]:
    assert cache.build(read, folder / "made" / cache.FILE) == len(MADE)
    return pl.read_parquet(folder / "made" / cache.FILE).rows()


def test_the_package_is_read(tmp_path: Path) -> None:
    assert built(directory.from_package(package(tmp_path)), tmp_path) == MADE


@pytest.mark.parametrize(
    "names",
    [
        ("pcd", "oseast1m", "osnrth1m", "laua"),
        ("PCDS", "EAST1M", "NORTH1M", "LAD25CD"),
        ("pcd7", "oseast1m", "osnrth1m", "oslaua"),
    ],
)
@pytest.mark.parametrize("packed", [False, True])
def test_a_file_of_the_ons_is_read_whatever_its_edition(tmp_path: Path, names: tuple[str, ...], packed: bool) -> None:
    frame = pl.DataFrame(PACKED).select(
        pl.col(own).fill_nan(None).alias(name) if "1m" in own else pl.col(own).alias(name)
        for own, name in zip(("pcd", "oseast1m", "osnrth1m", "laua"), names, strict=True)
    )
    text = frame.with_columns(pl.lit("x").alias("dointr")).write_csv()
    path = tmp_path / "ONSPD_NOV_2025_UK.csv"
    path.write_text(text, encoding="utf-8-sig")
    if packed:
        path = tmp_path / "onspd.zip"
        with zipfile.ZipFile(path, "w") as archive:
            archive.writestr("Documents/x.csv", "a\n1\n")
            archive.writestr("Data/ONSPD_NOV_2025_UK.csv", text)
    assert built(directory.from_file(path), tmp_path) == MADE


def test_what_is_no_directory_is_refused(tmp_path: Path) -> None:
    (tmp_path / "x.csv").write_text("pcd,name\nx,y\n", encoding="utf-8")
    with pytest.raises(Rejected, match=r"^The directory has no column for easting, northing, district\.$") as caught:
        directory.from_file(tmp_path / "x.csv")
    assert caught.value.hint.startswith("Give the CSV file of the ONS Postcode Directory")
    with pytest.raises(Rejected, match=r"^y\.csv cannot be read \(No such file or directory\)\.$"):
        directory.from_file(tmp_path / "y.csv")
    with zipfile.ZipFile(tmp_path / "z.zip", "w") as archive:
        archive.writestr("x.csv", "a\n")
    with pytest.raises(Rejected, match=r"^z\.zip has no file of all postcodes \(ONSPD_\.\.\._UK\.csv\)\.$"):
        directory.from_file(tmp_path / "z.zip")
    with zipfile.ZipFile(tmp_path / "d.zip", "w", zipfile.ZIP_DEFLATED) as archive:
        archive.writestr("ONSPD_NOV_2025_UK.csv", "pcds,oseast1m\n" * 50)
    damaged = bytearray((tmp_path / "d.zip").read_bytes())
    damaged[damaged.find(b".csv") + 4] ^= 0x07
    (tmp_path / "d.zip").write_bytes(damaged)
    with pytest.raises(Rejected, match=r"^d\.zip cannot be read \(it is damaged, or no table\)\.$"):
        directory.from_file(tmp_path / "d.zip")


def test_a_package_that_is_not_there_is_named(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with pytest.raises(Misconfigured, match=r"^The package with the postcodes has none\.$"):
        directory.from_package(tmp_path)
    monkeypatch.setattr("importlib.util.find_spec", lambda _: None)
    with pytest.raises(Misconfigured, match=r"^The package with the postcodes is not installed\.$") as caught:
        directory.from_package()
    assert "ics-gateway[reference]" in caught.value.hint


def test_only_the_wanted_postcodes_are_looked_up(tmp_path: Path) -> None:
    built(directory.from_package(package(tmp_path)), tmp_path)
    wanted = pl.Series(["SE137SB", "SE137SB", None, "QQ11QQ"])
    assert cache.looked_up(tmp_path / "made" / cache.FILE, wanted).rows() == [MADE[4]]


def test_the_postcodes_of_a_hundred_thousand_episodes_are_looked_up_at_once(tmp_path: Path) -> None:
    count = 400_000
    number = pl.int_range(count, eager=True).cast(pl.String).str.zfill(7)
    frame = pl.DataFrame({"postcode": number}).with_columns(
        easting=pl.lit("1"), northing=pl.lit("2"), district=pl.lit("E09000023")
    )
    cache.build(frame, tmp_path / cache.FILE)
    wanted = number.sample(200_000, seed=1)
    found = cache.looked_up(tmp_path / cache.FILE, wanted).get_column("postcode")
    assert set(found) == set(wanted)


@pytest.mark.parametrize(
    ("ons", "code"),
    [
        ("E09000023", "209"),
        ("E07000028", "942"),
        ("E07000031", "943"),
        ("E10000023", "815"),
        ("E06000065", "815"),
        ("E07000187", "933"),
        ("E07000008", "873"),
        ("E10000006", None),
    ],
)
def test_districts_and_past_codes_lead_to_the_authority_of_today(ons: str, code: str | None) -> None:
    assert current_codes().get(ons) == code
