"""A hidden child cannot be found from anything that is sent: not through a sibling, a school, a name of a paper."""

from __future__ import annotations

import json
from dataclasses import asdict, replace
from datetime import date
from typing import Any

import pytest

from adapters.case.demo.moving import MARKS, moving_family, papers
from case_family import record
from gateway.policy.decision import Reason
from gateway.policy.mask import masked
from gateway.policy.places import secret
from gateway.policy.request import Place, Release
from gateway.policy.view import Masked
from gateway.policy.words import marks
from policy_cases import HEAD, MANAGER, TODAY, answer, compiled, household, item, rows, sent, written
from schemas.case.record import CaseFile

SINCE = date(2026, 8, 1)
TEXTS = [
    "PLAN",
    "EVENT",
    "RISK",
    "CONCERN",
    "ASSESSMENT",
    "CONTACT",
    "VOICE",
    "HEALTH",
    "MEETING",
    "EDUCATION",
    "RESTRICTION",
]
PAPERS = ["PLAN", "CONFERENCE", "ASSESSMENT"]
RULES = compiled(item("all", "*", text=TEXTS, documents=PAPERS))
SECRETS = ("Larkhollow", "larkhollow", "ZZ99 7QQ", "ZZ997QQ", "01632 960777", "Wending", "145777")


def hidden_family(**more: list[Any]) -> CaseFile:
    """Give the small family, of which Eva lives with an aunt at a place that is kept from the father."""
    own = {
        "person": [record("person", "aunt", kind="ADULT", forename="Ida", surname="Roe")],
        "relationships": [record("relationships", "aunt-eva", person="aunt", other="eva", kind="AUNT_UNCLE")],
        "restrictions": [
            record("restrictions", "x2", person="eva", restriction="X2", hidden_from=("dad",), start_date=SINCE)
        ],
        "address": [
            record(
                "address",
                "safe",
                person="eva",
                lines=("7 Larkhollow Lane", "Wending"),
                postcode="ZZ99 7QQ",
                start_date=SINCE,
                hidden=True,
                hidden_from=("dad",),
            )
        ],
        "households": [record("households", "h-safe", address="safe", start_date=SINCE)],
        "household_members": [
            record("household_members", "m-eva", person="eva", household="h-safe", role="CHILD", start_date=SINCE),
            record("household_members", "m-aunt", person="aunt", household="h-safe", role="RELATIVE", start_date=SINCE),
        ],
        "education": [
            record("education", "new", person="eva", setting="Larkhollow School", urn="145777", start_date=SINCE)
        ],
        "agencies": [
            record(
                "agencies",
                "new-gp",
                person="eva",
                kind="GP",
                name="Larkhollow Surgery",
                contact="01632 960777",
                start_date=SINCE,
            )
        ],
        "cla_placement": [
            record(
                "cla_placement",
                "place",
                person="eva",
                kind="K2",
                postcode="ZZ99 7QQ",
                distance=41.5,
                hidden=True,
                start_date=SINCE,
            )
        ],
    }
    for table, found in more.items():
        own.setdefault(table, []).extend(found)
    return household(**own)


def everything(view: Masked) -> str:
    """Give every byte that leaves, the values in less and the releases too, by which a place could be found."""
    return written(view) + json.dumps([part.file.model_dump(mode="json") for part in view.released])


def every_tick(case: CaseFile) -> frozenset[str]:
    return frozenset({f"{table}/{row.id}" for table, row in case.records()} | {person.id for person in case.person})


@pytest.mark.parametrize("children", [("eva",), ("jon",), ("eva", "jon")])
@pytest.mark.parametrize("read", [False, True])
def test_no_trace_of_the_place(children: tuple[str, ...], read: bool) -> None:  # a column of the table
    case = hidden_family()
    ticks = every_tick(case) if read else frozenset()
    view = sent(RULES, case, *children, approvals=(MANAGER,), ticks=ticks)
    assert not [word for word in SECRETS if word in everything(view)]
    assert "41.5" not in everything(view)
    assert "Ida" not in everything(view)
    assert "h-safe" not in everything(view)
    assert "jon" in {person.id for person in view.file.person}


