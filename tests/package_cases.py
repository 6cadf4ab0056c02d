"""Case packages for tests: of records that are taken as masked, with documents that are made here."""

from __future__ import annotations

import io
import json
import zipfile
import zlib
from collections.abc import Callable, Mapping
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256
from typing import Any

from adapters.transfer.compose import Content, compose
from adapters.transfer.documents import look
from adapters.transfer.header import Child, Header
from adapters.transfer.package import Package, ReducedValue
from adapters.transfer.part import Part
from adapters.transfer.read import read
from adapters.transfer.refusal import NotAPackage
from case_family import record
from schemas.case.record import CaseFile

NOON = datetime(2026, 11, 2, 12, tzinfo=UTC)


def header(**more: Any) -> Header:
    """Give the head of the pack of P1."""
    told: dict[str, Any] = {
        "process": "P1",
        "process_version": "1",
        "step": "pack",
        "sender": "urn:ics:org:ods:N99",
        "receiver": "urn:ics:org:ods:S99",
        "purpose": "move",
        "legal_gateways": ("LG-CA89-47",),
        "agreement_id": "a-1",
        "agreement_version": "3",
        "decision": "d-1",
        "composed_at": NOON,
        "authorised_role": "manager",
        "authorised_reference": "s2",
        "authorised_at": NOON,
    }
    return Header(**(told | more))


def package(
    case: CaseFile,
    *children: str,
    contents: Mapping[str, bytes] | None = None,
    reduced: tuple[ReducedValue, ...] = (),
    **more: Any,
) -> Package:
    """Give a package of all records of a file, about these children or else all of it."""
    persons = children or tuple(child.id for child in case.children)
    them = tuple(Child(reference=f"child-{place}", person=who) for place, who in enumerate(persons, start=1))
    looked = look(case.documents, (contents or {}).get)
    return compose(header(**more), Content(them, case, case, reduced), looked)


def paper(identifier: str, content: bytes, person: str = "eva", **values: Any) -> tuple[Any, dict[str, bytes]]:
    """Give a document's row and the document by its hash."""
    hashed = sha256(content).hexdigest()
    told = {"kind": "PLAN", "media_type": "text/plain", "released": True, "third_party": False} | values
    row = record("documents", identifier, person=person, sha256=hashed, size=len(content), **told)
    return row, {hashed: content}


def refusal(parts: tuple[Part, ...]) -> NotAPackage | None:
    """Give why the parts are refused, None where they are read."""
    try:
        read(parts)
    except NotAPackage as error:
        return error
    return None


def resealed(parts: tuple[Part, ...], name: str, change: Callable[[Any], Any]) -> tuple[Part, ...]:
    """Change a part of JSON as a hostile sender would: the index then has the new size and hash."""
    changed = {
        part.name: replace(part, content=json.dumps(change(json.loads(part.content))).encode())
        for part in parts
        if part.name == name
    }
    found = tuple(changed.get(part.name, part) for part in parts)
    return found if name == "index" else relisted(found)


def relisted(parts: tuple[Part, ...]) -> tuple[Part, ...]:
    """Let the index list the sizes and hashes that the parts have."""
    index = json.loads(parts[0].content)
    found = {part.name: part for part in parts}
    for item in index["parts"]:
        name = f"{item['kind']}-{item['number']}" if item.get("number") else item["kind"]
        if name in found:
            item |= {"size": found[name].size, "sha256": found[name].sha256}
    return (replace(parts[0], content=json.dumps(index).encode()), *parts[1:])


def jpeg(*segments: tuple[int, bytes]) -> bytes:
    """Make a JPEG that has these segments before its picture."""
    told = b"".join(b"\xff" + bytes([marker]) + (len(body) + 2).to_bytes(2, "big") + body for marker, body in segments)
    picture = b"\xff\xda\x00\x08\x01\x01\x00\x00\x3f\x00" + b"\x12\xff\x00\x34\xff\xd0\x56" + b"\xff\xd9"
    return b"\xff\xd8" + b"\xff\xe0\x00\x10JFIF\x00\x01\x01\x00\x00\x01\x00\x01\x00\x00" + told + picture


def png(*chunks: tuple[bytes, bytes]) -> bytes:
    """Make a PNG of one point that has these chunks before its picture."""
    head = (b"IHDR", b"\x00\x00\x00\x01\x00\x00\x00\x01\x08\x00\x00\x00\x00")
    found = (head, *chunks, (b"IDAT", zlib.compress(b"\x00\x00")), (b"IEND", b""))
    told = (
        len(body).to_bytes(4, "big") + kind + body + zlib.crc32(kind + body).to_bytes(4, "big") for kind, body in found
    )
    return b"\x89PNG\r\n\x1a\n" + b"".join(told)


def office(**files: bytes | str) -> bytes:
    """Make an office document of these files; `__` in a name stands for a slash."""
    made = io.BytesIO()
    with zipfile.ZipFile(made, "w", zipfile.ZIP_DEFLATED) as archive:
        for name, content in files.items():
            archive.writestr(name.replace("__", "/").replace("_xml", ".xml").replace("_bin", ".bin"), content)
    return made.getvalue()
