"""Header: who the child is."""
