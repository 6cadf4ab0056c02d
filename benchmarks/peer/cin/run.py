"""Run the public CIN validator on files of one year: python run.py YEAR FILE.xml...

Lives in the environment of its own that `benchmarks.environment` makes, and imports nothing of the
gateway. Rules are run one by one, so that one that crashes stops no other; its report is not made,
which favours it. Prints a line of JSON for each file:
{"rules": [code, ...], "failed": {code: [[table, row, field], ...]}, "crashed": {code: error}}. Where it
cannot read the file, all rules count as crashed.
"""

import copy
import json
import sys
import warnings
import xml.etree.ElementTree as ET
from typing import Any

from cin_validator.cin_validator import convert_data, enum_keys, process_data
from cin_validator.rule_engine import RuleContext
from cin_validator.rules.ruleset_utils import get_year_ruleset

# What its rules have been seen to raise on dirty data.
CRASHES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def places_of(context: RuleContext) -> list[list[Any]]:
    """List the cells that a rule flagged; a rule about the whole authority flags none, so one stands for it."""
    places: list[list[Any]] = [["", 0, ""]] if len(context.la_level_issues) else []
    kinds = (context.type_zero_issues, context.type_one_issues, context.type_two_issues, context.type_three_issues)
    for found in kinds:
        if len(found):
            columns = found[["tables_affected", "ROW_ID", "columns_affected"]]
            places += [[table, int(row), field] for table, row, field in columns.itertuples(index=False)]
    return places


def check(path: str, year: str) -> dict[str, Any]:
    """Check one file and give what each rule found."""
    rules = get_year_ruleset(year)
    try:
        tables = enum_keys(process_data(convert_data(ET.parse(path).getroot())))
    except CRASHES as error:
        return {"rules": sorted(rules), "failed": {}, "crashed": dict.fromkeys(rules, type(error).__name__)}
    failed: dict[str, Any] = {}
    crashed: dict[str, str] = {}
    for code, rule in rules.items():
        context = RuleContext(rule)
        try:
            rule.func(copy.deepcopy(tables), context)
            places = places_of(context)
        except CRASHES as error:
            crashed[code] = type(error).__name__
            continue
        if places:
            failed[code] = places
    return {"rules": sorted(rules), "failed": failed, "crashed": crashed}


def main(year: str, *paths: str) -> None:
    """Check files one after another and print what was found in each."""
    warnings.simplefilter("ignore")
    for path in paths:
        print(json.dumps(check(path, year)))


if __name__ == "__main__":
    main(*sys.argv[1:])
