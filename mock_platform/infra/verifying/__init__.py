"""Talks to a real implementation that is held to a contract: asks it, hears its callbacks, fuzzes it."""
