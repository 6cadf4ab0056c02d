"""Measurements: how fast the gateway is, and where it differs from the public validator."""
