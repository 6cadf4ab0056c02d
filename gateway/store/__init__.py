"""The store: messages, their encrypted chunks, the ledger and the outbox, in one database that is the truth."""
