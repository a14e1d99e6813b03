"""Holds a real implementation to a contract: what to ask it, and what its answers prove."""
