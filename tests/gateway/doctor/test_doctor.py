from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from dataclasses import replace
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import insert, select, update

from authorities import Member, Partnership, SetClock, dispatch, free_port
from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.doctor import identity, messages, network, storage
from gateway.doctor.finding import Finding, Standing
from gateway.doctor.installation import Installation, Thresholds, described, of_exchange
from gateway.doctor.report import as_json, healthy
from gateway.doctor.run import CHECKS, READY, WATCHED, examine, readiness, ready, watch
from gateway.itp.keys import Use
from gateway.partners import life
from gateway.partners.keys import KeyStore
from gateway.pipeline.breaker import Breaker, Phase
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import reading, writing
from gateway.store.models import Alert, BreakerRow, Message, PendingEvent
from gateway.store.states import State
from gateway.store.store import Store
from store_builder import take
from tls_authority import Authority as Issuer

# What this machine has free is not what these tests are about.
ANY_DISK = Thresholds(disk_warn=0, disk_fail=0)


@pytest.fixture
def pair(tmp_path: Path) -> tuple[Member, Member]:
    """Found two authorities that know each other; neither serves."""
    partnership = Partnership(tmp_path)
    members = partnership.found("AAA"), partnership.found("BBB")
    partnership.publish()
    return members


@pytest.fixture
def member(pair: tuple[Member, Member]) -> Member:
    return pair[0]


@pytest.fixture
def installation(member: Member) -> Iterator[Installation]:
    with described(member.settings, clock=member.clock) as found:
        yield replace(found, thresholds=ANY_DISK)


def standings(findings: Iterator[Finding]) -> list[tuple[str, str]]:
    return [(finding.standing.value, finding.sentence) for finding in findings]


def alerts(exchange: Exchange) -> set[tuple[str, str]]:
    with reading(exchange.store.engine) as connection:
        rows = connection.execute(select(Alert.code, Alert.subject).where(Alert.closed.is_(None)))
        return {(code, subject) for code, subject in rows}


def test_an_installation_in_order_has_nothing_that_fails(installation: Installation) -> None:
    found = list(examine(installation))
    assert [finding for finding in found if finding.standing is Standing.FAIL] == []
    assert {finding.check for finding in found} == {check.name for check in CHECKS} - {"certificates"}
    assert all(finding.sentence.endswith(".") for finding in found)
    # The partner of the test does not serve.
    assert [finding.check for finding in found if finding.standing is Standing.WARN] == ["partner-clocks"]


def test_whatever_is_wrong_comes_with_what_to_do(tmp_path: Path) -> None:
    nothing = {
        "ICS_GATEWAY_DATABASE_URL": f"sqlite:///{tmp_path}/none.sqlite",
        "ICS_GATEWAY_KEYS_FOLDER": str(tmp_path / "none"),
        "ICS_GATEWAY_INBOX_FOLDER": str(tmp_path / "none"),
        "ICS_GATEWAY_BROKER_URL": f"redis://127.0.0.1:{free_port()}/0",
        "ICS_GATEWAY_TLS_CERTIFICATE": str(tmp_path / "none.pem"),
    }
    with described(nothing, clock=SetClock()) as installation:
        found = list(examine(installation))
    failed = {finding.check for finding in found if finding.standing is Standing.FAIL}
    assert failed == {"database", "disks", "keys", "certificates", "broker"}
    skipped = {finding.check for finding in found if finding.sentence.startswith("Not looked at")}
    assert skipped == {check.name for check in CHECKS if check.needs_database}
    assert all(finding.action for finding in found if finding.standing is not Standing.OK)


def test_a_database_that_is_away_is_told_and_hides_no_other(member: Member) -> None:
    away = {**member.settings, "ICS_GATEWAY_DATABASE_URL": f"postgresql://us:secret@127.0.0.1:{free_port()}/gateway"}
    with described(away, clock=member.clock) as installation:
        found = list(examine(replace(installation, thresholds=ANY_DISK)))
    (wrong,) = [finding for finding in found if finding.standing is Standing.FAIL]
    assert (wrong.check, wrong.sentence.split(".")[0]) == ("database", "The database is away, locked or full")
    assert "secret" not in repr(found)


def test_postgresql_answers_and_its_clock_agrees(postgresql_store: Store, installation: Installation) -> None:
    there = replace(installation, engine=lambda: postgresql_store.engine)
    assert standings(storage.database(there)) == [
        ("ok", "The database (postgresql) answers, and its tables fit this version.")
    ]
    assert [finding.standing for finding in network.database_clock(there)] == [Standing.OK]


@pytest.mark.parametrize(("apart", "standing"), [(30, "ok"), (90, "warn"), (150, "fail"), (-150, "fail")])
def test_a_clock_that_differs_is_told(
    postgresql_store: Store, installation: Installation, member: Member, apart: int, standing: str
) -> None:
    member.clock.forward(timedelta(seconds=apart))
    (found,) = network.database_clock(replace(installation, engine=lambda: postgresql_store.engine))
    assert found.standing.value == standing
    assert found.alert == (None if standing == "ok" else AlertCode.CLOCK_SKEW)


