"""Hold the findings of the gateway against a peer's, rule by rule: make peer-differences.

Writes docs/peer-differences-RETURN.md. Fails where a rule differs in a way that benchmarks/peer/RETURN/differences.csv
does not explain, and where an explanation there is no longer needed.
"""

from __future__ import annotations

import argparse
import csv
import sys
from pathlib import Path
from typing import Any

from benchmarks.environment import PEERS
from benchmarks.generated import ROOT
from benchmarks.peer_cin import CIN_PEER
from benchmarks.peer_comparison import compare
from benchmarks.peer_page import page
from benchmarks.peer_ssda903 import SSDA903_PEER
from benchmarks.peer_tally import Explanations, Tally
from benchmarks.peers import Peer

ALL: dict[str, Peer[Any]] = {peer.name: peer for peer in (CIN_PEER, SSDA903_PEER)}


def main() -> int:
    """Compare, write the pages, and say what is not explained."""
    parser = argparse.ArgumentParser(prog="make peer-differences", description=__doc__)
    parser.add_argument("returns", nargs="*", metavar="RETURN", help=f"of {', '.join(ALL)}; else all")
    wanted = parser.parse_args().returns or ALL
    return max(differences(ALL[name]) for name in wanted)


def differences(peer: Peer[Any]) -> int:
    """Compare with one peer and write its page; give the exit status."""
    tally = Tally(peer)
    for done, compared in enumerate(compare(peer), 1):
        tally.add(compared)
        print(f"{done} of {len(peer.samples)}: {compared.sample.name}", file=sys.stderr, flush=True)
    explanations = read_explanations(explanations_of(peer))
    path = ROOT / "docs" / f"peer-differences-{peer.name}.md"
    path.write_text(page(tally, explanations), encoding="utf-8")
    problems = tally.problems(explanations)
    for problem in problems:
        print(problem, file=sys.stderr)
    print(f"{path.name} written; {len(problems)} rules differ without an explanation, or no longer differ.")
    return 1 if problems else 0


def explanations_of(peer: Peer[Any]) -> Path:
    """Say where the explanations of a peer's differences are kept."""
    return PEERS / peer.name / "differences.csv"


def read_explanations(path: Path) -> Explanations:
    """Read the explanations, by rule and kind of difference."""
    with path.open(encoding="utf-8", newline="") as file:
        return {(row["code"], row["difference"]): row["explanation"] for row in csv.DictReader(file)}


if __name__ == "__main__":
    sys.exit(main())
