"""What the reference lists is all there: processes, elements, clocks, legal gateways, acknowledgements, receivers."""

from __future__ import annotations

from datetime import date

import pytest

from schemas.errors import Misconfigured
from schemas.processes.clocks import PROPOSED as OUR_DEFAULT
from schemas.processes.clocks import Event
from schemas.processes.elements import Column, Need, elements
from schemas.processes.gateways import CONDITIONS, DUTY_TO_SHARE, GATEWAYS, SHARING_TEST
from schemas.processes.ladder import LADDER, Pace
from schemas.processes.registry import PROCESSES
from schemas.processes.sheets.missing import MINIMUM
from schemas.processes.sources import Basis

# Columns CP, CIN, LAC, MIS, UASC, PF, CL, YJ, CHK.
COLUMNS = "CP CIN LAC MIS UASC PF CL YJ CHK"
MATRIX = {
    "E01": "MMMMMMMMM",
    "E02": "MMMMMMMMM",
    "E03": "MMMMMMMMM",
    "E04": "MMMSSSSSM",
    "E05": "SSMS-SSS-",
    "E06": "MMMMMMMMM",
    "E07": "MMMMMMMMS",
    "E08": "MMMSMMSS-",
    "E09": "MMMMMSSS-",
    "E10": "SSSSMSSS-",
    "E11": "MMMMSMSMM",
    "E12": "MMMMSMSSM",
    "E13": "MSMMSSSSS",
    "E14": "MSMM-SSS-",
    "E15": "MMMMMSMMM",
    "E16": "MMMMMMMSM",
    "E17": "MMSS-S-SM",
    "E18": "MMMMMMMMM",
    "E19": "MMMMMMSMM",
    "E20": "MSMMSS-M-",
    "E21": "MMMMSSSMS",
    "E22": "MSMMMSSMS",
    "E23": "MSSM---MS",
    "E24": "MMMSM-MM-",
    "E25": "MSM-S-S--",
    "E26": "MMMSMMSMS",
    "E27": "MMSSS---M",
    "E28": "MMSSS--SS",
    "E29": "MSSS-----",
    "E30": "MMSS-S-S-",
    "E31": "MSMMMSSS-",
    "E32": "MSMSMSSS-",
    "E33": "MMMSMMMM-",
    "E34": "MMMMSSMSM",
    "E35": "MMMMMMMMM",
    "E36": "MMMMMMMMM",
    "E37": "MMMMMMMMM",
    "E38": "MMMSMSSMS",
    "E39": "MMMMMMMMM",
    "E40": "MM-S-SSS-",
}
COLUMN_OF = {
    "P1": "CP",
    "P2": "CP",
    "P3": "CIN",
    "P4": "CIN",
    "P5": "LAC",
    "P6": "MIS",
    "P7": "UASC",
    "P8": "PF",
    "P9": "CL",
    "P10": None,
    "P11": "YJ",
    "P12": "CHK",
}
CLOCKS = {
    "P1": "notify conference",
    "P2": "notify end-check temporary",
    "P3": "notify handover",
    "P4": "strategy-discussion recently-ended",
    "P5": (
        "notice emergency-notice end-notice late-end-notice placement-plan care-plan first-review health-assessment "
        "first-visit education-plan home-notice home-end-notice"
    ),
    "P6": "report return-interview stand-down",
    "P7": "transfer acceptance",
    "P8": "carer-notice running-notice first-visit next-visit later-visit",
    "P9": "responsible",
    "P10": "keep support",
    "P11": "caretaking",
    "P12": "urgent-answer s47-answer court-answer approval-answer",
}
GATEWAY_CODES = (
    "LG-CA89-17",
    "LG-CA89-20/22/22A-D",
    "LG-CA89-23A-E",
    "LG-CA89-27",
    "LG-CA89-47",
    "LG-CA89-67",
    "LG-CA89-85/86",
    "LG-CA04-10/11",
    "LG-CA04-16H",
    "LG-CA04-16LA",
    "LG-CPPR10",
    "LG-ACA02",
    "LG-IA16-69/70/72",
    "LG-CDA98-115",
    "LG-SEND14-15",
    "LG-EA96-436A..",
)
PROPOSED = {
    "P2.end-check",
    "P3.notify",
    "P3.handover",
    "P6.stand-down",
    "P7.acceptance",
    "P12.urgent-answer",
    "P12.s47-answer",
    "P12.court-answer",
    "P12.approval-answer",
}
DOUBTED = {
    "P5.education-plan",
    "P5.home-notice",
    "P5.home-end-notice",
    "P6.report",
    "P6.return-interview",
    "P7.transfer",
    "P8.running-notice",
    "P10.support",
}


