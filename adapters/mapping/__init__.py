"""What every mapping out of case records is made of: declared tables, the year, and the work on frames."""
