"""One module for each revision. It stands for itself and imports nothing of ours, so that it never changes."""
