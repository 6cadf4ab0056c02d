"""A made-up authority in the form of the Standard Safeguarding Dataset."""
