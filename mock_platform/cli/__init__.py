"""The command line: reads what is wanted, has it built, says what came of it.

Slow libraries are imported by the commands that need them, so that ``--help`` answers at once.
"""

from __future__ import annotations

from mock_platform.cli.commands import main

__all__ = ["main"]
