"""What our process and schemathesis' have to agree on."""

from __future__ import annotations

from pathlib import Path

AIMS = "VERIFY_CALLBACK_AIMS"
"""Operation (``POST /orders``) → pointer into its body → URL, as JSON, in the environment."""

HOOKS = Path(__file__).with_name("schemathesis_hooks.py")
