"""The reader on files as they are: what it accepts, what it reports, and that nothing vanishes."""

from __future__ import annotations

import hashlib
from pathlib import Path

import pytest

from adapters.cin.read import read_cin
from adapters.xml.limits import Limits
from adapters.xml.source import Utf8Blocks
from census_files import EPISODE, HEADER, child, codes, message, write
from schemas.errors import Rejected
from schemas.findings import Finding, Severity, Unlisted
from schemas.returns import ReturnData


def read(folder: Path, content: str | bytes, **options: int) -> ReturnData:
    return read_cin(write(folder, content), **options)  # type: ignore[arg-type]  # only years here


def only(data: ReturnData) -> Finding:
    (finding,) = data.form
    return finding


def identifiers(data: ReturnData) -> list[str | None]:
    return data.tables["ChildIdentifiers"].get_column("LAchildID").to_list()


def test_a_clean_file_has_tables_lines_and_a_fingerprint(tmp_path: Path) -> None:
    text = message(child(identifier="C1"), child(identifier="C2"))
    data = read(tmp_path, text)
    assert data.form == ()
    assert (data.layout.year, data.authority) == (2026, "999")
    assert data.source.sha256 == hashlib.sha256(text.encode()).hexdigest()
    assert identifiers(data) == ["C1", "C2"]
    row = data.tables["CINdetails"].row(1, named=True)
    assert row["@ChildIdentifiers"] == 1
    assert text.splitlines()[row["CINreferralDate.line"] - 1].startswith("<CINdetails><CINreferralDate>")
    assert row["ReferralNFA.value"] is True
    assert data.tables["Section47"].height == 0


@pytest.mark.parametrize(
    ("declaration", "encoding"),
    [
        ("", "utf-8"),
        ("", "utf-8-sig"),
        ('<?xml version="1.0" encoding="UTF-8"?>', "utf-8"),
        ('<?xml version="1.0" encoding="windows-1252"?>', "cp1252"),
        ('<?xml version="1.0" encoding="ISO-8859-1"?>', "latin-1"),
        ('<?xml version="1.0" encoding="UTF-16"?>', "utf-16"),
    ],
)
def test_every_encoding_gives_the_same_tables(tmp_path: Path, declaration: str, encoding: str) -> None:
    text = message(child(identifier="C\u00e91"), declaration=declaration)
    data = read(tmp_path, text.encode(encoding))
    assert identifiers(data) == ["C\u00e91"]
    assert data.form == ()


def test_comments_cdata_references_and_white_space_are_read_through(tmp_path: Path) -> None:
    noisy = child(
        "<!-- <CINdetails> -->\n<CINdetails><CINreferralDate>\n 2025-06-02\t</CINreferralDate>"
        "<?note a > b?><ReferralSource><![CDATA[1A]]></ReferralSource><ReferralNFA>&#49;</ReferralNFA></CINdetails>",
        identifier="A&amp;<![CDATA[<&>]]>&lt;",
    )
    data = read(tmp_path, message(noisy))
    assert data.form == ()
    assert identifiers(data) == ["A&<&><"]
    row = data.tables["CINdetails"].row(0, named=True)
    assert (row["CINreferralDate"], row["ReferralSource"], row["ReferralNFA"]) == ("2025-06-02", "1A", "1")


def test_lines_count_those_inside_comments_and_texts(tmp_path: Path) -> None:
    text = message(child("<!--\n\n-->" + EPISODE.replace("2025-06-02", "\n2025-06-02\n")))
    row = read(tmp_path, text).tables["CINdetails"].row(0, named=True)
    assert "<ReferralSource>" in text.splitlines()[row["ReferralSource.line"] - 1]


def test_prefixes_and_namespaces_are_reported_once_and_read(tmp_path: Path) -> None:
    text = message().replace("<", "<c:").replace("<c:/", "</c:").replace("<c:Message>", '<c:Message xmlns:c="urn:x">')
    data = read(tmp_path, text)
    finding = only(data)
    assert finding.code == "FORM10"
    assert "such elements is <c:Message" in finding.message
    assert finding.locations[0].line == 1
    assert identifiers(data) == ["C1"]


def test_a_schema_location_is_no_fault(tmp_path: Path) -> None:
    attributes = 'xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance" xsi:noNamespaceSchemaLocation="a>b.xsd"'
    assert read(tmp_path, message().replace("<Message>", f"<Message {attributes}>")).form == ()


def test_an_attribute_is_reported_and_the_value_read(tmp_path: Path) -> None:
    data = read(tmp_path, message().replace("<LAchildID>", '<LAchildID note="a > b">'))
    assert only(data).code == "FORM10"
    assert identifiers(data) == ["C1"]


