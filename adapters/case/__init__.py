"""Case files: made-up families, and how a family is shown."""
