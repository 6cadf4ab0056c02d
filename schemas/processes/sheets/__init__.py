"""One module per kind of process: what the sheet of the process says, as data."""
