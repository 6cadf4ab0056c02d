"""Documents before they go: looked at, cleaned, searched; or they stay, with a code that says why."""

from __future__ import annotations

import base64
import gzip
import zlib
from collections.abc import Callable
from typing import Any

import pytest

from adapters.transfer import office as archives
from adapters.transfer.content_type import fits, kind_of
from adapters.transfer.documents import Looked, Outcome, Tells, look
from adapters.transfer.images import plain_jpeg, plain_png
from adapters.transfer.part import MOST_BYTES, Kind
from adapters.transfer.search import can_be_searched, texts
from case_family import family
from package_cases import jpeg, office, package, paper, png
from schemas.case.papers import Document

WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"
SECRET = "7 Café Larkhollow"


def tells(text: str) -> bool:
    """Stand in for the marks of a hidden place: the letters alone count."""
    return "larkhollow" in "".join(letter for letter in text if letter.isalnum()).casefold()


def looked(content: bytes, search: Tells | None = None, read: frozenset[str] = frozenset(), **values: Any) -> Looked:
    row, contents = paper("doc", content, **values)
    (found,) = look([row], contents.get, search, read)
    return found


def word(body: str, **more: bytes | str) -> bytes:
    return office(_Content_Types__xml="<Types/>", word__document_xml=body, docProps__core_xml="<a>Eva Roe</a>", **more)


def test_a_plain_document_goes_as_it_is() -> None:
    found = looked(b"Words.")
    assert found.outcome is Outcome.SENT
    assert found.paper is not None
    assert (found.paper.content, found.paper.changed) == (b"Words.", False)


def test_a_row_without_a_hash_has_no_document() -> None:
    row, contents = paper("doc", b"Words.")
    assert look([row.model_copy(update={"sha256": None})], contents.get) == ()


def _wrong(**values: Any) -> Callable[[Document], Document]:
    return lambda row: row.model_copy(update=values)


@pytest.mark.parametrize(
    ("change", "outcome", "sentence"),
    [
        (_wrong(sha256="0" * 64), Outcome.ABSENT, "There is no document with the hash that the record has."),
        (_wrong(size=7), Outcome.DIFFERS, "The document is not the one that the record hashes."),
        (_wrong(media_type="application/pdf"), Outcome.TYPE, "The content is not of the kind that the record says."),
    ],
)
def test_a_document_that_is_not_what_its_record_says_stays(
    change: Callable[[Document], Document], outcome: Outcome, sentence: str
) -> None:
    row, contents = paper("doc", b"Words.")
    (found,) = look([change(row)], contents.get)
    assert (found.outcome, found.paper, found.outcome.meaning) == (outcome, None, sentence)


def test_a_document_under_another_ones_hash_stays() -> None:
    row, _ = paper("doc", b"Words.")
    (found,) = look([row], lambda _: b"Others")
    assert found.outcome is Outcome.DIFFERS


def test_a_document_that_is_too_large_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(MOST_BYTES, Kind.DOCUMENT, 5)
    assert looked(b"Words.").outcome is Outcome.TOO_LARGE


EXIF = (0xE1, b"Exif\x00\x00GPS 51.5 Larkhollow")
NOTE = (0xFE, b"Taken by Eva Roe")
COLOURS = (0xEE, b"Adobe\x00\x64\x00\x00\x00\x00\x01")


def test_a_photograph_goes_without_where_and_when_and_what_stands_behind_it() -> None:
    found = looked(jpeg(EXIF, COLOURS, NOTE) + b"trailer", media_type="image/jpeg")
    assert found.outcome is Outcome.CLEANED
    assert found.paper is not None
    assert found.paper.content == jpeg(COLOURS)
    assert looked(jpeg(COLOURS), media_type="image/jpeg").outcome is Outcome.SENT


def test_a_photograph_of_several_scans_keeps_them() -> None:
    scan = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00\x12\xff\x00"
    table = b"\xff\xc4\x00\x04\x01\x02"
    many = jpeg()[:-2] + b"\xff\xff" + table[1:] + b"\xff\xfe\x00\x05abc" + scan + b"\xff\xd3\x11\xff\xd9"
    assert plain_jpeg(many) == jpeg()[:-2] + b"\xff" + table + scan + b"\xff\xd3\x11\xff\xd9"


@pytest.mark.parametrize("end", range(2, len(jpeg(EXIF)) - 1))
def test_a_photograph_cut_short_stays(end: int) -> None:
    assert looked(jpeg(EXIF)[:end] + b"", media_type="image/jpeg").outcome in {Outcome.UNREADABLE, Outcome.TYPE}


def test_a_drawing_goes_without_its_texts() -> None:
    text = (b"tEXt", b"Author\x00Eva Roe")
    place = (b"eXIf", b"GPS")
    found = looked(png((b"gAMA", b"\x00\x00\xb1\x8f"), text, place) + b"trailer", media_type="image/png")
    assert found.paper is not None
    assert found.paper.content == png((b"gAMA", b"\x00\x00\xb1\x8f"))
    for broken in (png()[:-1], png()[:20], png().replace(b"IDAT", b"IDAX")):
        with pytest.raises(ValueError, match="This PNG is broken"):
            plain_png(broken)


