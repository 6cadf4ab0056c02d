"""Which adapter a path goes to, and what is said of one that none recognises."""

from __future__ import annotations

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import polars as pl
import pytest

from adapters.registry import ADAPTERS, adapter_for, adapter_named, adapters
from adapters.sheets.write import write_workbook
from census_files import message, write
from looked_after_files import HEADER, folder_of, put, table_text
from schemas.errors import Misconfigured, Rejected


def chosen(*paths: Path) -> str:
    return adapter_for(paths).definition.name


def zipped() -> bytes:
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as packed:
        packed.writestr("header.csv", table_text("Header", HEADER))
    return content.getvalue()


@pytest.mark.parametrize(
    ("name", "content", "expected"),
    [
        ("x.xml", message(), "cin"),
        ("x.xml", "<?xml version='1.0'?><!-- x --><EXPSSDA903/>", "ssda903"),
        ("x.xml", "\ufeff<EXPSSDA903></EXPSSDA903>", "ssda903"),
        ("x.csv", table_text("Header", HEADER), "ssda903"),
        ("x.csv", "name,telephone\n", "ssda903"),
        ("export", table_text("Reviews", delimiter="\t").lower(), "ssda903"),
        ("x.zip", zipped(), "ssda903"),
    ],
)
def test_a_file_goes_to_the_return_that_it_is(tmp_path: Path, name: str, content: str | bytes, expected: str) -> None:
    assert chosen(put(tmp_path, name, content)) == expected


@pytest.mark.parametrize(
    ("content", "told"),
    [
        (b"%PDF-1.7", "This is a PDF document, whatever its name says, not an XML file."),
        (b"", "The file is empty."),
        (b"<Other/>", "x.dat is none of the returns that the gateway reads: Children in need census, Annex A"),
        (b"\x81\x07 words", "x.dat is none of the returns that the gateway reads: "),
    ],
)  # fmt: skip
def test_what_no_return_recognises_is_refused_with_what_it_is(tmp_path: Path, content: bytes, told: str) -> None:
    with pytest.raises(Rejected) as caught:
        chosen(put(tmp_path, "x.dat", content))
    assert caught.value.message.startswith(told)


def test_a_folder_goes_to_the_return_whose_tables_it_has(tmp_path: Path) -> None:
    assert chosen(folder_of(tmp_path / "cla")) == "ssda903"
    put(tmp_path, "cin/Header.csv", "id\n")
    assert chosen(tmp_path / "cin") == "ssda903"
    put(tmp_path, "cin/CINdetails.csv", "id\n")
    assert chosen(tmp_path / "cin") == "cin"


def test_a_workbook_and_several_files_go_to_the_looked_after_return(tmp_path: Path) -> None:
    write_workbook(tmp_path / "x.xlsx", {"a": pl.DataFrame([HEADER])})
    assert chosen(tmp_path / "x.xlsx") == "ssda903"
    assert chosen(put(tmp_path, "a.bin", b"\0" * 90), put(tmp_path, "b", table_text("OC2"))) == "ssda903"


def test_the_one_that_is_named_is_taken(tmp_path: Path) -> None:
    assert adapter_for([put(tmp_path, "x.xml", message())], "ssda903").definition.name == "ssda903"
    assert [adapter_named(name).definition.name for name in ("cin", "ssda903")] == ["cin", "ssda903"]
    with pytest.raises(Misconfigured, match=r"^There is no return called sen2\.$") as caught:
        adapter_named("sen2")
    assert caught.value.hint == f"Known: {', '.join(ADAPTERS)}."


def test_what_is_not_there_is_refused(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match=r"^There is no file .*none\.csv\.$"):
        adapter_for([tmp_path / "none.csv"])


@pytest.mark.parametrize(
    ("name", "content", "told"),
    [
        ("cin", "<EXPSSDA903/>", "This is the looked-after return (SSDA903), not the CIN census."),
        ("ssda903", message(), "x.xml is an XML file, and not one of the looked-after return."),
    ],
)
def test_the_wrong_return_is_refused_in_a_sentence(tmp_path: Path, name: str, content: str, told: str) -> None:
    wrong = put(tmp_path, "x.xml", content)
    with pytest.raises(Rejected) as caught:
        adapter_named(name).read([wrong], year=2026, authority=None, limits=None, progress=None)
    assert caught.value.message.startswith(told)


def test_each_adapter_is_listed_by_the_name_of_its_return() -> None:
    assert [adapter.definition.name for adapter in adapters()] == list(ADAPTERS)


def loaded_for(path: Path) -> set[str]:
    """Give the modules that a process has loaded when it has found the adapter for a path."""
    asked = "import sys; from adapters.registry import adapter_for; from pathlib import Path;"
    asked += f"adapter_for([Path({str(path)!r})]); import gateway.check; print(*sys.modules)"
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


def test_a_return_is_checked_without_what_other_returns_and_case_records_need(tmp_path: Path) -> None:
    census, looked_after = loaded_for(write(tmp_path, message())), loaded_for(folder_of(tmp_path / "cla"))
    assert "adapters.cin.read" in census
    assert "adapters.ssda903.read" in looked_after
    assert "adapters.ssda903.read" not in census
    assert "adapters.cin.read" not in looked_after
    assert not {"schemas.case", "pydantic", "adapters.annex_a.read"} & (census | looked_after)
