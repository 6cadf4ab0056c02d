"""The feed against the stand-in: whatever happens on the way, it ends with exactly the source's state."""

from __future__ import annotations

import os
import threading
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select

from csc_rig import STAFF, US, Rig, settled
from csc_source import DAY, child, everyday, population
from gateway.actor import Actor
from gateway.alerts.listing import open_alerts
from gateway.audit.entry import Role, read_event
from gateway.csc_feed import consent, runs
from gateway.csc_feed.runs import End
from gateway.csc_feed.stand_in.receiver import Fault, Rules
from gateway.csc_feed.standing import State
from gateway.csc_feed.status import history, standing, waiting
from gateway.store.engine import reading
from gateway.store.models import Document, PendingEvent
from gateway.store.store import Store
from schemas.csc_api.changes import Kind
from schemas.errors import Held, Rejected
from store_builder import NOW


@pytest.fixture
def rig(sqlite_store: Store) -> Rig:
    return Rig(sqlite_store, population(30))


def outcome(report: Any) -> tuple[End, str]:
    return report.run.outcome, report.run.reason


def kinds(report: Any) -> dict[str, Kind]:
    return {planned.child: planned.update.kind for planned in report.plan.to_send}


def alerts(rig: Rig) -> list[str]:
    return [alert.code.value for alert in open_alerts(rig.store.engine)]


def test_a_full_load_and_a_day_of_changes_on_both_databases(store: Store) -> None:
    rig = Rig(store, population(30))
    first = rig.send()
    assert (first.run.counts.accepted, set(kinds(first).values())) == (30, {Kind.FULL})
    assert rig.exact()
    everyday(rig.source, 1)
    second = rig.send()
    assert kinds(second) == {
        "C-1001": Kind.FULL,
        "C-6": Kind.DELTA,
        "C-5": Kind.DELTA,
        "C-8": Kind.DELTA,
        "C-7": Kind.REMOVAL,
    }
    assert (second.run.counts.accepted, second.run.counts.removed, second.run.counts.unchanged) == (5, 1, 26)
    assert rig.exact()
    third = rig.send()
    assert third.run.counts.sent == 0
    assert len(rig.receiver.stored) == 35


def test_every_kind_of_trouble_on_the_way_ends_in_the_state_of_the_source(rig: Rig) -> None:
    rig.send(Fault.NONE, Fault.THROTTLE, Fault.DROP, Fault.EXPIRE, Fault.SHORT)
    assert rig.exact()
    for seed in (1, 2, 3):
        everyday(rig.source, seed)
        rig.send(Fault.STORED_OUTAGE, Fault.DROP_FIRST, Fault.OUTAGE)
        assert rig.send().run.outcome is End.DONE
        assert rig.exact()


def test_a_record_whose_fate_is_unknown_goes_again_alone_and_in_full_and_with_what_may_be_there_purged(
    rig: Rig,
) -> None:
    rig.send()
    rig.source.put("cin_plans", "P-new", person="C-2", referral="E-2", start_date=date(2026, 1, 5))
    lost = rig.send(Fault.DROP, Fault.DROP_FIRST, Fault.OUTAGE)
    assert (lost.run.counts.unknown, lost.run.counts.accepted) == (1, 0)
    assert "P-new" in rig.receiver.held["C-2"].text, "it was stored the first time"
    rig.source.drop("cin_plans", "P-new")
    again = rig.send()
    (planned,) = again.plan.to_send if again.plan else ()
    assert (planned.alone, planned.update.kind) == (True, Kind.FULL)
    assert '{"child_in_need_plan_id":"P-new","purge":true}' in planned.update.text
    assert rig.exact()


def test_a_child_who_may_be_held_and_leaves_is_removed(rig: Rig) -> None:
    rig.send()
    child(rig.source, 99)
    rig.send(Fault.DROP, Fault.OUTAGE, Fault.OUTAGE)
    rig.source.drop_child(99)
    assert kinds(rig.send()) == {"C-99": Kind.REMOVAL}
    assert rig.exact()


def test_an_outage_stops_the_run_and_the_next_one_finishes_it(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(50))
    report = rig.send(Fault.NONE, *[Fault.OUTAGE] * 9)
    assert outcome(report) == (End.STOPPED, "away")
    assert (report.run.counts.accepted, report.run.counts.unknown, report.run.counts.sent) == (10, 30, 40)
    assert alerts(rig) == ["feed-stopped"]
    assert rig.send().run.counts.accepted == 40
    assert rig.exact()
    assert alerts(rig) == []


def test_throttling_is_waited_for_and_slows_the_rest_of_the_run(rig: Rig) -> None:
    rig.send(Fault.NONE, Fault.THROTTLE)
    assert rig.exact()
    assert rig.clock.slept == pytest.approx([0.425, 2.0, 0.825, 0.825])


