"""ics-gateway fix."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.asked import Asked, protect
from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from adapters.edits import Edit
    from schemas.returns import ReturnData

_SHOWN = 20


def fix(
    paths: Annotated[
        list[Path], typer.Argument(metavar="PATH...", help="The file or folder of the return, or its files.")
    ],
    dry_run: Annotated[bool, typer.Option("--dry-run", help="Show what would be changed; write nothing.")] = False,  # noqa: FBT002  # an option is a flag
    write: Annotated[bool, typer.Option("--write", help="Write a corrected copy, and a log of the changes.")] = False,  # noqa: FBT002  # as above
    out: Annotated[
        Path | None, typer.Option(help="Where the copy is written; else beside it, with -fixed in its name.")
    ] = None,
    return_name: Annotated[
        str | None, typer.Option("--return", help="Which return it is, where the file does not tell.")
    ] = None,
    year: Annotated[int | None, typer.Option(help="The year in which the collection ends.")] = None,
    no_progress: Annotated[bool, typer.Option("--no-progress", help="Show no progress bar.")] = False,  # noqa: FBT002  # as above
) -> int:
    """Correct what is certain: white space, letter case, the form of dates, codes that one other code replaced.

    The files themselves are never changed. Exit status: 0 done, 2 a file could not be read or the call is wrong.
    """
    if dry_run == write:
        raise Misconfigured("Say what to do with the corrections.", hint="Give --dry-run to see them, or --write.")
    if out is not None and dry_run:
        raise Misconfigured("With --dry-run nothing is written.", hint="Leave out --out, or give --write.")
    target = None if dry_run else out or _beside(paths)
    protect(tuple(paths), target)
    from gateway import fix as fixing  # noqa: PLC0415  # loaded when the command runs

    now = Asked(return_name, year, None, show=not no_progress).read(*paths)
    edits = fixing.fix(paths, now, target)
    _tell(edits, each=dry_run)
    _tell_untouched(now[1])
    if target is not None:
        typer.echo(f"Corrected copy: {target}\nEvery change: {fixing.log_of(target)}\nNow check the copy.")
    return 0


def _beside(paths: list[Path]) -> Path:
    first = paths[0]
    if len(paths) > 1:
        return first.with_name("fixed")
    return first.with_name(f"{first.name}-fixed" if first.is_dir() else f"{first.stem}-fixed{first.suffix}")


def _tell(edits: tuple[Edit, ...], *, each: bool) -> None:
    from gateway.fix import counts  # noqa: PLC0415  # as above
    from gateway.reports.words import counted, plain  # noqa: PLC0415  # as above

    typer.echo(f"{counted(len(edits), 'certain correction')}.")
    for field, reason, count in counts(edits):
        typer.echo(f"  {field}: {count:,} ({reason})")
    for edit in edits[:_SHOWN] if each else ():
        place = plain(f"{edit.file} line {edit.line}")
        typer.echo(f"{place}: {edit.field}: {plain(repr(edit.before))} becomes {plain(repr(edit.after))}")
    if each and len(edits) > _SHOWN:
        typer.echo(f"And {len(edits) - _SHOWN:,} more; --write logs all of them.")


def _tell_untouched(data: ReturnData) -> None:
    from gateway.fix import untouched  # noqa: PLC0415  # as above
    from gateway.reports.words import plain  # noqa: PLC0415  # as above

    for sentence in untouched(data):
        typer.echo(plain(sentence))
