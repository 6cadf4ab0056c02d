"""Each rule on the lists: what fails, and the nearest that passes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import pytest

from annex_a_lists import Row, findings, lists
from schemas.annex_a.definition import ANNEX_A
from schemas.annex_a.layout import CHILDREN, LISTS, SCOPES, annex_a_layout
from schemas.engine import evaluate
from schemas.fields import Kind
from schemas.findings import Finding, Outcome, Severity

Content = Mapping[str, Sequence[Row]]
CODE_OF = {name: f"AX{number:02}" for number, name in enumerate(LISTS, start=1)}


def rows(name: str, *given: Row, **beside: Sequence[Row]) -> Content:
    """Put records in a list, and others beside it: `list_6=[{}]`."""
    return {name: given or ({},)} | {key.replace("_", " ").capitalize(): found for key, found in beside.items()}


# The rule, what fails, what passes.
CASES: tuple[tuple[str, Content, Content], ...] = (
    (
        "AX0210",
        rows("List 2", {"completion_date": "02/01/2026"}),
        rows("List 2", {"completion_date": "03/01/2026"}),
    ),
    (
        "AX0310Q",
        rows("List 3", {"referral_date": "01/01/2026"}, {"referral_date": "02/02/2026"}),
        rows("List 3", {"referral_date": "01/01/2026"}, {"referral_date": "02/02/2026", "earlier_referrals": "1"}),
    ),
    ("AX0410", rows("List 4", {"authorised_date": "02/03/2026"}), rows("List 4", {"authorised_date": "03/03/2026"})),
    (
        "AX0411Q",
        rows("List 4", {"authorised_date": "03/03/2026"}),
        rows("List 4", {}, {"authorised_date": "03/03/2026", "needs_support": "a) Yes"}),
    ),
    (
        "AX0412Q",
        rows("List 4", {"authorised_date": "03/03/2026"}),
        rows("List 4", {}, {"authorised_date": "03/03/2026", "child_seen": "b) No"}),
    ),
    ("AX0510", rows("List 5", {"conference_date": "02/03/2026"}), rows("List 5", {"conference_date": "03/03/2026"})),
    (
        "AX0511",
        rows("List 5", {"conference_date": "03/03/2026", "conference_unnecessary": "a) Yes"}),
        rows("List 5", {"conference_unnecessary": "a) Yes"}),
    ),
    (
        "AX0512",
        rows("List 5", {"plan_made": "a) Yes"}),
        rows("List 5", {"plan_made": "b) No"}, {"plan_made": "a) Yes", "conference_date": "03/03/2026"}),
    ),
    (
        "AX0513Q",
        rows("List 5", {"conference_date": "03/03/2026"}),
        rows("List 5", {"conference_date": "03/03/2026", "plan_made": "c) Unknown"}),
    ),
    (
        "AX0514Q",
        rows("List 5", {"enquiries": "1"}, {"enquiries": "2"}),
        rows("List 5", {"enquiries": "1"}, {"enquiries": "1"}, {"child_id": "C2", "enquiries": "0"}),
    ),
    (
        "AX0610",
        rows("List 6", {"closure_date": "02/01/2026"}),
        rows("List 6", {"closure_date": "03/01/2026"}),
    ),
    (
        "AX0611",
        rows("List 6", {"closure_date": "03/03/2026"}),
        rows("List 6", {}, {"closure_date": "03/03/2026", "closure_reason": "RC1 - Adopted"}),
    ),
    (
        "AX0612",
        rows("List 6", {"status": "e) Closed episode"}),
        rows("List 6", {}, {"status": "e) Closed episode", "closure_date": "03/03/2026"}),
    ),
    ("AX0613Q", rows("List 6", {"seen_date": "02/01/2026"}), rows("List 6", {"seen_date": "03/01/2026"})),
    ("AX0614Q", rows("List 6", {"start_date": None}), rows("List 6")),
    ("AX0710", rows("List 7", {"end_date": "02/02/2026"}), rows("List 7", {"end_date": "03/02/2026"})),
    (
        "AX0711",
        rows("List 7", {"visit_date": "02/02/2026"}),
        rows("List 7", {"visit_date": "03/02/2026", "review_date": "03/02/2026"}),
    ),
    ("AX0712Q", rows("List 7", {"seen_alone": None}), rows("List 7", {"seen_alone": "c) Unknown"})),
    (
        "AX0713Q",
        rows("List 7", {"visit_date": "02/03/2026"}),
        rows("List 7", {"visit_date": "03/03/2026"}, {"visit_date": "02/03/2026", "end_date": "05/03/2026"}),
    ),
    (
        "AX0714Q",
        rows("List 7", {"start_date": "30/12/2025"}),
        rows("List 7", {"start_date": "31/12/2025"}, {"start_date": "01/06/2025", "review_date": "30/09/2025"}),
    ),
    ("AX0720", rows("List 7", list_6=[{"child_id": "C2"}]), rows("List 7", {"child_id": "c1"}, list_6=[{}])),
    (
        "AX0721",
        rows("List 7", list_6=[{"status": "e) Closed episode"}]),
        rows("List 7", {"end_date": "03/03/2026"}, list_6=[{"status": "e) Closed episode"}]),
    ),
    (
        "AX0722Q",
        rows("List 7", list_6=[{"start_date": "04/02/2026"}]),
        rows("List 7", list_6=[{"start_date": "03/02/2026"}]),
    ),
    ("AX0810", rows("List 8", {"ceased_date": "02/02/2026"}), rows("List 8", {"ceased_date": "03/02/2026"})),
    (
        "AX0811",
        rows("List 8", {"ceased_reason": "c) E2: Died"}),
        rows("List 8", {}, {"ceased_date": "05/03/2026", "ceased_reason": "c) E2: Died"}),
    ),
    ("AX0812", rows("List 8", {"legal_status": "V4"}), rows("List 8", {"legal_status": "V2"})),
    (
        "AX0813",
        rows("List 8", {"placement_date": "02/02/2026"}),
        rows("List 8", {"placement_date": "05/03/2026", "ceased_date": "05/03/2026"}),
    ),
    (
        "AX0814",
        rows("List 8", {"review_date": "02/02/2026"}),
        rows("List 8", {"review_date": "03/02/2026", "visit_date": None}),
    ),
    (
        "AX0815",
        rows("List 8", {"interview_offered": "No", "interview_accepted": "Yes"}),
        rows("List 8", {"interview_offered": "Yes", "interview_accepted": "Yes"}, {"interview_accepted": "Yes"}),
    ),
    (
        "AX0816",
        rows("List 8", {"birth_date": "30/03/2008"}),
        rows("List 8", {"birth_date": "31/03/2008"}, {"birth_date": "30/03/2008", "ceased_date": "30/03/2026"}),
    ),
    (
        "AX0817Q",
        rows("List 8", {"visit_date": "16/02/2026"}),
        rows("List 8", {"visit_date": "17/02/2026"}),
    ),
    (
        "AX0818Q",
        rows("List 8", {"review_date": "29/09/2025", "start_date": "01/09/2025"}),
        rows("List 8", {"review_date": "30/09/2025", "start_date": "01/09/2025"}),
    ),
    ("AX0819Q", rows("List 8", {"placements": "0"}), rows("List 8", {"placements": "1"})),
    ("AX0820Q", rows("List 8", {"placement_authority": None}), rows("List 8")),
    ("AX0830", rows("List 8", list_6=[{"child_id": "C2"}]), rows("List 8", list_6=[{}])),
    (
        "AX0831",
        rows("List 8", list_6=[{"status": "e) Closed episode"}]),
        rows("List 8", {"ceased_date": "05/03/2026"}, list_6=[{"status": "e) Closed episode"}]),
    ),
    (
        "AX0832",
        rows("List 8", {"ceased_reason": "b) E12: Adopted"}, list_10=[{"child_id": "C2"}]),
        rows("List 8", {"ceased_reason": "b) E12: Adopted"}, list_10=[{}]),
    ),
    ("AX0910", rows("List 9", {"birth_date": "01/04/2010"}), rows("List 9", {"birth_date": "31/03/2010"})),
    ("AX0911Q", rows("List 9", {"birth_date": "31/03/2001"}), rows("List 9", {"birth_date": "01/04/2001"})),
    (
        "AX0912Q",
        rows("List 9", {"suitable": "a) Suitable"}),
        rows("List 9", {}, {"suitable": "a) Suitable", "accommodation": "U"}),
    ),
    (
        "AX0913Q",
        rows("List 9", {"contact_date": None}),
        rows("List 9", {"contact_date": None, "in_touch": "b) No"}),
    ),
    (
        "AX0920Q",
        rows("List 9", list_8=[{}]),
        rows("List 9", {"eligibility": "d) Eligible child"}, {"child_id": "C2"}, list_8=[{}]),
    ),
    (
        "AX1010",
        rows("List 10", {"order_date": "03/03/2026", "reversed_date": "03/03/2026"}),
        rows("List 10", {"order_date": "03/03/2026"}),
    ),
    (
        "AX1011",
        rows("List 10", {"reversed_date": "03/03/2026"}),
        rows("List 10", {"reversed_date": "03/03/2026", "reversed_reason": "RD4"}),
    ),
    (
        "AX1012",
        rows("List 10", {"placed_date": "02/07/2025"}),
        rows("List 10", {"placed_date": "03/07/2025", "order_date": "03/07/2025"}),
    ),
    (
        "AX1013",
        rows("List 10", {"entered_care_date": "04/05/2025"}),
        rows("List 10", {"entered_care_date": "03/05/2025"}),
    ),
    (
        "AX1014",
        rows("List 10", {"matched_date": None, "placed_date": "02/05/2025"}),
        rows("List 10", {"matched_date": None, "placed_date": "03/05/2025"}),
    ),
    (
        "AX1015",
        rows("List 10", {"order_date": "30/03/2025"}),
        rows("List 10", {"order_date": "31/03/2025"}, {"order_date": None}),
    ),
    (
        "AX1020Q",
        rows("List 10", list_8=[{"child_id": "C2"}]),
        rows("List 10", {"order_date": "03/03/2026"}, list_8=[{"child_id": "C2"}]),
    ),
    (
        "AX1110",
        rows("List 11", {"stage_2_start": "03/03/2026", "stage_2_end": "02/03/2026"}),
        rows("List 11", {"stage_1_start": "03/03/2026", "stage_1_end": "03/03/2026"}),
    ),
    (
        "AX1111",
        rows("List 11", {"leaving_reason": "2"}),
        rows("List 11", {"leaving_reason": "2 - Process put on hold", "leaving_date": "03/03/2026"}),
    ),
    (
        "AX1112",
        rows("List 11", {"application_date": "03/03/2026", "approved_date": "02/03/2026"}),
        rows("List 11", {"application_date": "03/03/2026", "approved_date": "03/03/2026"}),
    ),
    (
        "AX1113Q",
        rows("List 11", {"placed_date": "03/03/2026"}),
        rows("List 11", {"placed_date": "03/03/2026", "children_placed": "1"}, {"children_placed": "0"}),
    ),
    (
        "AX1120Q",
        rows("List 11", {"placed_date": "03/03/2026"}, list_10=[{"family": "F2"}]),
        rows("List 11", {"placed_date": "03/03/2026"}, list_10=[{"family": "F1"}]),
    ),
    (
        "AX0010",
        rows("List 1", list_6=[{"birth_date": "02/02/2014"}]),
        rows("List 1", {"birth_date": "2014-02-01"}, {"birth_date": None}, list_6=[{}]),
    ),
    (
        "AX0011",
        rows("List 1", list_6=[{"ethnicity": "b) WIRI"}]),
        rows("List 1", {"ethnicity": "White British"}, list_6=[{}]),
    ),
    ("AX0012", rows("List 1", list_6=[{"gender": "a) Male"}]), rows("List 1", {"gender": "2"}, list_6=[{}])),
    (
        "AX0013",
        rows("List 1", {"child_id": "0012"}, list_6=[{"child_id": "12"}]),
        rows("List 1", {"child_id": "0012"}, list_6=[{"child_id": "0012"}, {"child_id": "121"}]),
    ),
    (
        "AX0020",
        rows("List 6", list_8=[{}]),
        rows("List 6", {"status": "a) Looked after child"}, {"child_id": "C2"}, list_8=[{}]),
    ),
    (
        "AX0021",
        rows("List 6", list_7=[{}]),
        rows("List 6", {"status": "b) Child Protection plan"}, list_7=[{}]),
    ),
    (
        "AX0022",
        rows("List 4", list_6=[{"child_id": "C2"}]),
        rows("List 4", {"authorised_date": "03/03/2026"}, list_6=[{"child_id": "C2"}]),
    ),
)
_ALL = frozenset(
    CODE_OF[name] + number for name in LISTS for number in ("01", "02", "03", "04", "05", "06", "07", "08")
)


@pytest.mark.parametrize(("code", "wrong", "right"), CASES, ids=[case[0] for case in CASES])
def test_a_rule_fails_what_is_wrong_and_passes_what_is_nearest_to_it(code: str, wrong: Content, right: Content) -> None:
    assert findings(lists(wrong), code)
    assert not findings(lists(right), code)


def test_every_rule_has_a_case() -> None:
    known = {rule.code for rule in ANNEX_A.all_rules}
    assert {case[0] for case in CASES} | (known & _ALL) == known


def test_good_records_of_every_list_break_no_rule() -> None:
    content = {name: [{"child_id": f"C{number}"}] for number, name in enumerate(LISTS) if name != "List 11"}
    together = content | {
        "List 11": [{}],
        "List 6": [
            {"child_id": content[name][0]["child_id"], "status": status}
            for name, status in (
                ("List 4", "d) Open assessment"),
                ("List 7", "b) Child Protection plan"),
                ("List 8", "a) Looked after child"),
            )
        ],
        "List 8": [content["List 8"][0], {"child_id": content["List 10"][0]["child_id"]}],
    }
    together["List 6"].append({"child_id": "C9", "status": "LAC"})
    found = evaluate(ANNEX_A, lists(together))
    assert [(item.code, item.message) for item in found.findings] == []
    assert {item.outcome for item in found.outcomes} == {Outcome.PASSED}


def one_by_one(name: str, text: str | None, *kinds: Kind) -> Content:
    """Make a record for each field of these kinds, good but for the field."""
    who = "adopter_id" if name == "List 11" else "child_id"
    wanted = [field.name for field in annex_a_layout(2026).table(name) if not kinds or field.kind in kinds]
    return {name: [{who: f"C{number}", field: text} for number, field in enumerate(wanted)]}


def fields(found: Sequence[Finding]) -> set[str]:
    return {item.locations[0].field for item in found}


@pytest.mark.parametrize("name", LISTS)
def test_what_must_be_given_is_missed(name: str) -> None:
    found = findings(lists(one_by_one(name, None)), f"{CODE_OF[name]}01")
    asked_for = {"placement_location", "placement_authority"}
    table = annex_a_layout(2026).table(name)
    assert fields(found) == {field.name for field in table if field.required} - asked_for
    assert all(item.message.endswith(f"{table.field(item.locations[0].field).tag}: blank.") for item in found)


@pytest.mark.parametrize("name", LISTS)
def test_what_has_another_form_is_found(name: str) -> None:
    data = lists(one_by_one(name, "#MULTIVALUE"))
    table = annex_a_layout(2026).table(name)
    choices = {field.name for field in table if field.kind is Kind.CHOICE}
    shaped = {field.name for field in table if field.kind is not Kind.TEXT or field.pattern} - choices
    assert fields(findings(data, f"{CODE_OF[name]}02")) == shaped
    assert fields(findings(data, f"{CODE_OF[name]}03")) == choices


@pytest.mark.parametrize("name", LISTS)
def test_no_date_is_after_the_day(name: str) -> None:
    code = f"{CODE_OF[name]}04"
    found = findings(lists(one_by_one(name, "01/04/2026", Kind.DATE)), code)
    assert fields(found) == {field.name for field in annex_a_layout(2026).table(name) if field.kind is Kind.DATE}
    assert all(item.message.endswith("is later than 31/03/2026.") for item in found)
    assert not findings(lists(one_by_one(name, "31/03/2026", Kind.DATE)), code)


@pytest.mark.parametrize("name", [name for name in LISTS if SCOPES[name].months])
def test_a_list_reaches_back_six_months_to_the_day(name: str) -> None:
    scope, code = SCOPES[name], f"{CODE_OF[name]}05"
    before = {scope.start: "29/09/2025"} | ({scope.end: "29/09/2025"} if scope.end else {})
    assert findings(lists({name: [before]}), code)
    assert not findings(lists({name: [before | {scope.end or scope.start: "30/09/2025"}]}), code)
    if scope.end:
        assert not findings(lists({name: [before | {scope.end: None}]}), code)


@pytest.mark.parametrize("name", LISTS)
def test_nobody_stands_in_a_list_twice(name: str) -> None:
    who = "adopter_id" if name == "List 11" else "child_id"
    (found,) = findings(lists({name: [{who: "C1"}, {who: "c1"}]}), f"{CODE_OF[name]}06")
    assert {place.row for place in found.locations} == {0, 1}
    alone = SCOPES[name].one_per_child or name == "List 11"
    assert found.severity is (Severity.ERROR if alone else Severity.QUERY)
    assert not findings(lists({name: [{who: "C1"}, {who: "C2"}]}), f"{CODE_OF[name]}06")
    if not alone:
        other = {SCOPES[name].start: "04/03/2026"}
        assert not findings(lists({name: [{}, other]}), f"{CODE_OF[name]}06")


@pytest.mark.parametrize("name", LISTS[:-1])
def test_the_age_is_that_of_the_day(name: str) -> None:
    code = f"{CODE_OF[name]}07"
    (found,) = findings(lists({name: [{"birth_date": "01/04/2014", "age": "12"}]}), code)
    assert found.message.endswith("On 31/03/2026 it is 11.")
    assert not findings(lists({name: [{"birth_date": "31/03/2014", "age": "12"}]}), code)
    assert not findings(lists({name: [{"birth_date": None, "age": None}]}), code)


def test_what_needs_the_child_is_not_before_birth() -> None:
    assert findings(lists({"List 8": [{"birth_date": "04/02/2026"}]}), "AX0808")
    assert not findings(lists({"List 8": [{"birth_date": "03/02/2026"}]}), "AX0808")
    assert not findings(lists({"List 7": [{"birth_date": "30/03/2026"}]}), "AX0708")


def test_a_list_that_is_not_there_makes_its_rules_not_evaluated() -> None:
    found = evaluate(ANNEX_A, lists({"List 7": [{}]}), frozenset({"AX0720", "AX0801"}))
    assert {item.code: (item.outcome, item.reason) for item in found.outcomes} == {
        "AX0720": (Outcome.NOT_EVALUATED, "The table List 6 was not given."),
        "AX0801": (Outcome.NOT_EVALUATED, "The table List 8 was not given."),
    }


def test_without_a_day_rules_on_time_are_not_evaluated() -> None:
    found = evaluate(ANNEX_A, lists({"List 7": [{}]}, at=None), frozenset({"AX0701", "AX0704", "AX0713Q"}))
    outcomes = {item.code: item.outcome for item in found.outcomes}
    assert outcomes == {
        "AX0701": Outcome.PASSED,
        "AX0704": Outcome.NOT_EVALUATED,
        "AX0713Q": Outcome.NOT_EVALUATED,
    }


def test_a_finding_names_the_child_and_the_line() -> None:
    (found,) = findings(lists({"List 6": [{}, {"child_id": "C2", "status": None}]}), "AX0601")
    assert (found.child_id, found.locations[0].table, found.locations[0].line) == ("C2", "List 6", 3)


def test_children_are_one_table_in_the_order_of_the_lists() -> None:
    data = lists({"List 1": [{"child_id": "C2", "birth_date": None}], "List 6": [{"child_id": "c2"}, {}]})
    assert data.tables[CHILDREN].select("child_id", "birth_date").rows() == [("C2", "01/02/2014"), ("C1", "01/02/2014")]


@pytest.mark.parametrize("text", ["01/01/0001", "31/12/9999", "999999999", "\u202e=1+1", "", "x" * 5000])
def test_no_cell_makes_a_rule_crash(text: str) -> None:
    content = {name: rows[name] for rows in (one_by_one(name, text) for name in LISTS) for name in rows}
    found = evaluate(ANNEX_A, lists(content))
    assert {item.outcome for item in found.outcomes} == {Outcome.PASSED, Outcome.FAILED}
