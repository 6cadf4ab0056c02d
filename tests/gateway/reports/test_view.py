from __future__ import annotations

from dataclasses import replace

from gateway.comparison import Comparison
from gateway.explanations import Explained, Note
from report_builder import error, place, query, view


def test_a_finding_names_its_child_or_the_place_of_it_or_the_return() -> None:
    assert view().child(error("C7")) == "C7"
    assert (
        view().child(replace(error("", place("CINdetails", 3)), child_rows=(1204,))) == "(child 1,205, no identifier)"
    )
    assert view().child(replace(error("", place("Header", 0, "Year")), child_rows=())) == "(return)"


def test_the_headline_says_how_the_return_stands() -> None:
    explained = Explained({0: "x"}, (), ())
    assert view().headline == "Ready: no errors and 0 queries in 3 children."
    assert view(query(), explained=explained).headline == "Ready: no errors and 1 query (1 explained) in 3 children."
    assert view(error(), query()).headline == "Not ready: 1 error and 1 query. 1 of 3 children have errors."
    assert view(query(), crashed=("1510",)).headline == "Not ready: 1 rule crashed. No errors and 1 query so far."


def test_remarks_tell_of_form_comparison_and_notes() -> None:
    shown = view(
        error(code="FORM07"),
        query("C2"),
        comparison=Comparison("monday.json", frozenset({0}), (error(),), 1, 2, ("monday.json is of 2025.",)),
        explained=Explained({1: "x"}, (Note("8525Q", "C9", "old"),), (Note("8810", "", "no"),)),
    )
    assert shown.remarks() == [
        "1 finding stops the upload itself (codes FORM...): mend those first.",
        "Since monday.json: 1 new, 1 fixed, 1 unchanged.",
        "2 findings of monday.json: the rule was not evaluated this time.",
        "monday.json is of 2025.",
        "1 query explained, 0 not.",
        "The note on 8525Q for C9 matches nothing any more.",
        "The note on 8810 is on an error, which must be corrected.",
    ]
    assert [shown.state(0), shown.state(1), shown.note(0), shown.note(1)] == ["new", "unchanged", "", "x"]


def test_rules_stand_by_count_with_their_meaning() -> None:
    counts = view(error(code="FORM07"), error(), error("C2")).rule_counts()
    assert [(rule.code, rule.count, rule.group) for rule in counts] == [
        ("8810", 2, "cin_details"),
        ("FORM07", 1, "form"),
    ]
