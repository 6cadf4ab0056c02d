"""Say what is wrong between two authorities after any crash.

A message that was sent has ended on both sides, was accepted once, was handed over with the bytes that were sent or
refused, and both sides hold the same receipts about it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass

from crash import logs
from crash.books import Books, Copy
from crash.launch import REFUSED
from gateway.itp.codes import Refused
from gateway.itp.receipts import check_chain
from gateway.store.states import Direction, State

_ENDS = {False: (("R1", "R2"), State.DELIVERED), True: (("R1", "N"), State.HELD)}
"""The receipts and the state that a message ends with, by whether its content is one that is refused."""


def check(ours: Books, theirs: Books, sent: Mapping[str, bytes], *, restored: Books | None = None) -> list[str]:
    """List the violations between sender and receiver; `sent` has the content of each message by its id.

    Where a side was `restored` from a backup its log went back, and need not be what its partner saw of it; and the
    sender may hold more receipts than the receiver remembers.
    """
    problems = check_messages(ours, theirs, sent, restored=restored)
    for side, other in ((ours, theirs), (theirs, ours)):
        found = logs.faults(side, other, went_back=side is restored)
        problems += [f"audit log of {side.member.authority.name}: {fault}" for fault in found]
    return problems + logs.repeated(theirs)


def check_messages(
    ours: Books, theirs: Books, sent: Mapping[str, bytes], *, restored: Books | None = None
) -> list[str]:
    """List the violations of messages and receipts alone, which is quick enough to be asked again and again."""
    problems = [
        f"{message_id}: {problem}"
        for message_id, content in sent.items()
        for problem in _Checked(ours, theirs, message_id, content, restored=restored is not None).problems()
    ]
    if restored is not ours:
        strangers = set(theirs.ids(Direction.IN, ours.member)) - set(ours.ids(Direction.OUT, theirs.member))
        problems += [f"{message_id}: was accepted and never sent" for message_id in sorted(strangers)]
    return problems


@dataclass(frozen=True)
class _Checked:
    ours: Books
    theirs: Books
    message_id: str
    content: bytes
    restored: bool

    def problems(self) -> Iterator[str]:
        out = self.ours.copies(self.message_id, Direction.OUT)
        came = self.theirs.copies(self.message_id, Direction.IN)
        if len(out) != 1:
            yield f"the sender has {len(out)} copies"
        if len(came) != 1:
            yield f"the receiver has {len(came)} copies"
        for name, copies in (("sender", out), ("receiver", came)):
            for copy in copies:
                yield from self._ended(name, copy)
        if len(came) == 1:
            yield from self._received(came[0])
        if len(out) == len(came) == 1:
            yield from self._receipts(out[0], came[0])

    def _ended(self, name: str, copy: Copy) -> Iterator[str]:
        _, state = _ENDS[self._refused]
        if copy.state is not state:
            yield f"is {copy.state} at the {name} and not {state}"
        if copy.due:
            yield f"has not ended at the {name}: {', '.join(copy.due)} is due"

    def _received(self, came: Copy) -> Iterator[str]:
        if came.acceptances != 1:
            yield f"was accepted {came.acceptances} times"
        handed = self.theirs.handed_over(self.message_id)
        if handed is None and not self._refused:
            yield "was not handed over"
        if handed is not None and self._refused:
            yield "was refused and handed over"
        if handed is not None and handed != self.content:
            yield "was handed over with other content"

    def _receipts(self, out: Copy, came: Copy) -> Iterator[str]:
        levels, _ = _ENDS[self._refused]
        if came.levels != levels:
            yield f"has the receipts {_listed(came.levels)} at the receiver and not {_listed(levels)}"
        held = tuple(token for token in out.tokens if token in came.tokens) if self.restored else out.tokens
        if held != came.tokens:
            yield f"the sender holds {_listed(out.levels)} and the receiver gave {_listed(came.levels)}"
            return
        try:
            subject = self.ours.subject(out)
            check_chain(held, subject, self.ours.directory(), self.ours.member.clock())
        except Refused as refused:
            yield f"the receipts do not hold: {refused.message}"

    @property
    def _refused(self) -> bool:
        return self.content.startswith(REFUSED)


def _listed(levels: tuple[str, ...]) -> str:
    return ", ".join(levels) or "none"
