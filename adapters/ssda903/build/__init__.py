"""Build the looked-after return from case records, and read case records back from one."""
