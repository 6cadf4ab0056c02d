"""Episodes: placement types."""
