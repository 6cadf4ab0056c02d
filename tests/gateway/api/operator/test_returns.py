"""A return from its upload to its reports, whatever ends the worker in between."""

from __future__ import annotations

import io
import json
import zipfile
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from sqlalchemy import select

import operator_objects as objects
from census_files import child, message
from gateway import settings
from gateway.api.operator.returns import MEDIA
from gateway.operator.roles import Role
from gateway.pipeline.schedule import JOBS
from gateway.retention.rules import CHECKED
from gateway.returns import checks, run
from gateway.returns.run import ATTEMPTS, LEASE, check_queued, claim
from gateway.store.engine import reading
from gateway.store.models import Document
from gateway.store.operator_models import CheckRow
from gateway.store.store import Store
from operator_rig import Rig, code, rig

XML = {"content-type": "application/xml"}
MARK = b"C00000012"
CENSUS = message(child(identifier=MARK.decode())).encode()


@pytest.fixture
def ben(sqlite_store: Store, tmp_path: Path) -> Rig:
    made = rig(sqlite_store, tmp_path)
    made.account("ann.smith", Role.OFFICER, team="north")
    return made


def officer(at: Rig) -> httpx.Client:
    return at.browser(next(iter(at.tokens.values())))


def uploaded(at: Rig, content: bytes | None = None) -> str:
    answer = officer(at).post("/api/returns/checks", content=content or CENSUS, headers=XML)
    assert answer.status_code == 202, answer.text
    identity: str = answer.json()["id"]
    return identity


def kept(at: Rig) -> list[str]:
    """List the kinds of documents that are kept, and see that no child is read in them."""
    with reading(at.desk.engine) as connection:
        rows = connection.execute(select(Document.kind, Document.data).order_by(Document.kind)).all()
    assert all(MARK not in row.data for row in rows)
    return sorted({row.kind for row in rows})


def test_a_file_is_checked_and_its_report_read_in_every_format(ben: Rig) -> None:
    identity = uploaded(ben)
    browser = officer(ben)
    assert browser.get(f"/api/returns/checks/{identity}").json()["state"] == "queued"
    assert kept(ben) == ["upload"]
    assert check_queued(ben.desk.exchange, "worker") == 1
    found = browser.get(f"/api/returns/checks/{identity}").json()
    assert (found["state"], found["reason"], found["done"]) == ("done", None, found["total"])
    assert kept(ben) == ["report"], "the file stays after its check"
    for wanted, media in MEDIA.items():
        answer = browser.get(f"/api/returns/checks/{identity}/report/{wanted}")
        assert (answer.status_code, answer.headers["content-type"]) == (200, media)
        assert answer.headers["content-disposition"] == f'attachment; filename="report-{identity}.{wanted}"'
        if wanted == "json":
            report = json.loads(answer.content)
            assert (report["return"], report["source"]["name"]) == ("cin", "return.xml")
            assert report["summary"]["errors"] == found["errors"]
    assert zipfile.is_zipfile(io.BytesIO(browser.get(f"/api/returns/checks/{identity}/report/xlsx").content))


def test_what_cannot_be_read_says_why_and_is_not_kept(ben: Rig) -> None:
    identity = uploaded(ben, b"this is no XML")
    check_queued(ben.desk.exchange, "worker")
    found = officer(ben).get(f"/api/returns/checks/{identity}").json()
    assert (found["state"], found["errors"]) == ("failed", None)
    assert found["reason"]
    assert kept(ben) == []
    answer = officer(ben).get(f"/api/returns/checks/{identity}/report/json")
    assert code(answer) == (409, "api-409-not-allowed")


