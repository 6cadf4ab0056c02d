"""Case records: what an authority knows about a child and family, aligned with the Standard Safeguarding Dataset."""
