"""What the life of a return needs: returns, their files, what was done to them, and the regular looks."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0006"
down_revision = "0005"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = ("returns", "return_files", "return_steps", "return_watches")


def upgrade() -> None:
    """Make the tables."""
    _returns()
    _files()
    _steps()
    _watches()


def downgrade() -> None:
    """Drop the tables: which file was submitted, and who signed it, is in the audit log alone then."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _of_return(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["return_id"], ["returns.id"], name=f"fk_{table}_return_id")


def _returns() -> None:
    op.create_table(
        "returns",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("return_name", sa.String(32), nullable=False),
        sa.Column("year", _NUMBER, nullable=False),
        sa.Column("authority", sa.String(3), nullable=False),
        sa.Column("account", sa.String(36)),
        sa.Column("team", sa.String(64)),
        sa.Column("created", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_returns"),
        sa.UniqueConstraint("return_name", "year", "authority", name="uq_returns_return_name_year_authority"),
    )


def _files() -> None:
    op.create_table(
        "return_files",
        sa.Column("return_id", sa.String(36), nullable=False),
        sa.Column("number", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("round", _NUMBER, nullable=False),
        sa.Column("ending", sa.String(8), nullable=False),
        sa.Column("serial", sa.String(16), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("added", _TIME, nullable=False),
        sa.Column("report", sa.String(64)),
        sa.Column("notes", sa.String(64)),
        *(sa.Column(name, _NUMBER) for name in ("errors", "queries", "unexplained", "crashed")),
        sa.Column("name", sa.String(128)),
        sa.Column("packed", sa.String(64)),
        sa.Column("submitted", _TIME),
        sa.Column("purged", _TIME),
        sa.PrimaryKeyConstraint("return_id", "number", name="pk_return_files"),
        _of_return("return_files"),
    )


def _steps() -> None:
    op.create_table(
        "return_steps",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("return_id", sa.String(36), nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("step", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("round", _NUMBER, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("staff", sa.String(64)),
        sa.Column("seal", sa.String(64)),
        sa.PrimaryKeyConstraint("id", name="pk_return_steps"),
        _of_return("return_steps"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_return_steps_return_id_number", "return_steps", ["return_id", "number"])


def _watches() -> None:
    op.create_table(
        "return_watches",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("source", sa.String(16), nullable=False),
        sa.Column("errors", _NUMBER),
        sa.Column("queries", _NUMBER),
        sa.Column("reason", sa.String(512), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_return_watches"),
        sa.UniqueConstraint("name", "due", name="uq_return_watches_name_due"),
        sqlite_autoincrement=True,
    )
