"""The case package: what one authority sends to another about a family, read by machines and by people."""
