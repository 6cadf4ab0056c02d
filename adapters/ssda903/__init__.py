"""The looked-after return: read it in any of its forms, convert it, correct it, and make demonstration data."""
