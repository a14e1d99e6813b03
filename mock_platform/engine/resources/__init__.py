"""Any contract's resources, without a line of Python: which operations mean them, and answers."""
