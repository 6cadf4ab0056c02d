"""Run the public CIN validator on one file: python run.py FILE.xml YEAR.

Lives in the environment of its own that `benchmarks.environment` makes, and imports nothing of the
gateway. Rules are run one by one, so that one that crashes stops no other; its report is not made,
which favours it. Prints JSON: {"failed": {code: [[table, row, field], ...]}, "crashed": {code: error}}.
"""

import copy
import json
import sys
import xml.etree.ElementTree as ET
from typing import Any

from cin_validator.cin_validator import convert_data, enum_keys, process_data
from cin_validator.rule_engine import RuleContext
from cin_validator.rules.ruleset_utils import get_year_ruleset

# What its rules have been seen to raise on dirty data.
CRASHES = (ArithmeticError, AttributeError, LookupError, TypeError, ValueError)


def places_of(context: RuleContext) -> list[list[Any]]:
    """Give the cells that a rule flagged; a rule about the whole authority flags none, so one stands for it."""
    kinds = (context.type_zero_issues, context.type_one_issues, context.type_two_issues, context.type_three_issues)
    found = max(kinds, key=len)
    if len(found) == 0:
        return [["", 0, ""]] if len(context.la_level_issues) else []
    columns = found[["tables_affected", "ROW_ID", "columns_affected"]]
    return [[table, int(row), field] for table, row, field in columns.itertuples(index=False)]


def main(path: str, year: str) -> None:
    """Check one file and print what each rule found."""
    tables = enum_keys(process_data(convert_data(ET.parse(path).getroot())))
    failed: dict[str, Any] = {}
    crashed: dict[str, str] = {}
    for code, rule in get_year_ruleset(year).items():
        context = RuleContext(rule)
        try:
            rule.func(copy.deepcopy(tables), context)
            places = places_of(context)
        except CRASHES as error:
            crashed[code] = type(error).__name__
            continue
        if places:
            failed[code] = places
    json.dump({"failed": failed, "crashed": crashed}, sys.stdout)


if __name__ == "__main__":
    main(*sys.argv[1:])
