"""The weekly check of a return: when it is due, from what it is made, and what a person is told."""

from __future__ import annotations

import io
import json
import secrets
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import select

from adapters.ssd.demo.write import write_demo
from census_files import child, message
from gateway.actor import Actor
from gateway.alerts.listing import open_alerts
from gateway.audit.entry import Role
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.schedule import JOBS
from gateway.reports.formats import Format
from gateway.retention.rules import CHECKED, DRAFTED, LOGS
from gateway.returns import adding, book, watches, weekly
from gateway.returns.adding import Content, Owner
from gateway.returns.book import About
from gateway.returns.watches import Source
from gateway.returns.weekly import WEEK, Plan, configured, due_next
from gateway.store.engine import reading
from gateway.store.errors import NotAllowed
from gateway.store.models import PendingEvent
from gateway.store.store import Store
from itp_exchange import BEN
from operator_rig import Rig, rig
from schemas.errors import Misconfigured, Transient

CENSUS = About("cin", 2026, "999")
CLEAN = message(child())
WRONG = CLEAN.replace("WBRI", "XXXX")
NAMES = {"ICS_GATEWAY_RETURNS_WEEKLY": CENSUS.name}


@pytest.fixture
def here(sqlite_store: Store, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Rig:
    for name, value in NAMES.items():
        monkeypatch.setenv(name, value)
    return rig(sqlite_store, tmp_path)


def add(here: Rig, content: str) -> None:
    officer = Actor(BEN.organisation, Role.DATA_STEWARD, "11111111-1111-4111-8111-111111111111")
    given = (Content(io.BytesIO(content.encode()), "xml"), here.clock(), secrets.token_bytes)
    adding.add(here.desk.store, officer, CENSUS, "001", *given, owner=Owner())


def look(here: Rig) -> list[str]:
    """Do the job, and list the alerts that are open after it."""
    weekly.look(here.desk.exchange)
    return [alert.code.value for alert in open_alerts(here.desk.engine)]


def after_a_week(here: Rig) -> None:
    here.clock.forward(WEEK.total_seconds())


class TestWhen:
    @pytest.mark.parametrize(
        ("now", "due"),
        [
            (datetime(2026, 11, 30, 5, 59, tzinfo=UTC), datetime(2026, 11, 23, 6, tzinfo=UTC)),
            (datetime(2026, 11, 30, 6, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)),
            (datetime(2026, 12, 6, 23, tzinfo=UTC), datetime(2026, 11, 30, 6, tzinfo=UTC)),
            (datetime(2026, 6, 1, 5, tzinfo=UTC), datetime(2026, 6, 1, 5, tzinfo=UTC)),
            (datetime(2026, 6, 1, 4, 59, tzinfo=UTC), datetime(2026, 5, 25, 5, tzinfo=UTC)),
        ],
    )
    def test_it_is_due_on_its_day_at_its_time_in_england(self, now: datetime, due: datetime) -> None:
        plan = configured(NAMES)
        assert plan is not None
        assert plan.last_due(now) == due

    def test_the_next_is_a_week_after_the_last_summer_time_or_not(self, here: Rig) -> None:
        assert due_next(datetime(2026, 3, 23, 6, tzinfo=UTC)) == datetime(2026, 3, 30, 5, tzinfo=UTC)
        (job,) = [job for job in JOBS if job.name == "weekly-check"]
        assert (job.due, job.heavy) == (due_next, True)
        assert here.desk.now() < (due_next(here.desk.now()) or here.desk.now())

    @pytest.mark.parametrize(
        ("name", "value", "words"),
        [
            ("RETURNS_WEEKLY", "census", "has a name that is none"),
            ("RETURNS_WEEKLY_AT", "someday 06:00", "is no day and time"),
            ("RETURNS_WEEKLY_AT", "monday", "is no day and time"),
        ],
    )
    def test_a_wrong_setting_is_named(self, name: str, value: str, words: str) -> None:
        with pytest.raises(Misconfigured, match=words):
            configured({**NAMES, f"ICS_GATEWAY_{name}": value})

    def test_without_the_setting_nothing_is_checked(self, here: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.delenv("ICS_GATEWAY_RETURNS_WEEKLY")
        assert (configured({}), due_next(here.clock()), weekly.look(here.desk.exchange)) == (None, None, 0)


class TestLooking:
    def test_a_person_is_told_when_errors_rise_and_not_again_once_they_fell(self, here: Rig) -> None:
        add(here, CLEAN)
        assert look(here) == []
        assert weekly.look(here.desk.exchange) == 0, "once a week"
        after_a_week(here)
        add(here, WRONG)
        assert look(here) == ["return-errors-rose"]
        after_a_week(here)
        add(here, CLEAN)
        assert look(here) == []
        found = watches.listed(here.desk.store)
        assert [(each.errors, each.source) for each in found] == [
            (0, Source.DRAFT),
            (2, Source.DRAFT),
            (0, Source.DRAFT),
        ]
        assert found[0].due - found[1].due == WEEK
        with reading(here.desk.engine) as connection:
            events = [json.loads(row) for row in connection.execute(select(PendingEvent.event)).scalars()]
        checked = [(event["role"], event["count"]) for event in events if event["action"] == "validate"]
        assert checked == [("gateway", 0), ("gateway", 2), ("gateway", 0)]
        assert b'"errors": 0' in watches.report(here.desk.store, CENSUS, Format.JSON)

    def test_one_that_cannot_be_made_says_why_and_the_next_closes_the_alert(self, here: Rig) -> None:
        assert look(here) == ["return-not-checked"]
        (failed,) = watches.listed(here.desk.store)
        assert failed.reason == "There is no file of this return. Add one, or set ICS_GATEWAY_SSD_SOURCE."
        with pytest.raises(NotAllowed, match="no weekly check yet"):
            watches.report(here.desk.store, CENSUS, Format.JSON)
        after_a_week(here)
        add(here, WRONG)
        assert look(here) == [], "the first count is no rise"

    def test_what_is_away_is_told_and_tried_again(self, here: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        def away(_exchange: Exchange, _about: About) -> None:
            raise Transient("The database is away.")

        add(here, CLEAN)
        with monkeypatch.context() as patched:
            patched.setattr("gateway.returns.so_far.draft", away)
            assert look(here) == ["return-not-checked"]
        assert watches.listed(here.desk.store) == ()
        assert look(here) == []

    def test_each_is_built_from_the_dataset_and_nothing_of_it_is_left(
        self, here: Rig, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        place = f"sqlite:///{tmp_path / 'ssd.sqlite'}"
        write_demo(place, year=2026, children=12, seed=1)
        monkeypatch.setenv("ICS_GATEWAY_SSD_SOURCE", place)
        monkeypatch.setenv("ICS_GATEWAY_RETURNS_WEEKLY", f"{CENSUS.name}, ssda903-2026-999")
        assert look(here) == []
        census, looked_after = watches.listed(here.desk.store)
        assert (census.source, census.errors, census.queries, census.reason) == (Source.DATASET, 0, 1, "")
        assert (looked_after.source, looked_after.errors, looked_after.reason) == (Source.DATASET, 0, "")
        assert list(here.desk.exchange.inbox.iterdir()) == []

    def test_two_at_once_count_once(self, here: Rig) -> None:
        add(here, CLEAN)
        look(here)
        (found,) = watches.listed(here.desk.store)
        watches.keep_failure(here.desk.store, CENSUS, found.due, here.clock(), Source.DRAFT, "Late.")
        assert watches.listed(here.desk.store) == (found,)

    def test_reports_and_counts_go_when_their_time_has_come(self, here: Rig) -> None:
        add(here, CLEAN)
        look(here)
        made = here.clock()
        watches.clear(here.desk.store, made + CHECKED - timedelta(seconds=1))
        assert watches.report(here.desk.store, CENSUS, Format.HTML)
        watches.clear(here.desk.store, made + CHECKED)
        with pytest.raises(NotAllowed):
            watches.report(here.desk.store, CENSUS, Format.HTML)
        assert len(watches.listed(here.desk.store)) == 1
        watches.clear(here.desk.store, made + LOGS)
        assert watches.listed(here.desk.store) == ()


def test_the_job_that_retains_deletes_drafts_and_reports_past_their_time(here: Rig) -> None:
    add(here, CLEAN)
    look(here)
    here.clock.forward(DRAFTED.total_seconds())
    next(job.do for job in JOBS if job.name == "retain")(here.desk.exchange, "worker")
    assert watches.listed(here.desk.store) == ()
    assert book.newest(here.desk.store, book.find(here.desk.store, CENSUS.name).id).purged == here.clock()


def test_a_plan_says_all() -> None:
    told = {**NAMES, "ICS_GATEWAY_RETURNS_WEEKLY_AT": "Friday 18:30", "ICS_GATEWAY_SSD_SOURCE": "folder"}
    plan = configured(told)
    assert plan is not None
    assert (plan.day, plan.at.isoformat(), plan.source) == (4, "18:30:00", "folder")
    assert plan == Plan((CENSUS,), plan.day, plan.at, "folder")
