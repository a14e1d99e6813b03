"""Pictures of what a contract means, as SVG: its state machines.

Nothing here knows of pages: ``drawn`` takes a machine and returns text.
"""
