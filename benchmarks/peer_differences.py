"""Hold the findings of the gateway against the peer's, rule by rule: make peer-differences.

Writes docs/peer-differences-cin.md. Fails where a rule differs in a way that peer_differences.csv
does not explain, and where an explanation there is no longer needed.
"""

from __future__ import annotations

import csv
import sys
from pathlib import Path

from benchmarks.peer_comparison import compare
from benchmarks.peer_page import page
from benchmarks.peer_samples import SAMPLES
from benchmarks.peer_tally import Explanations, Tally

EXPLANATIONS = Path(__file__).with_suffix(".csv")
PAGE = Path(__file__).parents[1] / "docs" / "peer-differences-cin.md"


def main() -> int:
    """Compare, write the page, and say what is not explained."""
    tally = Tally()
    for done, compared in enumerate(compare(SAMPLES), 1):
        tally.add(compared)
        print(f"{done} of {len(SAMPLES)}: {compared.sample.name}", file=sys.stderr, flush=True)
    explanations = read_explanations(EXPLANATIONS)
    PAGE.write_text(page(tally, explanations), encoding="utf-8")
    problems = tally.problems(explanations)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{PAGE.name} written; {len(problems)} rules differ without an explanation, or no longer differ.")
    return 1 if problems else 0


def read_explanations(path: Path) -> Explanations:
    """Read the explanations, by rule and kind of difference."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["difference"]): row["explanation"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    sys.exit(main())
