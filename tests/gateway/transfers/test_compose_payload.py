"""A package as the payload of a message: cut into the parts that the signed terms list, and saying what they say."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from functools import cache
from typing import Any

import pytest

from adapters.transfer.package import Package
from adapters.transfer.part import MOST_PARTS
from adapters.transfer.refusal import NotAPackage
from case_family import family
from gateway.itp.chunks import MAX_CHUNK
from gateway.itp.documents import read as read_document
from gateway.itp.documents import written
from gateway.itp.identifiers import Digest
from gateway.itp.manifest import Authority, Restriction, Terms
from gateway.transfers.payload import SCHEMA, VERSION, incoming, outgoing
from package_cases import NOON, package, paper
from policy_cases import NORTH, SOUTH


@cache
def whole() -> Package:
    row, contents = paper("doc", b"Words.", restriction="X1")
    return package(family(documents=[row]), contents=contents, others=("X1", "X2"))


def sent() -> tuple[Terms, bytes]:
    out = outgoing(whole())
    return out.terms, out.payload.stream.read()


def received(terms: Terms, content: bytes, sender: str = NORTH, receiver: str = SOUTH) -> Package:
    return incoming(terms, io.BytesIO(content), sender=sender, receiver=receiver)


def test_what_is_sent_is_what_is_received() -> None:
    terms, content = sent()
    assert received(terms, content) == whole()
    assert received(read_document(Terms, written(terms), limit=1 << 20), content) == whole()


def test_the_terms_say_what_the_package_is() -> None:
    out = outgoing(whole())
    terms = out.terms
    assert (terms.process, terms.process_version, terms.step) == ("P1", "1", "pack")
    assert (terms.schema_name, terms.schema_version) == (SCHEMA, VERSION)
    assert terms.subjects == ("child-1", "child-2")
    assert terms.authorised_by == Authority(role="manager", reference="s2")
    assert terms.restriction == Restriction(level="X2", handling=("X1",))
    assert [part.id for part in terms.parts] == ["index", "view", "family", "child-1", "child-2", "document-1"]
    assert {part.id: part.restriction for part in terms.parts}["child-1"] is None
    assert {part.id: part.restriction for part in terms.parts}["document-1"] == Restriction(level="X1")
    assert out.payload.size == sum(part.size for part in terms.parts)
    assert (out.payload.count, out.payload.chunk_size) == (1, MAX_CHUNK)


def test_a_manifest_lists_as_many_parts_as_a_package_has() -> None:
    field = Terms.model_fields["parts"]
    assert [item.max_length for item in field.metadata if hasattr(item, "max_length")] == [MOST_PARTS]


def test_nobody_without_restriction_is_marked() -> None:
    assert outgoing(package(family())).terms.restriction == Restriction(level="X0")
    out = outgoing(package(family()))
    assert incoming(out.terms, out.payload.stream, sender=NORTH, receiver=SOUTH).restriction == ()


def _terms(**changes: Any) -> Callable[[Terms, bytes], tuple[Terms, bytes]]:
    return lambda terms, content: (terms.model_copy(update=changes), content)


def _part(place: int, **changes: Any) -> Callable[[Terms, bytes], tuple[Terms, bytes]]:
    def change(terms: Terms, content: bytes) -> tuple[Terms, bytes]:
        parts = list(terms.parts)
        parts[place] = parts[place].model_copy(update=changes)
        return terms.model_copy(update={"parts": tuple(parts)}), content

    return change


def _dropped(terms: Terms, content: bytes) -> tuple[Terms, bytes]:
    last = terms.parts[-1]
    return terms.model_copy(update={"parts": terms.parts[:-1]}), content[: last.offset]


TAMPERED: list[tuple[str, Callable[[Terms, bytes], tuple[Terms, bytes]]]] = [
    ("package-terms", _terms(schema_name="other")),
    ("package-terms", _terms(schema_version="2")),
    ("package-terms", _terms(content_type="application/zip")),
    ("package-terms", _terms(process="P3")),
    ("package-terms", _terms(step="notice")),
    ("package-terms", _terms(purpose="other")),
    ("package-terms", _terms(legal_gateways=("LG-CA89-17",))),
    ("package-terms", _terms(agreement_version="4")),
    ("package-terms", _terms(policy_decision_id="d-2")),
    ("package-terms", _terms(authorised_by=Authority(role="manager", reference="s3"))),
    ("package-terms", _terms(restriction=Restriction(level="X1"))),
    ("package-terms", _terms(subjects=("child-1",))),
    ("package-part-size", _part(1, offset=0)),
    ("package-part-size", _part(1, size=1 << 20)),
    ("package-too-large", _part(1, size=1 << 40)),
    ("package-part-hash", _part(1, sha256=Digest.of(b"other"))),
    ("package-part-restriction", _part(3, restriction=Restriction(level="X1"))),
    ("package-part-missing", _part(3, id="child-9")),
    ("package-part-extra", lambda terms, content: (terms, content + b"more")),
    ("package-part-size", lambda terms, content: (terms, content[:-1])),
    ("package-part-hash", lambda terms, content: (terms, content[:-1] + b"!")),
    ("package-part-missing", _dropped),
    ("package-part-extra", _terms(parts=())),
]


@pytest.mark.parametrize(("code", "change"), TAMPERED)
def test_what_does_not_fit_the_signed_terms_is_refused(
    code: str, change: Callable[[Terms, bytes], tuple[Terms, bytes]]
) -> None:
    with pytest.raises(NotAPackage) as caught:
        received(*change(*sent()))
    assert caught.value.code == code


@pytest.mark.parametrize(("sender", "receiver"), [(SOUTH, SOUTH), (NORTH, NORTH), (SOUTH, NORTH)])
def test_a_package_between_others_is_refused(sender: str, receiver: str) -> None:
    with pytest.raises(NotAPackage, match="do not say the same"):
        received(*sent(), sender, receiver)


def test_too_many_parts_are_refused_before_any_is_read() -> None:
    terms, content = sent()
    many = terms.model_copy(update={"parts": terms.parts * 100})
    with pytest.raises(NotAPackage) as caught:
        received(many, content)
    assert caught.value.code == "package-too-many-parts"


def test_the_index_has_the_moment_and_role_of_the_authorisation() -> None:
    header = json.loads(sent()[1][: sent()[0].parts[0].size])["header"]
    assert (header["authorised_role"], header["authorised_at"]) == ("manager", NOON.isoformat().replace("+00:00", "Z"))
