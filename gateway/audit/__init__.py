"""The audit log: who did what, under which agreement, and proof that nobody changed the answer since."""
