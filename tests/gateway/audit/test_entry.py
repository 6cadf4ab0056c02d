"""Entries: strict, canonical, and with no place for personal data."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta, timezone
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from gateway.audit.entry import Entry, Event, Role, read_entry
from gateway.audit.events import Action, Outcome
from gateway.itp.codes import Code
from schemas.errors import Rejected

MESSAGE = "message:019ab000-0000-7000-8000-000000000001"
REQUEST = "019ab000-0000-7000-8000-0000000000aa"
DIGEST = "ab" * 32
AT = datetime(2026, 11, 25, 9, 0, 0, 5, tzinfo=UTC)
LEAST: dict[str, Any] = {
    "organisation": "urn:ics:org:ods:209",
    "role": Role.GATEWAY,
    "action": Action.ACCEPT,
    "outcome": Outcome.DONE,
    "sequence": 7,
    "at": AT,
}
MOST: dict[str, Any] = LEAST | {
    "staff": REQUEST,
    "objects": (MESSAGE, f"key:{DIGEST}", "urn:ics:org:ods:RJ121"),
    "purpose": "P1",
    "legal_gateway": "G12",
    "decision": REQUEST,
    "before": DIGEST,
    "after": DIGEST,
    "count": 3,
    "request": REQUEST,
    "code": "itp-422-policy",
}
TEXT_FIELDS = ("organisation", "staff", "purpose", "legal_gateway", "decision", "before", "after", "request", "code")


def test_an_entry_has_exactly_these_bytes() -> None:
    assert Entry(**LEAST).canonical() == (
        b'{"action":"accept","at":"2026-11-25T09:00:00.000005Z","objects":[],"organisation":"urn:ics:org:ods:209",'
        b'"outcome":"done","role":"gateway","sequence":7}'
    )


@pytest.mark.parametrize("fields", [LEAST, MOST])
def test_an_entry_reads_back(fields: dict[str, Any]) -> None:
    entry = Entry(**fields)
    assert read_entry(entry.canonical()) == entry


@pytest.mark.parametrize(
    "text",
    [
        "Amina Example",
        "Smith",
        "smith",
        "SMITH",
        "2014-03-02",
        "02/03/2014",
        "943 476 5919",
        "9434765919",
        "AB1 2CD",
        "QQ123456C",
        "someone@example.com",
        "07700 900123",
        "staff:amina-example",
        "message:amina",
        "urn:ics:org:ods:SMITH",
        "urn:ics:org:ods:PATEL",
        "itp-422-smith",
        f"{MESSAGE}\nSmith",
        f"{REQUEST}\n",
        f"{DIGEST} ",
        DIGEST.upper(),
        "P1 Smith",
        "",
    ],
)
def test_personal_looking_text_cannot_get_in(text: str) -> None:
    for name in TEXT_FIELDS:
        with pytest.raises(ValidationError):
            Entry(**LEAST | {name: text})
    with pytest.raises(ValidationError):
        Entry(**LEAST | {"objects": (text,)})


@given(
    st.text(max_size=40), st.sampled_from([name for name in TEXT_FIELDS if name not in {"purpose", "legal_gateway"}])
)
def test_no_text_at_random_gets_in(text: str, name: str) -> None:
    with pytest.raises(Rejected):
        Event.of(**{key: value for key, value in LEAST.items() if key not in {"sequence", "at"}} | {name: text})


def test_every_text_field_is_tried() -> None:
    closed = {"role", "action", "outcome", "sequence", "at", "count", "objects"}
    assert set(TEXT_FIELDS) == set(Entry.model_fields) - closed


@pytest.mark.parametrize(
    ("changes", "named"),
    [
        ({"note": "Smith"}, "form"),
        ({"role": "Smith"}, "role"),
        ({"objects": ("Smith",)}, "objects"),
        ({"objects": (MESSAGE,) * 17}, "objects"),
        ({"count": -1}, "count"),
        ({"count": "3"}, "count"),
        ({"action": "smith", "outcome": "smith"}, "action, outcome"),
    ],
)
def test_an_error_names_fields_and_never_what_stood_in_them(changes: dict[str, Any], named: str) -> None:
    event = {key: value for key, value in LEAST.items() if key not in {"sequence", "at"}}
    with pytest.raises(Rejected) as caught:
        Event.of(**event | changes)
    assert str(caught.value) == f"This is no audit entry: wrong or missing {named}."
    assert caught.value.__cause__ is None


@pytest.mark.parametrize(
    "text",
    [
        (
            b'{"at":"2026-11-25T09:00:00Z","action":"accept","objects":[],"organisation":"urn:ics:org:ods:209",'
            b'"outcome":"done","role":"gateway","sequence":7}'
        ),
        Entry(**LEAST).canonical() + b" ",
        Entry(**LEAST).canonical().replace(b".000005Z", b".000005+00:00"),
        Entry(**LEAST).canonical().replace(b'"objects":[],', b""),
        Entry(**LEAST).canonical().replace(b"{", b'{"sequence":6,', 1),
    ],
)
def test_only_the_canonical_form_is_read(text: bytes) -> None:
    with pytest.raises(Rejected, match="not in its canonical form"):
        read_entry(text)


@pytest.mark.parametrize("at", [datetime(2026, 11, 25, 9), datetime(2026, 11, 25, tzinfo=timezone(timedelta(hours=1)))])  # noqa: DTZ001  # a time without its zone is the case
def test_a_time_must_be_in_utc(at: datetime) -> None:
    with pytest.raises(ValidationError, match="The time must be in UTC"):
        Entry(**LEAST | {"at": at})


@pytest.mark.parametrize("code", Code)
def test_codes_of_the_protocol_get_in(code: Code) -> None:
    assert Entry(**LEAST | {"code": code}) == Entry(**LEAST | {"code": code.value})
    assert read_entry(Entry(**LEAST | {"code": code}).canonical()).code is code


@pytest.mark.parametrize("code", ["itp-401-busy", "itp-503-policy", "itp-422"])
def test_what_only_looks_like_a_code_does_not_get_in(code: str) -> None:
    with pytest.raises(ValidationError):
        Entry(**LEAST | {"code": code})


@pytest.mark.parametrize("code", ["209", "RRK", "RJ121", "A81001", "E1234", "8HJ53"])
def test_codes_of_organisations_get_in(code: str) -> None:
    assert Entry(**LEAST | {"organisation": f"urn:ics:org:ods:{code}"}).organisation.endswith(code)
