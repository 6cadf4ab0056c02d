"""Checks of returns that somebody asked for: kept, done by a worker, told of while they go on."""