@pytest.mark.parametrize(
    ("inside", "code", "path", "value"),
    [
        (EPISODE + "<Note>keep me</Note>", "FORM02", "Message/Children/Child/Note", "keep me"),
        (EPISODE + "<CINPlanEndDate>2025-07-01</CINPlanEndDate>", "FORM03",
         "Message/Children/Child/CINPlanEndDate", "2025-07-01"),
        (EPISODE + "stray", "FORM09", "Message/Children/Child", "stray"),
        (EPISODE.replace("1A", ""), "FORM06", "Message/Children/Child/CINdetails/ReferralSource", None),
        (EPISODE.replace("<ReferralSource>1A</ReferralSource>", "<ReferralSource/>"), "FORM06",
         "Message/Children/Child/CINdetails/ReferralSource", None),
        (EPISODE.replace("<ReferralSource>1A</ReferralSource>", ""), "FORM05",
         "Message/Children/Child/CINdetails/ReferralSource", None),
        (EPISODE.replace("2025-06-02", "02/06/2025"), "FORM07",
         "Message/Children/Child/CINdetails/CINreferralDate", "02/06/2025"),
        (EPISODE.replace("2025-06-02", "2025-02-30"), "FORM07",
         "Message/Children/Child/CINdetails/CINreferralDate", "2025-02-30"),
        (EPISODE.replace(">1<", ">TRUE<"), "FORM07", "Message/Children/Child/CINdetails/ReferralNFA", "TRUE"),
        (EPISODE.replace("1A", "1a"), "FORM08", "Message/Children/Child/CINdetails/ReferralSource", "1a"),
        (EPISODE.replace("<ReferralNFA>", "<ReferralSource>2A</ReferralSource><ReferralNFA>"), "FORM04",
         "Message/Children/Child/CINdetails/ReferralSource", "2A"),
        ("", "FORM05", "Message/Children/Child/CINdetails", None),
    ],
)  # fmt: skip
def test_each_fault_has_its_code_line_path_and_value(
    tmp_path: Path, inside: str, code: str, path: str, value: str | None
) -> None:
    text = message(child(inside))
    finding = only(read(tmp_path, text))
    place = finding.locations[0]
    assert (finding.code, place.path, place.value, finding.child_id) == (code, path, value, "C1")
    assert finding.message.endswith("The upload would be rejected.")
    assert place.line is not None
    assert (value or path.rsplit("/", maxsplit=1)[-1]) in "\n".join(
        text.splitlines()[max(place.line - 3, 0) : place.line + 3]
    ) or value is None


def test_wrong_order_and_repeated_groups_are_reported(tmp_path: Path) -> None:
    swapped = EPISODE.replace("<CINreferralDate>2025-06-02</CINreferralDate>", "").replace(
        "</CINdetails>", "<CINreferralDate>2025-06-02</CINreferralDate></CINdetails>"
    )
    data = read(tmp_path, message(child(swapped)))
    assert codes(data.form) == ["FORM03"]
    assert data.tables["CINdetails"].row(0, named=True)["CINreferralDate"] == "2025-06-02"
    doubled = child().replace(
        "<ChildCharacteristics>", "<ChildCharacteristics></ChildCharacteristics><ChildCharacteristics>"
    )
    assert codes(read(tmp_path, message(doubled)).form) == ["FORM04"]


def test_empty_wrappers_that_systems_write_are_let_pass(tmp_path: Path) -> None:
    inside = EPISODE.replace(
        "<ReferralNFA>1</ReferralNFA>",
        "<Assessments><AssessmentActualStartDate>2025-06-03</AssessmentActualStartDate><FactorsIdentifiedAtAssessment/>"
        "</Assessments><ReferralNFA>1</ReferralNFA><ChildProtectionPlans><CPPstartDate>2025-07-01</CPPstartDate>"
        "<InitialCategoryOfAbuse>NEG</InitialCategoryOfAbuse><LatestCategoryOfAbuse>NEG</LatestCategoryOfAbuse>"
        "<NumberOfPreviousCPP>0</NumberOfPreviousCPP><Reviews/></ChildProtectionPlans>",
    )
    data = read(tmp_path, message(child(inside)))
    assert data.form == ()
    assert (data.tables["Reviews"].height, data.tables["AssessmentFactorsList"].height) == (0, 0)


def test_an_empty_list_of_disabilities_lacks_one(tmp_path: Path) -> None:
    text = message(child().replace("</Ethnicity>", "</Ethnicity><Disabilities></Disabilities>"))
    finding = only(read(tmp_path, text))
    assert finding.code == "FORM05"
    assert "There is no Disability inside." in finding.message


