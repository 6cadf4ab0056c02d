"""Hand an opened payload to the case system: a folder for each message in the inbox, which appears whole or not at all.

A step that is repeated after a crash hands over the very same folder again, under the same name: whoever takes it
knows by the message id whether it was taken before.
"""

from __future__ import annotations

import os
import shutil
import tempfile
from pathlib import Path

from gateway.itp.documents import written
from gateway.itp.manifest import Manifest, Terms
from gateway.itp.open import Opened
from schemas.errors import Transient

PAYLOAD = "payload"
TERMS = "terms.json"
_PIECE = 1024 * 1024


def hand_over(inbox: Path, opened: Opened) -> Path:
    """Write payload and terms to `inbox/<message id>`, on the disk before it is named. Raise Transient."""
    place = inbox / opened.label.message_id
    try:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        draft = Path(tempfile.mkdtemp(prefix=".draft-", dir=inbox))
        try:
            _write(draft, opened)
            _name(draft, place)
        finally:
            shutil.rmtree(draft, ignore_errors=True)
    except OSError:
        raise Transient("The inbox cannot be written to.", hint="Check its rights and the space on its disk.") from None
    return place


def _write(draft: Path, opened: Opened) -> None:
    with (draft / PAYLOAD).open("wb") as file:
        shutil.copyfileobj(opened.payload, file, _PIECE)
        _sync(file.fileno())
    with (draft / TERMS).open("wb") as file:
        file.write(written(_terms(opened.manifest)))
        _sync(file.fileno())


def _terms(manifest: Manifest) -> Terms:
    """Take what the sender said of the content: without the key, digests and identities of the package."""
    return Terms.model_validate({name: getattr(manifest, name) for name in Terms.model_fields}, by_name=True)


def _name(draft: Path, place: Path) -> None:
    if not place.exists():
        draft.rename(place)
    folder = os.open(place.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)


def _sync(descriptor: int) -> None:
    os.fsync(descriptor)
