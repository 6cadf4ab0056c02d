"""Databases: the same dataset from SQLite, PostgreSQL and files, and what is said where one cannot be read."""

from __future__ import annotations

from pathlib import Path

import pytest
import sqlalchemy as sa
from polars.testing import assert_frame_equal
from sqlalchemy.dialects import mssql

from adapters.ssd.database import KINDS, _convert, parsed
from adapters.ssd.demo.write import write_demo
from adapters.ssd.links import case_tables as every_case_table
from adapters.ssd.read import reading
from adapters.ssd.source import opened
from schemas.errors import Misconfigured, Rejected, Transient
from ssd_source import NOW, YEAR, InMemory, authority, case_tables

HOSTILE = ("one, two", 'said "no"', "two\nlines", "a\r\nb", "", " ", "\\n", "Zoë's; --")


def test_a_database_holds_what_was_written(bare_url: str, tmp_path: Path) -> None:
    write_demo(bare_url, year=YEAR, children=300, seed=3)
    expected = case_tables(InMemory(authority()), tmp_path / "held")
    with reading(bare_url, recorded_at=NOW) as found:
        assert found.leftovers.collect().is_empty()
        for case in every_case_table():
            assert_frame_equal(found.tables[case].collect(), expected.tables[case].collect(), check_row_order=False)