def test_every_process_is_there_with_its_column() -> None:
    assert {code: process.column for code, process in PROCESSES.items()} == COLUMN_OF
    for code, process in PROCESSES.items():
        assert process.code == code
        assert process.trigger
        assert process.responsibility
        assert process.steps
        assert process.receivers
        assert process.sources


@pytest.mark.parametrize("code", MATRIX)
def test_every_element_is_needed_as_the_reference_says(code: str) -> None:
    element = elements()[code]
    assert {str(column): str(need) for column, need in element.needs.items()} == dict(
        zip(COLUMNS.split(), MATRIX[code], strict=True)
    )
    assert element.item


def test_there_are_forty_elements_in_nine_columns() -> None:
    assert list(elements()) == list(MATRIX) == [f"E{number:02}" for number in range(1, 41)]
    assert [column.value for column in Column] == COLUMNS.split()


@pytest.mark.parametrize("code", CLOCKS)
def test_every_clock_is_there(code: str) -> None:
    assert [clock.name for clock in PROCESSES[code].own_clocks] == CLOCKS[code].split()


def test_every_rule_says_its_variant_once_and_its_source() -> None:
    for process in PROCESSES.values():
        assert len({clock.name for clock in process.clocks}) == len(process.clocks)
        for clock in process.clocks:
            assert clock.what.endswith(".") or clock.name.startswith("A")
            assert len(set(clock.variants)) == len(clock.variants)
            assert not any(rule.for_everybody for rule in clock.rules[1:])
            for rule in clock.rules:
                assert rule.source.title
                assert (rule.variant == OUR_DEFAULT) == (rule.source.basis is Basis.PROPOSAL)
                assert rule.source.basis is not Basis.LOCAL or not rule.for_everybody


def test_the_local_variants_of_the_conference_start_at_different_events() -> None:
    (conference,) = [clock for clock in PROCESSES["P1"].own_clocks if clock.name == "conference"]
    assert {rule.variant: rule.start.value for rule in conference.rules} == {
        "national": "T1",
        "norfolk": "T2",
        "bolton": "T1",
        "tees": "T4",
    }


def test_our_own_defaults_are_marked_as_such() -> None:
    marked = {
        f"{process.code}.{clock.name}"
        for process in PROCESSES.values()
        for clock in process.own_clocks
        if clock.rules[0].source.basis is Basis.PROPOSAL
    }
    assert marked == PROPOSED


def test_what_is_unconfirmed_is_marked_as_such() -> None:
    marked = {
        f"{process.code}.{clock.name}"
        for process in PROCESSES.values()
        for clock in process.own_clocks
        if clock.rules[0].source.unconfirmed
    }
    assert marked == DOUBTED
    assert {code for code, process in PROCESSES.items() if process.unconfirmed} == {
        "P5",
        "P6",
        "P7",
        "P8",
        "P10",
        "P11",
    }
    assert {code for code, gateway in GATEWAYS.items() if gateway.unconfirmed} == {"LG-CA04-16H", "LG-CA04-16LA"}


def test_words_without_a_figure_say_how_they_were_read() -> None:
    read = {
        f"{process.code}.{clock.name}"
        for process in PROCESSES.values()
        for clock in process.own_clocks
        if clock.rules[0].reading
    }
    assert read == {
        "P1.notify",
        "P2.notify",
        "P3.handover",
        "P4.strategy-discussion",
        "P5.home-notice",
        "P5.home-end-notice",
        "P6.report",
        "P6.stand-down",
    }


def test_the_common_start_events_are_there() -> None:
    assert [event.value for event in Event][:6] == ["T0", "T1", "T2", "T3", "T4", "T5"]
    assert all(event.meaning for event in Event)


def test_every_gateway_is_there_and_every_process_has_some_of_them() -> None:
    assert tuple(GATEWAYS) == GATEWAY_CODES
    for process in PROCESSES.values():
        assert process.gateways
        assert set(process.gateways) <= set(GATEWAYS)


