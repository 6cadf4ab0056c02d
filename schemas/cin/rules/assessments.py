"""Assessments and the factors found in them."""
