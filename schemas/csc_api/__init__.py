"""The children's social care data that DfE collects daily by its API: what a child's record is, and how it changes."""
