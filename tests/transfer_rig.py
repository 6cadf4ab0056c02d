"""Authorities that transfer made-up families: Ann and Ben, and Cat who may know less; who acts for them, and how."""

from __future__ import annotations

import uuid
from collections.abc import Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from adapters.case.demo.moving import moving_family, papers
from authorities import Member, Partnership, SetClock, served, settle
from exchange_rig import Wire, opened
from gateway.actor import Actor
from gateway.audit.entry import Role
from gateway.cases import imports
from gateway.cases.imports import import_case
from gateway.demo.agreement import between
from gateway.matching.review import Verdict
from gateway.pipeline.exchange import Exchange
from gateway.store.states import Direction
from gateway.transfers import answer, authorise, dispatch, judge, look, match, prepare, reviews, rows, see
from gateway.transfers.arrival import Arrival
from gateway.transfers.draft import Stage
from gateway.transfers.prepare import Wanted
from gateway.transfers.rows import Transfer
from schemas.case.record import CaseFile
from schemas.case.text import write_case

_PLACEMENT = """
[[purposes]]
code = "placement"
text = "Tell whom the regulations name of a placement."
processes = ["P5"]

[[items]]
id = "placement-{name}"
need = "may"
fields = [{fields}]
processes = ["P5"]
text = ["PLAN", "ASSESSMENT"]
"""
AREA = ("E01", "E02", "E03", "E04", "E06", "E07", "E16", "E18", "E24", "E26")
HEALTH = ("E01", "E02", "E03", "E04", "E06", "E31")


def agreement(first: str, second: str, day: date, name: str, fields: tuple[str, ...]) -> str:
    """Give the example's agreement between two, with notices of placements that may have these elements."""
    text = between(first, second, day).replace("northmere-southmere-moves", f"moves-{name}")
    text = text.replace('gateways = ["LG-CA89-47"', 'gateways = ["LG-CPPR10", "LG-CA89-47"')
    more = _PLACEMENT.format(name=name, fields=", ".join(f'"{field}"' for field in fields))
    return text.replace("\n[lawful_basis]", f"{more}\n[lawful_basis]", 1)


def actor(exchange: Exchange, role: Role, number: int = 1) -> Actor:
    """Give somebody of an authority; the same role and number is the same person."""
    staff = uuid.UUID(int=(list(Role).index(role) << 8 | number) | 4 << 76 | 8 << 60)
    return Actor(exchange.organisation, role, str(staff))


@dataclass(frozen=True)
class Rig:
    """The authorities, their clock, and the family that Ann holds. Cat is there where a test asks for her."""

    partnership: Partnership
    everybody: tuple[Exchange, ...]
    family: CaseFile

    @property
    def ann(self) -> Exchange:
        return self.everybody[0]

    @property
    def ben(self) -> Exchange:
        return self.everybody[1]

    @property
    def cat(self) -> Exchange:
        return self.everybody[2]

    @property
    def clock(self) -> SetClock:
        return self.partnership.clock

    @property
    def today(self) -> date:
        return self.clock().date()

    @property
    def children(self) -> tuple[str, ...]:
        return tuple(child.id for child in self.family.children)

    def hold(self, exchange: Exchange) -> None:
        """Let another authority hold the family too."""
        content = write_case(self.family).encode()
        import_case(exchange.store, actor(exchange, Role.DATA_STEWARD), content, self.clock())

    def settle(self) -> None:
        """Let every side deliver, acknowledge, and look for children."""
        settle(*self.everybody)
        if sum(match.attend(each) for each in self.everybody):
            settle(*self.everybody)

    def send(self, process: str, *partners: Exchange, step: str = "", children: tuple[str, ...] = ()) -> list[Transfer]:
        """Prepare, authorise and send from Ann, and let it arrive."""
        wanted = Wanted(self.family.id, children or self.children[:1], process, step=step)
        return self.sent(self.ann, wanted, *partners)

    def sent(self, exchange: Exchange, wanted: Wanted, *partners: Exchange) -> list[Transfer]:
        """Prepare, authorise and send from anybody."""
        to = [each.organisation for each in partners]
        references = prepare.prepare(exchange, actor(exchange, Role.PRACTITIONER), wanted, to)
        for reference in references:
            self.let_go(exchange, reference)
        return [rows.find(exchange.store, reference) for reference in references]

    def let_go(self, exchange: Exchange, reference: str) -> None:
        """Have a manager authorise what they see, send it, and let it arrive."""
        manager = actor(exchange, Role.MANAGER)
        seen = look.look(exchange, manager, reference)
        assert authorise.authorise(exchange, manager, reference, seen.digest) is Stage.AUTHORISED
        dispatch.dispatch(exchange, actor(exchange, Role.PRACTITIONER), reference)
        self.settle()

    def came(self, exchange: Exchange, number: int = -1) -> Transfer:
        """Give a transfer that came, the last by default."""
        return rows.listed(exchange.store, direction=Direction.IN)[number]

    def arrival(self, exchange: Exchange, number: int = -1) -> Arrival:
        return rows.arrival(exchange.store, self.came(exchange, number).reference)

    def see(self, exchange: Exchange) -> str:
        """Have the duty team see what came last; give its reference."""
        reference = self.came(exchange).reference
        see.see(exchange, actor(exchange, Role.DUTY), reference)
        self.settle()
        return reference

    def decide_new(self, exchange: Exchange) -> None:
        """Decide of everybody in the queue that they are nobody whom the authority holds."""
        for item in reviews.queue(exchange.store):
            judge.decide(exchange, actor(exchange, Role.DUTY), item.review.identity, Verdict.DIFFERENT, reason="none")

    def accept(self, exchange: Exchange, reference: str, *children: str) -> Arrival:
        """Have a manager accept, from today."""
        accepted = answer.Acceptance(self.today, {})
        found = answer.accept(exchange, actor(exchange, Role.MANAGER), reference, accepted, children)
        self.settle()
        return found


@contextmanager
def rig(folder: Path, databases: dict[str, str], *codes: str) -> Iterator[Rig]:
    """Found them, with a family at Ann's that has moved, and agreements between Ann and each of the others."""
    partnership = Partnership(folder)
    members = [partnership.found(code, database=databases.get(code, "")) for code in codes or ("AAA", "BBB")]
    partnership.publish()
    today = partnership.clock().date()
    _agree(members, today)
    with ExitStack() as stack:
        exchanges = []
        for member in members:
            exchanges.append(stack.enter_context(opened(member, partnership.roots, Wire())))
            stack.enter_context(served(exchanges[-1], member.port))
        family = moving_family(1, today)
        importer = actor(exchanges[0], Role.DATA_STEWARD)
        import_case(exchanges[0].store, importer, write_case(family).encode(), partnership.clock())
        imports.import_papers(exchanges[0].store, importer, papers().values(), partnership.clock())
        yield Rig(partnership, tuple(exchanges), family)


def _agree(members: list[Member], today: date) -> None:
    ann, *others = members
    texts = {
        name: agreement(ann.organisation, other.organisation, today, name, fields)
        for other, name, fields in zip(others, ("ben", "cat"), (AREA, HEALTH), strict=False)
    }
    for member in members:
        place = member.folder / "agreements"
        (place / "made-up.toml").unlink()
        for name, text in texts.items():
            (place / f"{name}.toml").write_text(text, encoding="utf-8")


def days(count: int) -> timedelta:
    return timedelta(days=count)
