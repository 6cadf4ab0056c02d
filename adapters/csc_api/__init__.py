"""Build the daily DfE feed from canonical case tables: who is in it, what of them, and where each item comes from."""
