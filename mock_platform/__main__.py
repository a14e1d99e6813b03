"""``python -m mock_platform`` is ``mock-platform``."""

from __future__ import annotations

from mock_platform.cli import main

if __name__ == "__main__":
    main(prog_name="mock-platform")
