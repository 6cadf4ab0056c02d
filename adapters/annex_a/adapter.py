"""The lists of Annex A as an adapter."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from datetime import date
from pathlib import Path

from adapters.annex_a.read import read_lists
from adapters.base import Companions, ReturnAdapter
from adapters.edits import Edit
from adapters.losses import losses
from adapters.xml.limits import Limits
from schemas.annex_a.definition import ANNEX_A
from schemas.errors import Misconfigured
from schemas.returns import ReturnData


class AnnexAAdapter:
    """Reads lists of Annex A."""

    definition = ANNEX_A

    def read(
        self,
        paths: Sequence[Path],
        *,
        year: int | None,
        authority: str | None,
        limits: Limits | None,
        progress: Callable[[int, int], None] | None,
        at: date | None = None,
    ) -> ReturnData:
        """Read lists; see `adapters.annex_a.read`."""
        if year is not None:
            raise Misconfigured("The lists are of a day, not of a year.", hint="Say the day with --at.")
        return read_lists(paths, at=at, authority=authority, limits=limits or Limits(), progress=progress)

    def accompanied(self, data: ReturnData, companions: Companions) -> ReturnData:  # noqa: ARG002  # the protocol has it
        """Give the lists as they are: no rule on them needs other data."""
        return data

    def fix(self, paths: Sequence[Path], data: ReturnData, target: Path | None) -> tuple[Edit, ...]:  # noqa: ARG002  # as above
        """Refuse: a new file with Ofsted's spellings is what `convert` writes."""
        raise Misconfigured(
            "The lists of Annex A are not corrected in place.",
            hint="Write them anew with: ics-gateway convert SRC DST; it spells headings and choices as Ofsted does.",
        )

    def convert(self, source: Path, target: Path, *, year: int | None, limits: Limits | None) -> tuple[str, ...]:
        """Write the lists with Ofsted's headings and texts; see `adapters.annex_a.write`."""
        from adapters.annex_a.write import write_lists  # noqa: PLC0415  # a check does without it

        data = self.read((source,), year=year, authority=None, limits=limits, progress=None)
        write_lists(target, data)
        return losses(data, paths=True)


ADAPTER: ReturnAdapter = AnnexAAdapter()
