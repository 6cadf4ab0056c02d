"""Ofsted's list of providers, in each of the layouts in which it is issued."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

import polars as pl
import pytest
import xlsxwriter

from adapters.providers.places import with_authorities
from adapters.providers.workbook import read_providers
from adapters.xml.limits import Limits
from looked_after_files import put
from schemas.errors import Rejected
from schemas.ssda903.reference import PROVIDERS

Rows = list[list[Any]]


def book(path: Path, **sheets: Rows) -> Path:
    with xlsxwriter.Workbook(path, {"default_date_format": "dd/mm/yyyy"}) as made:
        for title, rows in sheets.items():
            sheet = made.add_worksheet(title)
            for line, row in enumerate(rows):
                sheet.write_row(line, 0, row)
    return path


def read(*paths: Path) -> list[tuple[Any, ...]]:
    frame = with_authorities(read_providers(paths, Limits()), None).select(list(PROVIDERS.columns))
    assert dict(frame.schema) == PROVIDERS.columns
    return frame.rows()


HOMES: Rows = [
    ["Local Authority", "URN", "Provider Type", "Closed Date",
     "Provider Code", "Provider Placement Code", "Setting Address Postcode"],
    ["Lewisham", "sc012345", "Home", "-", "K2", "PR4/PR1", "se13 7sb"],
    ["Kent County Council", "SC012346", "Home", date(2025, 5, 1), "K2, R3", "PR4", "CT1 1XR"],
    ["Lewisham", "SC012345", "Home", "-", "K2", "PR4/PR1", "SE6 4RX"],
]  # fmt: skip
READ = [
    ("SC012345", "209", ["K2"], ["PR4", "PR1"], None, "SE137SB"),
    ("SC012346", "886", ["K2", "R3"], ["PR4"], date(2025, 5, 1), "CT11XR"),
    ("SC012345", "209", ["K2"], ["PR4", "PR1"], None, "SE64RX"),
]


def test_the_workbook_of_childrens_homes(tmp_path: Path) -> None:
    conditions: Rows = [["Local Authority", "URN", "Conditions"], ["Lewisham", "SC012345", "none"]]
    path = book(tmp_path / "homes.xlsx", **{"Provider information": HOMES, "Registration Conditions": conditions})
    assert read(path) == READ


def test_childrens_homes_with_their_addresses_in_a_sheet_of_their_own(tmp_path: Path) -> None:
    settings = [row[:-1] for row in HOMES[:3]]
    addresses: Rows = [["URN", "Setting Postcode"], ["sc012345", "SE13 7SB"], ["SC012346", "CT1 1XR"]]
    path = book(tmp_path / "homes.xlsx", **{"Settings and Inspection Info": settings, "Address Details": addresses})
    assert read(path) == READ[:2]


def test_the_workbook_of_social_care_providers_with_closed_ones(tmp_path: Path) -> None:
    current: Rows = [
        ["URN", "Setting postcode", "Local authority", "Placement code", "Placement provider code"],
        [1234567, "SE13 7SB", "Lewisham", "U4,U5,U6", "PR5"],
    ]
    closed: Rows = [
        [
            "URN",
            "Setting postcode",
            "Local authority",
            "Deregistration date",
            "Placement code",
            "Placement provider code",
        ],
        ["1234568", "", "London Borough of Bexley", "31/12/2024", "U6", "PR4"],
    ]
    path = book(tmp_path / "scp.xlsx", **{"Current providers": current, "Providers closed": closed})
    assert read(path) == [
        ("1234567", "209", ["U4", "U5", "U6"], ["PR5"], None, "SE137SB"),
        ("1234568", "303", ["U6"], ["PR4"], date(2024, 12, 31), None),
    ]


def test_the_workbook_of_both_with_supported_accommodation(tmp_path: Path) -> None:
    providers: Rows = [
        ["Providers on 1 April"],
        ["urn", "local authority", "placement code", "placement provider code",
         "deregistration date", "setting address postcode"],
        ["1234567", "Kingston upon Hull, City of", "U6", "PR1", "", "HU1 1AA"],
    ]  # fmt: skip
    supported: Rows = [
        ["URN", "Provider local authority", "Closed date", "Setting address postcode"],
        ["2712345", "Lewisham", "2025-03-31", "SE13 7SB"],
    ]
    path = book(tmp_path / "all.xlsx", Providers=providers, **{"SA providers": supported})
    assert read(path) == [
        ("1234567", "810", ["U6"], ["PR1"], None, "HU11AA"),
        ("2712345", "209", ["K3"], ["PR4"], date(2025, 3, 31), "SE137SB"),
    ]


def test_two_workbooks_make_one_list_without_repeats(tmp_path: Path) -> None:
    one, two = book(tmp_path / "one.xlsx", x=HOMES), book(tmp_path / "two.xlsx", y=HOMES)
    assert read(one, two) == READ


def test_what_lists_no_provider_is_refused(tmp_path: Path) -> None:
    with pytest.raises(
        Rejected, match=r"^x\.xlsx lists no provider: no sheet has the headings URN and placement code\.$"
    ):
        read(book(tmp_path / "x.xlsx", x=[["URN", "Name"], ["1", "y"]]))
    with pytest.raises(Rejected, match=r"^x\.csv is no Excel workbook\.$"):
        read(put(tmp_path, "x.csv", "URN\n"))
    with pytest.raises(Rejected, match=r"^There is no file .*none\.xlsx\.$"):
        read(tmp_path / "none.xlsx")


@pytest.mark.parametrize(
    ("name", "code"),
    [
        ("Lewisham", "209"),
        ("London Borough of Lewisham", "209"),
        ("City of London", "201"),
        ("Bristol City Council", "801"),
        ("Bournemouth, Christchurch & Poole", "839"),
        ("Cumberland Council", "942"),
        ("Cumbria", None),
        ("", None),
        (None, None),
    ],
)
def test_an_authority_is_known_by_its_name(name: str | None, code: str | None) -> None:
    rows = pl.DataFrame({"postcode": [None], "named": [name]}, schema={"postcode": pl.String, "named": pl.String})
    assert with_authorities(rows, None).get_column("authority").to_list() == [code]
