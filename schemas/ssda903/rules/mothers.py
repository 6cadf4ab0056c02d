"""Header: children who are mothers."""
