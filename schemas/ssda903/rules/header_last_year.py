"""Header against last year."""
