"""Disabilities."""
