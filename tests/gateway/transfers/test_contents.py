"""What an exchange takes: packages and notices that are whole, under an agreement of ours, and what a setting names."""

from __future__ import annotations

import io
import json
from typing import Any

import pytest

from gateway.itp.codes import Code, Refused
from gateway.itp.identifiers import MessageId
from gateway.itp.manifest import Terms
from gateway.store import documents
from gateway.store.documents import Kind
from gateway.transfers import contents, notice, payload
from gateway.transfers.draft import What
from gateway.transfers.notice import Notice, read_notice, terms_of, written
from itp_exchange import CONVERSATION, MESSAGE, TERMS, deliver, send
from policy_cases import DUTY, compiled, household, item, request
from schemas.errors import Misconfigured, Rejected
from transfer_desks import Desks

ABOUT = str(MESSAGE)


def notice_terms(what: What = What.RECALL) -> Terms:
    asked = request(household(), "eva")
    return terms_of(what, MessageId(ABOUT), asked, ("agreement-1", "3"), "decision-1", DUTY)


def refused(terms: Terms, content: bytes) -> Refused:
    with pytest.raises(Refused) as caught:
        deliver(send(content, terms=terms), scan=contents.scan)
    return caught.value


@pytest.mark.parametrize("what", ["recall", "stand-down", "nothing-to-tell"])
def test_a_notice_is_read_as_it_was_written(what: Any) -> None:
    told = Notice(what=what, about=ABOUT)
    assert read_notice(written(told).stream) == told


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"{}",
        b"[]",
        b'{"format":"ics-transfer-notice/1","what":"recall"}',
        b'{"about":"x","format":"ics-transfer-notice/1","what":"recall"}',
        json.dumps({"about": ABOUT, "format": "ics-transfer-notice/1", "what": "delete"}).encode(),
        json.dumps({"about": ABOUT, "format": "ics-transfer-notice/2", "what": "recall"}).encode(),
        json.dumps({"about": ABOUT, "format": "ics-transfer-notice/1", "what": "recall", "name": "Cai"}).encode(),
        json.dumps({"about": ABOUT, "format": "ics-transfer-notice/1", "what": "recall"}).encode() + b" " * 5000,
    ],
)
def test_what_is_no_notice_is_refused_and_nothing_of_it_is_told(content: bytes) -> None:
    with pytest.raises(Rejected, match=r"^What arrived is no notice\.$"):
        read_notice(io.BytesIO(content))
    found = refused(notice_terms(), content)
    assert (found.code, found.message) == (Code.CONTENT, "The notice is refused.")


def test_a_whole_notice_passes_the_scan() -> None:
    content = written(Notice(what="recall", about=ABOUT)).stream.read()
    assert deliver(send(content, terms=notice_terms()), scan=contents.scan).payload.read() == content


@pytest.mark.parametrize(
    ("what", "about", "terms"),
    [
        ("recall", ABOUT, notice_terms(What.STAND_DOWN)),
        ("stand-down", ABOUT, notice_terms()),
        ("recall", str(CONVERSATION), notice_terms()),
        ("stand-down", str(CONVERSATION), notice_terms(What.STAND_DOWN)),
    ],
)
def test_a_notice_that_says_other_than_its_signed_terms_is_refused(what: Any, about: str, terms: Terms) -> None:
    found = refused(terms, written(Notice(what=what, about=about)).stream.read())
    assert (found.code, found.message) == (Code.CONTENT, "The notice is refused.")


def test_a_package_does_not_pass_as_a_recall() -> None:
    terms = TERMS.model_copy(update={"agreement_id": "a-1", "recall_of": MESSAGE, "schema_name": payload.SCHEMA})
    check = contents.policy(lambda: (compiled(item("all", "E01")),), contents.readable(""))
    with pytest.raises(Refused, match=r"^A recall is a notice and nothing else\.$"):
        deliver(send(terms=terms), policy=check)


def test_what_is_no_package_is_refused_with_its_code() -> None:
    terms = TERMS.model_copy(
        update={"schema_name": payload.SCHEMA, "schema_version": "1", "content_type": payload.CONTENT_TYPE}
    )
    found = refused(terms, b"This is no package.")
    assert (found.code, found.message) == (Code.CONTENT, "The package is refused: package-part-extra.")


def test_a_content_that_the_case_system_takes_is_not_read() -> None:
    assert deliver(send(b"bytes", terms=TERMS), scan=contents.scan).payload.read() == b"bytes"


def test_schemas_are_ours_and_those_of_the_setting() -> None:
    ours = {payload.SCHEMA: frozenset({"1"}), notice.SCHEMA: frozenset({"1"})}
    assert contents.readable("") == ours
    assert contents.readable("feed:1, feed:2,other:9") == ours | {
        "feed": frozenset({"1", "2"}),
        "other": frozenset({"9"}),
    }


@pytest.mark.parametrize("text", ["feed", "feed:", ":1", f"{payload.SCHEMA}:2"])
def test_a_setting_that_names_no_schema_is_refused(text: str) -> None:
    with pytest.raises(Misconfigured, match=r"^ICS_GATEWAY_ACCEPTED_SCHEMAS names no schema\.$"):
        contents.readable(text)


def test_the_policy_asks_the_agreements_of_that_moment() -> None:
    agreements = [compiled(item("all", "E01", processes=("P1",)))]
    terms = TERMS.model_copy(update={"agreement_id": "a-1", "purpose": "move", "schema_name": "feed"})
    check = contents.policy(lambda: tuple(agreements), contents.readable("feed:1"))
    with pytest.raises(Refused, match=r"^The agreement has no flow in this direction\.$"):
        deliver(send(terms=terms), policy=check)
    agreements.clear()
    with pytest.raises(Refused) as found:
        deliver(send(terms=terms), policy=check)
    assert (found.value.code, found.value.message) == (Code.POLICY, "We have no such version of such an agreement.")


def test_a_package_that_was_damaged_on_the_way_is_refused_whole(both: Desks) -> None:
    both.send()
    kept = documents.newest(both.ben.exchange.store, Kind.PACKAGE, both.ben.last().reference)
    assert kept is not None
    start = 4 + int.from_bytes(kept.content[:4], "big")
    terms = Terms.model_validate_json(kept.content[4:start])
    content = kept.content[start:]
    flipped = content[:-1] + bytes([content[-1] ^ 1])
    assert (
        refused(terms.model_copy(update={"parts": ()}), content).message
        == "The package is refused: package-part-extra."
    )
    with pytest.raises(Refused) as caught:
        deliver(send(flipped, terms=terms, chunk_size=1 << 20), scan=contents.scan)
    assert caught.value.code is Code.MANIFEST
