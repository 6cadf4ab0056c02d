"""Episodes: legal status."""
