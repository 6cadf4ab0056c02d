"""Office files are archives: open them within limits, and take out who wrote them, when, and what pictures tell."""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator

from adapters.archive import UNSOUND
from adapters.transfer.images import plain_jpeg, plain_png

_MOST_ENTRIES, _MOST_OUT, _MOST_RATIO = 2_000, 256 << 20, 100
_FREE = 1 << 20  # so small a file may be of any ratio
_PIECE = 1 << 16
_EPOCH = (1980, 1, 1, 0, 0, 0)
_MACROS = ("vbaproject.bin", "vbadata.xml")
_XML = '<?xml version="1.0" encoding="UTF-8" standalone="yes"?>\n'
_OOXML = "http://schemas.openxmlformats.org/"
_PROPERTIES = {
    "docprops/core.xml": f'{_XML}<coreProperties xmlns="{_OOXML}package/2006/metadata/core-properties"/>',
    "docprops/app.xml": f'{_XML}<Properties xmlns="{_OOXML}officeDocument/2006/extended-properties"/>',
    "docprops/custom.xml": f'{_XML}<Properties xmlns="{_OOXML}officeDocument/2006/custom-properties"/>',
    "meta.xml": (
        f'{_XML}<office:document-meta xmlns:office="urn:oasis:names:tc:opendocument:xmlns:office:1.0"'
        ' office:version="1.2"><office:meta/></office:document-meta>'
    ),
}
_PICTURES = {b"\xff\xd8\xff": plain_jpeg, b"\x89PNG\r\n\x1a\n": plain_png}


def entries(content: bytes) -> Iterator[tuple[str, bytes]]:
    """Go through an archive's files, name and content; raise ValueError where it is broken, locked or a bomb.

    The sizes that the archive states are not believed: what comes out is counted.
    """
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            _require_few(archive.namelist())
            left = min(_MOST_OUT, max(_FREE, len(content) * _MOST_RATIO))
            for item in archive.infolist():
                found = b"" if item.is_dir() else _bounded(archive, item, left)
                left -= len(found)
                yield item.filename, found
    except ValueError:
        # Ours say more.
        raise
    except UNSOUND:
        raise ValueError("This archive cannot be read.") from None


def _require_few(names: list[str]) -> None:
    if len(names) > _MOST_ENTRIES or len(set(names)) < len(names):
        raise ValueError("This archive has too many files, or one twice.")


def is_harmless(content: bytes) -> bool:
    """Tell whether an archive can be opened and names no macros; nothing of it is unpacked."""
    try:
        with zipfile.ZipFile(io.BytesIO(content)) as archive:
            names = archive.namelist()
    except UNSOUND:
        return False
    return len(names) <= _MOST_ENTRIES and not any(_is_macro(name) for name in names)


def _is_macro(name: str) -> bool:
    return name.casefold().endswith(_MACROS)


def _bounded(archive: zipfile.ZipFile, item: zipfile.ZipInfo, most: int) -> bytes:
    found = bytearray()
    with archive.open(item) as stream:
        while piece := stream.read(_PIECE):
            found += piece
            if len(found) > most:
                raise ValueError("This archive unpacks to too much.")
    return bytes(found)


def plain_office(content: bytes) -> bytes:
    """Give an office file without author, dates, properties and the metadata of its pictures.

    Raise ValueError where it is broken, a bomb, or has macros.
    """
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, found in entries(content):
            if _is_macro(name):
                raise ValueError("This document has macros.")
            if name.casefold().startswith("docprops/thumbnail"):
                found = b""  # noqa: PLW2901  # a small picture of the first page as it once was
            item = zipfile.ZipInfo(name, _EPOCH)
            # An OpenDocument file names its type first and without compression (ODF 1.2 part 3, section 3.3).
            item.compress_type = zipfile.ZIP_STORED if name == "mimetype" else zipfile.ZIP_DEFLATED
            archive.writestr(item, _plain(name, found))
    return made.getvalue()


def _plain(name: str, content: bytes) -> bytes:
    told = _PROPERTIES.get(name.casefold())
    if told is not None:
        return told.encode()
    for start, plain in _PICTURES.items():
        if content.startswith(start):
            return plain(content)
    return content