def test_a_letter_goes_without_author_thumbnail_and_metadata_of_its_pictures() -> None:
    picture = {"word__media__image1.jpeg": jpeg(EXIF), "docProps__thumbnail.jpeg": jpeg(NOTE)}
    found = looked(word("<w>Words</w>", **picture), media_type=WORD)
    assert found.outcome is Outcome.CLEANED
    assert found.paper is not None
    files = dict(archives.entries(found.paper.content))
    assert files["word/document.xml"] == b"<w>Words</w>"
    assert files["word/media/image1.jpeg"] == jpeg()
    assert files["docProps/thumbnail.jpeg"] == b""
    assert b"Eva" not in b"".join(files.values())
    assert archives.plain_office(found.paper.content) == found.paper.content


@pytest.mark.parametrize(
    "content",
    [
        word("<w/>", word__vbaProject_bin=b"macro"),
        word("<w/>")[:-30],
        office(a=b"\0" * (30 << 20)),
        word("<w/>", **{"word__media__x.png": b"\x89PNG\r\n\x1a\nbroken"}),
    ],
    ids=["macros", "cut short", "bomb", "broken picture"],
)
def test_an_office_file_that_cannot_be_trusted_stays(content: bytes) -> None:
    assert looked(content, media_type=WORD).outcome is Outcome.UNREADABLE


def test_sizes_that_an_archive_states_are_not_believed() -> None:
    content = bytearray(office(a=b"\0" * (30 << 20)))
    place = content.rindex(b"PK\x01\x02")
    content[place + 24 : place + 28] = (10).to_bytes(4, "little")
    with pytest.raises(ValueError, match="This archive"):
        list(archives.entries(bytes(content)))


def _pdf(body: bytes) -> bytes:
    return b"%PDF-1.7\n1 0 obj\n<</Length 9>>\nstream\n" + zlib.compress(body) + b"\nendstream\n%%EOF"


HIDDEN_IN: dict[str, tuple[bytes, str]] = {
    "utf-8": (SECRET.encode(), "text/plain"),
    "with other spaces": (b"lark - HOLLOW", "text/plain"),
    "latin-1": (SECRET.encode("latin-1") + b"\x01", "application/octet-stream"),
    "utf-16 little": (SECRET.encode("utf-16"), "application/octet-stream"),
    "utf-16 big": (SECRET.encode("utf-16-be"), "application/octet-stream"),
    "utf-32": (SECRET.encode("utf-32"), "application/octet-stream"),
    "base64": (b"Content: " + base64.b64encode(SECRET.encode()), "text/plain"),
    "base64 in lines": (b"x" + base64.encodebytes(b"a" * 60 + SECRET.encode() + b"b" * 60), "text/plain"),
    "base64 for addresses": (base64.urlsafe_b64encode(b"\xff\xfe" + SECRET.encode() + b"\xff\xff"), "text/plain"),
    "hexadecimal": (b"<" + SECRET.encode().hex().encode() + b">", "text/plain"),
    "quoted-printable": (b"Lark=\nhollow", "text/plain"),
    "percent": (b"%4Cark%68ollow", "text/plain"),
    "entities": (b"&#76;ark&#x68;ollow", "text/html"),
    "tags between": (b"<b>Lark</b><i>hollow</i>", "text/html"),
    "rich text": (b"{\\rtf1 \\'4cark\\'68ollow}", "application/rtf"),
    "json escapes": (b'{"a": "\\u004cark\\u0068ollow"}', "application/json"),
    "gzip": (gzip.compress(SECRET.encode()), "application/octet-stream"),
    "office": (word("<w:t>Lark</w:t><w:t>hollow</w:t>"), WORD),
    "name in an archive": (office(Larkhollow=b""), "application/zip"),
    "base64 of an archive": (base64.b64encode(word("<w:t>Larkhollow</w:t>")), "text/plain"),
    "pdf": (b"%PDF-1.7 (Larkhollow)", "application/pdf"),
    "pdf stream": (_pdf(b"BT (Larkhollow) Tj ET"), "application/pdf"),
    "pdf letters": (_pdf(b"BT [(Lark)-20(hol)3(low)] TJ ET"), "application/pdf"),
    "pdf hexadecimal": (_pdf(b"BT <4C61726B> Tj <686F6C6C6F77> Tj ET"), "application/pdf"),
    "pdf attachment": (_pdf(word("<w:t>Larkhollow</w:t>")), "application/pdf"),
    "picture in base64": (base64.b64encode(jpeg(EXIF)), "text/plain"),
    "picture in a pdf": (b"%PDF-1.7 stream\n" + jpeg(EXIF), "application/pdf"),
    "archive in an archive": (office(inner=word("<w:t>Larkhollow</w:t>")), "application/zip"),
}  # fmt: skip


