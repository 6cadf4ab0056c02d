"""Build the CIN census from case records, and read case records back from a census."""
