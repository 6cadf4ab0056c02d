"""The XML schema of a layout."""

from __future__ import annotations

from collections.abc import Iterator
from xml.sax.saxutils import escape, quoteattr

from schemas.fields import Field, Group, Kind
from schemas.tables import Layout

_SHAPES = {
    Kind.DATE: ("Date", "xs:date", "[0-9]{4}-[0-9]{2}-[0-9]{2}"),
    Kind.DATETIME: ("DateTime", "xs:dateTime", "[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}Z?"),
    Kind.YEAR: ("Year", "xs:token", "[0-9]{4}"),
    Kind.INTEGER: ("Count", "xs:nonNegativeInteger", "[0-9]{1,9}"),
}


def xsd_of(layout: Layout, title: str) -> str:
    """Write the schema of one return in one year: sequences in tree order, one named type per use."""
    lines = [
        '<?xml version="1.0" encoding="UTF-8"?>',
        '<xs:schema xmlns:xs="http://www.w3.org/2001/XMLSchema">',
        (
            f"  <xs:annotation><xs:documentation>{escape(title)}. Generated from the layout; do not edit."
            "</xs:documentation></xs:annotation>"
        ),
        *_element(layout.tree, "  ", top=True),
        *_named_types(layout),
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
    if field.codes is not None:
        return f"{field.codes.name}Code"
    if field.pattern is not None:
        return f"{field.name}Text"
    return _SHAPES[field.kind][0] if field.kind in _SHAPES else "Text"


def _named_types(layout: Layout) -> Iterator[str]:
    fields = {_type_name(field): field for table in layout for field in table}
    for name, field in sorted(fields.items()):
        if field.kind is not Kind.BOOLEAN:
            yield from _simple_type(name, field, layout.year)


def _simple_type(name: str, field: Field, year: int) -> Iterator[str]:
    yield f"  <xs:simpleType name={quoteattr(name)}>"
    base = _SHAPES[field.kind][1] if field.kind in _SHAPES else "xs:token"
    yield f'    <xs:restriction base="{base}">'
    if field.codes is not None:
        for code, label in field.codes.labels(year).items():
            note = f"<xs:annotation><xs:documentation>{escape(label)}</xs:documentation></xs:annotation>"
            yield f"      <xs:enumeration value={quoteattr(code)}>{note}</xs:enumeration>"
    elif field.pattern is not None or field.kind in _SHAPES:
        yield f"      <xs:pattern value={quoteattr(field.pattern or _SHAPES[field.kind][2])}/>"
    else:
        yield '      <xs:minLength value="1"/>'
    yield "    </xs:restriction>"
    yield "  </xs:simpleType>"
