"""Look at an installation: what is well, what will soon be wrong, what is wrong, and what to do about it."""
