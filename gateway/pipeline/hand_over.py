"""Hand an opened payload to the case system: a folder for each message in the inbox, which appears whole or not at all.

A step that is repeated after a crash hands over the very same folder again, under the same name: whoever takes it
knows by the message id whether it was taken before.
"""

from __future__ import annotations

import hashlib
import os
import shutil
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

from gateway.itp.documents import written
from gateway.itp.identifiers import Digest
from gateway.itp.manifest import Manifest, Terms
from gateway.itp.open import Opened
from schemas.errors import Held, Transient

PAYLOAD = "payload"
TERMS = "terms.json"
LABEL = "label.json"
ABANDONED = timedelta(hours=1)
"""How old a draft is that no process writes any more."""
DRAFT, _GONE = ".draft-", ".gone-"
# What a killed process leaves under a name that begins with DRAFT is deleted.
_PIECE = 1024 * 1024


def hand_over(inbox: Path, opened: Opened) -> Path:
    """Write payload, terms and label to `inbox/<message id>`, on the disk before it is named.

    Raise Transient; Held where another payload has that name: ids are each sender's own, and two may use the same.
    """
    place = inbox / opened.label.message_id
    try:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=DRAFT, dir=inbox))
        try:
            _write(draft, opened)
            _name(draft, place, opened.manifest.plaintext_sha256)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError:
        raise Transient("The inbox cannot be written to.", hint="Check its rights and the space on its disk.") from None
    return place


def clear(inbox: Path, now: datetime) -> int:
    """Delete the drafts that a killed process left, and count them. Raise Transient."""
    try:
        abandoned = [draft for draft in inbox.glob(f"{DRAFT}*") if now - _changed(draft) >= ABANDONED]
        for draft in abandoned:
            # Under another name first: whoever wrote it, and lives after all, cannot hand over what is left of it.
            draft.rename(draft.with_name(f"{_GONE}{draft.name}"))
        for gone in inbox.glob(f"{_GONE}*"):
            shutil.rmtree(gone)
    except OSError:
        raise Transient("An abandoned draft cannot be deleted.", hint="Check the rights of the inbox.") from None
    return len(abandoned)


def _write(draft: Path, opened: Opened) -> None:
    with (draft / PAYLOAD).open("wb") as file:
        shutil.copyfileobj(opened.payload, file, _PIECE)
        _sync(file.fileno())
    for name, document in ((TERMS, terms_of(opened.manifest)), (LABEL, opened.label)):
        with (draft / name).open("wb") as file:
            file.write(written(document))
            _sync(file.fileno())
    _sync_folder(draft)


def terms_of(manifest: Manifest) -> Terms:
    """Take what the sender said of the content: without the key, digests and identities of the package."""
    return Terms.model_validate({name: getattr(manifest, name) for name in Terms.model_fields}, by_name=True)


def _name(draft: Path, place: Path, content: Digest) -> None:
    if not place.exists():
        draft.rename(place)
    elif (place / PAYLOAD).exists() and _digest(place / PAYLOAD) != content:
        raise Held(
            "The inbox has another payload under the id of this message.",
            hint="Take that one out of the inbox, then release this message.",
        )
    _sync_folder(place.parent)


def _digest(file: Path) -> Digest:
    with file.open("rb") as stream:
        return Digest.encoded(hashlib.file_digest(stream, "sha256").digest())


def _changed(place: Path) -> datetime:
    return datetime.fromtimestamp(place.stat().st_mtime, UTC)


def _sync_folder(place: Path) -> None:
    folder = os.open(place, os.O_RDONLY)
    try:
        _sync(folder)
    finally:
        os.close(folder)


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)
