"""Due dates beside each other, how they stand, and what has no due date."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from schemas.errors import Misconfigured
from schemas.processes.clocks import Event, Rule
from schemas.processes.deadlines import Standing, compared, due, standing
from schemas.processes.registry import PROCESSES
from schemas.processes.sources import Basis, local
from schemas.processes.spans import LONDON, WorkingDays

NOTIFIED = datetime(2026, 6, 1, 10, tzinfo=LONDON)
PACK = NOTIFIED + timedelta(days=3)
ACCEPTED = NOTIFIED + timedelta(days=7)


def test_a_due_date_names_its_rule_its_start_and_its_source() -> None:
    found = due("P1", "conference", NOTIFIED)
    assert found.rule == "P1.conference.national@1"
    assert (found.start, found.started) == (Event.NOTIFIED, NOTIFIED)
    assert found.source.title == "Working Together to Safeguard Children 2023"
    assert found.at == datetime(2026, 6, 22, 16, tzinfo=UTC)
    assert found.at.utcoffset() == timedelta()


def test_national_and_local_rules_stand_beside_each_other_the_strictest_first() -> None:
    events = {Event.NOTIFIED: NOTIFIED, Event.PACK_COMPLETE: PACK, Event.ANSWERED: ACCEPTED}
    found = compared("P1", "conference", events)
    assert [(item.rule.split(".")[2], item.at.date()) for item in found.dues] == [
        ("national@1", date(2026, 6, 22)),
        ("bolton@1", date(2026, 6, 22)),
        ("norfolk@1", date(2026, 6, 25)),
        ("tees@1", date(2026, 6, 29)),
    ]
    assert found.waiting == ()
    assert found.strictest is found.dues[0]


def test_a_rule_whose_start_has_not_happened_waits() -> None:
    found = compared("P1", "conference", {Event.NOTIFIED: NOTIFIED}, variants=("norfolk",))
    assert [item.rule for item in found.dues] == ["P1.conference.national@1"]
    assert [(rule.variant, rule.start) for rule in found.waiting] == [("norfolk", Event.PACK_COMPLETE)]


def test_a_local_rule_may_be_the_strictest() -> None:
    friday = datetime(2026, 12, 25, 10, 30, tzinfo=LONDON)
    found = compared("P1", "notify", {Event.AWARE: friday})
    assert [item.rule for item in found.dues] == ["P1.notify.unplanned-24h@1", "P1.notify.national@1"]


def test_an_authority_adds_its_own_rule() -> None:
    own = Rule("riverside", Event.NOTIFIED, WorkingDays(10), local("Riverside procedures"), version=3)
    found = compared("P1", "conference", {Event.NOTIFIED: NOTIFIED}, variants=(), own=(own,))
    assert [item.rule for item in found.dues] == ["P1.conference.riverside@3", "P1.conference.national@1"]
    assert found.strictest is not None
    assert found.strictest.source.basis is Basis.LOCAL


def test_an_own_rule_counts_from_its_day_of_validity_to_before_its_end() -> None:
    def on(day: int) -> int:
        rule = Rule(
            "riverside",
            Event.NOTIFIED,
            WorkingDays(10),
            local("Riverside procedures"),
            since=date(2026, 6, 2),
            until=date(2026, 6, 4),
        )
        return len(
            compared("P1", "conference", {Event.NOTIFIED: NOTIFIED.replace(day=day)}, variants=(), own=(rule,)).dues
        )

    assert [on(day) for day in (1, 2, 3, 4)] == [1, 2, 2, 1]


def test_no_clock_runs_before_anything_happened() -> None:
    found = compared("P1", "conference", {})
    assert (found.dues, found.strictest, len(found.waiting)) == ((), None, 4)


def test_the_receiving_office_says_when_it_closes() -> None:
    assert due("P1", "conference", NOTIFIED, closes=time(16, 30)).at == datetime(2026, 6, 22, 15, 30, tzinfo=UTC)


@pytest.mark.parametrize(
    ("process", "clock", "start", "at_risk"),
    [
        ("P1", "conference", "2026-12-14 09:00", "2027-01-05 17:00"),  # fifteen working days: the last two
        ("P12", "urgent-answer", "2026-06-01 10:00", "2026-06-01 11:30"),  # two hours: the last quarter
        ("P5", "notice", "2026-06-08 10:00", "2026-06-04 09:59"),  # before a start: the two working days before
        ("P10", "keep", "2026-06-01 10:00", "2126-05-30 23:59"),  # a hundred years: not twenty-five of them
    ],
)
def test_at_risk_begins_in_the_last_quarter_and_lasts_two_working_days_at_most(
    process: str, clock: str, start: str, at_risk: str
) -> None:
    found = due(process, clock, datetime.fromisoformat(start).replace(tzinfo=LONDON))
    assert found.at_risk.astimezone(LONDON).strftime("%Y-%m-%d %H:%M") == at_risk
    assert standing(found, None, found.at_risk - timedelta(seconds=1)) is Standing.OPEN
    assert standing(found, None, found.at_risk) is Standing.AT_RISK


def test_what_is_done_stays_done_whenever_it_is_asked() -> None:
    found = due("P1", "conference", NOTIFIED)
    assert standing(found, NOTIFIED, found.at + timedelta(days=900)) is Standing.DONE


def test_an_unknown_name_is_refused_with_what_there_is() -> None:
    with pytest.raises(Misconfigured, match=r"^There is no process P99\.$") as missing:
        due("P99", "conference", NOTIFIED)
    assert missing.value.hint.startswith("The processes are P1, P2, ")
    with pytest.raises(Misconfigured, match=r"^The process P1 has no clock review\.$") as missing:
        due("P1", "review", NOTIFIED)
    assert missing.value.hint == "It has notify, conference, A1, A2, A3, A4."
    with pytest.raises(Misconfigured, match=r"^The clock conference has no variant kent\.$") as missing:
        due("P1", "conference", NOTIFIED, "kent")
    assert missing.value.hint == "It has national, norfolk, bolton, tees."
    with pytest.raises(Misconfigured, match=r"^The clock temporary has no national rule\.$") as missing:
        due("P2", "temporary", NOTIFIED)
    assert missing.value.hint == "Name a local one: under-15-days, wales."


def test_where_there_is_no_national_rule_our_default_says_that_it_is_one() -> None:
    found = due("P3", "handover", NOTIFIED)
    assert (found.rule, found.source.basis) == ("P3.handover.proposed@1", Basis.PROPOSAL)
    own = compared("P3", "notify", {Event.AWARE: NOTIFIED}, variants=())
    assert [item.rule for item in own.dues] == ["P3.notify.proposed@1"]


def test_a_rule_is_not_used_before_it_is_in_force() -> None:
    with pytest.raises(Misconfigured, match=r"^The rule P7\.transfer\.national@1 is not in force on 2025-05-31\.$"):
        due("P7", "transfer", datetime(2025, 5, 31, 23, 59, tzinfo=LONDON))
    assert due("P7", "transfer", datetime(2025, 6, 1, tzinfo=LONDON)).at.date() == date(2025, 6, 13)


def test_a_time_without_a_zone_is_refused() -> None:
    with pytest.raises(ValueError, match=r"^A time needs its zone\.$"):
        due("P6", "report", datetime(2026, 6, 1, 10))  # noqa: DTZ001  # that is the fault


def test_working_days_beyond_the_known_bank_holidays_are_refused() -> None:
    with pytest.raises(Misconfigured, match=r"^Working days are known from 2010 to 2035 only\.$"):
        due("P1", "conference", datetime(2035, 12, 20, tzinfo=LONDON))


RULES = [
    (process.code, clock.name, rule.variant)
    for process in PROCESSES.values()
    for clock in process.clocks
    for rule in clock.rules
]


@settings(deadline=None)
@given(
    st.sampled_from(RULES),
    st.datetimes(datetime(2026, 1, 1), datetime(2034, 1, 1), timezones=st.just(UTC)),  # noqa: DTZ001  # hypothesis asks it
    st.timedeltas(timedelta(), timedelta(days=60)),
)
def test_a_later_start_is_never_due_sooner_and_standing_never_goes_back(
    rule: tuple[str, str, str], start: datetime, later: timedelta
) -> None:
    process, clock, variant = rule
    first, second = due(process, clock, start, variant), due(process, clock, start + later, variant)
    assert first.at <= second.at
    assert first.at_risk <= first.at
    order = [Standing.OPEN, Standing.AT_RISK, Standing.LATE]
    seen = [order.index(standing(first, None, moment)) for moment in (start, start + later)]
    assert seen == sorted(seen)
