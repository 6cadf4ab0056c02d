"""Files that mean harm, or are none at all: each ends in a finding or a sentence, soon and in little memory."""

from __future__ import annotations

import gzip
import io
import json
import os
import subprocess
import sys
import zipfile
from collections.abc import Iterator
from pathlib import Path

import pytest

from adapters.cin.read import read_cin
from census_files import EPISODE, HEADER, child, message, write
from gateway.cli.app import run

MIB = 1 << 20
LIMIT = 300 * MIB
SECRET = "MARKED-CHILD"
NEWLINE = b"\n"
HEAD = f"<Message>\n{HEADER}<Children>".encode()

# Runs a check, then says on its last line: the exit status, the peak of memory, what was opened by file and network.
WATCHED = """
import sys
opened = []
def watch(event, arguments):
    if event.startswith("socket.") or (event == "open" and str(arguments[0]) == sys.argv[1]):
        opened.append(event)
sys.addaudithook(watch)
from gateway.cli.app import run
status = run(["check", *sys.argv[2:], "--no-progress"])
peak = next(line.split()[1] for line in open("/proc/self/status") if line.startswith("VmHWM"))
sys.stdout.flush()
sys.stderr.flush()
print(f"\\n{status} {int(peak) * 1024} {opened}", file=sys.stderr)
"""


def watched(path: Path, *options: str, target: Path | None = None) -> tuple[int, int, str, str, str]:
    """Check a file in a process of its own: status, peak bytes, what it opened, its output, its errors."""
    command = [sys.executable, "-c", WATCHED, str(target or path.parent / "none"), str(path), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=True)
    errors, _, last = done.stderr.rstrip().rpartition("\n")
    status, peak, opened = last.split(" ", 2)
    return int(status), int(peak), opened, done.stdout, errors


