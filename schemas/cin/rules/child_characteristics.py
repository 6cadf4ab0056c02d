"""Characteristics of the child."""