def test_a_child_without_its_blocks_is_still_a_child(tmp_path: Path) -> None:
    data = read(tmp_path, message(child(), "<Child>" + EPISODE + "</Child>", child(identifier="C3")))
    assert identifiers(data) == ["C1", None, "C3"]
    assert data.tables["CINdetails"].get_column("@ChildIdentifiers").to_list() == [0, 1, 2]
    assert set(codes(data.form)) == {"FORM05"}


def test_a_missing_header_and_missing_children_are_reported(tmp_path: Path) -> None:
    data = read(tmp_path, "<Message><Children></Children></Message>", year=2026)
    assert codes(data.form) == ["FORM05", "FORM05"]
    assert [finding.message.split(". ")[1] for finding in data.form] == [
        "The file has no Header",
        "The file has no Child",
    ]


@pytest.mark.parametrize(
    ("ending", "reason"),
    [
        ("<Child><ChildIdentifiers><LAchildID>C3</LAchildID></Wrong>", "an end tag does not match"),
        ("<Child><ChildIdentifiers><LAchildID>C3", "the file ends before everything that was opened is closed"),
        ("<Child><ChildIdentifiers><LAch", "the file ends in the middle of a tag"),
        ("<Child><ChildIdentifiers><LAchildID>A & B</LAchildID>", "should be written &amp;"),
        ("<Child>&unknown;</Child>", "an entity is used that XML does not define"),
    ],
)
def test_the_complete_children_before_a_break_are_read(tmp_path: Path, ending: str, reason: str) -> None:
    whole = message(child(identifier="C1"), child(identifier="C2"))
    data = read(tmp_path, whole.partition("</Children>")[0] + ending)
    assert identifiers(data) == ["C1", "C2"]
    broken = data.form[0]
    line = whole.partition("</Children>")[0].count("\n") + 1
    assert broken.code == "FORM01"
    assert f"At line {line}, column" in broken.message
    assert reason in broken.message
    assert codes(data.form) == ["FORM01"]


def test_bytes_of_another_encoding_are_a_break(tmp_path: Path) -> None:
    text = message(child(identifier="C1"), child(identifier="C\u00e92"))
    data = read(tmp_path, text.encode("latin-1"))
    assert identifiers(data) == ["C1"]
    assert data.form[0].code == "FORM01"
    utf16 = text.encode("utf-16")[:-1]
    assert "in the encoding utf-16" in read(tmp_path, utf16 + b"\xd8\xd8\xd8").form[0].message


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b"  \n ", "The file is empty."),
        (b"%PDF-1.7 ...", "This is a PDF document, whatever its name says, not an XML file."),
        (b"PK\x03\x04....", "This is a zip file, not an XML file. It was not unpacked."),
        (
            b"PK\x03\x04..[Content_Types].xml",
            "This is an Office workbook or document, not an XML file. It was not unpacked.",
        ),
        (b"\x1f\x8b....", "This is a compressed (gzip) file, whatever its name says, not an XML file."),
        (b"CHILD,SEX,DOB\n", "This is a CSV file of the looked-after return (SSDA903), not the CIN census."),
        (b"a,b,c\n", "This is not an XML file: it does not start with a tag."),
        (b"<Other></Other>", "This XML file is no census: it starts with <Other>, a census with <Message>."),
        (b"<Message><Header><Collection>CLA</Collection></Header></Message>",
         "This is the looked-after return (SSDA903), not the CIN census."),
        (b'<?xml version="1.0" encoding="zlib_codec"?><Message/>',
         "The file says that its encoding is zlib_codec, which the gateway does not read."),
        (b"<Message/>", "The file does not say which collection year it is for."),
        (b"<Message><Year>2016</Year></Message>", "The gateway knows the census of 2017 to 2027, not of 2016."),
        (b"<!DOCTYPE Message [<!ENTITY a 'b'>]><Message/>",
         "The file has a document type declaration (<!DOCTYPE ...>), which can hide harmful content. It was not read."),
    ],
)  # fmt: skip
def test_what_is_no_census_is_told_in_a_sentence(tmp_path: Path, content: bytes, sentence: str) -> None:
    with pytest.raises(Rejected) as caught:
        read(tmp_path, content)
    assert caught.value.message == sentence
    assert caught.value.hint


def test_the_year_is_found_given_or_taken_from_the_reference_date(tmp_path: Path) -> None:
    undated = message(header=HEADER.replace("<Year>2026</Year>", ""))
    data = read(tmp_path, undated)
    assert data.layout.year == 2026
    assert data.notices == ("The header has no usable Year; the year of its ReferenceDate was used.",)
    assert read(tmp_path, message(), year=2027).layout.year == 2027