def refused(path: Path, capsys: pytest.CaptureFixture[str], *options: str) -> list[str]:
    """Check a file that cannot be read: give the sentence and what to do."""
    assert run(["check", str(path), "--no-progress", *options]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert "Traceback" not in said.err
    assert SECRET not in said.err
    sentence, hint = said.err.splitlines()
    assert hint
    return [sentence.removeprefix("Error: "), hint]


def findings(path: Path, capsys: pytest.CaptureFixture[str]) -> list[dict[str, object]]:
    """Check a file that can be read in part: give its findings."""
    assert run(["check", str(path), "--format", "json", "--no-progress"]) == 1
    said = capsys.readouterr()
    assert "Traceback" not in said.err
    return list(json.loads(said.out)["findings"])


# Entities and what else reaches out

LAUGHS = "<!ENTITY a 'ha'>" + "".join(
    f"<!ENTITY {name} '{f'&{before};' * 10}'>" for before, name in zip("abcdefghi", "bcdefghij", strict=True)
)
DOCTYPES = {
    "billion laughs": f"<!DOCTYPE Message [{LAUGHS}]><Message>&j;</Message>",
    "quadratic blow-up": f"<!DOCTYPE Message [<!ENTITY a '{'x' * 50000}'>]><Message>{'&a;' * 50000}</Message>",
    "external file": "<!DOCTYPE Message [<!ENTITY a SYSTEM 'file://{target}'>]><Message>&a;</Message>",
    "external address": "<!DOCTYPE Message [<!ENTITY a SYSTEM 'http://127.0.0.1:9/a'>]><Message>&a;</Message>",
    "parameter entity": "<!DOCTYPE Message [<!ENTITY % a SYSTEM 'file://{target}'> %a;]><Message/>",
    "external subset": "<!DOCTYPE Message SYSTEM 'file://{target}'><Message/>",
    "public subset": "<!DOCTYPE Message PUBLIC '-//a//b' 'http://127.0.0.1:9/a.dtd'><Message/>",
    "no entities": "<!DOCTYPE Message><Message/>",
    "after a comment": "<?xml version='1.0'?><!-- <Message> --><?p?>\n<!DOCTYPE Message><Message/>",
}


@pytest.mark.parametrize("name", DOCTYPES)
def test_a_document_type_is_refused(tmp_path: Path, capsys: pytest.CaptureFixture[str], name: str) -> None:
    sentence, hint = refused(write(tmp_path, DOCTYPES[name]), capsys)
    assert sentence == (
        "The file has a document type declaration (<!DOCTYPE ...>), which can hide harmful content. It was not read."
    )
    assert hint.startswith("Remove the declaration")


@pytest.mark.parametrize("name", ["external file", "external address", "parameter entity", "external subset"])
def test_nothing_outside_the_file_is_opened(tmp_path: Path, name: str) -> None:
    target = write(tmp_path, SECRET, "target.txt")
    path = write(tmp_path, DOCTYPES[name].replace("{target}", str(target)))
    status, _, opened, output, errors = watched(path, target=target)
    assert (status, opened, output) == (2, "[]", "")
    assert SECRET not in errors


def test_xinclude_is_an_unknown_element(tmp_path: Path) -> None:
    target = write(tmp_path, SECRET, "target.txt")
    include = f'<xi:include xmlns:xi="http://www.w3.org/2001/XInclude" href="{target}" parse="text"/>'
    path = write(tmp_path, message(child(EPISODE + include)))
    status, _, opened, output, _ = watched(path, "--format", "json", target=target)
    assert (status, opened) == (1, "[]")
    assert SECRET not in output
    form = [item["code"] for item in json.loads(output)["findings"] if item["code"].startswith("FORM")]
    assert form == ["FORM02", "FORM10"]


def test_the_watch_sees_a_file_that_is_opened(tmp_path: Path) -> None:
    path = write(tmp_path, message())
    assert "'open'" in watched(path, target=path)[2]


# Size


def repeated(before: bytes, after: bytes) -> Iterator[bytes]:
    yield HEAD + before
    yield from [b"x" * MIB] * 64
    yield after


ENORMOUS = {
    "text": (b"<Child><ChildIdentifiers><LAchildID>", b"</LAchildID></ChildIdentifiers></Child>"),
    "attribute": (b"<Child a='", b"'/>"),
    "comment": (b"<!--", b"-->"),
    "instruction": (b"<?p ", b"?>"),
    "CDATA section": (b"<![CDATA[", b"]]>"),
    "name": (b"<", b"/>"),
    "end tag": (b"</", b">"),
}


@pytest.mark.parametrize("name", ENORMOUS)
def test_an_enormous_token_is_a_finding_in_little_memory(tmp_path: Path, name: str) -> None:
    path = tmp_path / "large.xml"
    with path.open("wb") as file:
        file.writelines(repeated(*ENORMOUS[name]))
    status, peak, _, output, _ = watched(path, "--format", "json")
    assert status == 1
    first = json.loads(output)["findings"][0]
    assert first["code"] == "FORM11"
    assert "is longer than 1,048,576 bytes" in first["message"]
    assert f"At line {HEAD.count(NEWLINE) + 1}, column" in first["message"]
    assert len(output) < 10_000
    assert peak < LIMIT


def test_a_million_attributes_are_a_finding_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "attributes.xml"
    with path.open("wb") as file:
        file.write(HEAD + b"<Child")
        file.writelines(f" a{number}='1'".encode() for number in range(1_000_000))
        file.write(b"/>")
    status, peak, _, output, _ = watched(path, "--format", "json")
    assert (status, json.loads(output)["findings"][0]["code"]) == (1, "FORM11")
    assert peak < LIMIT


def test_a_sparse_file_of_a_gibibyte_is_refused_in_little_memory(tmp_path: Path) -> None:
    path = tmp_path / "sparse.xml"
    with path.open("wb") as file:
        file.truncate(1024 * MIB)
    status, peak, _, _, errors = watched(path)
    assert status == 2
    assert errors.startswith("Error: sparse.xml is none of the returns that the gateway reads: ")
    assert peak < LIMIT


# Other files, called .xml


def zipped(**members: bytes) -> bytes:
    held = io.BytesIO()
    with zipfile.ZipFile(held, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in members.items():
            archive.writestr(name, content)
    return held.getvalue()


XLSX = zipped(**{"[Content_Types].xml": b"<Types/>", "xl/workbook.xml": b"<workbook/>"})
DOCX = zipped(**{"[Content_Types].xml": b"<Types/>", "word/document.xml": b"<document/>"})
OFFICE = "This is an Office workbook or document, not an XML file. It was not unpacked."
ZIP = "This is a zip file, not an XML file. It was not unpacked."
CLA = "This is the looked-after return (SSDA903), not the CIN census."
PAGE = "This is a web page (HTML), whatever its name says, not the census."
NOT_XML = "This is not an XML file: it does not start with a tag."
ENVELOPE = "This XML file is no census: it starts with <Envelope>, a census with <Message>."
DECLARED = '<?xml version="1.0" encoding="{}"?>'
BOMB, NOTHING = zipped(bomb=b"\x00" * 20 * MIB), zipped()
LOOKED_AFTER = f"<EXPSSDA903><CHILD><HEADER><CHILDID>{SECRET}</CHILDID></HEADER></CHILD></EXPSSDA903>".encode()
NO_WORKBOOK = "census.xml cannot be read as a workbook: it is damaged, or another kind of document."
# Of what could be any return as a file, but is none.
NO_RETURN = (
    "census.xml is none of the returns that the gateway reads: Children in need census, Annex A child-level lists, "
    "Children looked after return (SSDA903)."
)
# Where nobody says which return it is, a zip file, a workbook or such a message may be the looked-after return.
OF_ANY_RETURN = {
    BOMB: "census.xml would unpack to 20,971,520 bytes, more than the gateway reads.",
    NOTHING: "census.xml holds no table of the looked-after return.",
    XLSX: NO_WORKBOOK,
    DOCX: NO_WORKBOOK,
    LOOKED_AFTER: "The return does not say which collection year it is for: it has no dates of that year.",
}


@pytest.mark.parametrize(
    ("content", "sentence"),
    [
        (b"", "The file is empty."),
        (b" \r\n\t ", "The file is empty."),
        (b"\xef\xbb\xbf", "The file is empty."),
        (b"\xff\xfe", "The file is empty."),
        (b"\x00" * 5000, NOT_XML),
        (BOMB, ZIP),
        (NOTHING, ZIP),
        (XLSX, OFFICE),
        (DOCX, OFFICE),
        (gzip.compress(message().encode()),
         "This is a compressed (gzip) file, whatever its name says, not an XML file."),
        (b"%PDF-1.7\n%\xe2\xe3", "This is a PDF document, whatever its name says, not an XML file."),
        (LOOKED_AFTER, CLA),
        (f"CHILD,SEX,DOB\n{SECRET},1,01/01/2015\n".encode(),
         "This is a CSV file of the looked-after return (SSDA903), not the CIN census."),
        (f"\r\nchild,sex,dob\r\n{SECRET}".encode(),
         "This is a CSV file of the looked-after return (SSDA903), not the CIN census."),
        (f"{SECRET},1,2\n".encode(), NOT_XML),
        (f'{{"child": "{SECRET}"}}'.encode(), NOT_XML),
        (f"<!DOCTYPE html>\n<html><body>{SECRET}</body></html>".encode(), PAGE),
        (f"<HTML><body>{SECRET}</body></HTML>".encode(), PAGE),
        (f"<Envelope a='{SECRET}'>{SECRET}</Envelope>".encode(), ENVELOPE),
        (message().encode("utf-32"), "The file is written in UTF-32, which the gateway does not read."),
        (message().encode("utf-32-be"), "The file is written in UTF-32, which the gateway does not read."),
        (message().encode("cp037"), "The file is written in EBCDIC, which the gateway does not read."),
        ((DECLARED.format("cp037") + message()).encode("cp037"),
         "The file is written in EBCDIC, which the gateway does not read."),
        ((DECLARED.format("UTF-7") + message()).encode(),
         "The file says that its encoding is UTF-7, which the gateway does not read."),
        ((DECLARED.format("UTF-32") + message()).encode(),
         "The file says that its encoding is UTF-32, which the gateway does not read."),
        ((DECLARED.format("utf-16") + message()).encode(),
         "The file says that it is written in UTF-16, but it is not."),
        (b"<", "Nothing of the file can be read: in line 1, column 1, the file ends in the middle of a tag."),
    ],
)  # fmt: skip
def test_what_is_no_census_is_told_without_its_content(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], content: bytes, sentence: str
) -> None:
    path = write(tmp_path, content)
    assert refused(path, capsys, "--return", "cin")[0] == sentence
    unnamed = NO_RETURN if sentence in {NOT_XML, ENVELOPE} else sentence
    assert refused(path, capsys)[0] == OF_ANY_RETURN.get(content, unnamed)


@pytest.mark.parametrize("options", [(), ("--return", "cin")])
def test_what_is_no_file_is_told_and_not_waited_for(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], options: tuple[str, ...]
) -> None:
    os.mkfifo(tmp_path / "pipe.xml")
    (tmp_path / "loop.xml").symlink_to(tmp_path / "loop.xml")
    (tmp_path / "dangling.xml").symlink_to(tmp_path / "gone.xml")
    (tmp_path / "folder.xml").mkdir()
    said = {
        "pipe.xml": "pipe.xml is a pipe or a device, not a file.",
        "loop.xml": "loop.xml is a link that leads back to itself.",
        "dangling.xml": "dangling.xml is a link to a file that is not there.",
        "folder.xml": "folder.xml is a folder." if options else "folder.xml holds no table of the looked-after return.",
        "gone.xml": f"There is no file {tmp_path / 'gone.xml'}.",
        "x" * 5000: "The path is longer than a path can be.",
    }
    for name, sentence in said.items():
        assert refused(tmp_path / name, capsys, *options)[0] == sentence
    assert refused(Path(os.devnull), capsys, *options)[0] == "null is a pipe or a device, not a file."


