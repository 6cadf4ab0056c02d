"""What can be wrong with a child's record: each problem once, with its code, what it means and what to do."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum
from typing import Self


class Code(StrEnum):
    """A kind of problem. The value never changes its meaning; docs/csc-api.md lists them."""

    meaning: str
    action: str

    def __new__(cls, value: str, meaning: str, action: str) -> Self:
        """Keep the meaning and the action beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        member.action = action
        return member

    MISSING = "CSC01", "must be there and is not", "Fill it in in the case system."
    TYPE = "CSC02", "is of the wrong type", "Report it: the record was built wrongly."
    LONG = "CSC03", "is too long, or empty", "Shorten it in the case system."
    NO_CODE = "CSC04", "is no code of its list", "Choose a code of the list in the case system."
    FORM = "CSC05", "does not have the form that is asked for", "Correct it in the case system."
    MANY = "CSC06", "has more entries than are allowed", "Remove entries that are not true in the case system."
    TWICE = "CSC07", "stands twice in its list", "Give each entry an id of its own, or remove the second."
    UNKNOWN = "CSC08", "is no member of the record", "Report it: the record was built wrongly."
    RANGE = "CSC09", "is outside its range", "Correct the number in the case system."
    FUTURE = "CSC21", "lies in the future", "Correct the date in the case system."
    ORDER = "CSC22", "is earlier than the date it must follow", "Correct one of the two dates in the case system."
    PUPIL_NUMBER = "CSC23", "is no pupil number: its check letter is wrong", "Ask the school for the right number."
    PAIR = "CSC24", "needs exactly one of two items", "Fill in the one that is true, and empty the other."
    FIREWALL = (
        "CSC25",
        "holds characters at which DfE's firewall refuses the whole batch",
        "Write it without 0x before digits and without < > ; -- /* in the case system.",
    )


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong at a place of the record: names and positions from 1, never a value."""

    code: Code
    place: str

    @property
    def sentence(self) -> str:
        """Say it in words."""
        return f"{self.place} {self.code.meaning}. {self.code.action}"
