"""The Standard Safeguarding Dataset: its tables and columns, as data."""