class TestCrash:
    def test_a_check_whose_worker_died_is_done_by_the_next_and_the_dead_one_settles_nothing(self, ben: Rig) -> None:
        identity = uploaded(ben)
        lease = claim(ben.desk.exchange, "dies")
        assert lease is not None
        assert claim(ben.desk.exchange, "early") is None
        ben.clock.forward(LEASE.total_seconds())
        assert check_queued(ben.desk.exchange, "next") == 1
        done = checks.find(ben.desk.store, identity)
        run._fail(ben.desk.exchange, lease, "Too late.")  # noqa: SLF001  # as a worker that wakes up again would
        assert checks.find(ben.desk.store, identity) == done
        assert done is not None
        assert done.state is checks.State.DONE

    def test_what_ends_its_workers_is_given_up(self, ben: Rig) -> None:
        identity = uploaded(ben)
        for _ in range(ATTEMPTS):
            assert claim(ben.desk.exchange, "dies") is not None
            ben.clock.forward(LEASE.total_seconds())
        assert check_queued(ben.desk.exchange, "next") == 1
        found = officer(ben).get(f"/api/returns/checks/{identity}").json()
        assert (found["state"], found["reason"]) == (
            "failed",
            "The check ended its worker again and again. Tell whoever runs the gateway.",
        )

    def test_a_fault_of_ours_stops_one_check_and_tells_nothing_of_the_data(
        self, ben: Rig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        def broken(*_: object, **__: object) -> None:
            raise KeyError("C00000012 and her name")

        identity = uploaded(ben)
        monkeypatch.setattr("gateway.check.check_return", broken)
        check_queued(ben.desk.exchange, "worker")
        found = officer(ben).get(f"/api/returns/checks/{identity}").json()
        assert (found["state"], found["reason"]) == (
            "failed",
            "A fault of the gateway (KeyError). Nothing was changed.",
        )

    def test_a_long_check_keeps_its_lease(self, ben: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        uploaded(ben)
        monkeypatch.setattr(run, "BEAT", 0.01)
        lease = claim(ben.desk.exchange, "slow")
        assert lease is not None
        with run._held(ben.desk.exchange, lease):  # noqa: SLF001  # what holds it is the point
            for _ in range(5):
                ben.clock.forward(LEASE.total_seconds() / 2)
                wait_for_renewal(ben, lease.id)
            assert claim(ben.desk.exchange, "other") is None


def wait_for_renewal(at: Rig, identity: str) -> None:
    for _ in range(500):
        with reading(at.desk.engine) as connection:
            until = connection.execute(select(CheckRow.lease_expires).where(CheckRow.id == identity)).scalar_one()
        if until == at.clock() + LEASE:
            return
    raise AssertionError("The lease was not renewed.")


def test_the_queue_is_worked_off_by_the_worker_inside_the_process_and_by_celery_under_one_name() -> None:
    (job,) = [job for job in JOBS if job.name == "check-returns"]
    assert (job.heavy, job.calls, job.every) == (True, False, timedelta(seconds=5))


class TestLists:
    def test_a_team_sees_its_checks_and_no_others(self, ben: Rig) -> None:
        mine = uploaded(ben)
        mate, far = ben.account("mate.one", Role.OFFICER, team="north"), ben.account("far.one", Role.OFFICER)
        theirs = objects.check(ben, mate)
        objects.check(ben, far)
        found = officer(ben).get("/api/returns/checks").json()["items"]
        assert {line["id"] for line in found} == {mine, theirs}
        assert len(ben.of(far).get("/api/returns/checks").json()["items"]) == 1

    def test_a_list_comes_in_parts(self, ben: Rig) -> None:
        made = [uploaded(ben) for _ in range(3)]
        part = officer(ben).get("/api/returns/checks", params={"limit": 2}).json()
        rest = officer(ben).get("/api/returns/checks", params={"limit": 2, "start": part["next"]}).json()
        assert {line["id"] for line in (*part["items"], *rest["items"])} == set(made)
        assert (len(part["items"]), rest["next"]) == (2, None)

    def test_nobody_fills_the_queue(self, ben: Rig) -> None:
        for _ in range(checks.WAITING):
            uploaded(ben)
        answer = officer(ben).post("/api/returns/checks", content=CENSUS, headers=XML)
        assert code(answer) == (409, "api-409-not-allowed")
        check_queued(ben.desk.exchange, "worker")
        uploaded(ben)


class TestFiles:
    @pytest.mark.parametrize("kind", ["text/csv", "application/json", "", "multipart/form-data; boundary=x"])
    def test_another_kind_of_file_is_refused(self, ben: Rig, kind: str) -> None:
        answer = officer(ben).post("/api/returns/checks", content=b"<x/>", headers={"content-type": kind})
        assert code(answer) == (422, "api-422-rejected")

    def test_no_file_is_none(self, ben: Rig) -> None:
        assert code(officer(ben).post("/api/returns/checks", headers=XML)) == (400, "api-400-malformed")
        assert kept(ben) == []

    def test_a_file_over_the_limit_is_refused_and_nothing_of_it_kept(
        self, ben: Rig, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setenv(settings.MAX_UPLOAD.variable, "100")
        answer = officer(ben).post("/api/returns/checks", content=b"x" * 101, headers=XML)
        assert code(answer) == (413, "api-413-too-large")
        assert officer(ben).get("/api/returns/checks").json()["items"] == []
        assert kept(ben) == []

    def test_a_large_file_comes_in_pieces_and_is_read_as_one(self, ben: Rig, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr("gateway.api.operator.uploads.PIECE", 100)
        identity = uploaded(ben)
        check_queued(ben.desk.exchange, "worker")
        assert officer(ben).get(f"/api/returns/checks/{identity}").json()["state"] == "done"


def test_checks_go_after_their_time_and_files_that_never_came_whole_after_an_hour(ben: Rig) -> None:
    uploaded(ben)
    check_queued(ben.desk.exchange, "worker")
    owner = replace(ben.account("far.one", Role.OFFICER), team=None)
    begun = checks.begin(ben.desk.store, objects.acting(owner), None, checks.Wanted("xml"), ben.clock(), ben.desk.draw)
    checks.add(ben.desk.store, begun, b"<x/>", ben.clock())
    assert checks.clear(ben.desk.store, ben.clock()) == 0
    ben.clock.forward(checks.RECEIVE.total_seconds())
    assert checks.clear(ben.desk.store, ben.clock()) == 1
    assert kept(ben) == ["report"]
    ben.clock.forward(CHECKED.total_seconds())
    assert checks.clear(ben.desk.store, ben.clock()) == 1
    assert kept(ben) == []
