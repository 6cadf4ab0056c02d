"""Write the story of the demonstration's transfer as a page that needs nothing else."""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from importlib.resources import files

from jinja2 import Environment, PackageLoader, StrictUndefined

from gateway.demo.exchange import Verified
from gateway.demo.family import Story
from gateway.policy import explain
from schemas.errors import Misconfigured
from schemas.processes.registry import process_of
from schemas.processes.spans import LONDON


def page(story: Story, logs: Iterable[Verified], names: tuple[str, str], package: str) -> str:
    """Give the page; `names` are the two authorities, `package` the name of the file with the package's own page."""
    preview = story.seen.preview
    if preview is None:
        raise Misconfigured("The story is of a transfer with records.")
    environment = Environment(
        loader=PackageLoader("gateway.demo", "templates"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    withheld = tuple(preview.withheld())
    reasons = Counter[str]()
    for _, count, _, why, _ in withheld:
        reasons[why] += int(count)
    return environment.get_template("transfer.html").render(
        story=story,
        one=story.followed.transfer,
        process=process_of(story.followed.transfer.process),
        decision=preview.decision,
        decided=" ".join(explain.decided(preview.decision)),
        sent=tuple(preview.sent()),
        withheld=withheld,
        reasons=reasons.most_common(),
        documents=preview.documents,
        lacking=tuple(entry for entry in preview.statement if entry.status != "included"),
        logs=tuple(logs),
        names=names,
        package=package,
        local=_local,
        style=files("gateway.reports").joinpath("templates", "report.css").read_text(encoding="utf-8"),
    )


def _local(moment: datetime) -> str:
    return f"{moment.astimezone(LONDON):%a %d %b %Y, %H:%M}"
