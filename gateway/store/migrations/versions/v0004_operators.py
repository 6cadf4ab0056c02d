"""What people who work with the gateway need: accounts, sessions, tokens, break-glass, checks of returns."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0004"
down_revision = "0003"

_NUMBER = sa.BigInteger().with_variant(sa.Integer, "sqlite")
_TIME = sa.DateTime(timezone=True)
_TABLES = ("accounts", "sessions", "api_tokens", "sign_in_failures", "oidc_attempts", "break_glass", "checks")


def upgrade() -> None:
    """Make the tables."""
    _accounts()
    _sign_in()
    _break_glass()
    _checks()


def downgrade() -> None:
    """Drop the tables, with every account in them."""
    for table in reversed(_TABLES):
        op.drop_table(table)


def _account(table: str) -> sa.ForeignKeyConstraint:
    return sa.ForeignKeyConstraint(["account"], ["accounts.id"], name=f"fk_{table}_account")


def _accounts() -> None:
    op.create_table(
        "accounts",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("name", sa.String(128), nullable=False),
        sa.Column("issuer", sa.String(256), nullable=False),
        sa.Column("subject", sa.String(256), nullable=False),
        sa.Column("roles", sa.String(128), nullable=False),
        sa.Column("team", sa.String(64)),
        sa.Column("clearances", sa.String(32), nullable=False),
        sa.Column("password", sa.String(256)),
        sa.Column("secret", sa.String(64)),
        sa.Column("secret_expires", _TIME),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("disabled", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_accounts"),
        sa.UniqueConstraint("issuer", "subject", name="uq_accounts_issuer_subject"),
    )


def _sign_in() -> None:
    op.create_table(
        "sessions",
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("begun", _TIME, nullable=False),
        sa.Column("seen", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("digest", name="pk_sessions"),
        _account("sessions"),
    )
    op.create_index("ix_sessions_account", "sessions", ["account"])
    op.create_index("ix_sessions_expires", "sessions", ["expires"])
    op.create_table(
        "api_tokens",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("digest", sa.String(64), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("label", sa.String(64), nullable=False),
        sa.Column("scopes", sa.String(2048), nullable=False),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("used", _TIME),
        sa.Column("revoked", _TIME),
        sa.PrimaryKeyConstraint("id", name="pk_api_tokens"),
        sa.UniqueConstraint("digest", name="uq_api_tokens_digest"),
        _account("api_tokens"),
    )
    op.create_index("ix_api_tokens_account", "api_tokens", ["account"])
    op.create_table(
        "sign_in_failures",
        sa.Column("name", sa.String(64), nullable=False),
        sa.Column("count", _NUMBER, nullable=False),
        sa.Column("last", _TIME, nullable=False),
        sa.Column("until", _TIME),
        sa.PrimaryKeyConstraint("name", name="pk_sign_in_failures"),
    )
    op.create_table(
        "oidc_attempts",
        sa.Column("state", sa.String(64), nullable=False),
        sa.Column("browser", sa.String(64), nullable=False),
        sa.Column("nonce", sa.String(128), nullable=False),
        sa.Column("verifier", sa.String(128), nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.PrimaryKeyConstraint("state", name="pk_oidc_attempts"),
    )
    op.create_index("ix_oidc_attempts_expires", "oidc_attempts", ["expires"])


def _break_glass() -> None:
    op.create_table(
        "break_glass",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("object_id", sa.String(128), nullable=False),
        sa.Column("reason", sa.String(64), nullable=False),
        sa.Column("opened", _TIME, nullable=False),
        sa.Column("expires", _TIME, nullable=False),
        sa.Column("review_by", _TIME, nullable=False),
        sa.Column("reviewed", _TIME),
        sa.Column("reviewer", sa.String(36)),
        sa.Column("verdict", sa.String(16)),
        sa.PrimaryKeyConstraint("id", name="pk_break_glass"),
        _account("break_glass"),
    )
    op.create_index("ix_break_glass_account_expires", "break_glass", ["account", "expires"])
    op.create_index("ix_break_glass_reviewed", "break_glass", ["reviewed"])


def _checks() -> None:
    op.create_table(
        "checks",
        sa.Column("id", sa.String(36), nullable=False),
        sa.Column("account", sa.String(36), nullable=False),
        sa.Column("team", sa.String(64)),
        sa.Column("state", sa.String(16), nullable=False),
        sa.Column("ending", sa.String(8), nullable=False),
        sa.Column("return_name", sa.String(32)),
        sa.Column("year", _NUMBER),
        sa.Column("authority", sa.String(3)),
        sa.Column("size", _NUMBER, nullable=False),
        sa.Column("done", _NUMBER, nullable=False),
        sa.Column("total", _NUMBER, nullable=False),
        sa.Column("attempts", _NUMBER, nullable=False),
        sa.Column("lease_owner", sa.String(128)),
        sa.Column("lease_expires", _TIME),
        sa.Column("created", _TIME, nullable=False),
        sa.Column("finished", _TIME),
        sa.Column("reason", sa.String(512)),
        sa.Column("errors", _NUMBER),
        sa.Column("queries", _NUMBER),
        sa.PrimaryKeyConstraint("id", name="pk_checks"),
        _account("checks"),
    )
    op.create_index("ix_checks_state_created", "checks", ["state", "created"])
    op.create_index("ix_checks_account", "checks", ["account"])
