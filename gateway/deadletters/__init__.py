"""What operators do with messages that stopped: dead letters, and those held for a person."""
