"""Whether a person in an incoming message is one that we hold: a person decides whenever it is not certain."""
