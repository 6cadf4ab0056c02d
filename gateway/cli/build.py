"""ics-gateway build."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import Asked, protect
from gateway.reports.formats import Format
from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from adapters.mapping.built import Built
    from gateway.build import Order
    from schemas.findings import Report
    from schemas.returns import ReturnData

_NO_BAR = "Show no progress bar."


def build(
    return_name: Annotated[str, typer.Argument(metavar="RETURN", help="Which return: cin, ssda903, annex-a.")],
    source: Annotated[
        str, typer.Option("--from", help="The dataset: a database URL without password, or a folder of files.")
    ],
    out: Annotated[Path, typer.Option(help="Where the return is written; its ending says in which form.")],
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    at: Annotated[
        datetime | None, typer.Option(formats=["%Y-%m-%d"], help="The day of a return that is of a day.")
    ] = None,
    authority: Annotated[str, typer.Option(help="The authority's three digits.")] = "",
    previous: Annotated[Path | None, typer.Option(help="Last year's return, to compare with.")] = None,
    providers: Annotated[
        list[Path] | None, typer.Option(help="Ofsted's list of providers, a workbook; give it twice where it is two.")
    ] = None,
    schema: Annotated[str, typer.Option(help="The database schema of the tables.")] = "",
    serial: Annotated[int, typer.Option(help="The number of the census file; raise it each time.", min=1)] = 1,
    legacy_ids: Annotated[bool, typer.Option("--legacy-ids", help="Return children by their older number.")] = False,  # noqa: FBT002  # an option is a flag
    report: Annotated[
        Path | None, typer.Option(help="Where the report is written, in the format that its name ends with.")
    ] = None,
    notes: Annotated[
        Path | None, typer.Option(help="Where what could not be taken over is listed, a CSV file.")
    ] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help=_NO_BAR)] = False,  # noqa: FBT002  # as above
) -> int:
    """Build a return from a Standard Safeguarding Dataset, write it and check it.

    Exit status: 0 no errors (queries allowed), 1 errors found, 2 nothing could be built or the call is wrong.
    """
    from gateway.build import Order, notes_file  # noqa: PLC0415  # loaded when the command runs
    from gateway.files import whole_file  # noqa: PLC0415  # as above

    lists = tuple(providers or ())
    for target in (out, report, notes):
        protect((Path(source), previous, *lists), target)
    day = at.date() if at else None
    order = Order(return_name, year, source, datetime.now(UTC), authority, schema, serial, legacy_ids, day)
    before = _before(Asked(return_name, year, authority or None, show=not no_progress), previous)
    built = _built(order, out, show=not no_progress)
    if notes is not None:
        with whole_file(notes) as place:
            place.write_bytes(notes_file(built))
    found = _checked(order, built, out, (before, lists), show=not no_progress)
    _deliver(found, report)
    typer.echo(f"Return written to {out}", err=True)
    return 0 if found.ready else 1


def _built(order: Order, out: Path, *, show: bool) -> Built:
    from gateway.build import build_return  # noqa: PLC0415  # as above
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above

    with progress_bar(show=show, first="Reading the dataset", then="Building the return") as moved:
        return build_return(order, out, moved)


def _checked(
    order: Order, built: Built, out: Path, beside: tuple[ReturnData | None, tuple[Path, ...]], *, show: bool
) -> Report:
    """Check what was written, with last year's return and Ofsted's lists beside it."""
    from gateway import settings  # noqa: PLC0415  # as above
    from gateway.build import check_built  # noqa: PLC0415  # as above
    from gateway.cli.progress import progress_bar  # noqa: PLC0415  # as above

    with progress_bar(show=show) as moved:
        before, lists = beside
        return check_built(
            order, built, out, previous=before, providers=lists, limits=settings.limits(), progress=moved
        )


def _before(asked: Asked, previous: Path | None) -> ReturnData | None:
    if previous is None:
        return None
    if asked.year is None:
        raise Misconfigured("There is no year before.", hint="Leave --previous out for a return that is of a day.")
    return asked.of_year(previous, asked.year - 1)


def _deliver(found: Report, report: Path | None) -> None:
    from adapters.builders import builder_named  # noqa: PLC0415  # as above
    from gateway.cli.check import deliver, format_of  # noqa: PLC0415  # as above
    from gateway.reports.view import View  # noqa: PLC0415  # as above

    view = View(found, builder_named(found.return_name).definition)
    if report is not None:
        deliver(view, format_of(report), report)
    deliver(view, Format.TABLE, None)
