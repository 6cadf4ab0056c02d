"""ics-gateway partners."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from gateway.cli.directory import PARTNERSHIP, NoteOption, OfficerOption, PartnershipOption
from gateway.cli.operator import Format, Shown, write_json

if TYPE_CHECKING:
    from collections.abc import Sequence

    from gateway.audit.events import Action
    from gateway.itp.keys import PublishedKey
    from gateway.partners.checks import PartnerCheck
    from gateway.partners.partnership import Partnership

app = typer.Typer(no_args_is_help=True, help="Bring partners in, look at them, suspend them.")


class Status(StrEnum):
    """As what a partner is activated."""

    TEST = "test"
    LIVE = "live"


WhoArgument = Annotated[str, typer.Argument(metavar="ORGANISATION", help="ODS code or URN.")]
StatusOption = Annotated[Status, typer.Option(help="test: made-up data only; live: real data.")]


@app.command("invite")
def invite(
    organisation: WhoArgument,
    out: Annotated[Path, typer.Option(help="The file to write and to send to the organisation.")],
    days: Annotated[int, typer.Option(help="How long it may be answered.", min=1, max=90)] = 14,
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Invite an organisation: a nonce and a challenge that only it should answer, once and in time."""
    import os  # noqa: PLC0415  # loaded when the command runs
    from datetime import timedelta  # noqa: PLC0415  # as above

    from gateway.audit.events import Action  # noqa: PLC0415  # as above
    from gateway.itp.documents import written  # noqa: PLC0415  # as above
    from gateway.partners import ours  # noqa: PLC0415  # as above
    from gateway.partners.fingerprints import fingerprint  # noqa: PLC0415  # as above

    place, who = _place(partnership), ours.organisation(organisation)
    with ours.noting(Action.PARTNER_INVITE, [str(who)]):
        made = place.invitations.make(who, place.roots(), place.clock(), os.urandom, timedelta(days=days))
    _write(out, written(made))
    typer.echo(f"Send {out} to {who}. It can be answered before {made.expires:%Y-%m-%d %H:%M} UTC.")
    for root in made.roots:
        typer.echo(f"Read out over the telephone, the root: {fingerprint(root.kid)}")
    return 0


