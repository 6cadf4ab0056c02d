"""Headline figures as a table for a terminal or a file, and as JSON."""

from __future__ import annotations

import io
import json
import os
from dataclasses import asdict
from typing import Any

from rich.console import Console
from rich.table import Table
from rich.text import Text

from gateway.figures import Beside, FigureBeside, Figures
from schemas.figures import Line

_WIDE = 1000


def render_figures(figures: Figures, encoding: str = "utf-8") -> bytes:
    """Give the figures as text without colours; no line is broken to fit a width."""
    content = io.BytesIO()
    text = io.TextIOWrapper(content, encoding=encoding, errors="replace", newline=os.linesep)
    console = Console(file=text, width=_WIDE, color_system=None)
    console.print(Text(heading(figures)))
    for figure in figures.figures:
        console.print()
        console.print(_table(figure, figures))
        for reason in figure.reasons:
            console.print(Text(f"  {reason}"))
    text.flush()
    return content.getvalue()


def heading(figures: Figures) -> str:
    """Name the return and the years."""
    beside = f", beside {figures.previous_year}" if figures.previous_year else ""
    return f"{figures.title}: figures of {figures.year}{beside}"


def _table(figure: FigureBeside, figures: Figures) -> Table:
    table = Table(box=None, title=Text(figure.title, style="bold"), title_justify="left", pad_edge=False)
    table.add_column("")
    table.add_column(str(figures.year), justify="right")
    table.add_column("%", justify="right")
    if figures.previous_year:
        table.add_column(str(figures.previous_year), justify="right")
        table.add_column("%", justify="right")
        table.add_column("Change", justify="right")
    for line in figure.lines:
        cells = [line.label, count(line.now), share(line.now)]
        cells += [count(line.before), share(line.before), change(line)] if figures.previous_year else []
        table.add_row(*map(Text, cells))
    return table


def count(line: Line | None) -> str:
    """Write a count; a dash where the year has no such line."""
    return f"{line.count:,}" if line else "-"


def share(line: Line | None) -> str:
    """Write a share in per cent; empty where the line is no part of anything."""
    return f"{line.share:.1f}" if line and line.share is not None else ""


def change(line: Beside) -> str:
    """Write how the count changed, and in per cent of last year's."""
    if line.change is None or line.before is None:
        return ""
    rate = f" ({100 * line.change / line.before.count:+.0f} %)" if line.before.count else ""
    return f"{line.change:+,}{rate}"


def greatest(figure: FigureBeside) -> int:
    """Give the greatest count of either year, at least 1: what the longest bar stands for."""
    return max((line.count for row in figure.lines for line in (row.now, row.before) if line), default=0) or 1


def length(line: Line | None, most: int) -> float:
    """Give the length of a bar, of 100."""
    return round(100 * line.count / most, 1) if line else 0


def render_figures_json(figures: Figures) -> str:
    """Give the figures for other programs; the keys are a contract, more may come."""
    found = {
        "return": figures.return_name,
        "year": figures.year,
        "previous_year": figures.previous_year,
        "figures": [_content(figure) for figure in figures.figures],
    }
    return json.dumps(found, ensure_ascii=False, indent=1) + "\n"


def _content(figure: FigureBeside) -> dict[str, Any]:
    return {
        "title": figure.title,
        "counts": figure.counts,
        "about": figure.doc,
        "reasons": list(figure.reasons),
        "lines": [
            {"label": line.label, "now": _plain(line.now), "before": _plain(line.before), "change": line.change}
            for line in figure.lines
        ],
    }


def _plain(line: Line | None) -> dict[str, Any] | None:
    if line is None:
        return None
    found = asdict(line)
    del found["label"], found["key"]
    return found | {"share": round(line.share, 2) if line.share is not None else None}