@pytest.mark.parametrize(
    ("table", "record_of", "field"),
    [
        ("address", record("address", "b", person="jon", lines=("7 LARKHOLLOW LANE", "Wending")), "lines"),
        ("address", record("address", "b", person="mum", postcode="ZZ99 7QQ"), "postcode"),
        ("education", record("education", "b", person="jon", setting="larkhollow school"), "setting"),
        ("education", record("education", "b", person="jon", urn="145777", setting="L. School"), "setting"),
        ("agencies", record("agencies", "b", person="jon", kind="GP", name="Larkhollow Surgery"), "name"),
        (
            "agencies",
            record("agencies", "b", person="jon", kind="GP", name="Another", contact="01632960777"),
            "contact",
        ),
        (
            "cla_placement",
            record("cla_placement", "b", person="jon", postcode="ZZ99 7QQ", start_date=SINCE),
            "postcode",
        ),
        ("events", record("events", "b", person="jon", summary="Visited his sister in Wending."), "summary"),
        ("events", record("events", "b", person="jon", detail="Post to zz99-7qq."), "detail"),
        ("cp_plans", record("cp_plans", "b", person="jon", content="Lives near Lark-hollow school."), "content"),
        ("risks", record("risks", "b", person="jon", kind="STAFF", detail="Ring 01632/960777."), "detail"),
    ],
)
def test_a_sibling_or_parent_gives_nothing_away(table: str, record_of: Any, field: str) -> None:  # any record
    case = hidden_family(**{table: [record_of]})
    view = sent(RULES, case, "jon", approvals=(MANAGER,), ticks=every_tick(case))
    assert not [word for word in SECRETS if word in everything(view)]
    assert {kept.reason for kept in view.withheld if (kept.table, kept.record, kept.field) == (table, "b", field)} == {
        Reason.HIDDEN
    }


def test_a_sibling_keeps_what_is_the_siblings_own() -> None:
    view = sent(RULES, hidden_family(), "jon", approvals=(MANAGER,))
    assert set(rows(view, "address")) >= {"home-mum", "home-jon"}
    assert [(row.id, row.name) for row in view.file.agencies if row.person == "jon"] == [("gp-jon", "Plain Surgery")]
    assert [row.setting for row in view.file.education if row.person == "jon"] == ["Plain School"]


def test_where_the_hidden_child_still_goes_the_sibling_gives_it_away_too() -> None:
    case = household(
        restrictions=[record("restrictions", "x2", person="eva", restriction="X2", start_date=SINCE)],
    )
    view = sent(RULES, case, "jon", approvals=(MANAGER,))
    assert "Plain School" not in everything(view)
    assert "Plain Surgery" not in everything(view)
    assert "1 Plain Road" not in everything(view)


def test_names_of_papers_and_sources() -> None:
    told = {"kind": "PLAN", "released": True, "third_party": False}
    case = hidden_family(
        documents=[
            record("documents", "one", person="jon", name="Plan Larkhollow.pdf", **told),
            record("documents", "two", person="jon", name="Plan", **told),
            record("documents", "three", person="eva", name="Plan", **told),
        ]
    )
    source = case.cp_plans[1].provenance.model_copy(update={"source": "Larkhollow Refuge"})
    case = case.with_records("cp_plans", (case.cp_plans[0], case.cp_plans[1].model_copy(update={"provenance": source})))
    view = sent(RULES, case, "eva", "jon", approvals=(MANAGER,))
    assert rows(view, "documents") == ["two"]
    assert [plan.provenance.source for plan in view.file.cp_plans] == ["system a", "withheld"]
    assert not [word for word in SECRETS if word in everything(view)]


