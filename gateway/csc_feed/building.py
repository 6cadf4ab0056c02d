"""Build and check the feed without sending: records and faults for a person to look at."""

from __future__ import annotations

import csv
import json
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path

from adapters.cells import guarded
from adapters.csc_api.build import Feed, build
from adapters.csc_api.choices import DEFAULT
from gateway.csc_feed import source
from gateway.csc_feed.configuration import configured
from gateway.files import whole_file
from schemas.csc_api.layout import CHILD
from schemas.csc_api.problems import Problem
from schemas.csc_api.record import spelled
from schemas.csc_api.sense import problems
from schemas.errors import Misconfigured


@dataclass(frozen=True, slots=True)
class Checked:
    """The feed of a day, and the problems of each child that has any."""

    feed: Feed
    faults: Mapping[str, tuple[Problem, ...]]


def built(place: str, day: date, now: datetime) -> Checked:
    """Build and check the feed from a place, or from the source that is configured. Raise Misconfigured, Rejected."""
    settled = configured()
    place = place or (settled.source if settled else "")
    if not place:
        raise Misconfigured("There is no source.", hint="Name it with --from, or in the file of the DfE feed.")
    with source.opened(place, now) as tables:
        feed = build(tables, day, settled.choices if settled else DEFAULT)
    found = {child: problems(feed.children[child].record, day) for child in sorted(feed.children)}
    return Checked(feed, {child: faults for child, faults in found.items() if faults})


def write_records(checked: Checked, out: Path) -> None:
    """Write the full record of each child as it would be posted, by id, as one JSON array."""
    with whole_file(out) as place, place.open("w", encoding="utf-8") as file:
        records = (checked.feed.children[child].record for child in sorted(checked.feed.children))
        lines = (json.dumps(spelled(CHILD, record.members()), ensure_ascii=False) for record in records)
        file.write("[\n" + ",\n".join(lines) + "\n]\n")


def write_faults(checked: Checked, out: Path) -> None:
    """Write a row for each problem: the child, its code, its place, what is wrong and what to do."""
    with whole_file(out) as place, place.open("w", encoding="utf-8-sig", newline="") as file:
        rows = csv.writer(file)
        rows.writerow(("child", "code", "place", "what"))
        for child, faults in checked.faults.items():
            rows.writerows((guarded(child), it.code.value, guarded(it.place), guarded(it.sentence)) for it in faults)


def by_code(checked: Checked) -> list[tuple[str, str, str]]:
    """Count the children of each code of problem, the most frequent first."""
    counted = Counter(code for faults in checked.faults.values() for code in {problem.code for problem in faults})
    return [(code.value, f"{count:,}", f"{code.meaning}. {code.action}") for code, count in counted.most_common()]
