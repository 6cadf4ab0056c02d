"""What a document is by its first bytes, and whether that is what its record says."""

from __future__ import annotations

PDF, JPEG, PNG, TEXT, ZIP, OLE, RTF = (
    "application/pdf",
    "image/jpeg",
    "image/png",
    "text/plain",
    "application/zip",
    "application/x-ole-storage",
    "application/rtf",
)
_STARTS = (
    (b"%PDF-", PDF),
    (b"\xff\xd8\xff", JPEG),
    (b"\x89PNG\r\n\x1a\n", PNG),
    (b"PK\x03\x04", ZIP),
    (b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1", OLE),
    (b"{\\rtf", RTF),
)
_OFFICE = ("application/vnd.openxmlformats-officedocument.", "application/vnd.oasis.opendocument.")
_OLD_OFFICE = ("application/msword", "application/vnd.ms-")
_RTF = frozenset({RTF, "text/rtf"})
# TIFF in both orders of bytes, RIFF (WebP, AVI, WAV), Matroska, Ogg, ID3; those of ISO (HEIC, MP4) have theirs inside.
_MEDIA = (b"II*\x00", b"MM\x00*", b"RIFF", b"\x1aE\xdf\xa3", b"OggS", b"ID3")
_EXIF = b"Exif\x00\x00"
_KNOWN = frozenset(kind for _, kind in _STARTS)


def kind_of(content: bytes) -> str:
    """Give the kind that the first bytes show; empty where they show none. Any text without controls is text."""
    for start, kind in _STARTS:
        if content.startswith(start):
            return kind
    return TEXT if _is_text(content) else ""


def fits(media_type: str | None, content: bytes) -> bool:
    """Tell whether bytes may be of a media type: a type that we know by its first bytes has them, and no other has.

    What starts as one kind must not be opened as another.
    """
    found = kind_of(content)
    if media_type is None or media_type == "application/octet-stream":
        return True
    if media_type.startswith(_OFFICE):
        return found == ZIP
    if media_type.startswith(_OLD_OFFICE):
        return found == OLE
    if media_type in _RTF:
        return found == RTF
    if media_type in _KNOWN or media_type.startswith("text/"):
        return found == (TEXT if media_type.startswith("text/") else media_type)
    return found in {"", TEXT}


def may_say_where(content: bytes) -> bool:
    """Tell whether bytes are, or hold, a picture, film or sound of a kind whose metadata we cannot take out."""
    return content.startswith(_MEDIA) or content[4:8] == b"ftyp" or _EXIF in content


def _is_text(content: bytes) -> bool:
    try:
        text = content.decode("utf-8")
    except UnicodeDecodeError:
        return False
    return not any(letter < " " and letter not in "\t\n\r\f" for letter in text)
