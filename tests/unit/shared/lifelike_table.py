"""Writes the table of values that are made with Faker beforehand, one kind on a line.

python -m tests.unit.shared.lifelike_table > mock_platform/engine/generation/made_earlier.json
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence

from mock_platform.engine.generation.name_kinds import KINDS
from mock_platform.engine.generation.pretending import VARIETY, Pretender
from mock_platform.shared.contracts import Json


def kinds() -> Sequence[str]:
    """Return the methods of Faker that names of properties stand for."""
    return sorted({kind for ones in KINDS.values() for kind in ones if not kind.startswith("our_")})


def made() -> Mapping[str, Sequence[Json]]:
    """Make all values of these kinds."""
    pretender = Pretender(earlier={})
    return {kind: [pretender.value(kind, number) for number in range(VARIETY)] for kind in kinds()}


def main() -> None:
    lines = (f"{json.dumps(kind)}: {json.dumps(values)}" for kind, values in made().items())
    print("{\n" + ",\n".join(lines) + "\n}")  # noqa: T201 - it is what the table consists of


if __name__ == "__main__":
    main()
