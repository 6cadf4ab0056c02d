"""What the exchange keeps beside messages: breakers, directory, audit log, holds, alerts, modes."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = (
    "breakers",
    "directory_revisions",
    "audit_pending",
    "audit_entries",
    "audit_state",
    "audit_checkpoints",
    "partner_heads",
    "legal_holds",
    "alerts",
    "modes",
)
_COLUMNS = (
    ("messages", "content_digest", sa.String(64)),
    ("messages", "owner", sa.String(64)),
    ("messages", "purged", _TIME),
    ("receipts", "sent", _TIME),
)
_LANE = "ix_messages_recipient_conversation_id"

_POSTGRESQL = (
    """
    CREATE FUNCTION audit_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the audit log is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER audit_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON audit_entries
    FOR EACH STATEMENT EXECUTE FUNCTION audit_refuses()
    """,
)
_SQLITE = (
    """
    CREATE TRIGGER audit_no_update BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_delete BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
    """
    CREATE TRIGGER audit_no_replace BEFORE INSERT ON audit_entries
    WHEN EXISTS (SELECT 1 FROM audit_entries WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'the audit log is append-only'); END
    """,
)


def upgrade() -> None:
    """Add the columns and make the tables."""
    for table, name, kind in _COLUMNS:
        op.add_column(table, sa.Column(name, kind))
    op.create_index(_LANE, "messages", ["recipient", "conversation_id"])
    _partners()
    _audit()
    _operations()


def downgrade() -> None:
    """Drop the tables and the columns."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION audit_refuses()")
    op.drop_index(_LANE, "messages")
    for table, name, _kind in reversed(_COLUMNS):
        op.drop_column(table, name)


def _partners() -> None:
    op.create_table(
        "breakers",
        sa.Column("organisation", sa.String(128), nullable=False),
        sa.Column("state", sa.String(512), nullable=False),
        sa.Column("blocked_until", _TIME),
        sa.PrimaryKeyConstraint("organisation", name="pk_breakers"),
    )
    op.create_table(
        "directory_revisions",
        sa.Column("sequence", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("accepted", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_directory_revisions"),
    )
    op.create_table(
        "partner_heads",
        sa.Column("organisation", sa.String(128), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("root", sa.String(64), nullable=False),
        sa.Column("seen", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("organisation", name="pk_partner_heads"),
    )


def _audit() -> None:
    op.create_table(
        "audit_pending",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("event", sa.LargeBinary, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_pending"),
        sqlite_autoincrement=True,
    )
    op.create_table(
        "audit_entries",
        sa.Column("sequence", _NUMBER, nullable=False, autoincrement=False),
        sa.Column("entry", sa.LargeBinary, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_audit_entries"),
    )
    op.create_table(
        "audit_state",
        sa.Column("origin", sa.String(128), nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("chain", sa.LargeBinary, nullable=False),
        sa.Column("peaks", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("origin", name="pk_audit_state"),
    )
    op.create_table(
        "audit_checkpoints",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("note", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_audit_checkpoints"),
    )
    op.create_index("ix_audit_checkpoints_size", "audit_checkpoints", ["size"])
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _operations() -> None:
    op.create_table(
        "legal_holds",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("scope", sa.String(16), nullable=False),
        sa.Column("value", sa.String(128), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("set_by", sa.String(64), nullable=False),
        sa.Column("set_at", _TIME, nullable=False),
        sa.Column("review_by", _TIME, nullable=False),
        sa.Column("lifted_at", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_legal_holds"),
    )
    op.create_table(
        "alerts",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("code", sa.String(64), nullable=False),
        sa.Column("subject", sa.String(128), nullable=False),
        sa.Column("raised", _TIME, nullable=False),
        sa.Column("last", _TIME, nullable=False),
        sa.Column("count", _NUMBER, nullable=False),
        sa.Column("sent", _TIME),
        sa.Column("closed", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_alerts"),
    )
    op.create_index("ix_alerts_code_subject_closed", "alerts", ["code", "subject", "closed"])
    op.create_table(
        "modes",
        sa.Column("name", sa.String(32), nullable=False),
        sa.Column("since", _TIME, nullable=False),
        sa.Column("by", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("name", name="pk_modes"),
    )
