"""What transfers of case records need: encrypted documents, names of case files, transfers, the review queue."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = ("documents", "case_names", "transfers", "transfer_events", "transfer_people", "reviews")


def upgrade() -> None:
    """Make the tables."""
    _documents()
    _transfers()
    _of_transfers()


def downgrade() -> None:
    """Drop the tables, with every case file and transfer in them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _documents() -> None:
    op.create_table(
        "documents",
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("version", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("kind", "name", "version", name="pk_documents"),
    )
    op.create_index("ix_documents_key_id", "documents", ["key_id"])
    op.create_table(
        "case_names",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("case_file", sa.String(128), nullable=False),
        sa.PrimaryKeyConstraint("digest", "case_file", name="pk_case_names"),
    )
    op.create_index("ix_case_names_case_file", "case_names", ["case_file"])


def _transfers() -> None:
    op.create_table(
        "transfers",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("reference", sa.String(128), nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("partner", sa.String(128), nullable=False),
        sa.Column("process", sa.String(8), nullable=False),
        sa.Column("step", sa.String(32), nullable=False),
        sa.Column("kind", sa.String(16), nullable=False),
        sa.Column("stage", sa.String(16), nullable=False),
        sa.Column("delivery", sa.String(16), nullable=False),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("message_id", sa.String(128)),
        sa.Column("at", _TIME, nullable=False),
        sa.Column("changed", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfers"),
        sa.CheckConstraint("direction IN ('in', 'out')", name="direction"),
        sa.UniqueConstraint("reference", name="uq_transfers_reference"),
        sa.UniqueConstraint("direction", "partner", "message_id", name="uq_transfers_direction_partner_message_id"),
    )
    op.create_index("ix_transfers_direction_stage", "transfers", ["direction", "stage"])
    op.create_index("ix_transfers_conversation_id", "transfers", ["conversation_id"])


def _of_transfers() -> None:
    op.create_table(
        "transfer_events",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("transfer", _NUMBER, nullable=False),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("role", sa.String(32), nullable=False),
        sa.Column("staff", sa.String(64)),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_transfer_events"),
        sa.ForeignKeyConstraint(["transfer"], ["transfers.id"], name="fk_transfer_events_transfer"),
    )
    op.create_index("ix_transfer_events_transfer", "transfer_events", ["transfer"])
    op.create_table(
        "transfer_people",
        sa.Column("transfer", _NUMBER, nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("way", sa.String(16), nullable=False),
        sa.PrimaryKeyConstraint("transfer", "digest", "way", name="pk_transfer_people"),
        sa.ForeignKeyConstraint(["transfer"], ["transfers.id"], name="fk_transfer_people_transfer"),
    )
    op.create_index("ix_transfer_people_digest", "transfer_people", ["digest"])
    op.create_table(
        "reviews",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("identity", sa.String(128), nullable=False),
        sa.Column("transfer", _NUMBER, nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("opened", _TIME, nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_reviews"),
        sa.UniqueConstraint("transfer", "subject", name="uq_reviews_transfer_subject"),
        sa.ForeignKeyConstraint(["transfer"], ["transfers.id"], name="fk_reviews_transfer"),
    )
    op.create_index("ix_reviews_state_due", "reviews", ["state", "due"])
