"""ics-gateway matching: the review queue of children who came."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Shown, Staff
from schemas.errors import Rejected

if TYPE_CHECKING:
    from collections.abc import Iterable

    from gateway.matching.candidate import Restriction
    from gateway.matching.review import Review

app = typer.Typer(no_args_is_help=True, help="Decide whether children who came are ours.")

Role = Annotated[str, typer.Option(help="In which role you act: duty, manager, practitioner, support and others.")]
Item = Annotated[str, typer.Argument(metavar="ITEM", help="Its identity in the list.")]
Cleared = Annotated[
    list[str] | None, typer.Option(help="A class of restricted records that you may see: X2; once for each.")
]


@app.command("list")
def list_items(cleared: Cleared = None, shown: Shown = Format.TABLE) -> int:
    """List what waits for a person, what is due first first. It names nobody."""
    from gateway.transfers import reviews  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = reviews.queue(store, _restrictions(cleared or ()))
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    operator.show(
        ("Item", "Transfer", "Child", "Outcome", "Grade", "State", "Reviewers", "Due"),
        [
            (
                each.review.identity,
                each.transfer,
                each.subject,
                each.review.outcome.value,
                each.review.grade.value,
                each.review.state.value,
                each.review.reviewers,
                operator.at(each.review.due),
            )
            for each in found
        ],
    )
    return 0


@app.command("show")
def show(item: Item, cleared: Cleared = None, shown: Shown = Format.TABLE) -> int:
    """Show who of ours comes into question, and why: references and reasons, no value of anybody."""
    from gateway.transfers import reviews  # noqa: PLC0415  # loaded when the command runs

    with operator.opened() as store:
        found = reviews.visible(reviews.find(store, item), _restrictions(cleared or ()))
    if shown is Format.JSON:
        operator.write_json(found)
    else:
        _show(found)
    return 0


@app.command("decide")
def decide(
    item: Item,
    same: Annotated[str, typer.Option(help="It is this person of ours, by id.")] = "",
    different: Annotated[bool, typer.Option("--different", help="It is none of them: a new record.")] = False,  # noqa: FBT002  # a flag
    ask: Annotated[bool, typer.Option("--ask-sender", help="It cannot be told without the sender.")] = False,  # noqa: FBT002  # a flag
    cannot_tell: Annotated[bool, typer.Option("--cannot-tell", help="A manager must decide.")] = False,  # noqa: FBT002  # a flag
    reason: Annotated[str, typer.Option(help="Why, where it goes against what was proposed.")] = "",
    cleared: Cleared = None,
    role: Role = "duty",
    staff: Staff = None,
) -> int:
    """Decide on an item of the queue."""
    from gateway.authority import opened  # noqa: PLC0415  # loaded when the command runs
    from gateway.matching.review import Verdict  # noqa: PLC0415  # as above
    from gateway.transfers.judge import decide as step_of  # noqa: PLC0415  # as above

    said = {
        Verdict.SAME: bool(same),
        Verdict.DIFFERENT: different,
        Verdict.ASK_SENDER: ask,
        Verdict.CANNOT_TELL: cannot_tell,
    }
    chosen = [verdict for verdict, given in said.items() if given]
    if len(chosen) != 1:
        raise Rejected("Say one of --same, --different, --ask-sender and --cannot-tell.")
    with opened(clock=operator.now) as exchange:
        found = step_of(
            exchange,
            operator.acting(role, staff),
            item,
            chosen[0],
            chosen=same,
            reason=reason,
            cleared=_restrictions(cleared or ()),
        )
    typer.echo(f"The item is {found.state.value}.")
    return 0


def _restrictions(texts: Iterable[str]) -> frozenset[Restriction]:
    from gateway.matching.candidate import Restriction  # noqa: PLC0415  # loaded when a command runs

    words = frozenset(texts)
    if not words <= set(Restriction):
        raise Rejected("There is no such class.", hint=f"The classes: {', '.join(Restriction)}.")
    return frozenset(Restriction(word) for word in words)


def _show(found: Review) -> None:
    from gateway.matching.strategy import STRATEGIES  # noqa: PLC0415  # loaded when a command runs

    typer.echo(f"{found.identity}: {found.outcome.value}, {found.state.value}, due {operator.at(found.due)} UTC")
    rules = STRATEGIES[found.strategy]
    operator.show(
        ("Our person", "Grade", "Probability", "Rule", "Agrees", "Differs", "Calls for care"),
        [
            (
                one.reference,
                one.grade.value,
                f"{one.probability:.3f}",
                rules.rule(one.rule).summary,
                " ".join(field.value for field in one.agreed),
                " ".join(field.value for field in one.disagreed),
                " ".join(sorted(fact.value for fact in one.facts)),
            )
            for one in found.candidates
        ],
    )
