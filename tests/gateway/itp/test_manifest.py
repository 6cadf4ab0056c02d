from __future__ import annotations

from typing import Any

import pytest
from pydantic import ValidationError

from gateway.itp.codes import Code
from gateway.itp.identifiers import Digest, MessageId
from gateway.itp.manifest import Acknowledgement, LogHead, Part, Restriction, Terms
from itp_exchange import NOW, PAYLOAD, TERMS, claims_of, deliver, refusal, remade, send

FIRST = Part(id="child-1", offset=0, size=20, sha256=Digest.of(PAYLOAD[:20]))
SECOND = Part(
    id="child-2",
    offset=25,
    size=len(PAYLOAD) - 25,
    sha256=Digest.of(PAYLOAD[25:]),
    restriction=Restriction(level="restricted", handling=("named-release",)),
)


def with_terms(**members: Any) -> Terms:
    return Terms(**{**dict(TERMS), **members})


def test_the_terms_come_out_as_they_went_in() -> None:
    earlier = MessageId("019ab000-0000-7000-8000-000000000009")
    terms = with_terms(
        parts=(FIRST, SECOND),
        in_reply_to=earlier,
        supersedes=earlier,
        recall_of=earlier,
        acks=(Acknowledgement(level="R2", by=NOW),),
        sender_log=LogHead(size=7, root=Digest.of(b"log")),
    )
    opened = deliver(send(terms=terms)).manifest
    assert Terms(**{name: getattr(opened, name) for name in Terms.model_fields}) == terms


def test_the_claims_are_those_of_the_protocol() -> None:
    claims = claims_of(send())
    assert claims["iat"] == 1795597200
    assert claims["exp"] - claims["iat"] == 5 * 24 * 3600
    assert claims["restriction"] == {"class": "X0", "handling": []}
    assert claims["schema"] == "case-record"
    assert claims["compression"] == "none"
    assert (claims["plaintext_size"], claims["plaintext_sha256"]) == (len(PAYLOAD), Digest.of(PAYLOAD))
    assert claims["chunks"] == [Digest.of(chunk) for chunk in send().chunks]


def test_the_content_key_is_not_shown() -> None:
    opened = deliver(send())
    assert opened.manifest.cek == b"\x07" * 32
    assert "cek" not in repr(opened.manifest)


@pytest.mark.parametrize(
    "claims",
    [
        {"purpose": ""},
        {"legal_gateways": []},
        {"process": None},
        {"authorised_by": {"role": "team-manager", "reference": "staff-17", "name": "Marked Name"}},
        {"compression": "zstd"},
        {"subjects": ["a"] * 201},
        {"cek": "AAAA"},
        {"more": 1},
        {"in_reply_to": "not-an-id"},
        {"acks": [{"level": "R9", "by": 1795597200}]},
        {"sender_log": {"size": -1, "root": Digest.of(b"")}},
    ],
)
def test_a_manifest_that_is_wrong_is_refused(claims: dict[str, Any]) -> None:
    assert refusal(remade(send(), claims=claims)) == Code.MANIFEST


@pytest.mark.parametrize(
    ("parts", "why"),
    [
        ((SECOND, FIRST), "Parts follow each other and do not overlap"),
        ((FIRST, FIRST), "Parts follow each other and do not overlap"),
        ((FIRST, SECOND.model_copy(update={"size": SECOND.size + 1})), "A part ends after the payload"),
    ],
)
def test_parts_that_do_not_fit_are_not_sealed(parts: tuple[Part, ...], why: str) -> None:
    with pytest.raises(ValidationError, match=why):
        send(terms=with_terms(parts=parts))


def test_parts_have_their_own_digest() -> None:
    wrong = FIRST.model_copy(update={"sha256": Digest.of(b"other")})
    assert refusal(send(terms=with_terms(parts=(wrong,)))) == Code.MANIFEST
