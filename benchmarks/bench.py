"""Measure speed, memory and hostile files and print the tables: make bench."""

from __future__ import annotations

import argparse
import sys

from benchmarks.exchange import measure_exchange
from benchmarks.figures import Results
from benchmarks.generated import ROOT
from benchmarks.hostile import measure_hostile
from benchmarks.itp import measure_itp
from benchmarks.page import machine_now, markdown, page
from benchmarks.speed import QUICK, Sizes, measure_speed

PAGE = ROOT / "docs" / "benchmarks.md"


def main() -> None:
    """Run the benchmark."""
    options = _options()
    machine = machine_now()
    results = Results()
    sizes = QUICK if options.quick else Sizes(peer_limit=options.peer_limit)
    measure_speed(sizes, results, _say, peer=not options.skip_peer)
    measure_hostile(results, _say)
    measure_itp(results, _say)
    measure_exchange(results, _say, *((20, 2_000) if options.quick else ()))
    print(markdown(results), end="")
    if options.write:
        PAGE.write_text(page(results, machine), encoding="utf-8")
        _say(f"{PAGE} written.")


def _say(text: str) -> None:
    print(text, file=sys.stderr, flush=True)


def _options() -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench", description=__doc__)
    parser.add_argument("--quick", action="store_true", help="small files and few runs, to try it out")
    parser.add_argument("--skip-peer", action="store_true", help="leave out the public validators")
    parser.add_argument("--write", action="store_true", help=f"write {PAGE.relative_to(ROOT)} too")
    parser.add_argument(
        "--peer-limit", type=int, default=Sizes().peer_limit, metavar="SECONDS", help="stop the peer after this long"
    )
    options = parser.parse_args()
    if options.write and (options.quick or options.skip_peer):
        parser.error("--write needs the whole benchmark")
    return options


if __name__ == "__main__":
    main()
