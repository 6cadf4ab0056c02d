"""Every rule of every clock at its boundary: the last moment in time, and the first that is late.

Times are those of the clock on the wall in England. Bank holidays that matter here: 3 and 6 April, 4 and 25 May,
31 August, 25 and 28 December 2026; 1 January, 26 and 29 March 2027. Clocks change on 25 October 2026 and 28 March 2027.
"""

from __future__ import annotations

from datetime import datetime, timedelta

import pytest

from schemas.processes.deadlines import Standing, due, standing
from schemas.processes.registry import PROCESSES
from schemas.processes.spans import LONDON

SECOND = timedelta(seconds=1)

# process, clock, variant, start, last moment in time, why it is there
CASES = (
    ("P1", "notify", "national", "2026-12-24 16:59", "2026-12-24 17:00", "the last minute of Christmas Eve"),
    ("P1", "notify", "national", "2026-12-24 17:00", "2026-12-29 17:00", "closed until after Christmas"),
    ("P1", "notify", "unplanned-24h", "2026-12-25 10:30", "2026-12-26 10:30", "hours run through Christmas"),
    ("P1", "notify", "unplanned-24h", "2027-03-27 12:00", "2027-03-28 13:00", "clocks go forward"),
    ("P1", "conference", "national", "2026-12-14 09:00", "2027-01-07 17:00", "Christmas and New Year"),
    ("P1", "conference", "norfolk", "2027-03-19 09:00", "2027-04-13 17:00", "Easter"),
    ("P1", "conference", "bolton", "2026-08-22 11:00", "2026-09-14 17:00", "starts on a Saturday"),
    ("P1", "conference", "tees", "2026-04-02 23:59", "2026-04-27 17:00", "starts on the eve of Easter"),
    ("P2", "notify", "national", "2026-05-02 09:00", "2026-05-05 17:00", "a Saturday before a bank holiday"),
    ("P2", "end-check", "proposed", "2026-01-31 12:00", "2026-02-02 17:00", "the month ends on a Saturday"),
    ("P2", "temporary", "under-15-days", "2026-02-20 10:00", "2026-03-05 23:59", "over the end of February"),
    ("P2", "temporary", "wales", "2026-12-01 10:00", "2027-02-22 23:59", "over the year's end"),
    ("P3", "notify", "proposed", "2026-12-24 10:00", "2026-12-30 17:00", "Christmas"),
    ("P3", "notify", "multi-agency", "2026-12-23 10:00", "2027-01-04 17:00", "Christmas and New Year"),
    ("P3", "handover", "proposed", "2026-04-20 10:00", "2026-05-19 17:00", "the bank holiday of May"),
    ("P4", "strategy-discussion", "national", "2026-05-29 16:59", "2026-05-29 17:00", "a Friday"),
    ("P4", "strategy-discussion", "national", "2026-05-29 17:01", "2026-06-01 17:00", "a Friday evening"),
    ("P4", "recently-ended", "regional", "2026-08-31 10:00", "2027-02-28 23:59", "February has no 31st"),
    ("P4", "recently-ended", "regional", "2026-02-28 10:00", "2026-08-28 23:59", "the same number"),
    ("P5", "notice", "national", "2026-08-31 14:00", "2026-08-31 13:59", "before, on a bank holiday"),
    ("P5", "emergency-notice", "national", "2026-08-28 14:00", "2026-09-07 17:00", "the bank holiday of August"),
    ("P5", "end-notice", "national", "2027-01-01 00:00", "2026-12-31 23:59", "before, over the year's end"),
    ("P5", "late-end-notice", "national", "2026-12-22 10:00", "2027-01-08 17:00", "Christmas and New Year"),
    ("P5", "placement-plan", "national", "2026-05-21 10:00", "2026-05-29 17:00", "the second bank holiday of May"),
    ("P5", "care-plan", "national", "2027-03-25 10:00", "2027-04-12 17:00", "Easter"),
    ("P5", "first-review", "national", "2026-12-07 10:00", "2027-01-07 17:00", "Christmas and New Year"),
    ("P5", "health-assessment", "national", "2026-04-30 10:00", "2026-06-01 17:00", "both bank holidays of May"),
    ("P5", "first-visit", "national", "2026-12-18 10:00", "2026-12-25 17:00", "a week stands, at Christmas too"),
    ("P5", "education-plan", "national", "2026-05-22 10:00", "2026-06-08 17:00", "the second bank holiday of May"),
    ("P5", "home-notice", "national", "2026-08-30 10:00", "2026-09-01 17:00", "a Sunday before a bank holiday"),
    ("P5", "home-end-notice", "national", "2027-03-25 18:00", "2027-03-30 17:00", "the eve of Easter, too late"),
    ("P6", "report", "national", "2026-12-25 23:30", "2026-12-26 00:30", "over midnight at Christmas"),
    ("P6", "return-interview", "national", "2026-10-23 12:00", "2026-10-26 11:00", "clocks go back"),
    ("P6", "stand-down", "proposed", "2027-03-28 00:30", "2027-03-28 02:30", "clocks go forward"),
    ("P7", "transfer", "national", "2026-12-18 10:00", "2027-01-06 17:00", "Christmas and New Year"),
    ("P7", "acceptance", "proposed", "2026-05-26 09:00", "2026-05-26 08:59", "before"),
    ("P8", "carer-notice", "national", "2027-02-08 10:00", "2026-12-28 17:00", "six weeks back, on a bank holiday"),
    ("P8", "running-notice", "national", "2026-10-24 10:00", "2026-10-26 09:00", "clocks go back"),
    ("P8", "first-visit", "national", "2026-04-02 10:00", "2026-04-15 17:00", "Easter"),
    ("P8", "next-visit", "national", "2026-07-20 10:00", "2026-08-31 17:00", "six weeks stand, on a bank holiday"),
    ("P8", "later-visit", "national", "2026-10-05 10:00", "2026-12-28 17:00", "twelve weeks stand, on a bank holiday"),
    ("P9", "responsible", "to-21", "2008-02-29 00:00", "2029-02-28 23:59", "born on a leap day"),
    ("P9", "responsible", "to-25", "2001-06-15 00:00", "2026-06-14 23:59", "the eve of the birthday"),
    ("P10", "keep", "national", "2026-02-28 10:00", "2126-02-28 23:59", "a hundred years"),
    ("P10", "support", "national", "2028-02-29 10:00", "2031-02-28 23:59", "from a leap day"),
    ("P11", "caretaking", "three-months", "2026-11-30 10:00", "2027-02-28 23:59", "February has no 30th"),
    ("P12", "urgent-answer", "proposed", "2026-12-25 16:30", "2026-12-25 18:30", "hours run at Christmas"),
    ("P12", "s47-answer", "proposed", "2026-12-24 09:00", "2026-12-29 17:00", "Christmas"),
    ("P12", "court-answer", "proposed", "2026-12-24 09:00", "2027-01-05 17:00", "Christmas and New Year"),
    ("P12", "approval-answer", "proposed", "2026-12-24 09:00", "2027-01-12 17:00", "Christmas and New Year"),
    # The acknowledgement ladder: P1 at the pace of protection, P3 of need, P5 of everything else, P6 urgent.
    ("P1", "A1", "proposed", "2026-12-25 10:00", "2026-12-25 10:01", "a machine knows no holiday"),
    ("P3", "A1", "proposed", "2026-06-05 10:00", "2026-06-05 10:01", "a machine"),
    ("P5", "A1", "proposed", "2026-06-05 10:00", "2026-06-05 10:01", "a machine"),
    ("P6", "A1", "proposed", "2026-06-05 10:00", "2026-06-05 10:01", "a machine"),
    ("P1", "A2", "proposed", "2026-06-05 16:59", "2026-06-05 17:00", "a Friday afternoon"),
    ("P1", "A2", "proposed", "2026-06-05 17:00", "2026-06-08 17:00", "the office has closed"),
    ("P3", "A2", "proposed", "2026-06-05 10:00", "2026-06-08 17:00", "over a weekend"),
    ("P5", "A2", "proposed", "2026-04-02 10:00", "2026-04-07 17:00", "Easter"),
    ("P6", "A2", "proposed", "2026-04-04 23:30", "2026-04-05 00:30", "hours run at Easter"),
    ("P1", "A3", "proposed", "2026-04-02 17:01", "2026-04-07 17:00", "Easter"),
    ("P3", "A3", "proposed", "2026-05-01 10:00", "2026-05-05 17:00", "the bank holiday of May"),
    ("P5", "A3", "proposed", "2026-05-01 10:00", "2026-05-05 17:00", "the bank holiday of May"),
    ("P6", "A3", "proposed", "2026-05-01 10:00", "2026-05-01 11:00", "hours"),
    ("P1", "A4", "proposed", "2026-12-24 10:00", "2026-12-30 17:00", "Christmas"),
    ("P3", "A4", "proposed", "2026-12-24 10:00", "2027-01-05 17:00", "Christmas and New Year"),
)  # fmt: skip


