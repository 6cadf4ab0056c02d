"""A case package as the payload of a message: its parts one behind another, listed in the signed terms."""

from __future__ import annotations

import io
from collections.abc import Iterator
from dataclasses import dataclass
from typing import BinaryIO

from adapters.transfer.package import Package
from adapters.transfer.part import MOST_PARTS, MOST_TOTAL, Part
from adapters.transfer.read import read
from adapters.transfer.refusal import Code, NotAPackage
from adapters.transfer.write import parts
from gateway.itp import manifest
from gateway.itp.identifiers import Digest
from gateway.itp.manifest import Authority, Restriction, Terms
from gateway.itp.seal import Payload
from gateway.policy.receiver import NORMAL

SCHEMA, VERSION = "ics-case-package", "1"
CONTENT_TYPE = "application/vnd.ics.case-package"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """What is handed to `gateway.pipeline.send`."""

    terms: Terms
    payload: Payload


def outgoing(package: Package) -> Outgoing:
    """Write a package as a payload, and say in the terms what it is; raise Rejected where it is too much."""
    made = parts(package)
    content = b"".join(part.content for part in made)
    return Outgoing(_terms(package, made), Payload(io.BytesIO(content), len(content)))


def incoming(terms: Terms, payload: BinaryIO, *, sender: str, receiver: str) -> Package:
    """Read the package of a message whose label names these two; raise NotAPackage.

    The header must say what the signed terms say: what was checked before opening is what is read.
    """
    if (terms.schema_name, terms.schema_version, terms.content_type) != (SCHEMA, VERSION, CONTENT_TYPE):
        raise NotAPackage(Code.TERMS)
    package = read(_cut(terms, payload))
    header = package.header
    same = (
        (header.sender, header.receiver) == (sender, receiver)
        and _said(package) == _told(terms)
        and tuple(child.reference for child in package.children) == terms.subjects
    )
    if not same:
        raise NotAPackage(Code.TERMS)
    return package


def _said(package: Package) -> tuple[object, ...]:
    header = package.header
    return (
        header.process,
        header.process_version,
        header.step,
        header.purpose,
        header.legal_gateways,
        header.agreement_id,
        header.agreement_version,
        header.decision,
        header.authorised_role,
        header.authorised_reference,
        package.restriction,
    )


def _told(terms: Terms) -> tuple[object, ...]:
    return (
        terms.process,
        terms.process_version,
        terms.step,
        terms.purpose,
        terms.legal_gateways,
        terms.agreement_id,
        terms.agreement_version,
        terms.policy_decision_id,
        terms.authorised_by.role,
        terms.authorised_by.reference,
        _classes(terms.restriction),
    )


def _terms(package: Package, made: tuple[Part, ...]) -> Terms:
    header = package.header
    return Terms(
        process=header.process,
        process_version=header.process_version,
        step=header.step,
        purpose=header.purpose,
        legal_gateways=header.legal_gateways,
        agreement_id=header.agreement_id,
        agreement_version=header.agreement_version,
        policy_decision_id=header.decision,
        authorised_by=Authority(role=header.authorised_role, reference=header.authorised_reference),
        restriction=_restriction(package.restriction),
        subjects=tuple(child.reference for child in package.children),
        schema_name=SCHEMA,
        schema_version=VERSION,
        content_type=CONTENT_TYPE,
        parts=tuple(_listed(made)),
    )


def _listed(made: tuple[Part, ...]) -> Iterator[manifest.Part]:
    place = 0
    for part in made:
        restriction = _restriction(part.restriction) if part.restriction else None
        yield manifest.Part(
            id=part.name, offset=place, size=part.size, sha256=Digest.of(part.content), restriction=restriction
        )
        place += part.size


def _restriction(classes: tuple[str, ...]) -> Restriction:
    """Name the strictest class, and the others as codes of handling."""
    *others, strictest = classes or (NORMAL,)
    return Restriction(level=strictest, handling=tuple(others))


def _classes(restriction: Restriction | None) -> tuple[str, ...]:
    if restriction is None or restriction.level == NORMAL:
        return ()
    return (*restriction.handling, restriction.level)


def _cut(terms: Terms, payload: BinaryIO) -> Iterator[Part]:
    """Cut the payload into its parts: nothing may stand between or behind them."""
    if len(terms.parts) > MOST_PARTS:
        raise NotAPackage(Code.TOO_MANY)
    if sum(part.size for part in terms.parts) > MOST_TOTAL:
        raise NotAPackage(Code.TOO_LARGE)
    place = 0
    for part in terms.parts:
        content = payload.read(part.size)
        if part.offset != place or len(content) != part.size:
            raise NotAPackage(Code.SIZE)
        if Digest.of(content) != part.sha256:
            raise NotAPackage(Code.HASH)
        place += part.size
        yield Part(part.id, content, _classes(part.restriction))
    if payload.read(1):
        raise NotAPackage(Code.EXTRA)
