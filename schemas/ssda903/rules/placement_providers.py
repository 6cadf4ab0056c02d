"""Episodes: who provides the placement."""