def at(text: str) -> datetime:
    return datetime.fromisoformat(text).replace(tzinfo=LONDON)


@pytest.mark.parametrize(("process", "clock", "variant", "start", "last", "why"), CASES)
def test_the_last_moment_is_in_time_and_the_next_is_late(
    process: str, clock: str, variant: str, start: str, last: str, why: str
) -> None:
    found = due(process, clock, at(start), variant)
    assert found.at.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") == last, why
    assert (found.rule, found.started) == (f"{process}.{clock}.{variant}@1", at(start))
    now = found.at + timedelta(days=3)
    assert standing(found, found.at, now) is Standing.DONE
    assert standing(found, found.at + SECOND, now) is Standing.DONE_LATE
    assert standing(found, None, found.at) is Standing.AT_RISK
    assert standing(found, None, found.at + SECOND) is Standing.LATE


def test_every_rule_of_every_clock_has_its_boundary_here() -> None:
    shown = {case[:3] for case in CASES}
    own = {
        (process.code, clock.name, rule.variant)
        for process in PROCESSES.values()
        for clock in process.own_clocks
        for rule in clock.rules
    }
    assert own - shown == set()
    ladder = {
        (process.pace, clock.name)
        for process in PROCESSES.values()
        for clock in process.clocks[len(process.own_clocks) :]
    }
    assert ladder == {(PROCESSES[process].pace, clock) for process, clock, *_ in CASES if clock.startswith("A")}
