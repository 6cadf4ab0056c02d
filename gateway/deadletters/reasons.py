"""What the code of a reason means, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass

from gateway.itp.codes import TABLE, Code


@dataclass(frozen=True, slots=True)
class Meaning:
    """One sentence on what happened, one on what to do."""

    means: str
    todo: str


OURS = {
    "conflict": Meaning(
        "The partner has other content under this message id.", "Treat it as a security incident; ask the partner."
    ),
    "misconfigured": Meaning(
        "A key, an address or the directory did not fit, and the partner is held.",
        "Correct it, then resume the partner.",
    ),
    "no-answer": Meaning(
        "The request went and no answer came: the partner may have the message.",
        "Ask the partner; a replay delivers nothing twice.",
    ),
    "no-connection": Meaning("The partner could not be reached.", "See that it can be reached, then replay."),
    "accepted": Meaning("The message was stored and is ours to finish.", "Nothing."),
    "expired": Meaning(
        "The message was past its expiry before it was finished.",
        "Return it. What still has to go needs a new message.",
    ),
    "dropped": Meaning("A person gave the message up.", "Nothing."),
    "fault": Meaning(
        "A fault of the gateway stopped the step, again and again.",
        "Report it with what the log says; replay once it is corrected.",
    ),
    "held-by-person": Meaning("A person stopped the message to look at it.", "Look, then release, return or drop it."),
    "owner-set": Meaning("A role was named that looks after the message.", "Nothing."),
    "released": Meaning("A person let a held message go on.", "Nothing."),
    "store-busy": Meaning("The database was away, locked or full.", "See that it runs and has space, then replay."),
    "store-conflict": Meaning(
        "The sender used the id of an earlier message for other content.", "Treat it as a security incident."
    ),
    "store-damaged": Meaning(
        "What is stored does not open under its key, or is missing.", "Restore the database from a backup, then replay."
    ),
    "store-incomplete": Meaning("Chunks of the message were missing.", "Return it; the sender sends it again."),
    "store-unknown-key": Meaning(
        "The message is stored under a key that is not in the key file.", "Put the key back into the file, then replay."
    ),
}
"""Codes of the gateway itself; those of the exchange protocol are in its own table."""

PREFIXES: dict[str, Meaning] = {
    "http-": Meaning(
        "A server before the partner, or the partner in trouble, gave this HTTP status.",
        "Ask who runs it, then replay.",
    ),
    "replay-": Meaning("A replay put the message back to work; its id follows.", "Nothing."),
    "paused-": Meaning("The replay was paused before the message's turn; its id follows.", "Resume it, or replay."),
}

_UNKNOWN = Meaning(
    "The gateway knows this code only as it was given.",
    "Look at the attempts, and ask the partner with the message id.",
)


def meaning(reason: str) -> Meaning:
    """Explain a code."""
    if reason in OURS:
        return OURS[reason]
    if reason in set(Code):
        entry = TABLE[Code(reason)]
        return Meaning(entry.meaning, entry.action)
    return next((found for prefix, found in PREFIXES.items() if reason.startswith(prefix)), _UNKNOWN)
