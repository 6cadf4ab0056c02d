from __future__ import annotations

from lxml import etree

from benchmarks.peer_cin_reading import STEPS, peer_rows
from benchmarks.peers import Place
from schemas.cin.layout import cin_layout

MESSAGE = """<Message><Header><CollectionDetails><ReferenceDate>2026-03-24</ReferenceDate></CollectionDetails></Header>
<Children>
<Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers>
<CINdetails><CINreferralDate>26/08/2025</CINreferralDate><Note>x</Note>
<ReferralSource> 1A </ReferralSource><ReferralSource>2A</ReferralSource>
<ChildProtectionPlans>
<Reviews>
<CPPreviewDate>2025-09-01</CPPreviewDate>
<CPPreviewDate>2025-10-01</CPPreviewDate>
</Reviews>
</ChildProtectionPlans>
</CINdetails>
</Child>
<Child><ChildIdentifiers><LAchildID>C1</LAchildID></ChildIdentifiers></Child>
</Children></Message>"""


def after(*names: str) -> etree._Element:
    root = etree.fromstring(MESSAGE)
    for step in STEPS:
        if not names or step.name in names:
            step.rewrite(root, cin_layout(2026))
    return root


def texts(root: etree._Element, tag: str) -> list[str | None]:
    return [element.text for element in root.iter(tag)]


def test_the_peer_numbers_a_review_once_for_each_list() -> None:
    assert peer_rows(etree.fromstring(MESSAGE))["Reviews"] == [Place("0", "Reviews", 8)]


def test_the_peer_has_one_row_of_identifiers_for_each_child() -> None:
    assert peer_rows(etree.fromstring(MESSAGE))["ChildIdentifiers"] == [
        Place("0", "ChildIdentifiers", 0),
        Place("1", "ChildIdentifiers", 0),
    ]


def test_unknown_elements_and_second_values_go() -> None:
    root = after("elements")
    assert texts(root, "Note") == []
    assert texts(root, "ReferralSource") == [" 1A "]
    assert len(list(root.iter("CPPreviewDate"))) == 2


def test_a_date_in_another_form_is_emptied_and_then_goes() -> None:
    assert texts(after("dates"), "CINreferralDate") == [""]
    assert texts(after("dates", "white space"), "CINreferralDate") == []


def test_white_space_is_trimmed() -> None:
    assert texts(after("white space"), "ReferralSource") == ["1A", "2A"]


def test_each_review_gets_a_list_of_its_own() -> None:
    assert [texts(reviews, "CPPreviewDate") for reviews in after("reviews").iter("Reviews")] == [
        ["2025-09-01"],
        ["2025-10-01"],
    ]


def test_the_period_is_that_of_the_collection() -> None:
    assert texts(after("period"), "ReferenceDate") == ["2026-03-31"]


def test_children_get_identifiers_of_their_own() -> None:
    assert texts(after("identifiers"), "LAchildID") == ["N0000000", "N0000001"]
