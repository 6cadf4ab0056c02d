"""Missing: children missing or away."""
