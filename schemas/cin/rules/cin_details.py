"""Referral episodes."""
