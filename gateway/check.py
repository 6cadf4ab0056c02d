"""Check a return: read it, evaluate its rules, put the report together."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from datetime import date
from difflib import get_close_matches
from pathlib import Path

from adapters.base import Companions
from adapters.registry import adapter_for, adapter_named
from adapters.xml.limits import Limits
from gateway.origins import filed, traced
from gateway.reference import postcodes
from schemas.engine import evaluate
from schemas.errors import Misconfigured
from schemas.findings import Report, Unlisted
from schemas.returns import ReturnData
from schemas.rules import FIRST_RULE_YEAR, ReturnDefinition

_AUTHORITY = re.compile("[0-9]{3}")

Progress = Callable[[int, int], None]


def check_return(
    *paths: Path,
    return_name: str | None = None,
    year: int | None = None,
    authority: str | None = None,
    at: date | None = None,
    only: Iterable[str] = (),
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> Report:
    """Check the files of one return and report everything that is wrong with it. Raise Rejected, Misconfigured."""
    now = read_return(
        *paths, return_name=return_name, year=year, at=at, authority=authority, limits=limits, progress=progress
    )
    return check_data(*accompanied(now), only=only, limits=limits)


def read_return(
    *paths: Path,
    return_name: str | None = None,
    year: int | None = None,
    at: date | None = None,
    authority: str | None = None,
    limits: Limits | None = None,
    progress: Progress | None = None,
) -> tuple[ReturnDefinition, ReturnData]:
    """Read the files of one return; `at` is the day of one that is of a day.

    Raise Rejected where nothing can be used, Misconfigured where the call is wrong.
    """
    if authority is not None and not _AUTHORITY.fullmatch(authority):
        raise Misconfigured(f"{authority} is no authority.", hint="Give its three digits, such as 209.")
    adapter = adapter_for(paths, return_name)
    read = adapter.read(paths, year=year, authority=authority, limits=limits, progress=progress, at=at)
    return adapter.definition, read


def accompanied(
    now: tuple[ReturnDefinition, ReturnData], previous: ReturnData | None = None, providers: tuple[Path, ...] = ()
) -> tuple[ReturnDefinition, ReturnData]:
    """Put beside a return what its rules compare it with, postcodes too. Raise Rejected, Misconfigured."""
    definition, data = now
    companions = Companions(previous, postcodes(), providers)
    return definition, adapter_named(definition.name).accompanied(data, companions)


def check_data(
    definition: ReturnDefinition, data: ReturnData, *, only: Iterable[str] = (), limits: Limits | None = None
) -> Report:
    """Evaluate the rules over what was read; raise Misconfigured where `only` names a rule that does not exist."""
    chosen = _chosen(definition, data.layout.year, only)
    evaluation = evaluate(definition, data, chosen, most=(limits or Limits()).findings)
    unlisted = (*data.unlisted, *evaluation.unlisted)
    return Report(
        definition.name,
        data.layout.year,
        data.authority,
        data.source,
        {table.name: data.tables[table.name].height for table in data.layout if table.name in data.tables},
        evaluation.outcomes,
        filed(traced((*data.form, *evaluation.findings), data.origins), data.files),
        (*data.notices, *_notices(data, chosen), *map(_not_listed, unlisted)),
        unlisted,
    )


def _chosen(definition: ReturnDefinition, year: int, only: Iterable[str]) -> frozenset[str] | None:
    wanted = sorted({code.strip() for code in only if code.strip()})
    if not wanted:
        return None
    known = {rule.code.upper(): rule.code for rule in definition.rules(year)}
    for code in wanted:
        if code.upper() not in known:
            close = [known[near] for near in get_close_matches(code.upper(), known, n=3)]
            meant = f" Did you mean {' or '.join(close)}?" if close else ""
            raise Misconfigured(f"{definition.title} {year} has no rule {code}.{meant}", hint="See: ics-gateway rules")
    return frozenset(known[code.upper()] for code in wanted)


def _notices(data: ReturnData, chosen: frozenset[str] | None) -> list[str]:
    found = [item.told for item in data.left_out]
    if data.layout.year < FIRST_RULE_YEAR:
        found.append(
            f"The gateway has no rules of {data.layout.year}. The form was checked against {data.layout.year}, "
            f"everything else with the rules of {FIRST_RULE_YEAR}."
        )
    if chosen is not None:
        found.append(f"Only {', '.join(sorted(chosen))} were evaluated: the return as a whole was not.")
    return found


def _not_listed(rest: Unlisted) -> str:
    return (
        f"{rest.count:,} more findings of {rest.code} are counted but not listed. "
        "The setting ICS_GATEWAY_MAX_FINDINGS lists more."
    )
