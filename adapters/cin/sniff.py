"""Tell from its first bytes what a file is, and say what to do with one that is no census."""

from __future__ import annotations

import re
from pathlib import Path

from adapters.xml.source import encoding_of
from schemas.errors import Rejected

_START = 65536
_SIGNS = (
    (b"%PDF", "a PDF document"),
    (b"\xd0\xcf\x11\xe0", "an old Office document"),
    (b"\x1f\x8b", "a compressed (gzip) file"),
    (b"7z\xbc\xaf", "a compressed (7z) file"),
    (b"Rar!", "a compressed (rar) file"),
    (b"SQLite format 3", "a database"),
)
_EXPORT = "Choose the XML file that your case system exports for the census."
_CSV_903 = re.compile(r"\bCHILD\b.*\b(DECOM|DOB|MISSTART|REVIEW|DATE_INT|IN_TOUCH)\b")
_ROOT = re.compile(r"<([A-Za-z_][\w.-]*:)?([A-Za-z_][\w.-]*)[\s/>]")


def require_census(path: Path) -> None:
    """Raise Rejected, with what the file is and what to do, unless it looks like a CIN census."""
    with path.open("rb") as handle:
        start = handle.read(_START)
    _refuse_other_formats(start)
    encoding, skip = encoding_of(start)
    text = start[skip:].decode(encoding, errors="replace")
    if not text.strip():
        raise Rejected("The file is empty.", hint=_EXPORT)
    if not text.lstrip().startswith("<"):
        _refuse_text(text)
    _refuse_other_messages(text)


def _refuse_other_formats(start: bytes) -> None:
    if start.startswith(b"PK\x03\x04"):
        what = "an Office workbook or document" if b"[Content_Types].xml" in start else "a zip file"
        raise Rejected(
            f"This is {what}, not an XML file. It was not unpacked.",
            hint="Unpack it if it holds the census, and give the XML file itself.",
        )
    for sign, what in _SIGNS:
        if start.startswith(sign):
            raise Rejected(f"This is {what}, whatever its name says, not an XML file.", hint=_EXPORT)


def _refuse_text(text: str) -> None:
    first = text.splitlines()[0].upper()
    if _CSV_903.search(first):
        raise Rejected("This is a CSV file of the looked-after return (SSDA903), not the CIN census.", hint=_EXPORT)
    raise Rejected("This is not an XML file: it does not start with a tag.", hint=_EXPORT)


def _refuse_other_messages(text: str) -> None:
    bare = re.sub(r"<!--.*?-->|<\?.*?\?>", "", text, flags=re.DOTALL)
    root = _ROOT.search(bare)
    if root is None or bare.lstrip().startswith("<!DOCTYPE"):
        return
    collection = re.search(r"<(?:\w+:)?Collection>\s*([^<\s]*)", bare)
    named = collection.group(1).upper() if collection else ""
    if named in {"CLA", "SSDA903", "903"} or "SSDA903" in text[:4000].upper():
        raise Rejected("This is the looked-after return (SSDA903), not the CIN census.", hint=_EXPORT)
    if root.group(2) != "Message":
        raise Rejected(
            f"This XML file is no census: it starts with <{root.group(2)[:40]}>, a census with <Message>.", hint=_EXPORT
        )
