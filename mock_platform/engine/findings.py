"""What is wrong with a contract, as values: where, what, and what to do about it."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass

ERROR = "error"
WARNING = "warning"
INFO = "info"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One thing that is wrong, or looks wrong, in one place of one file."""

    message: str
    remedy: str = ""
    level: str = ERROR
    """``error``: wrong; ``warning``: somebody will be surprised; ``info``: could be better."""
    rule: str = ""
    """The name of the rule that is broken, where ``engine.linting`` has one."""
    pointer: str = ""
    """Into the file; into the bundled document until the place has been looked up."""
    file: str = ""
    line: int = 0
    """From 1; 0 when it is not known."""
    column: int = 0

    def __str__(self) -> str:
        place = f"{self.file}:{self.line}:{self.column}" if self.line else self.file
        where = f"{place}: " if place else ""
        level = "" if self.level == ERROR else f"{self.level}: "
        remedy = f" ({self.remedy})" if self.remedy else ""
        return f"{where}{level}{self.message}{remedy}"


class SpecBroken(Exception):
    """The contract cannot be served as it is."""

    def __init__(self, findings: Iterable[Finding]) -> None:
        self.findings = tuple(findings)
        super().__init__("\n".join(map(str, self.findings)))
