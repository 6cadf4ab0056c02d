"""The HTML report as a reader sees and uses it."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from axe_core_python.sync_playwright import Axe

from browser_page import DESKTOP, PHONE, Open
from census_builder import census, child, episode
from gateway.comparison import Comparison
from gateway.explanations import Explained, Note
from gateway.figures import take
from gateway.reports.view import View
from report_builder import error, place, query, view
from schemas.cin.definition import CIN
from schemas.findings import Location

pytestmark = pytest.mark.browser

HOSTILE = "</script><script>alert(1)</script><img src=x onerror=alert(2)>\"'&lt;\u202egnp"


# How far down the second figure starts, from the first.
_STEP = """() => {
  const [first, second] = document.querySelectorAll(".figures > .figure");
  return second.getBoundingClientRect().top - first.getBoundingClientRect().top;
}"""


def full() -> View:
    """Give 122 findings: errors of two rules, queries, form findings; some new, some explained, one fixed."""
    findings = (
        *(error(f"C{at:03}") for at in range(100)),
        *(error(f"D{at:03}", place("Reviews", at, "CPPreviewDate"), code="8840") for at in range(10)),
        *(query(f"C{at:03}", place("Assessments", at, "AssessmentID"), code="8863Q") for at in range(10)),
        error("", place("Header", 0, "Year", "1999", 5), code="FORM07", message="This value has the wrong form."),
        error("", Location("", None, "", None, 9), code="FORM01"),
    )
    comparison = Comparison("monday.json", frozenset(range(4)), (query("E1", message="Long gone."),), 118)
    explained = Explained({110: "Agreed with the team."}, (Note("8525Q", "C9", "old"),), ())
    seen = view(*findings, comparison=comparison, explained=explained, crashed=("1510",))
    years = (census(year, child(episode(CINreferralDate=f"{year - 1}-05-01"))) for year in (2026, 2025))
    return replace(seen, figures=take(CIN, *years))


def faults(page: Any) -> list[tuple[str, list[str]]]:
    found = Axe().run(page)
    assert found["passes"]
    return [(item["id"], [node["html"] for node in item["nodes"]]) for item in found["violations"]]


def test_the_first_finding_says_who_what_where_and_how_to_fix_it(open_report: Open) -> None:
    opened = open_report(full())
    assert opened.page.inner_text("h1") == full().headline
    assert opened.cards()[0].splitlines() == [
        "error 8810 new", "C000", "Wrong.", "CINdetails.ReasonForClosure RC8 line 1234, record 5",
        "How to fix it: Record when the episode was closed, or remove the reason.",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("filters", "count"),
    [
        ({"rule": "8840"}, "10 of 122 findings"),
        ({"severity": "query"}, "10 of 122 findings"),
        ({"severity": "error"}, "112 of 122 findings"),
        ({"table": "Header"}, "1 of 122 findings"),
        ({"table": "Assessments"}, "10 of 122 findings"),
        ({"child": " c00 "}, "20 of 122 findings"),
        ({"child": "(return)"}, "2 of 122 findings"),
        ({"state": "new"}, "4 of 122 findings"),
        ({"state": "unchanged"}, "118 of 122 findings"),
        ({"rule": "8810", "state": "new", "child": "C003"}, "1 of 122 findings"),
        ({"rule": "8840", "severity": "query"}, "0 of 122 findings"),
    ],
)
def test_filters_leave_what_fits_them_all(open_report: Open, filters: dict[str, str], count: str) -> None:
    opened = open_report(full())
    assert opened.count() == "122 findings"
    assert opened.choose(**filters) == count
    assert len(opened.cards()) == min(50, int(count.split(maxsplit=1)[0]))
    opened.page.click("#clear")
    assert opened.count() == "122 findings"
    assert opened.page.input_value("#by-child") == ""


def test_what_the_filters_leave_is_what_was_asked_for(open_report: Open) -> None:
    opened = open_report(full())
    opened.choose(rule="8863Q", child="C000")
    (card,) = opened.cards()
    assert card.splitlines()[0] == "query 8863Q unchanged"
    assert card.splitlines()[-1] == "Your note: Agreed with the team."


def test_pages_turn_and_stop_at_both_ends(open_report: Open) -> None:
    page = (opened := open_report(full())).page
    assert (page.inner_text("#page"), page.is_disabled("#previous"), len(opened.cards())) == ("Page 1 of 3", True, 50)
    page.click("#next")
    assert opened.cards()[0].splitlines()[1] == "C050"
    page.click("#next")
    assert (page.inner_text("#page"), page.is_disabled("#next"), len(opened.cards())) == ("Page 3 of 3", True, 22)
    page.click("#previous")
    assert page.inner_text("#page") == "Page 2 of 3"
    opened.choose(rule="8840")
    assert page.is_hidden("#pages")


def test_a_rule_of_the_chart_filters_when_it_is_chosen(open_report: Open) -> None:
    opened = open_report(full())
    bars = opened.page.locator(".bars li")
    assert [text.split("\n")[0].split()[0] for text in bars.all_inner_texts()] == [
        "8810", "8840", "8863Q", "FORM07", "FORM01",
    ]  # fmt: skip
    assert [bar.get_attribute("width") for bar in opened.page.locator(".bars rect").all()] == [
        "100.0", "10.0", "10.0", "1.0", "1.0",
    ]  # fmt: skip
    opened.choose(child="nobody")
    opened.page.click(".bars a[data-choose='8840']")
    assert opened.count() == "10 of 122 findings"


def test_fixed_crashed_unchecked_and_stale_are_listed(open_report: Open) -> None:
    text = open_report(full()).page.inner_text("main")
    assert "Fixed since monday.json" in text
    assert "8525Q E1: Long gone." in text
    assert "1510 crashed: The rule crashed (KeyError)." in text
    assert "4011: No such table." in text
    assert "The note on 8525Q for C9 matches nothing any more." in text


@pytest.mark.parametrize("size", [DESKTOP, PHONE])
@pytest.mark.parametrize("shown", [full(), view()], ids=["findings", "none"])
def test_the_page_is_accessible_and_fits_its_width(open_report: Open, size: tuple[int, int], shown: View) -> None:
    page = open_report(shown, size).page
    assert page.evaluate("document.documentElement.scrollWidth") == size[0]
    for details in page.locator("details").all():
        details.locator("summary").click()
    assert faults(page) == []


def test_paper_gets_every_finding_that_the_filters_leave(open_report: Open) -> None:
    opened = open_report(full())
    opened.page.evaluate("window.addEventListener('beforeprint', () => { window.printed = list.children.length; })")
    assert opened.page.pdf(format="A4").startswith(b"%PDF")
    assert opened.page.evaluate("window.printed") == 122
    assert len(opened.cards()) == 50
    opened.choose(rule="8840")
    opened.page.pdf(format="A4")
    assert opened.page.evaluate("window.printed") == 10
    assert opened.page.get_attribute("#rules", "open") is None


def test_paper_shows_rules_and_findings_and_nothing_to_press(open_report: Open) -> None:
    page = open_report(full()).page
    page.evaluate("window.dispatchEvent(new Event('beforeprint'))")
    page.emulate_media(media="print")
    assert page.locator("#list > li").count() == 122
    assert page.locator("#rules table").is_visible()
    assert [page.locator(part).is_visible() for part in ("#filters", "#pages", ".skip")] == [False, False, False]
    mark = "getComputedStyle(document.querySelector('#list .mark'))"
    assert page.evaluate(f"[{mark}.color, {mark}.backgroundColor]") == ["rgb(0, 0, 0)", "rgba(0, 0, 0, 0)"]


def test_hostile_texts_of_a_return_are_shown_and_do_nothing(open_report: Open) -> None:
    shown = view(
        error(HOSTILE, place(value=HOSTILE + "x" * 5000), Location("", None, HOSTILE, HOSTILE, 3, HOSTILE),
              message=HOSTILE),
        query("C2"),
        comparison=Comparison(HOSTILE, frozenset(), (error(HOSTILE, message=HOSTILE),), 2),
        explained=Explained({1: HOSTILE}, (Note(HOSTILE, HOSTILE, "x"),), ()),
        name=HOSTILE,
    )  # fmt: skip
    page = (opened := open_report(shown, PHONE)).page
    visible = HOSTILE.replace("\u202e", "\\u202e")
    first, second = opened.cards()
    assert first.splitlines()[1:3] == [visible, visible]
    assert "... (5," in first
    assert second.endswith(f"Your note: {visible}")
    assert page.locator("img").count() == 0
    assert page.locator("script").count() == 2
    assert "\u202e" not in page.content()
    assert page.evaluate("document.documentElement.scrollWidth") == PHONE[0]
    assert faults(page) == []


def test_without_scripts_the_rules_are_there_and_no_dead_filters(open_report: Open) -> None:
    page = open_report(full(), scripts=False).page
    assert page.locator("#rules table").is_visible()
    assert page.locator("#rules tbody tr").count() == 5
    assert page.inner_text("#rules tbody tr:first-child").split("\t")[:3] == ["8810", "error", "100"]
    assert page.is_hidden("#filters")
    assert page.is_hidden("#pages")
    assert "The list of findings needs JavaScript." in page.inner_text("main")


def test_a_page_of_20_000_findings_filters_and_turns(open_report: Open) -> None:
    findings = [error(f"C{at:05}", place(row=at, line=at)) for at in range(19_999)]
    opened = open_report(view(*findings, query("Q1")))
    assert opened.count() == "20,000 findings"
    assert opened.page.inner_text("#page") == "Page 1 of 400"
    assert opened.choose(severity="query") == "1 of 20,000 findings"
    assert opened.cards()[0].splitlines()[1] == "Q1"


def test_the_figures_stand_in_two_columns_on_a_screen_and_in_one_on_a_phone(open_report: Open) -> None:
    tops = []
    for size in (DESKTOP, PHONE):
        page = open_report(full(), size).page
        tops.append(page.evaluate(_STEP))
    assert tops[0] == 0
    assert tops[1] > 0
