"""ICS Transfer Profile 1 (ITP-1): the pure core, without network, database or clock. The protocol: docs/itp.md."""
