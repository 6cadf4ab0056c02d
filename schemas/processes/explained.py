"""Closed lists whose values each carry one sentence of meaning."""

from __future__ import annotations

from enum import StrEnum
from typing import Self


class Explained(StrEnum):
    """The value is what is stored and sent; the meaning is for people."""

    meaning: str

    def __new__(cls, value: str, meaning: str = "") -> Self:
        """Keep the meaning beside the value."""
        member = str.__new__(cls, value)
        member._value_ = value
        member.meaning = meaning
        return member