def test_the_duty_to_share_is_off_until_its_day_is_stated() -> None:
    day = date(2026, 12, 1)
    codes = [gateway.code for gateway in PROCESSES["P1"].legal_gateways(day)]
    assert codes == ["LG-CA89-47"]
    commenced = {DUTY_TO_SHARE.code: day}
    assert [gateway.code for gateway in PROCESSES["P1"].legal_gateways(day, commenced)] == [
        "LG-CA89-47",
        "LG-CA04-16LA",
    ]
    assert PROCESSES["P1"].legal_gateways(date(2026, 11, 30), commenced) == (GATEWAYS["LG-CA89-47"],)
    assert {code for code, gateway in GATEWAYS.items() if gateway.waits} == {"LG-CA04-16LA"}


def test_the_duty_to_share_asks_four_questions_and_data_protection_gives_six_grounds() -> None:
    assert [name for name, _ in SHARING_TEST] == ["relevant", "recipient", "function", "detriment"]
    assert len(CONDITIONS) == 6


def test_the_ladder_is_that_of_the_receipts() -> None:
    assert [(rung.code, rung.receipt) for rung in LADDER] == [(f"A{step}", f"R{step + 1}") for step in range(6)]
    targets = {rung.code: {pace.value: span.text for pace, span in rung.targets.items()} for rung in LADDER}
    seen = {
        "urgent": "1 hour",
        "protection": "the same working day",
        "need": "1 working day",
        "ordinary": "1 working day",
    }
    assert targets == {
        "A0": {},
        "A1": dict.fromkeys(seen, "1 minute"),
        "A2": seen,
        "A3": seen,
        "A4": {"protection": "2 working days", "need": "5 working days"},
        "A5": {},
    }


def test_each_process_has_its_pace() -> None:
    paces = {code: process.pace for code, process in PROCESSES.items() if process.pace is not Pace.ORDINARY}
    assert paces == {
        "P1": Pace.PROTECTION,
        "P2": Pace.PROTECTION,
        "P3": Pace.NEED,
        "P4": Pace.NEED,
        "P6": Pace.URGENT,
    }


def test_a_placement_is_told_to_all_whom_the_regulations_name() -> None:
    receivers = {receiver.code: receiver for receiver in PROCESSES["P5"].receivers}
    assert list(receivers) == [
        "area-authority",
        "child",
        "parents",
        "contact-order",
        "previous-carer",
        "health-commissioner",
        "gp",
        "education",
        "iro",
        "virtual-school",
        "designated-nurse",
        "police-missing",
    ]
    assert receivers["area-authority"].essential == ("E24", "E26")
    assert {code for code, receiver in receivers.items() if receiver.withholdable} == {
        "parents",
        "contact-order",
        "previous-carer",
    }


def test_an_alert_carries_the_minimum_and_no_documents() -> None:
    alert = PROCESSES["P6"]
    assert tuple(alert.needs("alert")) == MINIMUM
    assert MINIMUM == ("E01", "E02", "E03", "E04", "E07", "E12", "E16", "E18", "E20", "E36")
    assert not alert.step("alert").documents
    assert alert.needs("stand-down") == {}
    assert len(alert.needs()) == 40


def test_a_step_without_limits_may_carry_the_column() -> None:
    assert PROCESSES["P1"].needs("pack") == PROCESSES["P1"].needs()
    assert PROCESSES["P1"].needs()["E05"] is Need.SHOULD
    assert PROCESSES["P12"].needs("answer")["E05"] is Need.ASKED
    with pytest.raises(Misconfigured, match=r"^The process P1 has no step alert\.$") as missing:
        PROCESSES["P1"].needs("alert")
    assert missing.value.hint == "It has notice, pack, decision."


def test_nothing_of_an_adoption_record_goes_by_itself() -> None:
    assert PROCESSES["P10"].needs() == {}
    assert "LG-CA04-16LA" not in PROCESSES["P10"].gateways


def test_a_process_is_in_force_from_its_day() -> None:
    scheme = PROCESSES["P7"]
    assert [scheme.in_force(day) for day in (date(2025, 5, 31), date(2025, 6, 1))] == [False, True]
    assert {code: str(process.since) for code, process in PROCESSES.items() if process.since} == {
        "P5": "2011-04-01",
        "P7": "2025-06-01",
        "P9": "2011-04-01",
    }
