"""The service: command line, reports and everything that runs."""
