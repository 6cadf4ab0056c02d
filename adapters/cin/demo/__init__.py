"""Made-up censuses: a plausible population without errors, and seeded damage to it."""
