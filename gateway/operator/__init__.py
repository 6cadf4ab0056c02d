"""People who work with the gateway: accounts, roles, sign-in, sessions, tokens, break-glass."""
