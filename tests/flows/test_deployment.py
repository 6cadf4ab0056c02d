"""The deployment as it is shipped: real processes, PostgreSQL, a broker, and nginx with TLS 1.3 and certificates."""

from __future__ import annotations

import json
import secrets
import shutil
import time
from base64 import b64encode
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from celery import Celery
from sqlalchemy import func, select
from sqlalchemy.exc import NoResultFound

from adapters.case.demo.moving import moving_family, papers
from authorities import dispatch, handed_over, levels, sent
from deployed import Deployment, command, deployed, wait_until
from exchange_rig import answers, delivered_to, heads
from gateway import settings
from gateway.audit.entry import Role
from gateway.authority import opened
from gateway.broker import waker
from gateway.cases import imports
from gateway.cases.imports import import_case
from gateway.itp.codes import Code
from gateway.itp.keys import Use
from gateway.partners.keys import KeyStore
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import reading
from gateway.store.models import Work
from gateway.store.states import State
from gateway.transfers import answer, copies, follow, match, recall, rows
from gateway.transfers.draft import Stage, What
from schemas.case.text import write_case
from transfer_rig import AREA, Rig, actor, agreement

pytestmark = pytest.mark.nginx

MIB = 1 << 20
MARK = b"Quillon-Marrowby-7Q"


@pytest.fixture(scope="module")
def deployment(tmp_path_factory: pytest.TempPathFactory, deployed_pair: dict[str, str]) -> Iterator[Deployment]:
    with deployed(tmp_path_factory.mktemp("deployed"), deployed_pair) as found:
        yield found


@pytest.fixture
def ann(deployment: Deployment) -> Iterator[Exchange]:
    """Give Ann's gateway as an application of hers has it."""
    values = deployment.ann.settings
    with opened(values, wake=waker(values[settings.BROKER_URL.variable])) as exchange:
        yield exchange


@pytest.fixture
def ben(deployment: Deployment) -> Iterator[Exchange]:
    values = deployment.ben.settings
    with opened(values, wake=waker(values[settings.BROKER_URL.variable])) as exchange:
        yield exchange


def both_hold(ann: Exchange, ben: Exchange, message: str, wanted: list[str]) -> None:
    wait_until(lambda: delivered(ann, message) == delivered(ben, message) == wanted)


def delivered(exchange: Exchange, message: str) -> list[str]:
    try:
        return levels(exchange, message)
    except NoResultFound:
        return []


def test_a_small_message_arrives_with_both_receipts(ann: Exchange, ben: Exchange) -> None:
    content = MARK + b64encode(MARK)
    message = dispatch(ann, ben.organisation, content)
    both_hold(ann, ben, message, ["R1", "R2"])
    assert handed_over(ben, message) == content
    assert sent(ann, message).state is State.DELIVERED


def test_a_large_message_arrives_chunk_by_chunk(deployment: Deployment, ann: Exchange, ben: Exchange) -> None:
    content = MARK + secrets.token_bytes(3 * MIB)
    message = dispatch(ann, ben.organisation, content, chunk_size=MIB)
    both_hold(ann, ben, message, ["R1", "R2"])
    assert handed_over(ben, message) == content
    routes = [
        json.loads(line)["route"] for line in (deployment.ben.folder / "nginx/access.log").read_text().splitlines()
    ]
    assert routes.count("/itp/1/transfers/{message_id}/chunks/{index}") >= 4


def test_it_goes_both_ways(ann: Exchange, ben: Exchange) -> None:
    there, back = dispatch(ann, ben.organisation, MARK), dispatch(ben, ann.organisation, MARK)
    both_hold(ann, ben, there, ["R1", "R2"])
    both_hold(ann, ben, back, ["R1", "R2"])
    assert (handed_over(ben, there), handed_over(ann, back)) == (MARK, MARK)


