"""What the audit log records: each action once, with its meaning. docs/audit-events.md is made from here."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Explained(StrEnum):
    """A closed list whose values each carry one sentence of meaning."""

    meaning: str

    def __new__(cls, value: str, meaning: str) -> Self:
        """Keep the meaning beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member


class Action(Explained):
    """What was done. The value is what stands in the log and never changes its meaning."""

    RECEIVE = "receive", "Something from a partner or a person arrived."
    PARSE = "parse", "What arrived was read into tables or case records."
    VALIDATE = "validate", "What was read was checked against its rules."
    MAP = "map", "Case data was turned into what one partner may have."
    ROUTE = "route", "It was settled to whom and by which carrier a message goes."
    PREPARE = "prepare", "A person prepared a transfer of case records; nothing was sent."
    RELEASE_PLACES = "release-places", "A person let the places of a hidden child go to one partner."
    AUTHORISE = "authorise", "A person let a message go."
    ACCEPT = "accept", "A message was stored durably and became ours to finish."
    SEAL = "seal", "A package was signed and encrypted to one recipient."
    OPEN = "open", "A sealed package was decrypted, and every check on it passed."
    DELIVER = "deliver", "One attempt was made to bring a message to a partner."
    COLLECT = "collect", "A partner collected a message, or we collected from one."
    HAND_OVER = "hand-over", "An opened package was handed to the case system."
    RECEIPT_SIGN = "receipt-sign", "We signed a receipt, positive or negative."
    RECEIPT_TAKE = "receipt-take", "A partner's receipt was verified and stored."
    RETURN = "return", "A message went back to its sender with a reason."
    HOLD = "hold", "A message waits for a person to decide."
    RELEASE = "release", "A person released a held message."
    EXPIRE = "expire", "A message reached its expiry before it was finished."
    ANSWER = "answer", "A person accepted, declined or completed what a partner sent, wholly or for one child."
    RECALL = "recall", "A message was recalled, or a recall was carried out."
    DEAD_LETTER = "dead-letter", "A message was given up and set aside with its reason."
    REPLAY = "replay", "A dead letter was put back to work."
    DROP = "drop", "A dead letter was dropped for good."
    POLICY_DECIDE = "policy-decide", "An agreement was applied: the decision and what it withheld."
    BREAK_GLASS = "break-glass", "A person went past a restriction in an emergency."
    BREAK_GLASS_REVIEW = "break-glass-review", "An emergency access was reviewed."
    AGREEMENT_CHANGE = "agreement-change", "A sharing agreement was added, changed, suspended or ended."
    RULES_CHANGE = "rules-change", "The compiled rules of sharing, or a retention rule, changed."
    MATCH = "match", "A person was looked for, and the result was recorded."
    READ = "read", "A person read a record, a message or a page that shows one."
    SEARCH = "search", "A person searched."
    EXPORT = "export", "Records, findings or the log were written out for use elsewhere."
    KEY_CREATE = "key-create", "A key of ours was made."
    KEY_ROTATE = "key-rotate", "A key of ours was replaced by its successor."
    KEY_RETIRE = "key-retire", "A key was retired: it verifies, and no longer signs or seals."
    KEY_REVOKE = "key-revoke", "A key was revoked: nothing under it is believed from then on."
    STORE_KEY_ROTATE = "store-key-rotate", "The key that encrypts the store was replaced."
    DIRECTORY_CHANGE = "directory-change", "A revision of the partner directory was accepted or refused."
    PARTNER_INVITE = "partner-invite", "A partner was invited."
    PARTNER_JOIN = "partner-join", "A partner answered an invitation and proved that it holds its keys."
    PARTNER_VERIFY = "partner-verify", "A partner's keys were compared over a second channel."
    PARTNER_ACTIVATE = "partner-activate", "A partner went live."
    PARTNER_SUSPEND = "partner-suspend", "A partner was suspended."
    PARTNER_PAUSE = "partner-pause", "Sending to a partner paused because it failed again and again."
    PARTNER_RESUME = "partner-resume", "Sending to a paused partner began again."
    LEGAL_HOLD_SET = "legal-hold-set", "A legal hold was set: it stops every deletion of what it names."
    LEGAL_HOLD_LIFT = "legal-hold-lift", "A legal hold was lifted."
    PURGE_PLAN = "purge-plan", "Candidates for deletion were listed; nothing was deleted."
    PURGE_APPROVE = "purge-approve", "A person approved a deletion."
    PURGE = "purge", "Data past its retention was deleted and its key destroyed."
    LOGIN = "login", "A person or a partner's system logged in, or failed to."
    LOGOUT = "logout", "A session ended."
    ROLE_CHANGE = "role-change", "A person's role, team or delegation changed."
    ACCOUNT_INVITE = "account-invite", "A person was given a one-time secret to choose a password with."
    ACCOUNT_CLOSE = "account-close", "A person's account was closed, and its sessions ended."
    PASSWORD_CHANGE = "password-change", "A person chose a new password."
    TOKEN_MAKE = "token-make", "A person made a token for a program."
    TOKEN_REVOKE = "token-revoke", "A token for a program was revoked."
    ACCESS = "access", "A person asked for something that the person's role does not allow."
    SETTING_CHANGE = "setting-change", "A setting changed."
    CHECKPOINT = "checkpoint", "A checkpoint of this log was signed."
    COSIGN = "cosign", "We cosigned a partner's checkpoint, or took a partner's cosignature of ours."
    VERIFY = "verify", "This log or an export of it was verified."
    START = "start", "A process of the gateway started."
    STOP = "stop", "A process of the gateway stopped in order."
    RESTORE = "restore", "The store was restored from a backup."
    FEED_CONSENT = "feed-consent", "A person let the feed to DfE go to an environment, or forbade it again."
    FEED_SEND = "feed-send", "A run of the feed to DfE ended; how many children were accepted."
    RETURN_EXPLAIN = "return-explain", "A person noted why queries of a statutory return stand."
    RETURN_SIGN = "return-sign", "A person signed a statutory return with its report and notes."
    RETURN_SUBMIT = "return-submit", "A person recorded that a statutory return was uploaded to DfE."
    RETURN_ANSWER = "return-answer", "A person recorded what DfE answered on a statutory return."
    RETURN_COMPARE = "return-compare", "DfE's error report on a statutory return was compared with ours."
    MAINTENANCE = "maintenance", "Maintenance mode began or ended."


class Outcome(Explained):
    """How it ended."""

    DONE = "done", "It was done."
    REFUSED = "refused", "It was not allowed."
    FAILED = "failed", "It was tried and did not work."
    HELD = "held", "It waits for a person."


def page() -> str:
    """Give the documentation page."""
    parts = [
        "# What the audit log records",
        "",
        "Made from `gateway/audit/events.py`; a test holds the two together. [Audit](audit.md) says how an entry looks",
        "and how a log is verified.",
        "",
        "| Action | Meaning |",
        "| --- | --- |",
        *(f"| `{action.value}` | {action.meaning} |" for action in Action),
        "",
        "Each ends in one of these:",
        "",
        "| Outcome | Meaning |",
        "| --- | --- |",
        *(f"| `{outcome.value}` | {outcome.meaning} |" for outcome in Outcome),
    ]
    return "\n".join(parts) + "\n"
