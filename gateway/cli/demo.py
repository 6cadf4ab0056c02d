"""ics-gateway demo."""

from __future__ import annotations

import os
import shutil
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from schemas.errors import Misconfigured

if TYPE_CHECKING:
    from gateway.demo.family import Story
    from gateway.reports.view import View

_CHILDREN = 1000
_LOOKED_AFTER = 300
_YEAR = 2027
_DAMAGE = 0.08


def demo(
    folder: Annotated[Path, typer.Option(help="Where the files are written.")] = Path("demo"),
) -> int:
    """Check two returns of made-up children with some mistakes, then move a family between two authorities.

    Exit status: 0, although the returns have errors: they are the point. 1 where an audit log does not verify.
    """
    if folder.exists() and not folder.is_dir():
        raise Misconfigured(f"{folder} is a file.", hint="Name a folder with --folder.")
    folder.mkdir(parents=True, exist_ok=True)
    looked_after = _looked_after(folder)
    _checked(looked_after, folder / "looked-after", shown=False)
    census = _census(folder)
    view = _checked(census, folder / "report", shown=True)
    typer.echo(_what_to_look_at(folder, census, looked_after, next(iter(view.report.by_rule))))
    return _exchange(folder)


def _census(folder: Path) -> Path:
    from adapters.cin.demo.census import write_demo  # noqa: PLC0415  # loaded when the command runs

    census = folder / f"999_CIN_{_YEAR}_001.xml"
    write_demo(census, year=_YEAR, children=_CHILDREN, seed=1, damage=_DAMAGE)
    typer.echo(f"Made {census}: {_CHILDREN:,} made-up children, some with mistakes. Nothing was corrected.", err=True)
    return census


def _looked_after(folder: Path) -> Path:
    from adapters.ssda903.demo.write import write_demo  # noqa: PLC0415  # loaded when the command runs

    made = folder / f"999_SSDA903_{_YEAR}"
    # What an earlier demonstration made there.
    shutil.rmtree(made, ignore_errors=True)
    write_demo(made, year=_YEAR, children=_LOOKED_AFTER, seed=1, damage=_DAMAGE)
    typer.echo(f"Made {made}: {_LOOKED_AFTER:,} made-up children in care, this year and last.", err=True)
    return made


def _checked(path: Path, report: Path, *, shown: bool) -> View:
    """Check a return and write its reports; show the table too where `shown`."""
    from adapters.registry import adapter_named  # noqa: PLC0415  # loaded when the command runs
    from gateway.check import check_return  # noqa: PLC0415  # as above
    from gateway.cli.check import deliver  # noqa: PLC0415  # as above
    from gateway.reports.formats import Format  # noqa: PLC0415  # as above
    from gateway.reports.view import View  # noqa: PLC0415  # as above

    found = check_return(path, year=_YEAR)
    view = View(found, adapter_named(found.return_name).definition)
    for report_format in (Format.HTML, Format.XLSX, Format.JSON):
        deliver(view, report_format, report.with_suffix(f".{report_format.value}"))
    if shown:
        deliver(view, Format.TABLE, None)
    else:
        typer.echo(f"{path}: {found.errors:,} errors and {found.queries:,} queries.", err=True)
    return view


def _exchange(folder: Path) -> int:
    from gateway import logs  # noqa: PLC0415  # loaded when the command runs
    from gateway.demo.exchange import demonstrate  # noqa: PLC0415  # as above
    from gateway.demo.story import page  # noqa: PLC0415  # as above

    # What the servers log would stand between the lines that a person reads.
    typer.echo("\nNow the exchange: two authorities on this machine.", err=True)
    with Path(os.devnull).open("w", encoding="utf-8") as nowhere:
        logs.configure("error", nowhere)
        done = demonstrate(folder / "exchange", lambda text: typer.echo(f"  {text}", err=True))
    for message in done.messages:
        typer.echo(f"\nMessage {message.message_id}, {message.size} bytes, sealed")
        typer.echo(f"  from {message.sender} to {message.recipient}")
        for receipt in message.receipts:
            size = receipt.log.partition(":")[0]
            typer.echo(
                f"  {receipt.level} {receipt.outcome:9} signed by {receipt.signer} at {receipt.at:%H:%M:%S}"
                f", when its audit log had {size} entries"
            )
    _show_transfer(done.story)
    (folder / "package.html").write_text(done.story.package_page, encoding="utf-8")
    story = page(done.story, done.logs, ("Ashby", "Brinton"), "package.html")
    (folder / "transfer.html").write_text(story, encoding="utf-8")
    typer.echo("")
    for log in done.logs:
        fault = log.verdict.fault
        found = "sound" if fault is None else f"line {fault.line}: {fault.text}"
        typer.echo(f"Audit log of {log.organisation}: {log.verdict.entries} entries, {found} ({log.file})")
    typer.echo(f"\nThe whole story of the transfer: open {folder / 'transfer.html'} in a browser.")
    return 0 if all(log.verdict.is_sound for log in done.logs) else 1


def _show_transfer(story: Story) -> None:
    found = story.followed
    typer.echo(f"\nTransfer of a family of {len(story.children)}: {found.transfer.process} {found.transfer.step}")
    typer.echo(f"  it is {found.state}; {story.traces} words of the hidden address are in what was sent")
    for receipt in found.receipts:
        role, child = receipt.by_role or "gateway", receipt.subject or "all"
        typer.echo(f"  {receipt.level} {receipt.outcome:9} {child:8} by {role} at {receipt.at:%H:%M:%S}")
    for line in found.clocks:
        if line.standing is not None:
            typer.echo(
                f"  {line.clock}: due {line.due.at:%d %b %Y %H:%M} UTC by {line.due.rule}, {line.standing.value}"
            )


def _what_to_look_at(folder: Path, census: Path, looked_after: Path, code: str) -> str:
    # As it was started: after `make demo` the command is not on the path.
    command = sys.argv[0] if Path(sys.argv[0]).name == "ics-gateway" else "ics-gateway"
    return f"""
What to look at:
  {folder / "report.html"}   open it in a browser; filter by rule, severity, table or child
  {folder / "report.xlsx"}   the same as a workbook, a sheet for each group of rules
  {folder / "report.json"}   for other programs, and for --since at the next check
  {folder / "looked-after.html"}   the return of children in care, with last year's beside it
Then try:
  {command} rules {code}
  {command} check {census}
  {command} check {looked_after}
  {command} convert {census} {folder / "tables"}"""
