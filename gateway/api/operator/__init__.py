"""The API of the people who work with the gateway; partners never reach it."""