def test_a_partner_that_serves_is_asked_for_the_time(pair: tuple[Member, Member], installation: Installation) -> None:
    with pair[1].serving():
        (found,) = network.partner_clocks(installation)
        assert (found.standing, found.sentence.partition(": ")[0]) == (Standing.OK, "urn:ics:org:ods:BBB")
        pair[0].clock.forward(timedelta(seconds=600))
        (found,) = network.partner_clocks(installation)
    assert (found.standing, found.alert, found.subject) == (
        Standing.FAIL,
        AlertCode.CLOCK_SKEW,
        "urn:ics:org:ods:BBB",
    )


def test_offline_no_partner_is_asked(member: Member) -> None:
    with described(member.settings, clock=member.clock, offline=True) as installation:
        assert standings(network.partner_clocks(installation)) == [("ok", "Partners were not asked.")]


def test_a_missing_key_of_the_store_is_named(sqlite_store: Store, installation: Installation) -> None:
    take(sqlite_store, 1)
    there = replace(installation, engine=lambda: sqlite_store.engine, key_ring=lambda: sqlite_store.keys)
    assert [finding.standing for finding in storage.store_key(there)] == [Standing.OK]
    (found,) = storage.store_key(replace(there, key_ring=installation.key_ring))
    assert (found.standing, found.sentence) == (
        Standing.FAIL,
        f"Stored messages need keys that are not here: {sqlite_store.keys.current}.",
    )


@pytest.mark.parametrize(
    ("disk_warn", "disk_fail", "standing"), [(0, 0, "ok"), (1 << 60, 0, "warn"), (1 << 60, 1 << 60, "fail")]
)
def test_a_full_disk_is_told(installation: Installation, disk_warn: int, disk_fail: int, standing: str) -> None:
    found = list(storage.disks(replace(installation, thresholds=Thresholds(disk_warn=disk_warn, disk_fail=disk_fail))))
    assert [finding.standing.value for finding in found] == [standing, standing]
    assert {finding.subject for finding in found} == ({""} if standing == "ok" else {"inbox", "database"})


def test_keys_that_others_may_read_fail(installation: Installation, member: Member) -> None:
    (member.folder / "keys").chmod(0o755)
    (found,) = examine(installation, [check for check in CHECKS if check.name == "keys"])
    assert (found.standing, found.sentence) == (Standing.FAIL, "Others than its owner may use keys.")


@pytest.mark.parametrize(("left", "standing"), [(30, "ok"), (29, "warn")])
def test_a_key_near_its_end_is_told(installation: Installation, member: Member, left: int, standing: str) -> None:
    member.clock.forward(life.LIVES[Use.ENCRYPT] - timedelta(days=left, minutes=1))
    by_subject = {finding.sentence.partition(":")[0]: finding for finding in identity.keys(installation)}
    assert by_subject["encrypt-key-X25519"].standing.value == standing


def test_a_key_that_ended_is_told(installation: Installation, member: Member) -> None:
    member.clock.forward(life.LIVES[Use.ENCRYPT])
    found = list(examine(installation, [check for check in CHECKS if check.name == "keys"]))
    assert (found[-1].standing, found[-1].sentence) == (
        Standing.FAIL,
        "There is no encrypt key on X25519 that is valid now.",
    )


def test_a_key_with_a_successor_is_well(installation: Installation, member: Member) -> None:
    member.clock.forward(life.LIVES[Use.ENCRYPT] - timedelta(days=20))
    life.rotate(KeyStore(member.folder / "keys", member.clock), Use.ENCRYPT, "X25519")
    assert {finding.standing for finding in identity.keys(installation)} == {Standing.OK}


def test_certificates_are_read_and_near_their_end_they_are_told(installation: Installation, tmp_path: Path) -> None:
    issued = Issuer(tmp_path, "issuer").client("urn:ics:org:ods:AAA")
    broken = tmp_path / "broken.pem"
    broken.write_text("no certificate")
    there = replace(installation, certificates={"client-certificate": issued.certificate_file, "broken": broken})
    found = list(identity.certificates(there))
    assert [(finding.standing, finding.alert) for finding in found] == [
        (Standing.WARN, AlertCode.KEY_EXPIRING),
        (Standing.FAIL, None),
    ]


@pytest.mark.parametrize(
    ("days", "standing", "alert"),
    [(1, "ok", None), (3, "warn", AlertCode.DIRECTORY_OLD), (8, "fail", AlertCode.DIRECTORY_STALE)],
)
def test_an_old_directory_is_told(
    installation: Installation, member: Member, days: int, standing: str, alert: AlertCode | None
) -> None:
    member.clock.forward(timedelta(days=days))
    found = next(iter(identity.directory(installation)))
    assert (found.standing.value, found.alert) == (standing, alert)


def test_a_directory_that_shows_another_key_of_ours_is_told(installation: Installation, member: Member) -> None:
    shutil.rmtree(member.folder / "keys")
    (member.folder / "keys").mkdir(mode=0o700)
    for use in Use:
        life.new(KeyStore(member.folder / "keys", member.clock), use, life.usual_curve(use))
    found = list(identity.directory(installation))
    assert any("its private half is not here" in finding.sentence for finding in found)


