"""The demonstration of the exchange: two made-up authorities on this machine, with nothing to install."""
