"""Look at every document before it goes: is it the one that the record means, what does it tell, what can come off."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass
from hashlib import sha256

from adapters.transfer.content_type import JPEG, PNG, RTF, TEXT, ZIP, fits, kind_of, may_say_where
from adapters.transfer.images import plain_jpeg, plain_png
from adapters.transfer.office import entries, plain_office
from adapters.transfer.package import Paper
from adapters.transfer.part import Kind
from adapters.transfer.search import can_be_searched, decoded_runs, texts
from schemas.case.papers import Document
from schemas.processes.explained import Explained

Fetch = Callable[[str], bytes | None]
"""Give a document's bytes by their SHA-256 in hexadecimal, None where there is none."""

Tells = Callable[[str], bool]
"""Tell whether a text gives away what must not go."""


class Outcome(Explained):
    """What became of a document. For the sender alone."""

    SENT = "sent", "It goes as it is."
    CLEANED = "metadata-removed", "It goes without the metadata that was in it."
    ABSENT = "document-absent", "There is no document with the hash that the record has."
    DIFFERS = "document-differs", "The document is not the one that the record hashes."
    TOO_LARGE = "document-too-large", "The document is larger than a part may be."
    TYPE = "document-type", "The content is not of the kind that the record says."
    UNREADABLE = "document-unreadable", "The document is broken, locked, has macros, or unpacks to too much."
    TELLS = "document-tells", "It has a word that must not go."
    METADATA = "document-metadata", "It holds metadata that cannot be taken out, such as where a picture was taken."
    UNREAD = "document-unread", "Nobody has read it, and not every word in it can be searched."

    @property
    def goes(self) -> bool:
        """Tell whether the document goes."""
        return self in {Outcome.SENT, Outcome.CLEANED}


@dataclass(frozen=True, slots=True)
class Looked:
    """A document that was looked at: `paper` where it goes."""

    record: str
    outcome: Outcome
    paper: Paper | None = None


_PLAIN = {JPEG: plain_jpeg, PNG: plain_png, ZIP: plain_office}


def look(
    rows: Iterable[Document], fetch: Fetch, tells: Tells | None = None, read: frozenset[str] = frozenset()
) -> tuple[Looked, ...]:
    """Look at the document of every row that has a hash.

    With `tells` each is searched, and one whose words cannot all be found goes only where its row is in `read`, since
    somebody has read it. Metadata that nobody sees and that cannot be taken out then keeps a document back.
    """
    return tuple(_looked(row, fetch, tells, read) for row in rows if row.sha256)


def _looked(row: Document, fetch: Fetch, tells: Tells | None, read: frozenset[str]) -> Looked:
    content = fetch(row.sha256 or "")
    wrong = _wrong(row, content)
    if wrong is not None or content is None:
        return Looked(row.id, wrong or Outcome.ABSENT)
    try:
        plain = _PLAIN.get(kind_of(content), bytes)(content)
        kept = None if tells is None else _kept(plain, tells, read=row.id in read)
    except ValueError:
        return Looked(row.id, Outcome.UNREADABLE)
    if kept is not None:
        return Looked(row.id, kept)
    changed = plain != content
    return Looked(row.id, Outcome.CLEANED if changed else Outcome.SENT, Paper(row.id, plain, changed))


def _kept(content: bytes, tells: Tells, *, read: bool) -> Outcome | None:
    """Tell why a document stays, in which words must not be; None where it goes."""
    if any(tells(text) for text in texts(content, clean=True)):
        return Outcome.TELLS
    if any(may_say_where(found) for found in _files(content)):
        return Outcome.METADATA
    return None if read or can_be_searched(content) else Outcome.UNREAD


def _files(content: bytes) -> Iterator[bytes]:
    """Give a document, and what is in it where it is an archive or text that may hold files in base64."""
    yield content
    if kind_of(content) == ZIP:
        yield from (found for _, found in entries(content))
    elif kind_of(content) in {TEXT, RTF}:
        yield from decoded_runs(content)


def _wrong(row: Document, content: bytes | None) -> Outcome | None:
    if content is None:
        return Outcome.ABSENT
    if sha256(content).hexdigest() != row.sha256 or row.size not in {None, len(content)}:
        return Outcome.DIFFERS
    if len(content) > Kind.DOCUMENT.most:
        return Outcome.TOO_LARGE
    return None if fits(row.media_type, content) else Outcome.TYPE
