"""Write the page about the differences between the gateway and the peer."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from benchmarks.figures import Figures
from benchmarks.page import table
from benchmarks.peer_tally import DIFFERENCES, Explanations, RuleTally, Tally


def page(tally: Tally, explanations: Explanations) -> str:
    """Write the whole page."""
    return "\n".join([*_introduction(tally), *_reading(tally), *rules(tally, explanations), *_agreeing(tally)]) + "\n"


def _introduction(tally: Tally) -> Iterator[str]:
    peer = tally.peer
    agreed = sum(rule.agree for rule in tally.rules.values())
    apart = sum(rule.differences[kind] for rule in tally.rules.values() for kind in ("gateway", "peer", "records"))
    years = sorted({sample.made.year for sample in tally.peer.samples})
    yield f"""# Differences from {peer.title}

`make peer-differences` holds the findings of the gateway against those of {peer.release}, rule by
rule, and writes this page. It fails when a rule differs in a way that is not explained here, and when an
explanation is no longer needed. The explanations are kept in `benchmarks/peer/{peer.name}/differences.csv`.

The files: {tally.samples} made-up {peer.kind} of {years[0]} to {years[-1]} with {tally.children:,} children, most of
them with seeded damage (`benchmarks/peer_{peer.name}_samples.py`). The peer's rules run one by one, so that one that
crashes hides no other. A finding is compared by rule and child, and then by the records that it marks; the cell inside
a record is not compared. {peer.about}

Each file is compared as found, and again rewritten until the peer reads it as the gateway does. What still differs
then lies in the rules: {agreed:,} flagged children agree, {apart:,} do not.
"""


def _reading(tally: Tally) -> Iterator[str]:
    rows = tuple(
        (step.difference, f"{sum(rule.read_otherwise[step.name] for rule in tally.rules.values()):,}")
        for step in tally.peer.steps
    )
    yield "## How the two read\n"
    yield "Differences in flagged children that go away once a file is rewritten in this respect.\n"
    yield from table(Figures("", ("Difference", "Flagged children"), rows))
    yield f"\nAs found, the peer could not read {tally.unreadable} of the {tally.samples} files at all.\n"


def rules(tally: Tally, explanations: Explanations) -> Iterator[str]:
    """Write what is known of each rule that differs."""
    yield "## Rules that differ\n"
    crashing = sum(bool(rule.differences["crash"]) for rule in tally.rules.values())
    yield (
        "In children, over all files, both sides reading the same; crashes in files. "
        f"Rules of the peer that crash on some file: {crashing}.\n"
    )
    columns = ("Rule", "Agree", "Only the gateway", "Only the peer", "Other records", "Peer crashes", "Why")
    rows = tuple(
        (
            code,
            f"{rule.agree:,}",
            *(f"{rule.differences[kind]:,}" for kind in DIFFERENCES),
            " ".join(_reasons(code, rule, explanations)),
        )
        for code, rule in tally.in_order()
        if rule.differences.total()
    )
    yield from table(Figures("", columns, rows))
    yield ""


def _reasons(code: str, rule: RuleTally, explanations: Explanations) -> Iterable[str]:
    """Give the reasons for the ways in which a rule differs, each once."""
    found = (explanations.get((code, kind), "Not explained.") for kind in DIFFERENCES if rule.differences[kind])
    return dict.fromkeys(found)


def _agreeing(tally: Tally) -> Iterator[str]:
    same = [(code, rule) for code, rule in tally.in_order() if not rule.differences.total()]
    fired = [f"{code} ({rule.agree:,})" for code, rule in same if rule.agree]
    silent = [code for code, rule in same if not rule.agree]
    yield "## Rules that agree\n"
    yield f"{len(fired)} rules, with the number of children that both flag: {', '.join(fired)}.\n"
    if silent:
        yield f"Not shown by these files, because neither side flags anything: {', '.join(silent)}."
