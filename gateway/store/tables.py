"""Every table in one place: what migrations and tests compare with the database."""

from __future__ import annotations

from gateway.store import feed_models, models, operator_models, return_models
from gateway.store.base import Base

__all__ = ("Base", "feed_models", "models", "operator_models", "return_models")
