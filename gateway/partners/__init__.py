"""Who we exchange with and by which keys: our private keys, the revisions of the directory, onboarding."""
