"""Build the lists from case records, and read case records back from the lists."""
