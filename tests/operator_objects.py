"""One of everything that the operators' API is about, made by whom a test wants: for asking who may reach it."""

from __future__ import annotations

import io
import secrets
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from itertools import count
from typing import Any

from sqlalchemy import update

from case_family import family
from census_files import message
from gateway.actor import Actor
from gateway.alerts.alerts import AlertCode, raise_alert
from gateway.audit.entry import Role as AuditRole
from gateway.cases.imports import import_case
from gateway.deadletters.replay import replay
from gateway.deadletters.selection import Choice
from gateway.itp.identifiers import MessageId
from gateway.matching.search import Action, Outcome, Result
from gateway.operator import accounts, break_glass, tokens
from gateway.operator.accounts import Account
from gateway.operator.caller import Caller
from gateway.operator.permissions import Permission
from gateway.operator.roles import Role
from gateway.retention.holds import Scope, set_hold
from gateway.returns import adding, checks
from gateway.returns.adding import Content, Owner
from gateway.returns.book import About
from gateway.returns.checks import Wanted
from gateway.store.engine import writing
from gateway.store.operator_models import CheckRow
from gateway.store.states import Direction, State
from gateway.transfers import prepare, reviews, rows
from gateway.transfers.arrival import Arrival, Incoming
from gateway.transfers.draft import Stage
from itp_exchange import ANN, BEN
from operator_rig import COMMAND, Rig
from policy_cases import compiled, item
from schemas.case.text import write_case
from stopped_messages import stopped
from store_builder import numbered

Maker = Callable[[Rig, Account], str]
AGREEMENT = compiled(
    item("all", "person.*", "E01", "E02"),
    parties=[{"organisation": side.organisation, "controller": "independent"} for side in (ANN, BEN)],
    directions=[{"sender": BEN.organisation, "recipient": ANN.organisation}],
)
CASE = write_case(family())
WANTED = {"case_file": "f1", "children": ["eva"], "process": "P1"}
CENSUS = message().encode()
_NUMBERS = count(1)
_AUTHORITIES = count(100)


def with_agreement(rig: Rig) -> None:
    """Put an agreement in force, and a case file in the store."""
    exchange = replace(rig.desk.exchange, agreements=lambda: (AGREEMENT,))
    rig.desk = replace(rig.desk, exchange=exchange)
    rig.app.gate.desk = rig.desk
    import_case(rig.desk.store, acting(rig.account("importer.one", Role.DUTY)), CASE.encode(), rig.clock())


def acting(account: Account, role: AuditRole = AuditRole.DUTY) -> Actor:
    """Act as an account."""
    return Actor(BEN.organisation, role, account.id)


def check(rig: Rig, owner: Account) -> str:
    """Have a file checked, and let the check fail: one that waits would fill the queue."""
    now, who = rig.clock(), acting(owner)
    identity = checks.begin(rig.desk.store, who, owner.team, Wanted("xml"), now, secrets.token_bytes)
    checks.add(rig.desk.store, identity, b"<x/>", now)
    checks.queue(rig.desk.store, who, identity, now)
    with writing(rig.desk.engine) as connection:
        connection.execute(update(CheckRow).where(CheckRow.id == identity).values(state=checks.State.FAILED.value))
    return identity


def draft_return(rig: Rig, owner: Account) -> str:
    """Add the first file of a return; each is of another authority."""
    about, content = About("cin", 2026, f"{next(_AUTHORITIES):03}"), Content(io.BytesIO(CENSUS), "xml")
    who = acting(owner, AuditRole.DATA_STEWARD)
    given = (content, rig.clock(), secrets.token_bytes)
    return adding.add(rig.desk.store, who, about, "001", *given, owner=Owner(owner.id, owner.team)).return_id


def token(rig: Rig, owner: Account) -> str:
    """Make a token."""
    life, scope = timedelta(days=1), [Permission.SELF_READ]
    who = Caller(BEN.organisation, owner)
    made = tokens.make(rig.desk.engine, who, "test", scope, life, rig.clock(), secrets.token_bytes, by=COMMAND)
    return made.token.id


