"""The committed schemas of the XML form: those of the layout, and right about good and bad files."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest
from lxml import etree

from adapters.xml.limits import Limits
from adapters.xml.read import Message, read_message
from schemas.ssda903.layout import YEARS
from schemas.ssda903.message import message_layout
from schemas.ssda903.xsd import SSDA903_XSD, ssda903_xsd

HEADER = (
    "<CHILDID>C1</CHILDID><UPN/><SEX>1</SEX><DOB>01/05/2010</DOB><ETHNIC>WBRI</ETHNIC><UASC>0</UASC>"
    "{items}<MOTHER/><PERMANENCE><PREV_PERM>Z1</PREV_PERM></PERMANENCE><OC2><SDQ_SCORE>12</SDQ_SCORE></OC2>"
)
EPISODE = (
    "<DECOM>01/05/2024</DECOM><RNE>S</RNE><LS>C2</LS><CIN>N1</CIN><PL>{place}</PL><PL_POST>SE13 7SB</PL_POST>"
    "<URN/><DEC/><REC/>"
)


def refused(year: int, items: str = "", place: str = "U6", more: str = "") -> list[str]:
    header, episode = HEADER.format(items=items), EPISODE.format(place=place)
    child = f"<CHILD><HEADER>{header}</HEADER><EPISODE>{episode}</EPISODE>{more}</CHILD>"
    schema = etree.XMLSchema(etree.parse(SSDA903_XSD.path(year)))
    schema.validate(etree.fromstring(f"<EXPSSDA903>{child}</EXPSSDA903>"))
    return [entry.message for entry in schema.error_log]


def test_there_is_one_schema_a_year_and_no_other_file() -> None:
    assert sorted(path.name for path in SSDA903_XSD.folder.iterdir()) == [f"ssda903-{year}.xsd" for year in YEARS]


@pytest.mark.parametrize("year", YEARS)
def test_the_committed_schema_is_that_of_the_layout_and_takes_a_good_file(year: int) -> None:
    assert SSDA903_XSD.path(year).read_text(encoding="utf-8") == ssda903_xsd(year), "run: make xsd"
    review = "<AREVIEW><REVIEW>01/06/2024</REVIEW><REVIEW_CODE>PN1</REVIEW_CODE></AREVIEW>"
    missing = "<AMISSING><MISSING>M</MISSING><MIS_START>01/06/2024</MIS_START></AMISSING>"
    assert refused(year, f"<DUC>31/12/2024</DUC><IN_TOUCH/>{missing}{missing}{review}") == []


@pytest.mark.parametrize(
    ("given", "reason"),
    [
        ({"items": "<DUC>2024-12-31</DUC>"}, "is not accepted by the pattern"),
        ({"items": "<DUC>31/13/2024</DUC>"}, "is not accepted by the pattern"),
        ({"items": "<SHOE/>"}, "Element 'SHOE': This element is not expected"),
        ({"place": ""}, "has a length of '0'"),
        ({"place": "U6666"}, "exceeds the allowed maximum length"),
        ({"more": "<EPISODE><DECOM>01/05/2024</DECOM></EPISODE>"}, "Missing child element(s)"),
    ],
)
def test_a_bad_file_is_refused(given: dict[str, str], reason: str) -> None:
    assert reason in " ".join(refused(2026, **given))


def test_codes_are_held_to_their_length_alone_which_grew_in_2026() -> None:
    assert refused(2025, place="XX") == []
    assert "exceeds the allowed maximum length of '2'" in " ".join(refused(2025, place="Z11"))
    assert refused(2026, place="Z11") == []


def test_the_reader_of_messages_takes_empty_elements_and_british_dates(tmp_path: Path) -> None:
    path = tmp_path / "looked-after.xml"
    header = HEADER.format(items="<DUC>2024-12-31</DUC>").replace("<SEX>1", "<SEX>M")
    episode = EPISODE.format(place="")
    path.write_text(f"<EXPSSDA903><CHILD><HEADER>{header}</HEADER><EPISODE>{episode}</EPISODE></CHILD></EXPSSDA903>")
    message = Message(lambda _: message_layout(2026), "Header", "CHILD")
    data = read_message(path, message, Limits())
    assert data.tables["Episodes"].get_column("DECOM.value").to_list() == [date(2024, 5, 1)]
    assert [finding.message.removesuffix(" The upload would be rejected.") for finding in data.form] == [
        'This value has the wrong form. DUC is "2024-12-31"; a date is written dd/mm/yyyy.',
        "This element is empty. PLACE has no value.",
    ]
