"""Identifiers, birth, death and sex of the child."""
