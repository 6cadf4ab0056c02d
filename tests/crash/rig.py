"""Two authorities as real processes that are killed, and the waiting until everything has come to its end."""

from __future__ import annotations

import secrets
import time
from collections.abc import Callable, Collection, Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path

from authorities import Member, Partnership, dispatch
from crash.books import Books, books
from crash.checker import check, check_messages
from crash.faults import Fault
from crash.launch import REFUSED
from crash.moved_clock import MovedClock
from crash.side import Side
from gateway.audit.store import EvidenceNotStored

PATIENCE = 60.0
"""How long, in seconds of this machine, anything is waited for."""
LEASE = timedelta(minutes=11)
"""After this the lease that a killed process held has lapsed."""
_STEP = timedelta(seconds=5)
_FASTEST = 6
_LOOK = 0.1


@dataclass
class Rig:
    """Ann and Ben, one clock for both, and what was sent from each to the other."""

    folder: Path
    clock: MovedClock
    ann: Side
    ben: Side
    books: tuple[Books, Books]
    sent: dict[str, dict[str, bytes]] = field(default_factory=lambda: {"AAA": {}, "BBB": {}})

    @property
    def sides(self) -> tuple[Side, Side]:
        return self.ann, self.ben

    def other(self, side: Side) -> Side:
        return self.ben if side is self.ann else self.ann

    def send(self, content: bytes = b"", *, by: Side | None = None, chunk_size: int = 1 << 20, **how: object) -> str:
        """Send made-up content from the test's own process, which is not killed; from Ann if nobody else is named.

        While the audit log is behind, nothing is sent: then the worker is waited for.
        """
        side, content, ids = by or self.ann, content or small(), list[str]()
        self.start()

        def sends() -> bool:
            try:
                with side.member.exchange() as exchange:
                    to = self.other(side).member.organisation
                    ids.append(dispatch(exchange, to, content, chunk_size, **how))
            except EvidenceNotStored:
                return False
            return True

        assert self.until(sends), self.logs()
        self.sent_by(side)[ids[0]] = content
        return ids[0]

    def sent_by(self, side: Side) -> dict[str, bytes]:
        """Give what was sent by a side: content by id."""
        return self.sent["AAA" if side is self.ann else "BBB"]

    def start(self) -> None:
        for side in self.sides:
            side.bury()
            side.start()

    def until(self, what: Callable[[], bool], *, restart: bool = True) -> bool:
        """Wait until something is so, and start again what died. Where nothing goes on, time passes fast."""
        give_up, mark, idle = time.monotonic() + PATIENCE, self._mark(), 0
        while not what():
            if time.monotonic() > give_up:
                return False
            if restart:
                self.start()
            time.sleep(_LOOK)
            before, mark = mark, self._mark()
            idle = idle + 1 if mark == before and not self._is_asking() else 0
            self.clock.forward(_STEP * min(idle, _FASTEST))
        return True

    def skip(self, time: timedelta) -> None:
        """Let time pass at once, when no request is under way: it would be as old when it is read."""
        self.until(lambda: not self._is_asking(), restart=False)
        self.clock.forward(time)

    def _is_asking(self) -> bool:
        return any(side.proxy.unanswered for side in self.sides)

    def _mark(self) -> tuple[object, ...]:
        return tuple(each.mark() for each in self.books)

    def killed_by(self, side: Side, fault: Fault) -> None:
        """Wait until a fault that is armed was met, and count the dead; their leases lapse."""
        met = self.until(lambda: side.trap.sprung, restart=False)
        side.trap.disarm()
        assert met, f"{fault} was never met, {[each.alive for each in side.processes.values()]}\n{side.log()}"
        give_up = time.monotonic() + PATIENCE
        while not fault.alone and not side.bury() and side.deaths == side.deaths_before:
            assert time.monotonic() < give_up, f"{fault} was met, and nobody died"
            time.sleep(_LOOK)
        self.skip(LEASE)

    def settle(self, *, restored: Side | None = None, only: Collection[str] | None = None) -> list[str]:
        """Wait until all that was sent has come to its end on both sides; list what is wrong then."""
        back = None if restored is None else self.books[self.sides.index(restored)]
        ann, ben = self.books
        directions = (
            (ann, ben, _of(self.sent_by(self.ann), only)),
            (ben, ann, _of(self.sent_by(self.ben), only)),
        )
        # What has come to its end stays there, and is looked at once more when all has.
        waiting = [
            (ours, theirs, {message: content}) for ours, theirs, sent in directions for message, content in sent.items()
        ]

        def ended() -> bool:
            while waiting and not check_messages(*waiting[-1], restored=back):
                waiting.pop()
            return not waiting

        self.until(ended)
        return [problem for each in directions for problem in check(*each, restored=back)]

    def restore(self, side: Side, backup: Path) -> None:
        """Kill a side and put a backup in the place of its database; it is started again when something is awaited."""
        side.kill()
        self.books[self.sides.index(side)].store.engine.dispose()
        side.restore(backup)

    def logs(self) -> str:
        return "\n".join(side.log() for side in self.sides)


def small() -> bytes:
    """Make content that goes in one request."""
    return secrets.token_bytes(200)


def large() -> bytes:
    """Make content that goes in three chunks of a mebibyte, each in a request of its own."""
    return secrets.token_bytes(5 << 19)


def refused() -> bytes:
    """Make content that the receiver's scan refuses."""
    return REFUSED + secrets.token_bytes(8)


@contextmanager
def rig(
    folder: Path,
    *,
    sabotaged: bool = False,
    databases: Mapping[str, str] | None = None,
    brokers: Mapping[str, str] | None = None,
) -> Iterator[Rig]:
    """Found two authorities and start their processes; kill them all at the end."""
    clock_file = folder / "clock"
    clock = MovedClock(clock_file)
    partnership = Partnership(folder, clock=clock)
    members = [partnership.found(code, database=(databases or {}).get(code, "")) for code in ("AAA", "BBB")]
    partnership.publish()
    ann, ben = (_side(member, clock_file, brokers, sabotaged=sabotaged) for member in members)
    with ExitStack() as stack:
        kept = tuple(stack.enter_context(books(member)) for member in members)
        made = Rig(folder, clock, ann, ben, (kept[0], kept[1]))
        for side in made.sides:
            stack.callback(side.kill)
            stack.enter_context(side.proxy.passing())
        made.start()
        yield made


def _side(member: Member, clock: Path, brokers: Mapping[str, str] | None, *, sabotaged: bool) -> Side:
    code = member.folder.name
    return Side(member, clock, (brokers or {}).get(code, ""), sabotaged and code == "BBB")


def _of(sent: Mapping[str, bytes], only: Collection[str] | None) -> dict[str, bytes]:
    return (
        dict(sent)
        if only is None
        else {message_id: content for message_id, content in sent.items() if message_id in only}
    )
