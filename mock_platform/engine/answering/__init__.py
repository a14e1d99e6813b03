"""Chooses the answer for operations that nobody wrote a handler for."""