def test_a_file_that_may_not_be_read_is_told(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    def forbid(*_: object, **__: object) -> None:
        raise PermissionError(13, "Permission denied")

    path = write(tmp_path, message())
    monkeypatch.setattr(Path, "open", forbid)
    assert refused(path, capsys)[0] == "You may not read census.xml."


# Damage


@pytest.mark.parametrize(
    ("damage", "reason"),
    [
        (b"\x00", "a character stands where it may not"),
        (b"\x01", "a character stands where it may not"),
        (b"\xed\xa0\x80", "a character stands where it may not"),
        (b"\xe9", "a character stands where it may not"),
        (b"&#0;", "a character reference names no character"),
        (b"&#xD800;", "a character reference names no character"),
        (b"&#x110000;", "a character reference names no character"),
        (b"&a;", "an entity is used that XML does not define"),
    ],
)
def test_a_bad_character_is_a_finding_with_its_place(
    tmp_path: Path, capsys: pytest.CaptureFixture[str], damage: bytes, reason: str
) -> None:
    text = message(child(identifier="C1"), child(identifier="C2"), child(identifier="C3")).encode()
    at = text.index(b"C3")
    first = findings(write(tmp_path, text[:at] + damage + text[at:]), capsys)[0]
    line, column = text[:at].count(NEWLINE) + 1, at - text.rindex(NEWLINE, 0, at)
    assert first["code"] == "FORM01"
    assert str(first["message"]).startswith(f"The file stops being well-formed XML. At line {line}, column {column}")
    assert reason in str(first["message"])


def test_letters_of_another_encoding_break_the_file_there(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    text = (DECLARED.format("UTF-8") + message(child(identifier="Jos\u00e9"))).encode("latin-1")
    first = findings(write(tmp_path, text), capsys)[0]
    assert first["code"] == "FORM01"
    at = text.index(b"\xe9")
    line, column = text[:at].count(NEWLINE) + 1, at - text.rindex(NEWLINE, 0, at)
    assert f"At line {line}, column {column}" in str(first["message"])


def test_utf_16_without_a_mark_is_read(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = write(tmp_path, message().encode("utf-16-le"))
    assert run(["check", str(path), "--format", "json", "--only", "100"]) == 0
    assert json.loads(capsys.readouterr().out)["rows"]["ChildIdentifiers"] == 1


@pytest.mark.parametrize("part", range(4))
def test_a_file_cut_anywhere_keeps_the_children_complete_before_it(tmp_path: Path, part: int) -> None:
    whole = message(child(identifier="C1"), child(identifier="C2")).encode()
    # Every third byte, which meets each element, attribute and text many times; each part takes a quarter of them.
    for cut in range(whole.index(b"<Child>") + 3 * part, len(whole.rstrip()), 12):
        data = read_cin(write(tmp_path, whole[:cut]), year=2026)
        complete = whole[:cut].count(b"</Child>")
        assert data.tables["ChildIdentifiers"].height == complete, whole[cut - 20 : cut]
        assert data.form[0].code == "FORM01"
        line = data.form[0].locations[0].line
        last = whole[:cut].rfind(b"<")
        in_tag = b">" not in whole[last:cut]
        place = last if in_tag else cut
        assert line == whole[:place].count(b"\n") + 1
        assert f"column {place - whole.rfind(chr(10).encode(), 0, place)}" in data.form[0].message


@pytest.mark.parametrize("after", [" & ", "<Chidl><a>", "</Wrong>", "<Child a=1>", "&#0;", "<!-- -- -->", "\x01"])
def test_a_child_just_before_a_break_is_kept(tmp_path: Path, after: str) -> None:
    whole = message(child(identifier="C1"), child(identifier="C2"))
    end = whole.rindex("</Child>") + len("</Child>")
    data = read_cin(write(tmp_path, whole[:end] + after))
    assert data.tables["ChildIdentifiers"].get_column("LAchildID").to_list() == ["C1", "C2"]


TAIL = b"</Children></Message>"
MANY = {
    "unknown elements": [b"<a%d/>" % number for number in range(300_000)],
    "attributes": [b"<Child a='%d'/>" % number for number in range(100_000)],
    "stray texts": [b"<Child>x</Child>"] * 100_000,
    "levels": [b"<a>" * 100_000, b"</a>" * 100_000],
}


@pytest.mark.parametrize("name", MANY)
def test_a_great_many_faults_stay_in_little_memory_and_a_short_report(tmp_path: Path, name: str) -> None:
    path = tmp_path / "many.xml"
    path.write_bytes(b"".join([HEAD, *MANY[name], TAIL]))
    status, peak, _, output, _ = watched(path, "--format", "json")
    assert status == 1
    assert json.loads(output)["findings"]
    assert len(output) < 30_000_000
    assert peak < LIMIT
