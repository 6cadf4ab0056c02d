"""What made-up returns of every kind share: people, and how mistakes are made."""
