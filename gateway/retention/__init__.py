"""How long what is kept: rules, legal holds, and the purge of what is past its time."""
