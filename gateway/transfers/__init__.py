"""Transfers of case records: prepared, previewed, authorised, sent and tracked; taken, matched and answered."""