def test_a_record_that_is_refused_waits_until_its_data_changes_and_the_others_go(rig: Rig) -> None:
    rig.source.put("person", "C-3", ethnicity="WBRI", forename="x" * 200)
    report = rig.send()
    assert (report.run.counts.invalid, report.run.counts.accepted) == (1, 29)
    (waits,) = waiting(rig.store, rig.settled)
    assert (waits.child, waits.state, waits.reason) == ("C-3", State.INVALID, "CSC03")
    rig.source.put("person", "C-3", forename="Short")
    assert rig.send().run.counts.accepted == 1
    assert rig.exact()
    assert waiting(rig.store, rig.settled) == ()


@pytest.mark.parametrize("cites", [True, False])
def test_what_only_dfe_refuses_is_parked_with_its_message_and_the_others_go(
    rig: Rig, cites: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    rig.receiver.rules = Rules("846", cites=cites)
    picky = "gateway.csc_feed.stand_in.receiver.form_problems"
    monkeypatch.setattr(picky, lambda record: ("no",) if record["child_details"].get("first_name") == "Given7" else ())
    report = rig.send()
    assert (report.run.counts.accepted, report.run.counts.refused) == (29, 1)
    (waits,) = waiting(rig.store, rig.settled)
    assert (waits.child, waits.state, waits.reason) == ("C-7", State.REFUSED, "refused")
    (sent,) = history(rig.store, rig.settled, "C-7")
    assert (sent.status, "validation errors" in sent.message) == (400, True)
    assert rig.send().run.counts.sent == 0, "unchanged, it is not sent again"
    assert rig.send(parked=True).run.counts.sent == 1
    rig.source.put("person", "C-7", forename="Other")
    assert rig.send().run.counts.accepted == 1
    assert rig.exact()


def test_too_many_children_with_faults_raise_an_alert_that_closes(rig: Rig) -> None:
    for number in (1, 2, 3):
        rig.source.put("person", f"C-{number}", upn=None)
    rig.send()
    assert alerts(rig) == ["feed-faults"]
    for number in (1, 2, 3):
        rig.source.put("person", f"C-{number}", upn_unknown="UN1")
    rig.send()
    assert alerts(rig) == []
    assert rig.exact()


def test_faults_that_rise_raise_an_alert_although_they_are_few(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(40), settled=settled(most_refused=50))
    rig.source.put("person", "C-1", upn=None)
    for last, told in ((1, []), (10, []), (20, ["feed-faults"]), (20, [])):
        for number in range(1, last + 1):
            rig.source.put("person", f"C-{number}", upn=None)
        rig.send()
        assert alerts(rig) == told


def test_a_source_that_was_not_loaded_whole_removes_nothing_until_a_person_allows_it(rig: Rig) -> None:
    rig.send()
    held = dict(rig.receiver.held)
    for number in range(1, 13):
        rig.source.drop_child(number)
    report = rig.send()
    assert outcome(report) == (End.STOPPED, "held")
    assert report.hint.startswith("Something of 12 children would be removed at DfE, of 30 who are held.")
    assert rig.receiver.held == held
    rig.send(allow_removals=True)
    assert rig.exact()


def test_children_who_return_unchanged_are_sent_again(rig: Rig) -> None:
    rig.send()
    rig.source.drop_child(5)
    rig.send()
    assert "C-5" not in rig.receiver.held
    child(rig.source, 5)
    assert kinds(rig.send()) == {"C-5": Kind.FULL}
    assert rig.exact()


LATER = date(2027, 6, 1)
MUCH_LATER = date(2028, 6, 1)


def test_what_only_grew_old_is_not_removed(rig: Rig) -> None:
    rig.send()
    rig.source.put("cin_plans", "P-1", start_date=date(2023, 5, 1), end_date=date(2024, 4, 1))
    rig.send()
    assert '"P-1"' in rig.receiver.held["C-1"].text
    rig.clock.now += timedelta(days=365)
    rig.send(day=LATER)
    assert '"P-1"' not in rig.source.records(LATER)["C-1"].text
    assert '"P-1"' in rig.receiver.held["C-1"].text
    rig.source.drop("cin_plans", "P-1")
    rig.source.put("person", "C-1", surname="Changed")
    rig.send(day=LATER)
    assert '"P-1"' not in rig.receiver.held["C-1"].text, "it left the source"


def test_of_a_child_who_is_too_old_to_be_sent_what_leaves_the_source_is_removed(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(6))
    rig.send()
    rig.source.put("cin_episodes", "E-1", close_date=date(2025, 3, 1))
    rig.source.put("cin_episodes", "E-3", close_date=date(2025, 6, 1))
    rig.source.put("cp_plans", "CP-3", end_date=date(2025, 6, 1))
    rig.send()
    held = rig.receiver.held["C-1"]
    assert rig.send(day=MUCH_LATER).run.counts.sent == 0
    assert not {"C-1", "C-3"} & rig.source.records(MUCH_LATER).keys()
    assert rig.receiver.held["C-1"] == held
    rig.source.drop("cin_plans", "P-1")
    assert kinds(rig.send(day=MUCH_LATER)) == {"C-1": Kind.DELTA}
    assert '"P-1"' not in rig.receiver.held["C-1"].text
    for table, name in (("cin_episodes", "E-1"), ("cin_assessments", "A-1")):
        rig.source.drop(table, name)
    assert kinds(rig.send(day=MUCH_LATER)) == {"C-1": Kind.REMOVAL}, "the person stays, and has no episode any more"
    assert "C-1" not in rig.receiver.held
    assert rig.send(day=MUCH_LATER).run.counts.sent == 0


def test_what_grew_old_is_removed_where_that_is_chosen(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(6), settled=settled(purge_aged=True))
    rig.send()
    rig.source.put("cin_episodes", "E-2", close_date=date(2025, 3, 1))
    rig.send()
    assert "C-2" not in rig.source.records(MUCH_LATER)
    rig.send(day=MUCH_LATER)
    assert "C-2" not in rig.receiver.held
    assert rig.exact(MUCH_LATER)


def test_ids_that_the_source_issues_anew_are_no_change(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(12), settled=settled(unstable_ids=["child_and_family_assessments"]))
    rig.send()
    held = dict(rig.receiver.held)
    for number in range(1, 13):
        row = rig.source.rows["cin_assessments"].pop(f"A-{number}")
        rig.source.put("cin_assessments", f"N-{number}", **{**row, "id": f"N-{number}"})
        rig.source.put("assessment_factors", f"F-{number}", assessment=f"N-{number}")
    assert rig.send().run.counts.sent == 0
    rig.source.put("cin_assessments", "N-4", authorised_date=date(2025, 2, 11))
    rig.send()
    assert '"A-4"' in rig.receiver.held["C-4"].text
    assert {name for name, record in rig.receiver.held.items() if record != held[name]} == {"C-4"}


def test_the_first_phase_sends_every_child_every_day_and_names_what_vanished(sqlite_store: Store) -> None:
    for replaces in (True, False):
        rig = Rig(
            sqlite_store, population(12), Rules("846", replaces=replaces), settled(mode="full"), consented=replaces
        )
        rig.send()
        everyday(rig.source, 1)
        report = rig.send(day=DAY + timedelta(days=1))
        assert len(kinds(report)) == 13
        assert rig.exact(DAY + timedelta(days=1))
        for number in rig.source.rows["person"].copy():
            rig.source.drop_child(int(number[2:]))
        rig.send(allow_removals=True, day=DAY + timedelta(days=2))
        assert rig.receiver.held == {}


def test_nothing_leaves_without_consent_and_consent_is_for_one_place(sqlite_store: Store) -> None:
    rig = Rig(sqlite_store, population(3), consented=False)
    with pytest.raises(Held) as caught:
        rig.send()
    assert caught.value.message == "Nobody has let the feed go to test at this address."
    somebody = Actor(US, Role.MANAGER, STAFF)
    with pytest.raises(Rejected) as nobody:
        consent.give(rig.store.engine, rig.settled, Actor(US, Role.MANAGER), rig.clock())
    assert nobody.value.message == "Somebody must stand behind it."
    consent.give(rig.store.engine, rig.settled, somebody, rig.clock())
    assert rig.send().run.counts.accepted == 3
    rig.settled = settled(authority="209")
    with pytest.raises(Held):
        rig.send()
    rig.settled = settled()
    consent.withdraw(rig.store.engine, rig.settled, somebody, rig.clock())
    with pytest.raises(Held):
        rig.send()
    with reading(rig.store.engine) as connection:
        actions = [read_event(event).action.value for event in connection.execute(select(PendingEvent.event)).scalars()]
    assert actions == ["feed-consent", "feed-send", "feed-consent"]


def test_no_log_and_no_address_tells_of_a_child(rig: Rig, caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level("DEBUG")
    rig.source.put("person", "C-2", surname="Zebedee")
    rig.source.put("person", "C-3", surname="Zebedee" * 30)
    rig.send(Fault.DROP, Fault.OUTAGE, Fault.EXPIRE, Fault.SHORT, Fault.FORBID)
    rig.source.drop_child(5)
    rig.send(Fault.STORED_OUTAGE)
    said = "\n".join(f"{record.getMessage()} {vars(record)}" for record in caplog.records)
    assert "feed-ended" in said
    for secret in ("Zebedee", "C-2", "C-3", "C-5", "stand-in-secret", "stand-in-key"):
        assert secret not in said


def test_a_dry_run_sends_nothing_and_changes_nothing(rig: Rig) -> None:
    report = rig.send(dry=True)
    assert len(kinds(report)) == 30
    assert (rig.receiver.calls, standing(rig.store, rig.settled).children) == ([], {})
    assert rig.send().run.counts.accepted == 30


def test_a_run_waits_for_nobody_while_another_works(rig: Rig) -> None:
    begun = runs.begin(rig.store.engine, "test", DAY, runs.Kind.SEND, rig.clock())
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(os, "getpid", lambda: 1)
        with pytest.raises(Held) as caught:
            rig.send()
        assert caught.value.message == "A run of the feed is under way."
        rig.clock.now += timedelta(minutes=11)
        assert rig.send().run.id == begun.id, "its lease is over: it is gone on with"
    assert rig.exact()


def test_a_run_that_died_is_gone_on_with_and_keeps_what_it_counted(rig: Rig) -> None:
    begun = runs.begin(rig.store.engine, "test", DAY, runs.Kind.SEND, rig.clock())
    runs.renew(rig.store.engine, begun.id, runs.Counts(sent=9, accepted=7, refused=2), rig.clock())
    report = rig.send()
    assert (report.run.id, report.run.counts.accepted, report.run.counts.refused) == (begun.id, 37, 0)
    assert rig.send().run.id != begun.id


def test_of_two_processes_that_begin_at_once_one_runs(store: Store) -> None:
    start = threading.Barrier(3)
    begun: list[str] = []

    def work() -> None:
        start.wait()
        try:
            begun.append(str(runs.begin(store.engine, "test", DAY, runs.Kind.SEND, NOW).id))
        except Held as held:
            begun.append(held.message)

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(runs, "_lives", lambda _: True)
        threads = [threading.Thread(target=work) for _ in range(3)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    assert sorted(begun) == ["1", "A run of the feed is under way.", "A run of the feed is under way."]


@pytest.mark.parametrize(
    ("change", "reason", "calls"),
    [
        ({"authority": "209"}, "status-403", [403] * 9),
        ({"environments": "path"}, "status-404", [404]),
        ({"environments": "key"}, "status-403", [403] * 9),
        ({"environments": "secret"}, "misconfigured", []),
    ],
    ids=["authority", "path", "key", "secret"],
)
def test_a_wrong_configuration_stops_the_run_and_blames_no_child(
    sqlite_store: Store, change: dict[str, Any], reason: str, calls: list[int]
) -> None:
    wrong = settled().environments["test"].model_dump()
    if change.get("environments") == "path":
        wrong["address"] = "http://localhost/other/1"
    if change.get("environments") == "key":
        wrong["keys"] = ["env:SECRET"]
    if change.get("environments") == "secret":
        wrong["secrets"] = ["env:KEY"]
    values = {**change, "environments": {"test": wrong}}
    rig = Rig(sqlite_store, population(30), settled=settled(**values))
    report = rig.send()
    assert outcome(report) == (End.STOPPED, reason)
    assert rig.receiver.calls == calls[: len(rig.receiver.calls)]
    assert set(standing(rig.store, rig.settled).children) == {State.NOT_SENT}
    rig.settled = settled()
    if "authority" in change or reason == "status-404":
        consent.give(rig.store.engine, rig.settled, Actor(US, Role.MANAGER, STAFF), rig.clock())
    rig.send()
    assert rig.exact()


def test_what_was_sent_is_kept_encrypted_and_pruned_once_it_is_superseded(rig: Rig) -> None:
    rig.send()
    rig.source.put("person", "C-2", surname="Zebedee")
    rig.send()
    with reading(rig.store.engine) as connection:
        rows = connection.execute(select(Document.name, Document.version, Document.data)).all()
    assert len(rows) == 31
    assert not any(b"Zebedee" in row.data for row in rows)
    rig.clock.now += timedelta(days=91)
    rig.send()
    assert [sent.revision for sent in history(rig.store, rig.settled, "C-2")] == [2]
    with pytest.raises(Rejected) as caught:
        history(rig.store, rig.settled, "C-77")
    assert caught.value.message == "Nothing was sent of this child."
    rig.source.put("person", "C-2", surname="Again")
    rig.source.drop_child(3)
    rig.send()
    assert rig.exact()
    rig.clock.now += timedelta(days=91)
    rig.send()
    assert "C-3" not in rig.feeding().ledger.children(), "nothing is left of a child who was removed"
    child(rig.source, 3)
    rig.send()
    assert rig.exact()