@app.command("join")
def join(
    invitation: Annotated[Path, typer.Argument(help="The invitation that came.")],
    name: Annotated[str, typer.Option(help="The legal name of our organisation.")],
    out: Annotated[Path, typer.Option(help="The file to write and to send back.")],
    alias: Annotated[list[str] | None, typer.Option(help="Another id of ours, such as dfe:331; once for each.")] = None,
) -> int:
    """Answer an invitation with our entry, and prove that we hold its keys."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.invitation import read_invitation  # noqa: PLC0415  # as above
    from gateway.partners.join import Profile, answer  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    came = read_invitation(invitation.read_bytes())
    with opened() as us, us.noting(Action.PARTNER_JOIN, [str(us.organisation)]):
        profile = Profile(us.organisation, name, us.origin, tuple(alias or ()))
        content = answer(came, profile, us.keys, us.clock())
        published = us.keys.published()
    _write(out, content)
    typer.echo(f"Send {out} back. When the partnership telephones, compare:")
    _fingerprints(published)
    return 0


@app.command("verify")
def verify(
    organisation: WhoArgument,
    answer: Annotated[Path, typer.Argument(help="The answer that came.")],
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Check an answer, and show what two officers compare with the partner over the telephone."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners import ours  # noqa: PLC0415  # as above
    from gateway.partners.proof import verify_answer  # noqa: PLC0415  # as above

    place, who = _place(partnership), ours.organisation(organisation)
    content = answer.read_bytes()
    with ours.noting(Action.PARTNER_VERIFY, [str(who)]):
        entry = verify_answer(place.invitations, who, content, place.clock())
    typer.echo(f"{entry.name} ({who}) holds all its keys. Call a number you know, and let the partner read out:")
    _fingerprints(entry.keys)
    typer.echo(f"When they are the same: ics-gateway partners activate {who.rpartition(':')[2]}", err=True)
    return 0


@app.command("activate")
def activate(
    organisation: WhoArgument,
    officer: OfficerOption,
    status: StatusOption = Status.TEST,
    note: NoteOption = "",
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Put a verified partner into the next revision of the directory, or move it from test to live. Two officers."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs

    return _standing(Action.PARTNER_ACTIVATE, partnership, organisation, officer, note, status)


@app.command("suspend")
def suspend(
    organisation: WhoArgument,
    officer: OfficerOption,
    note: NoteOption = "",
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Stop all exchange with a partner by the next revision of the directory. One officer."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs

    return _standing(Action.PARTNER_SUSPEND, partnership, organisation, officer, note, None)


@app.command("resume")
def resume(
    organisation: WhoArgument,
    officer: OfficerOption,
    status: StatusOption = Status.TEST,
    note: NoteOption = "",
    partnership: PartnershipOption = PARTNERSHIP,
) -> int:
    """Let a suspended partner exchange again. Two officers."""
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs

    return _standing(Action.PARTNER_RESUME, partnership, organisation, officer, note, status)


@app.command("list")
def list_partners(
    partnership: Annotated[
        Path | None, typer.Option(help="The folder of a partnership: show its invitations instead.")
    ] = None,
) -> int:
    """List the partners of the directory, or the invitations of a partnership with the fingerprint of all keys."""
    from gateway.partners.fingerprints import together  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    if partnership is not None:
        for invited in _place(partnership).invitations.all():
            made = invited.invitation
            more = f"until {made.expires:%Y-%m-%d}" if invited.entry is None else together(invited.entry.keys)
            typer.echo(f"{made.organisation}: {invited.stage}, {more}")
        return 0
    with opened() as us:
        partners = us.revisions.current().partners
    for partner in partners:
        mine = " (we)" if partner.organisation == us.organisation else ""
        typer.echo(f"{partner.organisation}: {partner.status}, {partner.name}{mine}")
    return 0


@app.command("check")
def check(shown: Shown = Format.TABLE) -> int:
    """Look at ourselves and at each partner: directory, keys, suite, breaker. Nothing is sent.

    Exit status: 0, or 1 where something hinders an exchange.
    """
    from gateway.partners.checks import breakers, check_ourselves, check_partners  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.due import due  # noqa: PLC0415  # as above
    from gateway.partners.ours import opened  # noqa: PLC0415  # as above

    with opened() as us:
        directory, now = us.revisions.current(), us.clock()
        problems = check_ourselves(directory, us.organisation, us.keys, now)
        partners = check_partners(directory, us.organisation, breakers(us.engine), now)
        todo = due(us.keys)
    if shown is Format.JSON:
        _check_json(problems, partners)
    else:
        for line in [*problems, *(f"{item.message} {item.hint}" for item in todo)]:
            typer.echo(f"Ourselves: {line}")
        for partner in partners:
            _check_text(partner)
    hindered = problems or any(item.urgent for item in todo) or not all(each.usable for each in partners)
    return int(bool(hindered))


def _place(folder: Path) -> Partnership:
    from gateway.partners.ours import wall_clock  # noqa: PLC0415  # loaded when the command runs
    from gateway.partners.partnership import Partnership  # noqa: PLC0415  # as above

    return Partnership(folder, wall_clock)


def _standing(
    action: Action, partnership: Path, organisation: str, officers: Sequence[str], note: str, status: Status | None
) -> int:
    from gateway.audit.events import Action  # noqa: PLC0415  # loaded when the command runs
    from gateway.itp.directory import Standing  # noqa: PLC0415  # as above
    from gateway.partners import membership, ours  # noqa: PLC0415  # as above
    from gateway.partners.partnership import Approval  # noqa: PLC0415  # as above

    place, who = _place(partnership), ours.organisation(organisation)
    approval = Approval(tuple(officers), note)
    with ours.noting(action, [str(who)]):
        if status is None:
            path = membership.suspend(place, who, approval)
        else:
            step = membership.activate if action is Action.PARTNER_ACTIVATE else membership.resume
            path = step(place, who, Standing(status.value), approval)
    typer.echo(f"Signed revision {int(path.stem)}, in which {who} is {status or Standing.SUSPENDED}: {path}")
    typer.echo(f"Give it to every member, who runs: ics-gateway directory accept {path.name}", err=True)
    return 0


def _write(path: Path, content: bytes) -> None:
    from gateway.files import whole_file  # noqa: PLC0415  # loaded when the command runs

    with whole_file(path) as place:
        place.write_bytes(content)


def _fingerprints(keys: Sequence[PublishedKey]) -> None:
    from gateway.partners.fingerprints import fingerprint, together  # noqa: PLC0415  # loaded when the command runs

    for key in keys:
        typer.echo(f"  {key.use:<11} {key.jwk.crv:<7}  {fingerprint(key.kid)}")
    typer.echo(f"  all together         {together(keys)}")


def _check_text(partner: PartnerCheck) -> None:
    keys = "" if partner.days is None else f", {partner.suite}, its key for {partner.days} more days"
    typer.echo(f"{partner.organisation}: {partner.status}{keys}, {partner.name}")
    for line in partner.problems:
        typer.echo(f"  PROBLEM: {line}")
    for line in partner.warnings:
        typer.echo(f"  {line}")


def _check_json(problems: tuple[str, ...], partners: tuple[PartnerCheck, ...]) -> None:
    from dataclasses import asdict  # noqa: PLC0415  # loaded when the command runs

    shown = [{**asdict(partner), "usable": partner.usable} for partner in partners]
    write_json({"ourselves": {"problems": problems}, "partners": shown})
