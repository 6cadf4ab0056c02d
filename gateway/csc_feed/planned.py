"""One record that is to be sent."""

from __future__ import annotations

from dataclasses import dataclass

from schemas.csc_api.changes import Emptied, Update, together, update
from schemas.csc_api.record import ChildRecord


@dataclass(frozen=True, slots=True)
class Planned:
    """What is sent of a child so that DfE holds `target`, or nothing of the child where that is None.

    `possible` is what DfE may hold before; `digest` that of the record as it was built; `alone` says that it goes in a
    batch of its own, because what became of an earlier one is not known.
    """

    child: str
    update: Update
    target: ChildRecord | None
    possible: ChildRecord | None
    digest: str
    emptied: Emptied
    alone: bool = False

    @property
    def in_full(self) -> Update:
        """Give the record that is right whether the update was stored or not."""
        if self.target is None:
            return self.update
        found = update(together(self.possible, self.target), self.target, full=True, emptied=self.emptied)
        return self.update if found is None else found

    @property
    def removes(self) -> bool:
        """Tell whether something of the child is removed."""
        return '"purge":true' in self.update.text
