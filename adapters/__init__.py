"""One folder per partner format: bytes to records and back."""
