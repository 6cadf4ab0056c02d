"""What every table is made of: the base class, how columns are kept, how constraints are called."""

from __future__ import annotations

from datetime import datetime
from enum import StrEnum
from typing import ClassVar

from sqlalchemy import BigInteger, Enum, Integer, LargeBinary, MetaData, String
from sqlalchemy.orm import DeclarativeBase

from gateway.store.instants import Instant

# SQLite numbers rows by itself only where the type is exactly INTEGER.
_NUMBER = BigInteger().with_variant(Integer, "sqlite")
DIGEST = 64
REASON = 64


class Base(DeclarativeBase):
    """Base of the tables: names of constraints are derived, so that migrations can name them."""

    metadata = MetaData(
        naming_convention={
            "ix": "ix_%(table_name)s_%(column_0_N_name)s",
            "uq": "uq_%(table_name)s_%(column_0_N_name)s",
            "ck": "ck_%(table_name)s_%(constraint_name)s",
            "fk": "fk_%(table_name)s_%(column_0_name)s",
            "pk": "pk_%(table_name)s",
        }
    )
    type_annotation_map: ClassVar = {int: _NUMBER, str: String(128), bytes: LargeBinary, datetime: Instant}


def closed(kind: type[StrEnum]) -> Enum:
    """Keep the value of an enumeration as text, with a check that it is one."""
    return Enum(
        kind,
        native_enum=False,
        create_constraint=True,
        length=16,
        name=kind.__name__.lower(),
        values_callable=lambda members: [member.value for member in members],
    )
