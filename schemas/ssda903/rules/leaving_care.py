"""Episodes: how care ended."""
