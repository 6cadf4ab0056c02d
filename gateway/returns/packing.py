"""Pack a signed return for its upload: its name, a zip file of it, and checksums."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime

from adapters.sheets.write import packed as zipped
from gateway import duties
from gateway.actor import Actor
from gateway.audit.events import Action
from gateway.audit.pending import note
from gateway.duties import Duty
from gateway.returns import book, noted, plain
from gateway.returns.book import File, Return
from gateway.returns.moves import in_transaction, move, signers
from gateway.returns.stages import FINISHED, UPLOADED, Stage, Step
from gateway.returns.stored_report import report_of
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.store.engine import writing
from gateway.store.errors import NotAllowed
from gateway.store.store import Store
from schemas.errors import Held, Rejected

SIGNATURES = 2


@dataclass(frozen=True, slots=True)
class Parcel:
    """What is uploaded, or kept beside it: files by their names."""

    files: dict[str, bytes]


def pack(store: Store, actor: Actor, found: Return, at: datetime) -> File:
    """Pack the newest file. Raise NotAllowed before it is signed, Held where it is not what was signed, Rejected."""
    duties.require(actor, Duty.RETURN)
    file = book.newest(store, found.id)
    name = file_name(found, file)
    for other in book.files(store, found.id):
        if other.stage in UPLOADED and other.name == name:
            raise Rejected(
                f"A file called {name} was submitted before.", hint="Build it again with the next serial number."
            )
    content = plain.content(store, file)
    made = content if file.ending == "zip" else zipped([(name, content)])
    with writing(store.engine) as connection:
        current = in_transaction(connection, file.return_id, file.number)
        if current.stage is Stage.SIGNED_OFF and len(set(signers(connection, current))) < SIGNATURES:
            raise Held("What is kept is not what two people signed.", hint="Check it, and have it signed again.")
        values = {"name": name, "packed": hashlib.sha256(made).hexdigest()}
        after = move(connection, current, Step.PACK, Stage.PACKED, actor, at, **values)
        if file.ending != "zip":
            documents.put(store, connection, Kind.PACKED, file.document, made, at)
    return after


def parcel(store: Store, file: File) -> Parcel:
    """Give what was packed, byte for byte, with the checksums and the notes as DfE takes them. Raise NotAllowed, Held.

    The file comes under its name, its zip file beside it, `NAME.sha256` as sha256sum reads it, and `NAME.txt`.
    """
    if file.name is None or file.stage not in FINISHED:
        raise NotAllowed("The file is not packed.", hint="Have it signed by two people, then pack it.")
    files = {file.name: plain.content(store, file)}
    files.setdefault(zip_name(file), plain.packed(store, file))
    sums = "".join(f"{hashlib.sha256(content).hexdigest()}  {name}\n" for name, content in files.items())
    stem = file.name.rpartition(".")[0]
    note = noted.return_note(report_of(store, file), noted.read(noted.of_file(store, file)), file)
    return Parcel({**files, f"{stem}.sha256": sums.encode(), f"{stem}.txt": note.encode()})


def produced(store: Store, actor: Actor, file: File, at: datetime) -> None:
    """Record that somebody has what was packed written out again. Raise Rejected."""
    duties.require(actor, Duty.RETURN)
    with writing(store.engine) as connection:
        note(
            connection, at, actor.event(Action.EXPORT, f"return:{file.return_id}", before=file.sha256, after=file.seal)
        )


def file_name(found: Return, file: File) -> str:
    """Name a file for the upload: authority, return, year, serial number, such as 209_CIN_2026_001.xml."""
    about = found.about
    return f"{about.authority}_{about.return_name.upper()}_{about.year}_{file.serial}.{file.ending}"


def zip_name(file: File) -> str:
    """Name its zip file."""
    return f"{(file.name or '').rpartition('.')[0]}.zip"
