"""DoLo: deprivation of liberty orders."""
