"""The XML form of the looked-after return: one CHILD element per child, its items made from those of the tables.

The items of UASC, OC3 and AD1 stand in HEADER itself, and birth date and sex stand there once. The form
has no place for social workers and deprivation of liberty orders.
Source: DfE XML schema for children looked after, version 3.3.0 of 2021.
"""

from __future__ import annotations

from dataclasses import replace
from functools import cache

from schemas.fields import Field, Group
from schemas.ssda903.layout import ssda903_layout
from schemas.tables import Layout, layout_for

_ELEMENTS = {"CHILD": "CHILDID", "PLACE": "PL"}
# What other tables than Header have in HEADER, in order.
IN_HEADER = {
    "UASC": ("DUC",),
    "AD1": ("DATE_INT", "DATE_MATCH", "FOSTER_CARE", "NB_ADOPTR", "SEX_ADOPTR", "LS_ADOPTR"),
    "OC3": ("IN_TOUCH", "ACTIV", "ACCOM"),
}
_GIVEN_BY_HEADER = frozenset({"CHILD", "DOB"})


@cache
def message_layout(year: int) -> Layout:
    """Return the layout of the XML form of a year, whose tables a reader turns into those of `ssda903_layout`."""
    own = ssda903_layout(year)
    items = _Items(own)
    child = Group("CHILD", (_header(items), _episode(items)), repeats=True, opens=("Header",))
    return layout_for("ssda903", Group("EXPSSDA903", (child,)), (), year, own.dates)


def _header(items: _Items) -> Group:
    content: tuple[Field | Group, ...] = (
        *items.must("Header", "CHILD"),
        *items.must_stand("Header", "UPN"),
        *items.must("Header", "SEX", "DOB", "ETHNIC"),
        *items.must_stand("Header", "UASC"),
        *(item for table, names in IN_HEADER.items() for item in items.may(table, *names)),
        _repeated(
            "AMISSING", "Missing", *items.must("Missing", "MISSING", "MIS_START"), *items.may("Missing", "MIS_END")
        ),
        _repeated("AREVIEW", "Reviews", *items.must("Reviews", "REVIEW", "REVIEW_CODE")),
        *items.may("Header", "MOTHER", "MC_DOB"),
        Group("PERMANENCE", items.may("PrevPerm", "PREV_PERM", "LA_PERM", "DATE_PERM"), table="PrevPerm"),
        Group("OC2", items.may("OC2", *items.beyond_header("OC2")), table="OC2"),
        _repeated(
            "AD_PLACED",
            "PlacedAdoption",
            *items.must("PlacedAdoption", "DATE_PLACED"),
            *items.may("PlacedAdoption", "DATE_PLACED_CEASED", "REASON_PLACED_CEASED"),
        ),
    )
    return Group("HEADER", content, table="Header", required=True)


def _episode(items: _Items) -> Group:
    return _repeated(
        "EPISODE",
        "Episodes",
        *items.must("Episodes", "DECOM", "RNE", "LS", "CIN", "PLACE"),
        *items.may("Episodes", "PL_POST", "HOME_POST", "URN", "PLACE_PROVIDER"),
        *items.must_stand("Episodes", "DEC", "REC"),
        *items.may("Episodes", "REASON_PLACE_CHANGE"),
    )


def _repeated(element: str, table: str, *content: Field) -> Group:
    return Group(element, content, table=table, repeats=True)


class _Items:
    """The fields of the tables as elements: required, required but perhaps blank, or neither."""

    def __init__(self, layout: Layout) -> None:
        self._layout = layout

    def must(self, table: str, *names: str) -> tuple[Field, ...]:
        return self._made(table, names, required=True, may_be_blank=False)

    def must_stand(self, table: str, *names: str) -> tuple[Field, ...]:
        return self._made(table, names, required=True, may_be_blank=True)

    def may(self, table: str, *names: str) -> tuple[Field, ...]:
        return self._made(table, names, required=False, may_be_blank=True)

    def beyond_header(self, table: str) -> tuple[str, ...]:
        return tuple(field.name for field in self._layout.table(table) if field.name not in _GIVEN_BY_HEADER)

    def _made(self, table: str, names: tuple[str, ...], *, required: bool, may_be_blank: bool) -> tuple[Field, ...]:
        declared = self._layout.table(table)
        return tuple(
            replace(declared.field(name), element=_ELEMENTS.get(name, ""), required=required, may_be_blank=may_be_blank)
            for name in names
        )
