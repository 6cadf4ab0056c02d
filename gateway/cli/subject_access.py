"""ics-gateway subject-access."""

from __future__ import annotations

from typing import Annotated

import typer

from gateway.cli import operator
from gateway.cli.operator import Format, Shown, Staff


def subject_access(
    person: Annotated[str, typer.Argument(metavar="PERSON", help="Our id, or SCHEME:VALUE such as NHS_NUMBER:….")],
    role: Annotated[str, typer.Option(help="In which role you act: governance or data-steward.")] = "governance",
    staff: Staff = None,
    shown: Shown = Format.TABLE,
) -> int:
    """Report everything that was sent or received about a person, and what we hold."""
    from gateway.authority import our_organisation  # noqa: PLC0415  # loaded when the command runs
    from gateway.transfers import subject_access as step_of  # noqa: PLC0415  # as above

    with operator.opened() as store:
        actor = operator.acting(role, staff)
        found = step_of.subject_access(store, our_organisation(), actor, person, operator.now())
    if shown is Format.JSON:
        operator.write_json(found)
        return 0
    operator.show(
        ("Case file", "Versions", "Since", "Records"),
        [(each.case_file, each.versions, operator.at(each.since), _tables(each.tables)) for each in found.holdings],
    )
    for title, told in (("Sent", found.sent), ("Received", found.received)):
        typer.echo(f"\n{title}")
        operator.show(
            ("When", "Partner", "Process", "Ways", "Purpose", "Ground", "Agreement", "Records", "Documents"),
            [
                (
                    operator.at(each.transfer.at),
                    each.transfer.partner,
                    f"{each.transfer.process} {each.transfer.step}",
                    " ".join(each.ways),
                    each.purpose,
                    " ".join(each.legal_gateways),
                    each.agreement,
                    _tables(each.tables) if each.kept else "(deleted since)",
                    each.papers,
                )
                for each in told
            ],
        )
    typer.echo("\nSent to DfE by the daily feed")
    operator.show(
        ("When", "Environment", "What", "Outcome"),
        [(operator.at(each.at), each.environment, each.kind, each.outcome) for each in found.fed],
    )
    return 0


def _tables(counted: tuple[tuple[str, int], ...]) -> str:
    return " ".join(f"{table}:{count}" for table, count in counted)
