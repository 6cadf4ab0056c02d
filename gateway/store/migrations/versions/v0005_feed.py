"""What the daily feed to DfE needs: where each child stands, what was sent, runs, who allowed sending."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0005"
down_revision = "0004"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = ("feed_children", "feed_sends", "feed_runs", "feed_consents")
_COUNTS = ("built", "unchanged", "invalid", "sent", "accepted", "refused", "unknown", "not_sent", "removed")


def upgrade() -> None:
    """Make the tables."""
    _children()
    _runs()


def downgrade() -> None:
    """Drop the tables: what DfE holds is not known any more, and everything is sent in full again."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _children() -> None:
    op.create_table(
        "feed_children",
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("child", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("revision", _NUMBER, nullable=False),
        sa.Column("accepted", _NUMBER),
        sa.Column("source", sa.String(64)),
        sa.Column("refused", sa.String(64)),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("changed", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("environment", "child", name="pk_feed_children"),
    )
    op.create_table(
        "feed_sends",
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("child", sa.String(128), nullable=False),
        sa.Column("revision", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("run", _NUMBER, nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("status", _NUMBER),
        sa.Column("token", sa.String(128)),
        sa.Column("request", sa.String(128)),
        sa.PrimaryKeyConstraint("environment", "child", "revision", name="pk_feed_sends"),
    )
    op.create_index("ix_feed_sends_environment_outcome", "feed_sends", ["environment", "outcome"])
    op.create_index("ix_feed_sends_run", "feed_sends", ["run"])


def _runs() -> None:
    op.create_table(
        "feed_runs",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("day", sa.String(10), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("running", sa.String(16)),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("lease", _TIME, nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("ended", _TIME),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        *(sa.Column(name, _NUMBER, nullable=False) for name in _COUNTS),
        sa.PrimaryKeyConstraint("id", name="pk_feed_runs"),
        sa.UniqueConstraint("running", name="uq_feed_runs_running"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_runs_environment_day", "feed_runs", ["environment", "day"])
    op.create_table(
        "feed_consents",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("environment", sa.String(16), nullable=False),
        sa.Column("place", sa.String(64), nullable=False),
        sa.Column("role", sa.String(64), nullable=False),
        sa.Column("staff", sa.String(64), nullable=False),
        sa.Column("given", _TIME, nullable=False),
        sa.Column("withdrawn", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_feed_consents"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_feed_consents_environment_withdrawn", "feed_consents", ["environment", "withdrawn"])
