"""The documentation page, made from the data."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

from schemas.processes.clocks import Clock, Event
from schemas.processes.deadlines import AT_RISK_DAYS
from schemas.processes.elements import Column, Element, Need, elements
from schemas.processes.gateways import CONDITIONS, GATEWAYS, SHARING_TEST
from schemas.processes.ladder import ESCALATIONS, LADDER, Pace
from schemas.processes.process import Process
from schemas.processes.registry import PROCESSES
from schemas.processes.sources import Basis
from schemas.processes.spans import CLOSES

_INTRODUCTION = f"""# Processes between authorities

Made from `schemas/processes/`; a test holds the two together. It is a reference for engineers, not legal advice. What
is marked unconfirmed was not seen in the text of its source: check it before you rely on it.

A due date is computed by `schemas/processes/deadlines.py` from a rule and the event that starts it, and always names
both. Working days are those of England. What is due on a day is due when the receiving office closes,
{CLOSES:%H:%M} unless it says otherwise; that very moment is still in time. Where national and local rules differ, all
are shown and the strictest binds us. A due date is at risk in the last quarter of the time allowed, and never for more
than {AT_RISK_DAYS} working days."""


def page() -> str:
    """Give the page."""
    return "\n".join(_lines()) + "\n"


def _lines() -> Iterator[str]:
    yield from _INTRODUCTION.splitlines()
    yield from _section("Start events", ("Code", "Meaning"), ((f"`{event}`", event.meaning) for event in Event))
    yield from _section("Weight of a source", ("Basis", "Meaning"), ((basis, basis.meaning) for basis in Basis))
    yield from _ladder()
    yield from _elements()
    yield from _gateways()
    for process in PROCESSES.values():
        yield from _process(process)


def _ladder() -> Iterator[str]:
    yield from _section(
        "Acknowledgements",
        ("Code", "Receipt", "Given by", "Says", *(f"Target: {pace}" for pace in Pace)),
        (
            (rung.code, rung.receipt, rung.given_by, rung.says, *(_target(rung.targets.get(pace)) for pace in Pace))
            for rung in LADDER
        ),
    )
    yield from ("", "When a target passes in silence, these are told, one after the other:", "")
    for step in ESCALATIONS:
        after = step.after
        times = "" if after is None else "; " + ", ".join(f"{pace}: after {after[pace].text}" for pace in Pace)
        yield f"- {step.tells}{times}"
    yield from ("", "For anything urgent, also telephone: the gateway does not replace the call.")


def _elements() -> Iterator[str]:
    yield from _section(
        "Essential information",
        ("Id", "Item", *Column, "Held in"),
        (
            (
                element.code,
                element.item,
                *(element.needs[column] for column in Column),
                _held(element),
            )
            for element in elements().values()
        ),
    )
    yield ""
    yield "; ".join(f"{need}: {need.meaning}" for need in Need) + "."
    yield "; ".join(f"{column}: {column.meaning}" for column in Column) + "."


def _gateways() -> Iterator[str]:
    yield from _section(
        "Legal gateways",
        ("Code", "Law", "Use", "In force", "Unconfirmed"),
        (
            (
                f"`{gateway.code}`",
                gateway.law,
                gateway.use,
                "from the day that the installation states" if gateway.waits else "yes",
                gateway.unconfirmed,
            )
            for gateway in GATEWAYS.values()
        ),
    )
    yield from ("", "The duty to share asks, and both answers are recorded with reason and decision-maker:", "")
    yield from (f"- {name}: {question}" for name, question in SHARING_TEST)
    yield from ("", "In data protection an authority may rely on:", "")
    yield from (f"- {article}: {use}" for article, use in CONDITIONS)


def _process(process: Process) -> Iterator[str]:
    yield from ("", f"## {process.code} {process.title}", "", process.trigger, "")
    since = f" In force since {process.since.isoformat()}." if process.since else ""
    column = process.column.value if process.column else "none: nothing goes by itself"
    yield f"Version {process.version}.{since} Essential information: {column}. Pace: {process.pace}."
    yield from ("", f"**Responsibility.** {process.responsibility}")
    yield from ("", f"**Gateways.** {', '.join(f'`{code}`' for code in process.gateways)}.")
    yield from ("", f"**Sources.** {'; '.join(source.text for source in process.sources)}.")
    yield from _list("Documents", process.documents)
    yield from _list("Content beyond the list", process.content)
    yield from _list("Case fields beyond the list", [f"`{name}`" for name in process.also])
    yield from _table(
        ("Step", "Says", "May carry"),
        ((f"`{step.name}`", step.says, _carries(step.elements, documents=step.documents)) for step in process.steps),
    )
    yield from _table(
        ("Receiver", "Who", "Source", "Notes"),
        (
            (
                f"`{receiver.code}`",
                receiver.who,
                receiver.source.text,
                "; ".join(
                    [f"must have {', '.join(receiver.essential)}"] * bool(receiver.essential)
                    + ["may be withheld"] * receiver.withholdable
                ),
            )
            for receiver in process.receivers
        ),
    )
    yield from _table(("Clock", "What", "Rule", "Allows", "Starts at", "Source"), _rules(process.own_clocks))
    yield from _list("Notes", process.notes)
    yield from _list("Unconfirmed", process.unconfirmed)


def _rules(clocks: Iterable[Clock]) -> Iterator[tuple[str, ...]]:
    for clock in clocks:
        for rule in clock.rules:
            source = f"{rule.source.text}. {rule.reading}".removesuffix(" ")
            yield f"`{clock.name}`", clock.what, rule.variant, rule.allows.text, f"`{rule.start}`", source


def _carries(allowed: tuple[str, ...] | None, *, documents: bool) -> str:
    what = "the whole column" if allowed is None else ", ".join(allowed) or "no case data"
    return what if documents else f"{what}; no documents"


def _held(element: Element) -> str:
    parts = [
        f"`{part.table}`: {', '.join(part.fields)}" + f" (only {', '.join(part.kinds)})" * bool(part.kinds)
        for part in element.held
    ]
    return "; ".join([*parts, *[f"the package: {element.package}"] * bool(element.package)])


def _target(span: object) -> str:
    return str(getattr(span, "text", ""))


def _list(title: str, items: Sequence[str]) -> Iterator[str]:
    if items:
        yield from ("", f"**{title}.**", "", *(f"- {item}" for item in items))


def _section(title: str, head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("", f"## {title}")
    yield from _table(head, rows)


def _table(head: Sequence[str], rows: Iterable[Sequence[str]]) -> Iterator[str]:
    yield from ("", f"| {' | '.join(head)} |", f"|{' --- |' * len(head)}")
    yield from (f"| {' | '.join(row)} |" for row in rows)
