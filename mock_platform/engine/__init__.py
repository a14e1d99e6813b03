"""What a contract means: documents in, decisions and values out. Pure, no I/O."""
