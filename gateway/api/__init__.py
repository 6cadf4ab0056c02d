"""The partner API: the requests of ITP-1 over HTTP, and what a partner is answered."""
