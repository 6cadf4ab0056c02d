"""Errors named by what the runner must do about them.

Each carries a sentence for the person who has the problem; none carries personal data.
"""


class GatewayError(Exception):
    """Base of every error that the gateway raises on purpose."""

    def __init__(self, message: str, *, hint: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint


class Rejected(GatewayError):
    """The sender must correct the input: what is wrong is in the message, what to do in the hint."""


class Misconfigured(GatewayError):
    """The installation or the call is wrong: settings, missing reference data, an unknown option."""


class Held(GatewayError):
    """A person must look and decide; nothing goes on by itself."""


class Transient(GatewayError):
    """It may work later: try again."""


class Permanent(GatewayError):
    """It will not work however often it is tried: put it with the dead letters."""