@pytest.mark.parametrize(
    ("limits", "content", "reason"),
    [
        (Limits(depth=7), message(child(EPISODE + "<A>" * 9 + "</A>" * 9)), "more than 7 deep"),
        (Limits(elements=3), message(), "more than 3 elements"),
        (Limits(text=1000), message(child("x" * 5000)), "longer than 1,000 bytes"),
    ],
)
def test_a_passed_limit_is_a_finding(tmp_path: Path, limits: Limits, content: str, reason: str) -> None:
    found = read_cin(write(tmp_path, content), limits=limits).form[0]
    assert found.code == "FORM11"
    assert reason in found.message


def test_a_file_over_the_size_limit_is_not_read(tmp_path: Path) -> None:
    with pytest.raises(Rejected, match="more than the 10 that the gateway reads"):
        read_cin(write(tmp_path, message()), limits=Limits(file_size=10))


def test_progress_ends_at_the_size_of_the_file(tmp_path: Path) -> None:
    path = write(tmp_path, message())
    seen: list[tuple[int, int]] = []
    read_cin(path, progress=lambda done, total: seen.append((done, total)))
    assert seen[-1] == (path.stat().st_size, path.stat().st_size)


@pytest.mark.parametrize(
    ("inside", "paths"),
    [
        ("<A><B>x</B>y</A>", ["Child/A", "Child/?/B", "Child/?"]),
        (EPISODE.replace("</CINd", "<Section47><ICPCnotRequired>1</ICPCnotRequired>odd</Section47></CINd"),
         ["Child/CINdetails/Section47", "Child/CINdetails/Section47/S47ActualStartDate", "Child/CINdetails/Section47"]),
        (EPISODE + "<Odd/>after", ["Child/Odd", "Child"]),
    ],
)  # fmt: skip
@pytest.mark.parametrize("block", [40, 1 << 20])
def test_what_does_not_belong_has_its_whole_path(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, inside: str, paths: list[str], block: int
) -> None:
    monkeypatch.setattr(Utf8Blocks.__init__, "__defaults__", (block,))
    content = message(child(inside if "CINdetails" in inside else EPISODE + inside))
    findings = read(tmp_path, content, year=2026).form
    assert sorted(finding.locations[0].path for finding in findings) == sorted(
        f"Message/Children/{path}" for path in paths
    )


def test_hexadecimal_references_are_read(tmp_path: Path) -> None:
    data = read_cin(write(tmp_path, message().replace("C1", "&#x43;&#x31;&#x20AC;")))
    assert data.tables["ChildIdentifiers"].item(0, "LAchildID") == "C1\u20ac"


@pytest.mark.parametrize("space", ["\t", "\n", "\r\n"])
def test_an_attribute_after_any_white_space_is_reported(tmp_path: Path, space: str) -> None:
    assert codes(read_cin(write(tmp_path, message().replace("<Sex>", f'<Sex{space}a="1">'))).form) == ["FORM10"]


def test_a_schema_location_after_a_line_break_is_no_fault(tmp_path: Path) -> None:
    named = '\nxmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"\nxsi:noNamespaceSchemaLocation="a.xsd"'
    assert read_cin(write(tmp_path, message().replace("<Message>", f"<Message{named}>"))).form == ()


def test_white_space_written_as_references_is_left_out_as_a_schema_does(tmp_path: Path) -> None:
    assert read_cin(write(tmp_path, message().replace(">F<", ">&#32;F&#9;&#10;<"))).form == ()


def test_the_finding_for_a_long_tag_is_short(tmp_path: Path) -> None:
    (finding,) = read_cin(write(tmp_path, message().replace("<Sex>", f'<Sex a="{"x" * 100_000}">'))).form
    assert len(finding.message) < 500


def test_the_sentence_for_a_long_encoding_is_short(tmp_path: Path) -> None:
    with pytest.raises(Rejected) as caught:
        read_cin(write(tmp_path, f'<?xml version="1.0" encoding="{"x" * 5000}"?>' + message()))
    assert len(caught.value.message) < 200


def test_beyond_the_limit_of_a_rule_findings_are_counted_with_their_children(tmp_path: Path) -> None:
    faulty = [child(EPISODE + "<Odd>x</Odd>", f"C{number}") for number in range(5)]
    data = read_cin(write(tmp_path, message(*faulty)), limits=Limits(findings=2))
    assert [(finding.code, finding.child_id) for finding in data.form] == [("FORM02", "C0"), ("FORM02", "C1")]
    assert data.unlisted == (Unlisted("FORM02", Severity.ERROR, 3, frozenset({2, 3, 4})),)
