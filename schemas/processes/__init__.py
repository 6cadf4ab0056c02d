"""Processes between authorities as data: who must send what, to whom, by when, and how a due date is computed."""
