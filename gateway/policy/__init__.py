"""Agreements as machine policy: read, compiled, decided, applied. Deny by default, and deny overrides allow."""
