"""What the terminal's commands know of the contracts: their events, and callbacks made up from them."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

from mock_platform.shared.contracts import Json, Violation

if TYPE_CHECKING:  # slow to import
    from mock_platform.domain.deliveries import CallbackRules
    from mock_platform.engine.documents import Document
    from mock_platform.engine.schemas import Schemas

_USUAL_INBOX = "orders"


@dataclass(frozen=True, slots=True)
class Words:
    """What can be completed."""

    states: tuple[str, ...] = ()
    events: tuple[str, ...] = ()
    inboxes: tuple[str, ...] = (_USUAL_INBOX,)


def words() -> Words:
    """Read the contract that the settings name, and what inboxes they name; nothing if that fails."""
    from mock_platform.engine.findings import SpecBroken
    from mock_platform.engine.triggering import occasions, states
    from mock_platform.shared.config import SettingBroken, load_settings

    try:
        settings = load_settings({})
        document = order_contract(settings.specs)
    except (SettingBroken, SpecBroken, OSError):
        return Words()
    inboxes = dict.fromkeys((_USUAL_INBOX, *settings.inbox_secrets))
    return Words(states(document), tuple(occasions(document)), tuple(inboxes))


def order_contract(specs: Path | None) -> Document:
    """Return the order service's contract.

    Raises:
        SpecBroken: it cannot be read, or says what cannot be.
    """
    from mock_platform.infra import spec_files
    from mock_platform.infra.spec_home import specs_dir

    return spec_files.load_checked((specs or specs_dir()) / "order-service.spec.yaml")


def contract(path: Path) -> Document:
    """Return any contract.

    Raises:
        SpecBroken: it cannot be read.
    """
    from mock_platform.infra import spec_files

    return spec_files.load(path)


def rules_of(document: Document, callback: str) -> CallbackRules:
    """Return how the contract has a callback sent, and what it finds wrong with a body.

    Raises:
        SpecBroken: what it says of its callbacks cannot be.
    """
    from mock_platform.engine.callbacks import callback_rules
    from mock_platform.engine.schemas import Schemas

    return callback_rules(document, partial(_check, Schemas(document)))[callback]


def _check(schemas: Schemas, pointer: str) -> Callable[[bytes], Sequence[Violation]]:
    import orjson

    from mock_platform.engine.schema_dialects import Direction

    check = schemas.validator(pointer, Direction.REQUEST)

    def violations(body: bytes) -> Sequence[Violation]:
        value: Json = orjson.loads(body)
        return check(value)

    return violations
