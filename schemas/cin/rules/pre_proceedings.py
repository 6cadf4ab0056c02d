"""Pre-proceedings and family group decision-making (draft rules of 2027)."""