def test_any_text_comes_out_of_a_database_as_it_went_in(bare_url: str) -> None:
    texts = [*HOSTILE, None]
    engine = sa.create_engine(parsed(bare_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ssd_person (pers_person_id INTEGER)")
        connection.exec_driver_sql("INSERT INTO ssd_person VALUES (1), (NULL), (2)")
        connection.exec_driver_sql(
            "CREATE TABLE ssd_cla_convictions (clac_cla_conviction_id INTEGER, clac_cla_conviction_offence TEXT)"
        )
        put = sa.text("INSERT INTO ssd_cla_convictions VALUES (:number, :text)")
        connection.execute(put, [{"number": number, "text": text} for number, text in enumerate(texts)])
    engine.dispose()
    with opened(bare_url) as source:
        columns = ("clac_cla_conviction_id", "clac_cla_conviction_offence")
        parts = list(source.parts("ssd_cla_convictions", columns, 3))
        people = list(source.parts("ssd_person", ("pers_person_id",), 2))
    assert [part.height for part in parts] == [3] * 3
    found = [text for part in parts for text in part["clac_cla_conviction_offence"]]
    assert [text or "" for text in found] == [text or "" for text in texts]
    assert [key for part in people for key in part["pers_person_id"]] == ["1", None, "2"]


@pytest.mark.parametrize("files", ["csv", "parquet"])
def test_a_folder_holds_what_was_written(files: str, tmp_path: Path) -> None:
    write_demo(str(tmp_path / "out"), year=YEAR, children=300, seed=3, files=files)
    expected = case_tables(InMemory(authority()), tmp_path / "held")
    with reading(str(tmp_path / "out"), recorded_at=NOW) as found:
        for case in every_case_table():
            assert_frame_equal(found.tables[case].collect(), expected.tables[case].collect())


def test_a_database_with_a_dataset_is_not_written_over(bare_url: str) -> None:
    write_demo(bare_url, year=YEAR, children=3, seed=1)
    with pytest.raises(Misconfigured, match="There is a dataset in that database"):
        write_demo(bare_url, year=YEAR, children=3, seed=2)


def test_a_folder_with_a_dataset_is_not_written_over(tmp_path: Path) -> None:
    write_demo(str(tmp_path), year=YEAR, children=3, seed=1)
    with pytest.raises(Misconfigured, match="There is a dataset in"):
        write_demo(str(tmp_path), year=YEAR, children=3, seed=2)


def test_a_dataset_is_written_as_csv_or_parquet(tmp_path: Path) -> None:
    with pytest.raises(Misconfigured, match="xlsx is no kind of file for a dataset"):
        write_demo(str(tmp_path), year=YEAR, children=3, seed=1, files="xlsx")


def test_a_dataset_is_not_written_to_sql_server() -> None:
    with pytest.raises(Misconfigured, match="A dataset is written to SQLite, PostgreSQL or a folder"):
        write_demo("mssql+pyodbc://somebody@host/database", year=YEAR, children=3, seed=1)


def test_types_of_columns_are_told_by_their_database(bare_url: str) -> None:
    write_demo(bare_url, year=YEAR, children=3, seed=1)
    with opened(bare_url) as source:
        types = {found.name: found.type for found in source.tables()["ssd_person"]}
        assert source.count("ssd_person") == 3
    assert types["pers_person_id"] == "VARCHAR(48)"
    assert types["pers_dob"] in {"DATETIME", "TIMESTAMP"}


def test_the_tables_of_another_schema_are_found_by_its_name(postgresql_url: str) -> None:
    engine = sa.create_engine(parsed(postgresql_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE SCHEMA ssd_development")
        connection.exec_driver_sql('CREATE TABLE ssd_development.ssd_person ("Pers_Person_ID" int, pers_dob timestamp)')
        connection.exec_driver_sql("INSERT INTO ssd_development.ssd_person VALUES (7, '2015-03-04')")
    engine.dispose()
    with reading(postgresql_url, recorded_at=NOW, schema="ssd_development") as found:
        (row,) = found.tables["person"].collect().to_dicts()
    assert (row["id"], str(row["date_of_birth"])) == ("7", "2015-03-04")
    with (
        pytest.raises(Rejected, match="There is no table of the Standard Safeguarding Dataset"),
        reading(postgresql_url, recorded_at=NOW),
    ):
        pass


def test_what_is_loaded_while_a_database_is_read_is_not_seen(bare_url: str) -> None:
    engine = sa.create_engine(parsed(bare_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ssd_person (pers_person_id VARCHAR(48), pers_sex VARCHAR(1))")
        connection.exec_driver_sql("INSERT INTO ssd_person VALUES ('1', 'F')")
    if engine.dialect.name == "sqlite":
        with engine.connect() as connection:
            # Else the writer waits for the reader.
            connection.exec_driver_sql("PRAGMA journal_mode=WAL")
    with opened(bare_url) as source:
        assert source.count("ssd_person") == 1
        with engine.begin() as connection:
            connection.exec_driver_sql("DELETE FROM ssd_person")
        assert source.count("ssd_person") == 1
        assert [part.height for part in source.parts("ssd_person", ("pers_person_id", "pers_sex"), 10)] == [1]
    engine.dispose()


def test_a_user_who_may_not_read_is_told_so(postgresql_url: str) -> None:
    engine = sa.create_engine(parsed(postgresql_url))
    with engine.begin() as connection:
        connection.exec_driver_sql("CREATE TABLE ssd_person (pers_person_id int, pers_sex text)")
        connection.exec_driver_sql("CREATE ROLE nosy LOGIN")
    nosy = parsed(postgresql_url).set(username="nosy").render_as_string(hide_password=False)
    refused = r"The database refused to be read \((ProgrammingError|InsufficientPrivilege)\)"
    with pytest.raises(Rejected, match=refused), opened(nosy) as source:
        list(source.parts("ssd_person", ("pers_person_id", "pers_sex"), 10))
    with pytest.raises(Misconfigured, match=r"The database cannot be written to \(ProgrammingError\)"):
        write_demo(nosy.replace("/store", "/postgres"), year=YEAR, children=3, seed=1)
    with engine.begin() as connection:
        connection.exec_driver_sql("DROP ROLE nosy")
    engine.dispose()


BAD_PLACES = (
    ("oracle://somebody@host/database", Misconfigured, "no database from which the dataset can be read"),
    ("sqlite://:://", Misconfigured, "no database from which|no such SQLite file"),
    ("sqlite:///gone/ssd.sqlite", Misconfigured, "There is no such SQLite file"),
    ("sqlite://", Misconfigured, "There is no such SQLite file"),
    ("postgresql://somebody:guess@127.0.0.1:1/database", Transient, "The database cannot be reached, or gave up"),
)


@pytest.mark.parametrize(
    ("place", "error", "says"),
    BAD_PLACES,
    ids=[place.partition(":")[0] + str(at) for at, (place, _, _) in enumerate(BAD_PLACES)],
)
def test_a_place_that_cannot_be_read_never_shows_its_url(place: str, error: type[Exception], says: str) -> None:
    with pytest.raises(error, match=says) as raised, reading(place, recorded_at=NOW):
        pass
    assert "guess" not in str(raised.value)
    assert raised.value.__cause__ is None


def test_a_file_that_is_no_database(tmp_path: Path) -> None:
    (tmp_path / "x.sqlite").write_text("Somebody's notes, and a good many of them at that.", encoding="utf-8")
    with (
        pytest.raises(Rejected, match=r"The database refused to be read \(DatabaseError\)"),
        reading(f"sqlite:///{tmp_path / 'x.sqlite'}", recorded_at=NOW),
    ):
        pass


def test_sql_server_without_its_driver_says_how_to_install_it(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "pyodbc", None)
    with (
        pytest.raises(Misconfigured, match="The driver for mssql is not installed") as raised,
        reading("mssql://somebody@host/database", recorded_at=NOW),
    ):
        pass
    assert raised.value.hint == "Install it: pip install 'ics-gateway[sqlserver]'"


def test_the_password_goes_into_the_url_alone() -> None:
    url = parsed("postgresql://somebody@host/database", "secret")
    assert url.password == "secret"
    assert "secret" not in str(url)
    assert url.drivername == KINDS["postgresql"].driver


CONVERTED = (
    ("DATETIME", "convert(nvarchar(40), pers_dob, 126)"),
    ("DATE", "convert(nvarchar(40), pers_dob, 126)"),
    ("INTEGER", "CAST(pers_dob AS NVARCHAR(max))"),
)


@pytest.mark.parametrize(("kind", "expected"), CONVERTED, ids=[kind for kind, _ in CONVERTED])
def test_sql_server_gives_dates_in_the_international_form(kind: str, expected: str) -> None:
    asked = _convert(sa.column("pers_dob"), kind).compile(dialect=mssql.dialect())  # type: ignore[no-untyped-call]  # SQLAlchemy's
    assert str(asked) == expected