@pytest.mark.parametrize("coding", HIDDEN_IN)
def test_a_word_of_a_hidden_place_is_found_in_any_coding(coding: str) -> None:
    content, media_type = HIDDEN_IN[coding]
    found = looked(content, tells, frozenset({"doc"}), media_type=media_type)
    assert (found.outcome, found.paper) == (Outcome.TELLS, None)
    assert looked(content, media_type=media_type).outcome.goes


def test_a_word_in_metadata_that_comes_off_tells_nothing() -> None:
    assert looked(jpeg(EXIF), tells, frozenset({"doc"}), media_type="image/jpeg").outcome is Outcome.CLEANED
    name = word("<w>Words</w>", docProps__app_xml="Larkhollow")
    assert looked(name, tells, media_type=WORD).outcome is Outcome.CLEANED


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (_pdf(b"BT ET"), "application/pdf"),
        (jpeg(), "image/jpeg"),
        (b"\x00\x01", "application/octet-stream"),
        (b"{\\rtf1 words}", "application/rtf"),
        (word("<w/>", word__media__image1=png()), WORD),
        (b"<img src='data:image/png;base64," + base64.b64encode(png()) + b"'>", "text/html"),
        (b"Content-Transfer-Encoding: base64\r\n\r\n" + base64.encodebytes(jpeg()), "message/rfc822"),
    ],
)
def test_what_cannot_be_searched_wholly_goes_only_where_somebody_has_read_it(content: bytes, media_type: str) -> None:
    assert not can_be_searched(content)
    assert looked(content, tells, media_type=media_type).outcome is Outcome.UNREAD
    assert looked(content, tells, frozenset({"doc"}), media_type=media_type).outcome.goes
    assert looked(content, media_type=media_type).outcome.goes


@pytest.mark.parametrize(
    ("content", "media_type"),
    [
        (b"%PDF-1.7 stream " + jpeg((0xE1, b"Exif\x00\x00GPS")), "application/pdf"),
        (b"II*\x00picture", "image/tiff"),
        (b"\x00\x00\x00\x18ftypheic", "image/heic"),
        (b"RIFF\x00\x00WEBP", "image/webp"),
        (office(word__media__image1="II*\x00picture"), WORD),
        (base64.encodebytes(b"xy" + jpeg((0xE1, b"Exif\x00\x00GPS"))), "message/rfc822"),
        (b"{\\rtf1 \\pict " + jpeg((0xE1, b"Exif\x00\x00GPS")).hex().encode() + b"}", "application/rtf"),
    ],
)
def test_metadata_that_cannot_be_taken_out_keeps_a_document_of_a_hidden_family_back(
    content: bytes, media_type: str
) -> None:
    assert looked(content, tells, frozenset({"doc"}), media_type=media_type).outcome is Outcome.METADATA
    assert looked(content, media_type=media_type).outcome.goes


def test_a_text_that_tells_nothing_goes_unread() -> None:
    assert looked(b"Plain words of safeguarding.", tells).outcome is Outcome.SENT
    assert looked(word("<w>Words</w>"), tells, media_type=WORD).outcome is Outcome.CLEANED
    assert any("Plain words." in text for text in texts(b"Plain words."))


def test_a_stream_that_unpacks_to_too_much_stays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("adapters.transfer.search._MOST_INFLATED", 1000)
    content = _pdf(b"words " * 1000)
    assert looked(content, tells, frozenset({"doc"}), media_type="application/pdf").outcome is Outcome.UNREADABLE


@pytest.mark.parametrize(
    ("media_type", "content", "fitting"),
    [
        (None, b"%PDF-1", True),
        ("text/plain", b"Words\n", True),
        ("text/plain", b"%PDF-1", False),
        ("text/plain", b"\x00", False),
        ("text/html", b"<p>", True),
        ("application/pdf", b"%PDF-1", True),
        ("application/pdf", b"GIF89a%PDF-1", False),
        ("image/jpeg", png(), False),
        ("image/png", png(), True),
        (WORD, word("<w/>"), True),
        (WORD, b"words", False),
        ("application/msword", b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", True),
        ("application/rtf", b"{\\rtf1", True),
        ("text/rtf", b"words", False),
        ("image/tiff", b"II*\x00", True),
        ("image/tiff", b"%PDF-1", False),
    ],
)
def test_what_starts_as_one_kind_is_no_other(media_type: str | None, content: bytes, fitting: bool) -> None:
    assert fits(media_type, content) is fitting


def test_kinds() -> None:
    assert [kind_of(content) for content in (b"", b"a", b"\xff", b"PK\x03\x04")] == [
        "text/plain", "text/plain", "", "application/zip"
    ]  # fmt: skip


def test_a_document_that_stays_takes_its_row_with_it() -> None:
    good, contents = paper("good", b"Words.")
    lost, _ = paper("lost", b"Others.")
    whole = package(family(documents=[good, lost]), contents=contents)
    assert [row.id for row in whole.records.documents] == ["good"]
    assert [found.record for found in whole.papers] == ["good"]
