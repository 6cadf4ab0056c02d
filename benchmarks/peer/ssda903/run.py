"""Run the public looked-after validator on returns: python run.py YEAR AUTHORITY alone|shared FOLDER...

A folder holds this year's CSV files and last year's in `last`; Ofsted's list lies beside it as FOLDER.xlsx. The
authority is its ONS code. Lives in the environment of its own that `benchmarks.environment` makes, and
imports nothing of the gateway. Rules are run one by one, so that one that crashes stops no other. `shared`
gives them the data as the peer itself does, where one rule can alter what the next one reads; `alone` gives
each a copy. Its report is not made, which favours it. Prints a line of JSON for each folder:
{"rules": [code, ...], "failed": {code: [[table, row], ...]}, "crashed": {code: error}}, rows from 0. Where
it cannot read the files, all rules count as crashed.
"""

import json
import logging
import sys
import warnings
from collections.abc import Callable
from contextlib import redirect_stdout
from copy import deepcopy
from pathlib import Path
from typing import Any

import pandas as pd
from lac_validator.datastore import copy_datastore, create_datastore
from lac_validator.ingress import read_from_text
from lac_validator.rules.ruleset_utils import get_year_ruleset
from lac_validator.types import UploadedFile, UploadError

# What its rules have been seen to raise on dirty data.
CRASHES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)
Copy = Callable[[dict[str, Any]], dict[str, Any]]
UNREADABLE = (*CRASHES, UploadError)


def read(folder: Path, year: str, authority: str) -> dict[str, Any]:
    """Read the files of a return as the peer's own page hands them over."""
    providers = folder.parent / f"{folder.name}.xlsx"
    found = [(path, "This year") for path in sorted(folder.glob("*.csv"))]
    found += [(path, "Prev year") for path in sorted(folder.glob("last/*.csv"))]
    found += [(providers, "CH lookup")] if providers.exists() else []
    files = [UploadedFile(name=path.name, file_content=path.read_bytes(), description=kind) for path, kind in found]
    tables, extras = read_from_text(files)
    data: dict[str, Any] = create_datastore(tables, {"collectionYear": year, "localAuthority": authority, **extras})
    return data


def places_of(result: dict[str, list[Any]]) -> list[tuple[str, int]]:
    """List the rows that a rule flagged, each once."""
    return sorted({(table, int(row)) for table, rows in result.items() for row in rows if pd.notna(row)})


def copied(data: dict[str, Any]) -> dict[str, Any]:
    """Copy the tables of a return, that of the providers too, which is among its metadata."""
    return {name: copied(item) if isinstance(item, dict) else deepcopy(item) for name, item in data.items()}


def check(folder: Path, year: str, authority: str, copy: Copy) -> dict[str, Any]:
    """Check one folder and give what each rule found."""
    rules = get_year_ruleset(year)
    found: dict[str, Any] = {"rules": sorted(rules), "failed": {}, "crashed": {}}
    try:
        data = read(folder, year, authority)
    except UNREADABLE as error:
        return found | {"crashed": dict.fromkeys(rules, type(error).__name__)}
    for code, rule in rules.items():
        try:
            places = places_of(rule.func(copy(data)))
        except CRASHES as error:
            found["crashed"][code] = type(error).__name__
            continue
        if places:
            found["failed"][code] = places
    return found


WAYS: dict[str, Copy] = {"alone": copied, "shared": copy_datastore}


def main(year: str, authority: str, way: str, *folders: str) -> None:
    """Check folders one after another and print what was found in each."""
    warnings.simplefilter("ignore")
    logging.disable(logging.CRITICAL)
    for folder in folders:
        with redirect_stdout(sys.stderr):  # its rules print what they found on the way
            answer = check(Path(folder), year, authority, WAYS[way])
        print(json.dumps(answer))


if __name__ == "__main__":
    main(*sys.argv[1:])