def test_free_text_of_the_family_waits_for_a_reader() -> None:
    view = sent(RULES, hidden_family(), "jon", approvals=(MANAGER,))
    assert {plan.content for plan in view.file.cp_plans} == {None}
    ticks = frozenset({"cp_plans/plan-jon"})
    read = sent(RULES, hidden_family(), "jon", approvals=(MANAGER,), ticks=ticks)
    assert {plan.person: plan.content for plan in read.file.cp_plans} == {"eva": None, "jon": "Words of jon."}


def test_a_hidden_placement_hides_without_a_restriction() -> None:
    case = household(cla_placement=[record("cla_placement", "p", person="eva", postcode="ZZ99 7QQ", hidden=True)])
    view = sent(RULES, case, "eva", approvals=(MANAGER,))
    assert "ZZ99 7QQ" not in everything(view)
    assert [
        subject.restrictions for subject in answer(RULES, case, "eva").request.subjects if subject.person == "eva"
    ] == [frozenset({"X2"})]


@pytest.mark.parametrize(
    ("place", "there"),
    [
        (Place.ADDRESS, {"7 Larkhollow Lane", "h-safe"}),
        (Place.SCHOOL, {"Larkhollow School"}),
        (Place.HEALTH, {"Larkhollow Surgery"}),
        (Place.CONTACT, {"01632 960777"}),
    ],
)
def test_a_release_is_a_part_of_its_own(place: Place, there: set[str]) -> None:
    case, release = hidden_family(), Release("part", "eva", frozenset({place}), "Needed for the visit.", HEAD)
    view = sent(RULES, case, "eva", approvals=(MANAGER,), releases=(release,))
    assert not [word for word in SECRETS if word in written(view)]
    (part,) = view.released
    told = part.file.model_dump_json()
    assert {
        word
        for word in ("7 Larkhollow Lane", "h-safe", "Larkhollow School", "Larkhollow Surgery", "01632 960777")
        if word in told
    } == there
    assert part.file.id != view.file.id
    assert {person.id: person.forename for person in part.file.person} == {"eva": None}
    assert "Ida" not in told


def test_a_release_gives_what_the_rules_allow_and_of_a_hidden_child_alone() -> None:
    few = compiled(item("who", "E01", "address.kind"))
    release = Release("part", "eva", frozenset(Place), "Needed.", HEAD)
    view = sent(few, hidden_family(), "eva", approvals=(MANAGER,), releases=(release,))
    assert "Larkhollow" not in everything(view)
    other = sent(RULES, hidden_family(), "eva", approvals=(MANAGER,), releases=(replace(release, person="jon"),))
    assert other.released == ()


@pytest.mark.parametrize("which", [(0,), (1,), (2,), (0, 1, 2)])
def test_the_family_of_the_demonstration(which: tuple[int, ...]) -> None:
    case = moving_family(1, TODAY)
    children = [case.children[place].id for place in which]
    found = answer(RULES, case, *children, approvals=(MANAGER,), ticks=every_tick(case))
    view = masked(case, found)
    assert not [mark for mark in MARKS if mark in everything(view)]
    assert any(mark in json.dumps([asdict(row) for row in view.withheld], default=str) for mark in MARKS) is False
    contents = papers()
    told = [contents[row.sha256].decode() for row in view.file.documents if row.sha256]
    assert told
    assert not [mark for mark in MARKS for text in told if mark in text]


def test_marks_find_a_place_in_the_bytes_of_a_paper() -> None:
    found = secret(moving_family(1, TODAY), TODAY)
    assert found is not None
    bad = [text for text in papers().values() if found.wide.within(text.decode())]
    assert len(bad) == 1
    assert secret(household(), TODAY) is None


def test_marks() -> None:
    found = marks(["ZZ99 7QQ", "7 Café Lane", "No"], ["Zoe"])
    assert found.within("at zz99-7qq now")
    assert found.within("7, CAFE LANE")
    assert found.within("with ZOE.")
    assert not found.within("with Zoella, nobody")
