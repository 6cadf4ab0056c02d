"""Made-up looked-after returns, this year's and last year's of the same children, and seeded damage to them."""
