"""What waits in our mailbox, sorted from what must be left alone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field

from adapters.transports.base import Entry, Listing, Reason, Refusal, Undelivered
from adapters.transports.limits import Limits
from adapters.transports.mesh_faults import Gone
from adapters.transports.mesh_mailbox import Mailbox
from adapters.transports.names import is_identifier
from schemas.errors import Rejected

_MOST = 5_000
_REPORT = "REPORT"


@dataclass(frozen=True, slots=True)
class Post:
    """One kind of message: the mailbox that it goes to or comes from, and its workflow id."""

    partner: str
    workflow: str


@dataclass(slots=True)
class _Found:
    waiting: list[Entry] = field(default_factory=list)
    refused: list[Refusal] = field(default_factory=list)
    undelivered: list[Undelivered] = field(default_factory=list)


def list_post(mailbox: Mailbox, post: Post, limits: Limits, beside: tuple[Post, ...] = ()) -> Listing:
    """List what the partner sent of one kind; where `beside` names all our kinds, count what is of none of them."""
    everything = mailbox.identifiers(None, _MOST) if beside else []
    workflows = {kind.workflow for kind in (post, *beside)}
    known = {workflow: mailbox.identifiers(workflow, _MOST) for workflow in workflows}
    found, seen = _Found(), 0
    for mesh_id in known[post.workflow]:
        if len(found.waiting) == limits.waiting:
            break
        seen += 1
        _sort(found, mailbox, mesh_id, post)
    foreign = len(set(everything).difference(*known.values()))
    refused = found.refused + [Refusal(None, Reason.WORKFLOW)] * foreign
    return Listing(
        waiting=tuple(sorted(found.waiting, key=lambda entry: entry.identifier)),
        refused=tuple(refused[: limits.refused]),
        refused_count=len(refused),
        undelivered=tuple(found.undelivered),
        more=seen < len(known[post.workflow]) or len(known[post.workflow]) == _MOST,
    )


def require_ours(headers: Mapping[str, str], post: Post, entry: Entry) -> None:
    """Raise Rejected where a message is not the one that was listed."""
    told = tuple(headers.get(name) for name in ("Mex-From", "Mex-WorkflowID", "Mex-LocalID"))
    if told != (post.partner, post.workflow, entry.identifier):
        raise Rejected("The message in the mailbox is not the one that was listed.")


def _sort(found: _Found, mailbox: Mailbox, mesh_id: str, post: Post) -> None:
    try:
        headers = mailbox.head(mesh_id)
    except Gone:
        return
    local_id = headers.get("Mex-LocalID", "")
    identifier = local_id if is_identifier(local_id) else None
    if headers.get("Mex-MessageType") == _REPORT:
        entry = Entry(identifier or "", None, mesh_id)
        found.undelivered.append(Undelivered(entry, identifier, headers.get("Mex-StatusCode", "")[:10]))
    elif headers.get("Mex-From") != post.partner:
        found.refused.append(Refusal(identifier, Reason.SENDER))
    elif identifier is None:
        found.refused.append(Refusal(None, Reason.NAME))
    else:
        found.waiting.append(Entry(identifier, None, mesh_id))
