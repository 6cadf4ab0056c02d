"""A return as it would be today: built from the dataset and checked, or its newest file checked again."""

from __future__ import annotations

import shutil
import tempfile
from pathlib import Path

from gateway import settings
from gateway.build import Order, build_return, check_built
from gateway.pipeline.exchange import Exchange
from gateway.pipeline.hand_over import DRAFT
from gateway.returns import book
from gateway.returns.book import About
from gateway.returns.checking import Reading, checked, last_year
from gateway.returns.gathered import XML, ZIP
from gateway.store.engine import reading
from schemas.errors import Rejected, Transient
from schemas.findings import Report

ENDINGS = {"cin": XML}
"""The form of a return that is not built as a zip file of tables; of the looked-after return XML is not the whole."""


def built(exchange: Exchange, about: About, place: str) -> Report:
    """Build it from the dataset at `place` and check it. Raise Rejected, Misconfigured, Transient, Held."""
    order = Order(about.return_name, about.year, place, exchange.clock(), about.authority)
    how = Reading(settings.limits(), exchange.inbox)
    folder = _folder(exchange.inbox)
    try:
        target = folder / f"return.{ENDINGS.get(about.return_name, ZIP)}"
        made = build_return(order, target)
        with last_year(exchange.store, about, how) as before:
            return check_built(order, made, target, previous=before, limits=how.limits)
    finally:
        shutil.rmtree(folder, ignore_errors=True)


def draft(exchange: Exchange, about: About) -> Report:
    """Check its newest file again. Raise Rejected where there is none, Damaged."""
    with reading(exchange.store.engine) as connection:
        found = book.named(connection, about)
    if found is None:
        raise Rejected("There is no file of this return.", hint=f"Add one, or set {settings.SSD_SOURCE.variable}.")
    how = Reading(settings.limits(), exchange.inbox)
    return checked(exchange.store, about, book.newest(exchange.store, found.id), how)


def _folder(inbox: Path) -> Path:
    """Make a folder that only we read, and that is deleted after a while where this process dies. Raise Transient."""
    try:
        inbox.mkdir(mode=0o700, parents=True, exist_ok=True)
        return Path(tempfile.mkdtemp(prefix=DRAFT, dir=inbox))
    except OSError:
        raise Transient("The inbox cannot be written to.", hint="Check its rights and the space on its disk.") from None
