"""Made-up families with histories: plausible, without errors, and of nobody."""
