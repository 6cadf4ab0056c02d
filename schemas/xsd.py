"""The XML schema of a layout."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from xml.sax.saxutils import escape, quoteattr

from schemas.fields import Field, Group, Kind
from schemas.tables import Layout

_SHAPES = {
    Kind.DATETIME: ("DateTime", "xs:dateTime", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?"),
    Kind.YEAR: ("Year", "xs:token", "[0-9]{4}"),
    Kind.INTEGER: ("Count", "xs:nonNegativeInteger", "[0-9]{1,9}"),
}


@dataclass(frozen=True, slots=True)
class XsdFiles:
    """The schemas of one return, kept beside its layout: their name, their years and the text of a year's."""

    name: str
    years: range
    text: Callable[[int], str]

    @property
    def folder(self) -> Path:
        """Say in which folder the schemas are kept."""
        return Path(__file__).parent / self.name / "xsd"

    def path(self, year: int) -> Path:
        """Say where the schema of a year is kept."""
        return self.folder / f"{self.name}-{year}.xsd"

    def write(self) -> None:
        """Write the schema of every year."""
        self.folder.mkdir(exist_ok=True)
        for year in self.years:
            self.path(year).write_text(self.text(year), encoding="utf-8")


def xsd_of(layout: Layout, title: str, *, list_codes: bool = True) -> str:
    """Write the schema of one return in one year: sequences in tree order, one named type per use.

    Without `list_codes` a code is only held to the length of the longest of the year.
    """
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">',
        (
            f"  <xs:annotation><xs:documentation>{escape(title)}. Generated from the layout; do not edit."
            "</xs:documentation></xs:annotation>"
        ),
        *_element(layout.tree, "  ", top=True),
        *_named_types(layout, list_codes=list_codes),
        "</xs:schema>",
    ]
    return "\n".join(lines) + "\n"


def _element(item: Group | Field, indent: str, *, top: bool = False) -> Iterator[str]:
    occurs = "" if top else _occurs(item)
    if isinstance(item, Field):
        note = " ".join(part for part in (item.item, item.guidance) if part)
        start = f"{indent}<xs:element name={quoteattr(item.tag)} type={quoteattr(_type_name(item))}{occurs}"
        if not note:
            yield f"{start}/>"
            return
        yield f"{start}>"
        yield f"{indent}  <xs:annotation><xs:documentation>{escape(note)}</xs:documentation></xs:annotation>"
        yield f"{indent}</xs:element>"
        return
    yield f"{indent}<xs:element name={quoteattr(item.tag)}{occurs}>"
    yield f"{indent}  <xs:complexType>"
    yield f"{indent}    <xs:sequence>"
    for child in item.content:
        yield from _element(child, indent + "      ")
    yield f"{indent}    </xs:sequence>"
    yield f"{indent}  </xs:complexType>"
    yield f"{indent}</xs:element>"


def _occurs(item: Group | Field) -> str:
    repeats = item.repeats if isinstance(item, Group) else item.table is not None
    least = "" if item.required else ' minOccurs="0"'
    return least + (' maxOccurs="unbounded"' if repeats else "")


def _type_name(field: Field) -> str:
    if field.kind is Kind.BOOLEAN:
        return "xs:boolean"
    return f"{_value_name(field)}OrBlank" if field.may_be_blank else _value_name(field)


def _value_name(field: Field) -> str:
    if field.codes is not None:
        return f"{field.codes.name}Code"
    if field.pattern is not None:
        return f"{field.name}Text"
    if field.kind is Kind.DATE:
        return "Date"
    return _SHAPES[field.kind][0] if field.kind in _SHAPES else "Text"


def _named_types(layout: Layout, *, list_codes: bool) -> Iterator[str]:
    fields = {_type_name(field): field for table in layout for field in table}
    for name, field in sorted(fields.items()):
        if field.kind is not Kind.BOOLEAN:
            base, facets = _facets(field, layout, list_codes=list_codes)
            yield f"  <xs:simpleType name={quoteattr(name)}>"
            yield f'    <xs:restriction base="{base}">'
            yield from (f"      {facet}" for facet in facets)
            yield "    </xs:restriction>"
            yield "  </xs:simpleType>"


def _facets(field: Field, layout: Layout, *, list_codes: bool) -> tuple[str, list[str]]:
    """Give the type that a field's type narrows, and what narrows it."""
    least = 0 if field.may_be_blank else 1
    if field.codes is not None:
        codes = field.codes.labels(layout.year)
        return "xs:token", _listed(codes, least) if list_codes else _lengths(least, max(map(len, codes)))
    base, shape = _shape(field, layout)
    pattern = field.pattern or shape
    if not pattern:
        return "xs:token", _lengths(least)
    if field.may_be_blank:
        return "xs:token", [f"<xs:pattern value={quoteattr(f'({pattern})?')}/>"]
    return base, [f"<xs:pattern value={quoteattr(pattern)}/>"]


def _shape(field: Field, layout: Layout) -> tuple[str, str]:
    """Give the XSD type and the pattern of a kind of value; no pattern for plain text."""
    if field.kind is Kind.DATE:
        return layout.dates.base, layout.dates.pattern
    _, base, pattern = _SHAPES.get(field.kind, ("", "xs:token", ""))
    return base, pattern


def _listed(codes: dict[str, str], least: int) -> list[str]:
    blank = [] if least else ['<xs:enumeration value=""/>']
    notes = {
        code: f"<xs:annotation><xs:documentation>{escape(label)}</xs:documentation></xs:annotation>"
        for code, label in codes.items()
    }
    return blank + [f"<xs:enumeration value={quoteattr(code)}>{note}</xs:enumeration>" for code, note in notes.items()]


def _lengths(least: int, most: int | None = None) -> list[str]:
    bounds = [f'<xs:minLength value="{least}"/>']
    return bounds if most is None else [*bounds, f'<xs:maxLength value="{most}"/>']
