"""Alerts: what a person must see, as a closed list; raised and closed in the transaction of what they are about."""

from __future__ import annotations

import hashlib
import re
from datetime import datetime
from enum import StrEnum
from typing import Self

from sqlalchemy import ColumnElement, Connection, and_, insert, text, update

from gateway.itp.codes import Code
from gateway.store.models import Alert

_SUBJECT = re.compile(r"[A-Za-z0-9_][A-Za-z0-9:._-]{0,127}")


class AlertCode(StrEnum):
    """What is wrong: its value, one sentence of meaning, and what to do. docs/alerts.md says more of each."""

    meaning: str
    action: str

    def __new__(cls, value: str, meaning: str, action: str) -> Self:
        """Keep the meaning and the action beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.action = action
        return member

    PARTNER_PAUSED = (
        "partner-paused",
        "Sending to a partner paused, because it failed again and again.",
        "Ask the partner whether its gateway runs. Sending begins again by itself when it answers.",
    )
    PARTNER_HELD = (
        "partner-held",
        "Sending to a partner is stopped until a person lets it go on.",
        "Find out why it was stopped, settle it with the partner, then resume it.",
    )
    IDENTITY_MISMATCH = (
        "identity-mismatch",
        "A request or message named different organisations in its layers.",
        "Treat it as a security incident: compare certificate, key and label with the partner by telephone.",
    )
    MESSAGE_ID_CONFLICT = (
        "message-id-conflict",
        "The id of a message came again with other content.",
        "Ask the partner whether it restored a backup; otherwise treat it as a security incident.",
    )
    SIGNATURE_REFUSED = (
        "signature-refused",
        "The signature of a partner's request is missing, invalid or stale.",
        "Compare both clocks and the partner's keys in the directory.",
    )
    MANIFEST_REFUSED = (
        "manifest-refused",
        "A signature inside a package, a digest or a claim does not hold.",
        "Treat it as a security incident: ask the partner what it sent, and keep the message.",
    )
    HEAD_WENT_BACK = (
        "head-went-back",
        "A partner's audit log went back behind what it had signed before.",
        "Ask the partner whether it restored a backup; keep both heads as evidence.",
    )
    URGENT_WITHOUT_RECEIPT = (
        "urgent-without-receipt",
        "An urgent message has no receipt from its partner after fifteen minutes.",
        "Telephone the partner now; then look at why it is not delivered.",
    )
    DEAD_LETTER = (
        "dead-letter",
        "A message was given up and set aside.",
        "Look at the dead letters: replay them, or drop them with a reason.",
    )
    MESSAGE_HELD = (
        "message-held",
        "A message waits for a person to decide.",
        "Look at the held messages: release, return or drop them.",
    )
    TRANSFER_UNANSWERED = (
        "transfer-unanswered",
        "A partner has not acknowledged a transfer in time.",
        "The duty manager telephones the partner: the gateway does not replace a call.",
    )
    TRANSFER_ESCALATED = (
        "transfer-escalated",
        "A partner still has not acknowledged a transfer: the heads of service on both sides must know.",
        "Tell both heads of service, and record what was agreed.",
    )
    TRANSFER_WAITING = (
        "transfer-waiting",
        "A transfer that came to us waits for an acknowledgement that is overdue.",
        "See it, decide on its children, and accept or decline it.",
    )
    MANY_CHECKS = (
        "many-checks",
        "A partner has asked about unusually many children within a day.",
        "Telephone the partner before you answer; stop it if nobody there knows why.",
    )
    RECALL_WAITING = (
        "recall-waiting",
        "A partner takes back what we have accepted, or what a legal hold names.",
        "A manager decides: delete what it brought, or say why it stays.",
    )
    AUDIT_CHANGED = (
        "audit-changed",
        "Our own audit log is not what was written and signed: it was changed or cut, or a backup was restored.",
        "Keep the database as evidence, export the log, and compare it with what partners hold.",
    )
    EVIDENCE_BACKLOG = (
        "evidence-backlog",
        "Audit events wait for their place in the log; sending stops while evidence cannot be kept.",
        "Check that a worker runs and that the database has space.",
    )
    DIRECTORY_OLD = (
        "directory-old",
        "No new revision of the partner directory came for two days.",
        "Fetch the directory; ask the partnership that publishes it.",
    )
    DIRECTORY_STALE = (
        "directory-stale",
        "The partner directory is too old to send by: nothing new is sent.",
        "Fetch the directory now; ask the partnership that publishes it.",
    )
    DIRECTORY_REFUSED = (
        "directory-refused",
        "A revision of the partner directory was refused: wrongly signed, older, or another of the same number.",
        "Treat it as a security incident; ask the partnership that publishes it.",
    )
    AGREEMENTS_UNREADABLE = (
        "agreements-unreadable",
        "The sharing agreements cannot be read: nothing is sent, and what arrives waits.",
        "Mend the file that the doctor names, or put the earlier one back.",
    )
    KEY_EXPIRING = (
        "key-expiring",
        "A key or certificate is near the end of its life.",
        "Make its successor and have it published before then.",
    )
    DISK_LOW = (
        "disk-low",
        "A disk that the gateway writes to is nearly full.",
        "Make space; a full disk stops sending and receiving.",
    )
    FEED_LATE = (
        "feed-late",
        "The daily feed to DfE was not sent in time.",
        "See ics-gateway csc-api status; look whether a worker runs and the source was loaded.",
    )
    FEED_STOPPED = (
        "feed-stopped",
        "A run of the feed to DfE stopped before its end.",
        "See ics-gateway csc-api status for the reason, settle it, and send again.",
    )
    FEED_FAULTS = (
        "feed-faults",
        "Too many children of the feed to DfE have faults and were not sent.",
        "List them with ics-gateway csc-api status --children, and have their data corrected.",
    )
    RETURN_ERRORS_ROSE = (
        "return-errors-rose",
        "The weekly check of a return found more errors than the one before.",
        "See ics-gateway returns weekly for the report; correct the new errors in the case system.",
    )
    RETURN_NOT_CHECKED = (
        "return-not-checked",
        "The weekly check of a return could not be made.",
        "See ics-gateway returns weekly for the reason; look at the dataset and at the settings.",
    )
    CLOCK_SKEW = (
        "clock-skew",
        "This machine's clock differs from another's.",
        "Set the clock by the network; signatures are refused two minutes apart.",
    )
    SIGN_IN_LOCKED = (
        "sign-in-locked",
        "Signing in under one name failed again and again, and is locked for a while.",
        "Look at the audit log for who it was about; telephone the person whose account it is.",
    )
    BREAK_GLASS = (
        "break-glass",
        "Somebody reached an object of another team in an emergency.",
        "Somebody of the role governance looks at why, and reviews it.",
    )
    AGREEMENT_RUN_OUT = (
        "agreement-run-out",
        "Case records went in an emergency under an agreement that has run out.",
        "Somebody of the role governance looks at why, and renews the agreement.",
    )
    BREAK_GLASS_UNREVIEWED = (
        "break-glass-unreviewed",
        "Nobody has reviewed an emergency access within two working days.",
        "Review it now; ask why it took so long.",
    )


OF_CODE = {
    Code.ORG_MISMATCH: AlertCode.IDENTITY_MISMATCH,
    Code.CONFLICT: AlertCode.MESSAGE_ID_CONFLICT,
    Code.SIGNATURE: AlertCode.SIGNATURE_REFUSED,
    Code.MANIFEST: AlertCode.MANIFEST_REFUSED,
}
"""The alert of each code of the protocol that asks for one."""


def raise_alert(connection: Connection, code: AlertCode, subject: str, at: datetime) -> bool:
    """Raise an alert about a subject: an organisation, a key id, a disk; say whether it was not open before.

    While it is open it is counted again, and no second one is opened. Raise ValueError for a subject that is a text.
    """
    if not _SUBJECT.fullmatch(subject):
        raise ValueError("The subject of an alert is a name without spaces.")
    again = update(Alert).where(_open(code, subject)).values(count=Alert.count + 1, last=at)
    if connection.execute(again).rowcount:
        return False
    _take_turns(connection, code, subject)
    if connection.execute(again).rowcount:
        return False
    first = insert(Alert).values(code=code.value, subject=subject, raised=at, last=at, count=1)
    connection.execute(first)
    return True


def close_alert(connection: Connection, code: AlertCode, subject: str, at: datetime) -> bool:
    """Close an alert, because what it tells of is over; say whether it was open."""
    return bool(connection.execute(update(Alert).where(_open(code, subject)).values(closed=at)).rowcount)


def _open(code: AlertCode, subject: str) -> ColumnElement[bool]:
    return and_(Alert.code == code.value, Alert.subject == subject, Alert.closed.is_(None))


def _take_turns(connection: Connection, code: AlertCode, subject: str) -> None:
    # Two that raise the same alert at once would open it twice. On SQLite a transaction that writes is alone already.
    if connection.dialect.name == "postgresql":
        digest = hashlib.sha256(f"alert\x00{code}\x00{subject}".encode()).digest()
        number = int.from_bytes(digest[:8], "big", signed=True)
        connection.execute(text("SELECT pg_advisory_xact_lock(:number)"), {"number": number})
