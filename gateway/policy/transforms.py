"""The forms in which a value may go, for which fields each is meant, and how it is made."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

from gateway.policy.agreement import Transform
from gateway.policy.texts import CATEGORY_OF
from schemas.case.columns import value_type
from schemas.case.tables import KEYS, TABLES, fields

_SHOWN, _LEAST = 3, 6
_STRENGTH = (Transform.FULL, Transform.YEAR, Transform.AREA, Transform.MASKED, Transform.YES_NO)
_POSTCODES = frozenset(item.name for item in fields().values() if item.field == "postcode")


def strictest(one: Transform, other: Transform) -> Transform:
    """Give the form of the two that tells less."""
    return max(one, other, key=_STRENGTH.index)


def fits(transform: Transform, name: str) -> bool:
    """Tell whether a field may go in that form; what a record cannot be without goes in full or not at all."""
    item = fields()[name]
    info = TABLES[item.table].model_fields[item.field]
    if transform is Transform.FULL:
        return True
    if info.is_required() or item.field in KEYS:
        return False
    kind, many = value_type(info)
    if transform is Transform.YEAR:
        return kind is date
    if transform is Transform.AREA:
        return name in _POSTCODES
    if transform is Transform.MASKED:
        return kind is str and not many and item.codes is None and not item.points_to and name not in CATEGORY_OF
    return True


def reduced(transform: Transform, value: object) -> str:
    """Give the value in a form that is not the full one."""
    return _MADE[transform](value)


def _year(value: object) -> str:
    return str(value.year) if isinstance(value, date) else ""


def _area(value: object) -> str:
    return str(value).partition(" ")[0]


def _masked(value: object) -> str:
    text = str(value)
    kept = _SHOWN if len(text) >= _LEAST else 0
    return "*" * (len(text) - kept) + text[len(text) - kept :]


def _yes_no(value: object) -> str:
    return "no" if value is False else "yes"


_MADE: dict[Transform, Callable[[object], str]] = {
    Transform.YEAR: _year,
    Transform.AREA: _area,
    Transform.MASKED: _masked,
    Transform.YES_NO: _yes_no,
}