def test_what_cannot_be_opened_is_answered_with_a_negative_receipt(
    deployment: Deployment, ann: Exchange, ben: Exchange, tmp_path: Path
) -> None:
    keys = KeyStore(deployment.ben.folder / "keys", deployment.partnership.clock)
    kid = next(key.kid for key in keys.published() if key.use is Use.ENCRYPT)
    (lost,) = (path for path in (deployment.ben.folder / "keys").rglob("*") if kid in path.name)
    shutil.move(lost, tmp_path / lost.name)
    try:
        message = dispatch(ann, ben.organisation, MARK)
        both_hold(ann, ben, message, ["R1", "N"])
    finally:
        shutil.move(tmp_path / lost.name, lost)
    assert answers(ann, message) == [("R1", None), ("N", Code.KEY)]
    assert sent(ann, message).state is State.RETURNED
    assert message not in delivered_to(ben)


def test_a_partner_that_polls_fetches_what_is_for_it(deployment: Deployment, ann: Exchange, ben: Exchange) -> None:
    partnership = deployment.partnership
    deployment.ben.modes = ("poll",)
    partnership.publish()
    try:
        wait_until(lambda: all(_modes(exchange, ben) == ["poll"] for exchange in (ann, ben)))
        message = dispatch(ann, ben.organisation, MARK)
        broker = Celery(broker=deployment.ben.settings[settings.BROKER_URL.variable], set_as_current=False)
        # Every minute by the schedule; a minute is long for a test.
        wait_until(lambda: broker.send_task("collect") and delivered(ben, message) == ["R1", "R2"])
        both_hold(ann, ben, message, ["R1", "R2"])
        assert handed_over(ben, message) == MARK
    finally:
        deployment.ben.modes = ("push",)
        partnership.publish()


class Running(Rig):
    """Ann and Ben, whose own workers do what is due."""

    def settle(self) -> None:
        """Wait until nothing is due on either side, with the children looked for."""
        wait_until(lambda: not any(map(_due, self.everybody)))
        if sum(match.attend(each) for each in self.everybody):
            wait_until(lambda: not any(map(_due, self.everybody)))


def _due(exchange: Exchange) -> int:
    soon = exchange.clock() + timedelta(seconds=5)
    waits = select(func.count()).select_from(Work).where(Work.due <= soon)
    with reading(exchange.store.engine) as connection:
        found: int = connection.execute(waits).scalar_one()
    return found


@pytest.fixture
def running(deployment: Deployment, ann: Exchange, ben: Exchange) -> Iterator[Running]:
    """Put an agreement on transfers in the place of the one on bytes of any kind, and a family into Ann's records."""
    places = [each.folder / "agreements" / "made-up.toml" for each in deployment.partnership.members.values()]
    before = [place.read_text("utf-8") for place in places]
    clock = deployment.partnership.clock
    today = clock().date()
    for place in places:
        place.write_text(agreement(ann.organisation, ben.organisation, today, "ben", AREA), encoding="utf-8")
    family, steward = moving_family(1, today), actor(ann, Role.DATA_STEWARD)
    import_case(ann.store, steward, write_case(family).encode(), clock())
    imports.import_papers(ann.store, steward, papers().values(), clock())
    yield Running(deployment.partnership, (ann, ben), family)
    for place, text in zip(places, before, strict=True):
        place.write_text(text, encoding="utf-8")


def test_a_family_is_transferred_and_its_receipts_come_back_up_to_the_acceptance(running: Running) -> None:
    ann, ben = running.everybody
    (sent_,) = running.send("P1", ben, step="pack", children=running.children)
    reference = running.see(ben)
    running.decide_new(ben)
    running.settle()
    running.accept(ben, reference)
    wait_until(lambda: follow.follow(ann, sent_.reference).state == "accepted")
    followed = follow.follow(ann, sent_.reference)
    assert {child.answer for child in followed.children} == {"accepted"}
    found = follow.signed_about(ann, rows.find(ann.store, sent_.reference))
    assert {receipt.level for receipt in found} == {"R1", "R2", "R3", "R4", "R5"}


