"""The CIN census: read, write, convert, and make demonstration data."""
