"""Holds documents to rules with names, which a file may switch off for itself, with a reason."""