def test_a_notice_an_alert_and_its_end_go_between_deployments(running: Running) -> None:
    ann, ben = running.everybody
    running.send("P5", ben, step="notice")
    assert copies.package(ben.store, ben.organisation, running.came(ben)) is not None
    (alert,) = running.send("P6", ben, step="alert")
    came = running.came(ben)
    running.see(ben)
    recall.stand_down(ann, actor(ann, Role.DUTY), alert.reference)
    wait_until(lambda: rows.find(ben.store, came.reference).stage is Stage.RECALLED)
    assert copies.package(ben.store, ben.organisation, came) is None


def test_a_check_is_answered_between_deployments(running: Running) -> None:
    ann, ben = running.everybody
    (asked,) = running.send("P12", ben, step="request")
    nothing = recall.prepare_nothing(ben, actor(ben, Role.DUTY), running.see(ben))
    # No sooner than two seconds after the question, so that the time tells nothing.
    time.sleep(3)
    running.let_go(ben, nothing)
    wait_until(lambda: running.came(ann).kind is What.NOTHING)
    assert running.arrival(ann).links.in_reply_to == asked.message_id


def test_a_transfer_is_declined_and_another_recalled_between_deployments(running: Running) -> None:
    ann, ben = running.everybody
    (declined,) = running.send("P1", ben, step="pack")
    reference = running.see(ben)
    answer.decline(ben, actor(ben, Role.MANAGER), reference, "not-our-area", ["child-1"])
    wait_until(lambda: follow.follow(ann, declined.reference).state == "declined")
    (recalled,) = running.send("P1", ben, step="pack")
    running.see(ben)
    came = running.came(ben)
    recall.recall(ann, actor(ann, Role.MANAGER), recalled.reference, "sent-to-the-wrong-authority")
    wait_until(lambda: rows.find(ben.store, came.reference).stage is Stage.RECALLED)
    notice = rows.listed(ann.store)[-1]
    wait_until(lambda: follow.signed_about(ann, notice)[-1].level == "R6")
    assert copies.package(ben.store, ben.organisation, came) is None


def test_both_audit_logs_are_exported_and_verified_offline(
    deployment: Deployment, ann: Exchange, ben: Exchange, tmp_path: Path
) -> None:
    both_hold(ann, ben, dispatch(ann, ben.organisation, MARK), ["R1", "R2"])
    both_hold(ann, ben, dispatch(ben, ann.organisation, MARK), ["R1", "R2"])
    for member, theirs in ((deployment.ann, ben), (deployment.ben, ann)):
        log, keys = tmp_path / f"{member.organisation[-3:]}.jsonl", tmp_path / f"{member.organisation[-3:]}.keys"
        assert command(member, "audit", "export", "--out", str(log), "--no-progress").returncode == 0
        keys.write_text(command(member, "audit", "keys").stdout, encoding="utf-8")
        given = [part for head in heads(theirs) for part in ("--head", head)]
        done = command(member, "audit", "verify", str(log), "--key", str(keys), *given, "--no-progress")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        assert MARK not in log.read_bytes()


def test_nothing_of_a_payload_is_in_logs_proxies_or_broker(
    deployment: Deployment, ann: Exchange, ben: Exchange
) -> None:
    message = dispatch(ann, ben.organisation, MARK * 3)
    both_hold(ann, ben, message, ["R1", "R2"])
    wait_until(lambda: b"deliver" in deployment.monitor.heard)
    logs = deployment.logs()
    assert {Path(name).name for name in logs} == {"serve.log", "worker.log", "beat.log", "access.log"}
    texts = [bytes(deployment.monitor.heard), *(text.encode() for text in logs.values())]
    forms = (MARK, MARK.hex().encode(), b64encode(MARK)[:20])
    assert [form for form in forms for text in texts if form in text] == []


def _modes(exchange: Exchange, of: Exchange) -> list[str]:
    partner = exchange.directory().partner(of.organisation)
    assert partner is not None
    return [endpoint.mode for endpoint in partner.endpoints]