def test_a_paused_partner_is_told(installation: Installation) -> None:
    row = {"organisation": "urn:ics:org:ods:BBB", "state": Breaker(phase=Phase.HELD).model_dump_json()}
    with writing(installation.engine()) as connection:
        connection.execute(insert(BreakerRow).values(row))
    found = list(network.partners(installation))
    assert ("warn", "urn:ics:org:ods:BBB: Sending is paused (held).") in standings(iter(found))


@pytest.mark.parametrize(("minutes", "standing"), [(1, "ok"), (6, "warn"), (16, "fail")])
def test_evidence_that_waits_is_told(installation: Installation, member: Member, minutes: int, standing: str) -> None:
    with writing(installation.engine()) as connection:
        connection.execute(PendingEvent.__table__.delete())  # type: ignore[attr-defined]  # a table of the ORM
        since = member.clock() - timedelta(minutes=minutes)
        connection.execute(insert(PendingEvent).values(event=b"{}", at=since))
    (found,) = storage.evidence(installation)
    assert found.standing.value == standing


def test_readiness_is_told_by_check(member: Member) -> None:
    with member.exchange() as exchange:
        assert readiness(exchange) == {check.name: True for check in READY}
        shutil.rmtree(exchange.inbox)
        assert readiness(exchange) == {"database": True, "evidence": True, "disks": False, "keys": True}
        assert [finding.check for finding in ready(exchange)] == ["disks"]


def test_what_is_wrong_is_an_open_alert_until_it_is_well(member: Member) -> None:
    partner = "urn:ics:org:ods:BBB"
    with member.exchange() as exchange:
        watch(exchange)
        assert alerts(exchange) <= {("disk-low", "inbox"), ("disk-low", "database")}
        dispatch(exchange, exchange.directory().partners[1].organisation, delivery="urgent", test=True)
        member.clock.forward(timedelta(minutes=16))
        watch(exchange)
        watch(exchange)
        assert ("urgent-without-receipt", partner) in alerts(exchange)
        with writing(exchange.store.engine) as connection:
            connection.execute(update(Message).values(state=State.DEAD_LETTERED))
            raise_alert(connection, AlertCode.DEAD_LETTER, partner, exchange.clock())
            raise_alert(connection, AlertCode.IDENTITY_MISMATCH, partner, exchange.clock())
        watch(exchange)
        assert ("urgent-without-receipt", partner) not in alerts(exchange)
        assert ("dead-letter", partner) in alerts(exchange)
        with writing(exchange.store.engine) as connection:
            connection.execute(update(Message).values(state=State.DELIVERED))
        watch(exchange)
        # Only a person knows that an incident is over.
        assert alerts(exchange) & {("dead-letter", partner), ("identity-mismatch", partner)} == {
            ("identity-mismatch", partner)
        }


def test_a_check_that_broke_off_closes_nothing(member: Member) -> None:
    with member.exchange() as exchange:
        with writing(exchange.store.engine) as connection:
            raise_alert(connection, AlertCode.KEY_EXPIRING, "encrypt-key-X25519", exchange.clock())
        (member.folder / "keys").chmod(0o755)
        watch(exchange)
        assert ("key-expiring", "encrypt-key-X25519") in alerts(exchange)
        (member.folder / "keys").chmod(0o700)
        watch(exchange)
        assert ("key-expiring", "encrypt-key-X25519") not in alerts(exchange)


def test_late_urgent_messages_are_counted_by_partner(member: Member) -> None:
    with member.exchange() as exchange:
        for _ in range(2):
            dispatch(exchange, exchange.directory().partners[1].organisation, delivery="urgent", test=True)
        dispatch(exchange, exchange.directory().partners[1].organisation, test=True)
        assert [finding.standing for finding in messages.urgent(of_exchange(exchange))] == [Standing.OK]
        member.clock.forward(timedelta(minutes=16))
        (found,) = messages.urgent(of_exchange(exchange))
    assert found.sentence == "urn:ics:org:ods:BBB: 2 urgent messages without a receipt."


def test_the_document_counts_and_lists() -> None:
    found = (
        Finding(Standing.OK, "Well.", check="keys"),
        Finding(Standing.WARN, "Soon.", "Do it.", AlertCode.DISK_LOW, "inbox", "disks"),
    )
    assert json.loads(as_json(found)) == {
        "healthy": True,
        "summary": {"ok": 1, "warn": 1, "fail": 0},
        "findings": [
            {"check": "keys", "standing": "ok", "sentence": "Well.", "action": ""},
            {"check": "disks", "standing": "warn", "sentence": "Soon.", "action": "Do it."},
        ],
    }
    assert not healthy((*found, Finding(Standing.FAIL, "Broken.")))


def test_every_alert_that_closes_by_itself_belongs_to_one_check() -> None:
    codes = [code for check in WATCHED for code in check.alerts]
    assert len(codes) == len(set(codes))
    assert set(WATCHED) <= set(CHECKS)
    assert set(READY) <= set(CHECKS)
