"""Carriers: the same sealed bytes, brought to a partner and fetched from one."""
