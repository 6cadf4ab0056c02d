"""Where a hidden child lives cannot be found from any byte of a package: not from texts, names, papers or terms."""

from __future__ import annotations

import re
import zlib
from datetime import date
from typing import Any

import pytest

from adapters.case.demo.families import family as made_up
from adapters.case.demo.moving import MARKS, moving_family, papers
from adapters.transfer.documents import Outcome
from adapters.transfer.search import texts
from adapters.transfer.write import parts
from case_family import record
from gateway.itp.documents import written
from gateway.policy.places import FIELDS, secret
from gateway.policy.request import Request
from gateway.policy.words import run_together
from gateway.transfers.compose import compose, preview
from gateway.transfers.payload import outgoing
from package_cases import jpeg, office, paper, png
from policy_cases import HEAD, MANAGER, NOON, TODAY, answer, compiled, household, item
from schemas.case.record import CaseFile

TEXTS = ["PLAN", "EVENT", "RISK", "CONCERN", "ASSESSMENT", "CONTACT", "VOICE", "HEALTH", "MEETING", "EDUCATION"]
PAPERS = ["PLAN", "CONFERENCE", "ASSESSMENT"]
RULES = compiled(item("all", "*", processes=["P1", "P5", "P6"], text=[*TEXTS, "RESTRICTION"], documents=PAPERS))
SINCE = date(2026, 8, 1)
WORD = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def every_tick(case: CaseFile) -> frozenset[str]:
    return frozenset({f"{table}/{row.id}" for table, row in case.records()} | {person.id for person in case.person})


def leaving(case: CaseFile, *children: str, contents: dict[str, bytes], read: bool = True, **asked: Any) -> bytes:
    """Give every byte that leaves: all parts, and what the sender says of them."""
    ticks = every_tick(case) if read else frozenset()
    found = answer(RULES, case, *children, approvals=(MANAGER,), ticks=ticks, **asked)
    package = compose(RULES, case, found, contents.get, authorised=HEAD, at=NOON)
    told = written(outgoing(package).terms)
    names = " ".join(part.name for part in parts(package)).encode()
    return b"\n".join((*(part.content for part in parts(package)), told, names))


def traces(content: bytes, words: set[str] | tuple[str, ...]) -> list[str]:
    """Find which words are in bytes, in any coding and spelling."""
    wanted = {run_together(word): word for word in words}
    return sorted({word for text in texts(content) for mark, word in wanted.items() if mark in run_together(text)})


@pytest.mark.parametrize(("which", "read"), [((0,), False), ((1,), True), ((2,), True), ((0, 1, 2), True)])
def test_the_family_of_the_demonstration(which: tuple[int, ...], read: bool) -> None:
    case = moving_family(1, TODAY)
    children = [case.children[place].id for place in which]
    assert traces(leaving(case, *children, contents=dict(papers()), read=read), MARKS) == []


def test_the_search_of_this_file_finds_what_is_there() -> None:
    assert traces(b"at zz99-9hd in HOLLOW mark", MARKS) == ["ZZ99 9HD", "hollowmark"]


def hidden(case: CaseFile) -> CaseFile:
    """Hide the last child of a family, and give everybody a paper."""
    rule = record("restrictions", "x2", person=case.children[-1].id, restriction="X2", start_date=SINCE)
    return case.with_records("restrictions", (*case.restrictions, rule))


def whereabouts(case: CaseFile) -> set[str]:
    """Give what tells where the last child is now."""
    child = case.children[-1].id
    found: list[str | None] = []
    for home in case.address:
        if home.person == child and home.end_date is None:
            found += [home.postcode, home.lines[0]]
    for placement in case.cla_placement:
        if placement.person == child and placement.end_date is None:
            found.append(placement.postcode)
    found += [stay.setting for stay in case.education if stay.person == child and stay.end_date is None]
    for agency in case.agencies:
        if agency.person == child and agency.end_date is None:
            found += [agency.name, agency.contact]
    return {word for word in found if word}


@pytest.mark.parametrize(
    ("process", "step", "gateway"),
    [("P1", "pack", "LG-CA89-47"), ("P5", "notice", "LG-CPPR10"), ("P6", "alert", "LG-CA89-47")],
)
def test_no_package_of_a_made_up_family_tells(process: str, step: str, gateway: str) -> None:
    looked_for = 0
    for number in range(1, 6):
        case = hidden(made_up(number, 3, TODAY))
        words = whereabouts(case)
        looked_for += len(words)
        kids = {case.children[0].id, case.children[-1].id}
        for children in [[case.children[0].id], sorted(kids)]:
            content = leaving(case, *children, contents={}, process=process, step=step, gateways=(gateway,))
            assert not [word for word in words if word.encode() in content]
    assert looked_for > 10


