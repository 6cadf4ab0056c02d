"""Hold the findings of the gateway against a peer's, rule by rule: make peer-differences.

Writes docs/peer-differences-RETURN.md. Fails where a rule differs in a way that benchmarks/peer/RETURN/differences.csv
does not explain, and where an explanation there is no longer needed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from dataclasses import replace
from pathlib import Path
from typing import Any

from benchmarks.environment import PEERS
from benchmarks.generated import ROOT, Made
from benchmarks.peer_cin import CIN_PEER
from benchmarks.peer_comparison import compare
from benchmarks.peer_page import page, rules
from benchmarks.peer_ssda903 import SSDA903_PEER
from benchmarks.peer_tally import Explanations, Tally
from benchmarks.peers import Peer, Sample

ALL: dict[str, Peer[Any]] = {peer.name: peer for peer in (CIN_PEER, SSDA903_PEER)}


def main() -> int:
    """Compare, write the pages, and say what is not explained."""
    options = _options()
    if options.path:
        return own_files(ALL[options.returns[0]], options.path, options.year)
    return max(differences(ALL[name]) for name in options.returns or ALL)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="python -m benchmarks.peer_differences", description=__doc__)
    parser.add_argument("returns", nargs="*", metavar="RETURN", help=f"of {', '.join(ALL)}; else all")
    parser.add_argument("--path", type=Path, help="compare on a return of your own, and write no page")
    parser.add_argument("--year", type=int, help="the year in which its collection ends")
    options = parser.parse_args()
    if options.path and (len(options.returns) != 1 or options.year is None):
        parser.error("--path needs one RETURN and --year")
    return options


def differences(peer: Peer[Any]) -> int:
    """Compare with one peer and write its page; give the exit status."""
    tally = _tally(peer)
    explanations = read_explanations(explanations_of(peer))
    path = ROOT / "docs" / f"peer-differences-{peer.name}.md"
    path.write_text(page(tally, explanations), encoding="utf-8")
    problems = tally.problems(explanations)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{path.name} written; {len(problems)} rules differ without an explanation, or no longer differ.")
    return 1 if problems else 0


def own_files(peer: Peer[Any], path: Path, year: int) -> int:
    """Compare on one return of any origin and print the rules that differ; 1 where a difference is not explained."""
    tally = _tally(replace(peer, samples=(Sample(Made(peer.name, year, 0), path=path),)))
    explanations = read_explanations(explanations_of(peer))
    print("\n".join(rules(tally, explanations)))
    return 1 if tally.unexplained(explanations) else 0


def _tally(peer: Peer[Any]) -> Tally:
    tally = Tally(peer)
    for done, compared in enumerate(compare(peer), 1):
        tally.add(compared)
        print(f"{done} of {len(peer.samples)}: {compared.sample.name}", file=sys.stderr, flush=True)
    return tally


def explanations_of(peer: Peer[Any]) -> Path:
    """Say where the explanations of a peer's differences are kept."""
    return PEERS / peer.name / "differences.csv"


def read_explanations(path: Path) -> Explanations:
    """Read the explanations, by rule and kind of difference."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["difference"]): row["explanation"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    sys.exit(main())
