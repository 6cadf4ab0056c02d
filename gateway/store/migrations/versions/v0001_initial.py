"""The first tables, and the triggers that keep the ledger as it was written."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0001"
down_revision: str | None = None

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = ("messages", "chunks", "ledger", "outbox", "attempts", "receipts", "nonces")

# The same refusal on both databases: an integrity error with this text.
_POSTGRESQL = (
    """
    CREATE FUNCTION ledger_refuses() RETURNS trigger LANGUAGE plpgsql AS $$
    BEGIN
        RAISE EXCEPTION 'the ledger is append-only' USING ERRCODE = 'integrity_constraint_violation';
    END $$
    """,
    """
    CREATE TRIGGER ledger_no_change BEFORE UPDATE OR DELETE OR TRUNCATE ON ledger
    FOR EACH STATEMENT EXECUTE FUNCTION ledger_refuses()
    """,
)
_SQLITE = (
    """
    CREATE TRIGGER ledger_no_update BEFORE UPDATE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    """
    CREATE TRIGGER ledger_no_delete BEFORE DELETE ON ledger
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
    # INSERT OR REPLACE would delete a line without waking the trigger above.
    """
    CREATE TRIGGER ledger_no_replace BEFORE INSERT ON ledger
    WHEN EXISTS (SELECT 1 FROM ledger WHERE sequence = NEW.sequence)
    BEGIN SELECT RAISE(ABORT, 'the ledger is append-only'); END
    """,
)


def upgrade() -> None:
    """Make everything."""
    _messages()
    _chunks()
    _ledger()
    _outbox()
    _attempts()
    _receipts()
    _nonces()


def downgrade() -> None:
    """Drop everything. The triggers go with their table."""
    for table in reversed(_TABLES):
        op.drop_table(table)
    if op.get_bind().dialect.name == "postgresql":
        op.execute("DROP FUNCTION ledger_refuses()")


def _messages() -> None:
    op.create_table(
        "messages",
        sa.Column("id", _NUMBER, nullable=False),
        sa.Column("direction", sa.String(16), nullable=False),
        sa.Column("sender", sa.String(128), nullable=False),
        sa.Column("recipient", sa.String(128), nullable=False),
        sa.Column("message_id", sa.String(128), nullable=False),
        sa.Column("conversation_id", sa.String(128), nullable=False),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("delivery", sa.String(16), nullable=False),
        sa.Column("label_digest", sa.String(64), nullable=False),
        sa.Column("manifest_digest", sa.String(64), nullable=False),
        sa.Column("chunk_count", _NUMBER, nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("accepted", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_messages"),
        sa.UniqueConstraint("sender", "message_id", name="uq_messages_sender_message_id"),
        _one_of("messages", "direction", "in", "out"),
        _one_of("messages", "state", "receiving", "accepted", "delivered", "returned", "held", "dead-lettered"),
    )
    op.create_index("ix_messages_state", "messages", ["state"])


def _chunks() -> None:
    op.create_table(
        "chunks",
        _message(),
        sa.Column("part", sa.String(16), nullable=False),
        sa.Column("position", _NUMBER, nullable=False),
        sa.Column("key_id", sa.String(16), nullable=False),
        sa.Column("data", sa.LargeBinary, nullable=False),
        sa.PrimaryKeyConstraint("message", "part", "position", name="pk_chunks"),
        _to_messages("chunks"),
        _one_of("chunks", "part", "label", "manifest", "payload"),
    )
    op.create_index("ix_chunks_key_id", "chunks", ["key_id"])
    if op.get_bind().dialect.name == "postgresql":
        # What is encrypted does not become smaller.
        op.execute("ALTER TABLE chunks ALTER COLUMN data SET STORAGE EXTERNAL")


def _ledger() -> None:
    op.create_table(
        "ledger",
        sa.Column("sequence", _NUMBER, nullable=False),
        _message(),
        sa.Column("event", sa.String(32), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("sequence", name="pk_ledger"),
        _to_messages("ledger"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_ledger_message", "ledger", ["message"])
    for statement in _POSTGRESQL if op.get_bind().dialect.name == "postgresql" else _SQLITE:
        op.execute(statement)


def _outbox() -> None:
    op.create_table(
        "outbox",
        sa.Column("id", _NUMBER, nullable=False),
        _message(),
        sa.Column("task", sa.String(32), nullable=False),
        sa.Column("partner", sa.String(128), nullable=False),
        sa.Column("rank", _NUMBER, nullable=False),
        sa.Column("due", _TIME, nullable=False),
        sa.Column("attempts", _NUMBER, nullable=False),
        sa.Column("lease_owner", sa.String(128)),
        sa.Column("lease_expires", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_outbox"),
        sa.UniqueConstraint("message", "task", name="uq_outbox_message_task"),
        _to_messages("outbox"),
        sqlite_autoincrement=True,
    )
    op.create_index("ix_outbox_rank_due_id", "outbox", ["rank", "due", "id"])
    op.create_index("ix_outbox_partner_task", "outbox", ["partner", "task"])


def _attempts() -> None:
    op.create_table(
        "attempts",
        sa.Column("id", _NUMBER, nullable=False),
        _message(),
        sa.Column("task", sa.String(32), nullable=False),
        sa.Column("number", _NUMBER, nullable=False),
        sa.Column("owner", sa.String(128), nullable=False),
        sa.Column("started", _TIME, nullable=False),
        sa.Column("ended", _TIME, nullable=False),
        sa.Column("outcome", sa.String(16), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_attempts"),
        _to_messages("attempts"),
        _one_of("attempts", "outcome", "done", "failed"),
    )
    op.create_index("ix_attempts_message", "attempts", ["message"])


def _receipts() -> None:
    op.create_table(
        "receipts",
        sa.Column("id", _NUMBER, nullable=False),
        _message(),
        sa.Column("level", sa.String(8), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("token", sa.LargeBinary, nullable=False),
        sa.Column("at", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("id", name="pk_receipts"),
        sa.UniqueConstraint("message", "digest", name="uq_receipts_message_digest"),
        _to_messages("receipts"),
    )


def _nonces() -> None:
    op.create_table(
        "nonces",
        sa.Column("key_id", sa.String(128), nullable=False),
        sa.Column("nonce", sa.String(128), nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("key_id", "nonce", name="pk_nonces"),
    )
    op.create_index("ix_nonces_expires", "nonces", ["expires"])


def _message() -> sa.Column[int]:
    return sa.Column("message", _NUMBER, nullable=False)


def _to_messages(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["message"], ["messages.id"], name=f"fk_{table}_message")


def _one_of(table: str, column: str, *values: str) -> sa.CheckConstraint:
    listed = ", ".join(f"'{value}'" for value in values)
    return sa.CheckConstraint(f"{column} IN ({listed})", name=op.f(f"ck_{table}_{column}"))