def with_hidden_eva(content: bytes, **values: Any) -> tuple[CaseFile, dict[str, bytes]]:
    """Give a family in which Eva is at a hidden place, and Jon's document is this one."""
    row, contents = paper("doc", content, person="jon", **values)
    return household(
        restrictions=[record("restrictions", "x2", person="eva", restriction="X2", start_date=SINCE)],
        address=[
            record(
                "address", "safe", person="eva", lines=("7 Larkhollow Lane", "Wending"), postcode="ZZ99 7QQ",
                start_date=SINCE, hidden=True, authority="839", area="E06000058",
            )
        ],
        cla_placement=[
            record("cla_placement", "place", person="eva", kind="K2", hidden=True, start_date=SINCE, authority="839")
        ],
        education=[record("education", "new", person="eva", setting="Larkhollow School", start_date=SINCE)],
        documents=[row],
    ), contents  # fmt: skip


PDF = b"%PDF-1.7\n1 0 obj\n<</Length 9>>\nstream\n" + zlib.compress(b"BT (Lark) Tj (hollow) Tj ET") + b"\nendstream"
GPS = (0xE1, b"Exif\x00\x00Larkhollow Lane, Wending")


@pytest.mark.parametrize(
    ("content", "media_type", "outcome"),
    [
        (b"His sister is in Wending.", "text/plain", Outcome.TELLS),
        (b"Post to zz99-7qq.", "text/plain", Outcome.TELLS),
        ("LARKHOLLOW".encode("utf-16"), "application/octet-stream", Outcome.TELLS),
        (PDF, "application/pdf", Outcome.TELLS),
        (office(word__document_xml="<t>Lark</t><t>hollow</t>"), WORD, Outcome.TELLS),
        (office(word__document_xml="<t/>", docProps__core_xml="Larkhollow"), WORD, Outcome.CLEANED),
        (jpeg(GPS), "image/jpeg", Outcome.CLEANED),
        (png((b"tEXt", b"Comment\x00Larkhollow")), "image/png", Outcome.CLEANED),
        (b"Jon likes his school.", "text/plain", Outcome.SENT),
    ],
)
def test_a_siblings_document_tells_nothing(content: bytes, media_type: str, outcome: Outcome) -> None:
    case, contents = with_hidden_eva(content, media_type=media_type)
    decision = answer(RULES, case, "jon", approvals=(MANAGER,), ticks=every_tick(case))
    (looked,) = preview(case, decision, contents.get).documents
    assert looked.outcome is outcome
    assert traces(leaving(case, "jon", contents=contents), ("Larkhollow", "Wending", "ZZ99 7QQ")) == []


@pytest.mark.parametrize(
    ("content", "outcome"), [(b"With EVA, his sister.", Outcome.TELLS), (b"Evaluated.", Outcome.SENT)]
)
def test_a_siblings_document_does_not_name_a_protected_child(content: bytes, outcome: Outcome) -> None:
    row, contents = paper("doc", content, person="jon")
    rule = record("restrictions", "x5", person="eva", restriction="X5")
    case = household(documents=[row], restrictions=[rule])
    decision = answer(RULES, case, "jon", approvals=(MANAGER,))
    assert [looked.outcome for looked in preview(case, decision, contents.get).documents] == [outcome]
    assert b"EVA" not in leaving(case, "jon", contents=contents, read=False)


def test_a_picture_that_nobody_has_read_stays() -> None:
    case, contents = with_hidden_eva(jpeg(GPS), media_type="image/jpeg")
    decision = answer(RULES, case, "jon", approvals=(MANAGER,))
    assert [looked.outcome for looked in preview(case, decision, contents.get).documents] == [Outcome.UNREAD]


@pytest.mark.parametrize("children", [("eva",), ("jon",), ("eva", "jon")])
def test_the_authority_and_area_of_a_hidden_place_stay(children: tuple[str, ...]) -> None:
    case, contents = with_hidden_eva(b"Words.")
    content = leaving(case, *children, contents=contents).decode()
    assert "E06000058" not in content
    assert not re.search(r'"authority":|839[^0-9a-f]', content)


@pytest.mark.parametrize("field", ["address.authority", "address.area", "cla_placement.authority"])
def test_the_authority_of_a_place_counts_as_telling_of_it(field: str) -> None:
    table, _, name = field.partition(".")
    assert name in FIELDS[table]
    case, _ = with_hidden_eva(b"Words.")
    found = secret(case, TODAY)
    assert found is not None
    (safe,) = [row for row in case.records() if row[1].id in {"safe", "place"} and row[0] == table]
    assert found.is_place(*safe)


def test_the_request_is_not_in_the_package() -> None:
    """What the sender ticked and why stays: it may tell of a place."""
    assert {"ticks", "releases", "break_glass"} <= set(Request.__dataclass_fields__)
    case, contents = with_hidden_eva(b"Words.")
    content = leaving(case, "jon", contents=contents)
    assert b"cp_plans/" not in content
