"""Run the checks: for a person, for whoever asks whether we are ready, and for the alerts."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

from sqlalchemy import select

from gateway.alerts.alerts import AlertCode, close_alert, raise_alert
from gateway.alerts.listing import CODES
from gateway.doctor import agreements, identity, messages, network, storage
from gateway.doctor.finding import Check, Finding, Standing, fail, warn
from gateway.doctor.installation import Installation, of_exchange
from gateway.pipeline.exchange import Exchange
from gateway.store.engine import reading, writing
from gateway.store.models import Alert
from schemas.errors import GatewayError

DATABASE = Check("database", "The database answers and has the tables of this version.", storage.database)
KEYS = Check(
    "keys",
    "The private keys can be read by us alone, are valid, and have a successor in time.",
    identity.keys,
    alerts=(AlertCode.KEY_EXPIRING,),
)
STORE_KEY = Check("store-key", "Every key that a stored message needs is here.", storage.store_key, needs_database=True)
DISKS = Check("disks", "The folders can be written and have space.", storage.disks, alerts=(AlertCode.DISK_LOW,))
EVIDENCE = Check(
    "evidence",
    "Audit events get their place in the log, and the log its checkpoints.",
    storage.evidence,
    needs_database=True,
    alerts=(AlertCode.EVIDENCE_BACKLOG,),
)
DIRECTORY = Check(
    "directory",
    "The partner directory is signed and fresh, and shows our keys as they are.",
    identity.directory,
    needs_database=True,
    alerts=(AlertCode.DIRECTORY_OLD, AlertCode.DIRECTORY_STALE),
)
DATABASE_CLOCK = Check(
    "database-clock",
    "The clock of the database's machine agrees with ours.",
    network.database_clock,
    needs_database=True,
    alerts=(AlertCode.CLOCK_SKEW,),
)
URGENT = Check(
    "urgent",
    "Urgent messages have a receipt after fifteen minutes.",
    messages.urgent,
    needs_database=True,
    alerts=(AlertCode.URGENT_WITHOUT_RECEIPT,),
)
DEAD_LETTERS = Check(
    "dead-letters",
    "No message was given up that nobody has looked after.",
    messages.dead_letters,
    needs_database=True,
    alerts=(AlertCode.DEAD_LETTER,),
)
HELD = Check(
    "held",
    "No message waits for a person to decide.",
    messages.held,
    needs_database=True,
    alerts=(AlertCode.MESSAGE_HELD,),
)
AGREEMENTS = Check(
    "agreements",
    "The sharing agreements can be read, and one is live.",
    agreements.agreements,
    alerts=(AlertCode.AGREEMENTS_UNREADABLE,),
)
CHECKS: tuple[Check, ...] = (
    DATABASE,
    STORE_KEY,
    EVIDENCE,
    URGENT,
    DEAD_LETTERS,
    HELD,
    DISKS,
    KEYS,
    Check("certificates", "The certificates for TLS can be read and last.", identity.certificates),
    DIRECTORY,
    AGREEMENTS,
    DATABASE_CLOCK,
    Check(
        "partner-clocks",
        "Partners answer, and their clocks agree with ours.",
        network.partner_clocks,
        needs_database=True,
    ),
    Check("partners", "A message could go to each partner now.", network.partners, needs_database=True),
    Check("broker", "The broker answers, where one is set.", network.broker),
)
READY: tuple[Check, ...] = (DATABASE, EVIDENCE, DISKS, KEYS)
"""Without one of these the gateway cannot sign, store or send."""
WATCHED: tuple[Check, ...] = (
    EVIDENCE,
    DISKS,
    KEYS,
    DIRECTORY,
    AGREEMENTS,
    DATABASE_CLOCK,
    URGENT,
    DEAD_LETTERS,
    HELD,
)
"""Their alerts open and close by themselves."""


def examine(installation: Installation, checks: Iterable[Check] = CHECKS) -> Iterator[Finding]:
    """Run the checks, one after the other; those that need the database are left out where it is away."""
    away = False
    for check in checks:
        if away and check.needs_database:
            missed = warn("Not looked at, because the database cannot be used.", "Mend the database first.")
            yield replace(missed, check=check.name)
            continue
        for finding in _looked(check, installation):
            away = away or (check is DATABASE and finding.standing is Standing.FAIL)
            yield replace(finding, check=check.name)


def ready(exchange: Exchange) -> tuple[Finding, ...]:
    """Give what keeps the gateway from signing, storing or sending; nothing where it is ready."""
    found = examine(of_exchange(exchange), READY)
    return tuple(finding for finding in found if finding.standing is Standing.FAIL)


def readiness(exchange: Exchange) -> Mapping[str, bool]:
    """Say of each check of readiness whether it passed, for /health/ready."""
    failing = {finding.check for finding in ready(exchange)}
    return {check.name: check.name not in failing for check in READY}


def watch(exchange: Exchange) -> None:
    """Open the alert of each thing that is wrong or will be, and close those of what is well again. Raise Busy."""
    installation = of_exchange(exchange)
    found = [(check, finding) for check in WATCHED for finding in _looked(check, installation)]
    wrong = {(finding.alert, finding.subject) for _, finding in found if finding.alert is not None}
    # A check that broke off says nothing of what was wrong before.
    broken = {check.name for check, finding in found if finding.standing is Standing.FAIL and finding.alert is None}
    ours = [code for check in WATCHED if check.name not in broken for code in check.alerts]
    _settle(exchange, wrong, ours, exchange.clock())


def _settle(exchange: Exchange, wrong: set[tuple[AlertCode, str]], ours: list[AlertCode], now: datetime) -> None:
    engine = exchange.store.engine
    with reading(engine) as connection:
        open_now = select(Alert.code, Alert.subject).where(Alert.closed.is_(None), Alert.code.in_(list(CODES)))
        was = {(CODES[code], subject) for code, subject in connection.execute(open_now)}
    with writing(engine) as connection:
        for code, subject in sorted(wrong - was):
            raise_alert(connection, code, subject, now)
        for code, subject in sorted(was - wrong):
            if code in ours:
                close_alert(connection, code, subject, now)


def _looked(check: Check, installation: Installation) -> Iterator[Finding]:
    try:
        yield from check.look(installation)
    except GatewayError as error:
        yield fail(error.message, error.hint)
