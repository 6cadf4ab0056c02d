"""The header of the return."""
