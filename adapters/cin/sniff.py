"""Tell from its first bytes what a file is, and say what to do with one that is no census."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.sniff import OfAnotherKind, root_of, start_of, text_of, without_comments
from schemas.cin.layout import YEARS, cin_layout
from schemas.errors import Rejected

_ZIP = (b"PK\x03\x04", b"PK\x05\x06", b"PK\x07\x08")
_IN_OFFICE = (b"[Content_Types].xml", b"mimetypeapplication/vnd.oasis.opendocument")
_SIGNS = (
    (b"%PDF", "a PDF document"),
    (b"{\\rtf", "a text processor's document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"BZh", "a compressed (bzip2) file"),
    (b"\xfd7zXZ", "a compressed (xz) file"),
    (b"7z\xbc\xaf", "a compressed (7z) file"),
    (b"Rar!", "a compressed (rar) file"),
    (b"SQLite format 3", "a database"),
)
_UTF32 = (b"\xff\xfe\x00\x00", b"\x00\x00\xfe\xff", b"<\x00\x00\x00", b"\x00\x00\x00<")
_EBCDIC = "<?xml".encode("cp037"), "<Message".encode("cp037")
_UTF16_SAID = re.compile(rb"""<\?xml[^>]*?\sencoding\s*=\s*["'](utf-?16(?:-?[lb]e)?|ucs-2)["']""", re.IGNORECASE)
_EXPORT = "Choose the XML file that your case system exports for the census."
_AS_UTF8 = "Export the file again as UTF-8."
_CSV_903 = re.compile(r"\bCHILD\b.*\b(DECOM|DOB|MISSTART|MIS_START|REVIEW|DATE_INT|IN_TOUCH)\b")
TABLES = frozenset(table.name for year in YEARS for table in cin_layout(year))
# Of no other return is a table called so.
_OWN_TABLES = TABLES - {"Header", "Reviews"}
_COLLECTION = re.compile(r"<(?:\w+:)?Collection>\s*([^<\s]*)")


def recognises(path: Path) -> bool:
    """Tell whether a path is a census file, or a folder that `convert` wrote."""
    if path.is_dir():
        return any((path / f"{table}.csv").is_file() for table in _OWN_TABLES)
    try:
        require_census(path)
    except Rejected:
        return False
    return True


def require_census(path: Path) -> None:
    """Raise Rejected, with what the file is and what to do, unless it looks like a CIN census."""
    start = start_of(path)
    _refuse_other_formats(start)
    _refuse_other_encodings(start)
    text = text_of(start)
    if not text:
        raise Rejected("The file is empty.", hint=_EXPORT)
    if not text.startswith("<"):
        _refuse_text(text)
    _refuse_other_messages(without_comments(text))


def _refuse_other_formats(start: bytes) -> None:
    if start.startswith(_ZIP):
        office = any(sign in start for sign in _IN_OFFICE)
        raise Rejected(
            f"This is {'an Office workbook or document' if office else 'a zip file'}, not an XML file. "
            "It was not unpacked.",
            hint="Unpack it if it holds the census, and give the XML file itself.",
        )
    for sign, what in _SIGNS:
        if start.startswith(sign):
            raise Rejected(f"This is {what}, whatever its name says, not an XML file.", hint=_EXPORT)


def _refuse_other_encodings(start: bytes) -> None:
    """Refuse what `encoding_of` would take for another encoding than it is."""
    if start.startswith(_UTF32):
        raise Rejected("The file is written in UTF-32, which the gateway does not read.", hint=_AS_UTF8)
    if start.startswith(_EBCDIC):
        raise Rejected("The file is written in EBCDIC, which the gateway does not read.", hint=_AS_UTF8)
    if _UTF16_SAID.match(start.lstrip()):
        raise Rejected("The file says that it is written in UTF-16, but it is not.", hint=_AS_UTF8)


def _refuse_text(text: str) -> None:
    first = text.splitlines()[0].upper()
    if _CSV_903.search(first):
        raise Rejected("This is a CSV file of the looked-after return (SSDA903), not the CIN census.", hint=_EXPORT)
    raise OfAnotherKind("This is not an XML file: it does not start with a tag.", hint=_EXPORT)


def _refuse_other_messages(text: str) -> None:
    root = root_of(text)
    name = root or ""
    if name.lower() == "html" or text[:14].lower() == "<!doctype html":
        raise Rejected("This is a web page (HTML), whatever its name says, not the census.", hint=_EXPORT)
    if root is None:
        return
    collection = _COLLECTION.search(text)
    if "SSDA903" in name.upper() or (collection and collection.group(1).upper() in {"CLA", "SSDA903", "903"}):
        raise Rejected("This is the looked-after return (SSDA903), not the CIN census.", hint=_EXPORT)
    if name != "Message":
        raise OfAnotherKind(
            f"This XML file is no census: it starts with <{name[:40]}>, a census with <Message>.", hint=_EXPORT
        )