def emergency(rig: Rig, owner: Account) -> str:
    """Break the glass."""
    who = Caller(BEN.organisation, replace(owner, roles=frozenset({Role.DUTY}))).using(Permission.BREAK_GLASS_OPEN)
    target = f"conversation:{numbered(next(_NUMBERS))}"
    made = break_glass.begin(rig.desk.exchange, who, target, reason="child-at-risk", words="Why.", hours=1)
    return made.id


def transfer(rig: Rig, owner: Account) -> str:
    """Prepare a transfer."""
    wanted = prepare.Wanted("f1", ("eva",), "P1")
    (reference,) = prepare.prepare(rig.desk.exchange, acting(owner), wanted, [ANN.organisation])
    return reference


def review(rig: Rig, _owner: Account) -> str:
    """Put a child who came into the review queue, of whom nobody of ours comes into question."""
    now, store = rig.clock(), rig.desk.store
    names = [MessageId.new(now, secrets.token_bytes) for _ in range(3)]
    reference, conversation, message = names
    arrival = Arrival(children=(Incoming(reference="child-1", theirs="eva"),))
    result = Result("eva", "standard", Outcome.NONE, Action.REVIEW)
    with writing(rig.desk.engine) as connection:
        number = rows.add(
            connection,
            reference=reference,
            direction=Direction.IN,
            partner=ANN.organisation,
            process="P1",
            step="pack",
            kind="package",
            stage=Stage.SEARCHED.value,
            delivery="normal",
            conversation_id=conversation,
            message_id=message,
            at=now,
            changed=now,
        )
        rows.keep(store, connection, reference, arrival, now)
        return reviews.add(rig.desk.exchange, connection, number, "child-1", result, urgent=False)


def account(rig: Rig, _owner: Account) -> str:
    """Make an account of somebody else."""
    name, now = f"new{next(_NUMBERS)}", rig.clock()
    return accounts.make(rig.desk.engine, COMMAND, name, ["duty"], None, now, secrets.token_bytes).account.id


def dead_letter(rig: Rig, _owner: Account) -> str:
    """Let a message stop."""
    return str(stopped(rig.desk.store, next(_NUMBERS), state=State.HELD))


def hold(rig: Rig, _owner: Account) -> str:
    """Set a legal hold."""
    now, governance = rig.clock(), Actor(BEN.organisation, AuditRole.GOVERNANCE)
    about = (Scope.CONVERSATION, numbered(next(_NUMBERS)), now)
    made = set_hold(rig.desk.store, governance, *about, reason="inquiry", review_by=now + timedelta(days=1))
    return str(made.number)


def going_replay(rig: Rig, _owner: Account) -> str:
    """Replay two messages, of which one waits for its turn."""
    numbers = [stopped(rig.desk.store, next(_NUMBERS)) for _ in range(2)]
    choice = Choice(numbers=frozenset(numbers))
    return replay(rig.desk.store, COMMAND, choice, rig.clock(), secrets.token_bytes, per_minute=1).id


def alert(rig: Rig) -> dict[str, Any]:
    """Raise an alert; give what closes it."""
    subject = f"disk-{next(_NUMBERS)}"
    with writing(rig.desk.engine) as connection:
        raise_alert(connection, AlertCode.DISK_LOW, subject, rig.clock())
    return {"code": "disk-low", "subject": subject}


def name() -> str:
    """Give a name that nobody has."""
    return f"fresh{next(_NUMBERS)}"


def text_of_token(rig: Rig, owner: Account, scopes: list[Permission]) -> str:
    """Make a token with these scopes, and give its text."""
    who, life = Caller(BEN.organisation, owner), timedelta(days=1)
    made = tokens.make(rig.desk.engine, who, "test", scopes, life, rig.clock(), secrets.token_bytes)
    return made.text
