"""The Standard Safeguarding Dataset: read into case tables, looked over, and written for demos."""
