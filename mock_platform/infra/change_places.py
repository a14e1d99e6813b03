"""Looks up line and column of changes, in both versions, once there are any to tell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from pathlib import Path

from mock_platform.engine.evolution import Change, Written
from mock_platform.engine.findings import Finding
from mock_platform.infra.spec_folder import ReadBytes
from mock_platform.infra.yaml_places import Place, nearest, places_within


@dataclass(frozen=True, slots=True, kw_only=True)
class Texts:
    """The files of one version."""

    read_bytes: ReadBytes = Path.read_bytes
    prefix: str = ""
    """Before a file's name where it is shown: ``v1.2:``."""
    known: dict[str, Mapping[str, Place]] = field(default_factory=dict)

    def placed(self, written: Written | None) -> Written | None:
        """Say where it is written, as far as the file can be read."""
        if written is None or not written.file:
            return written
        if written.file not in self.known:
            self.known[written.file] = self._places(Path(written.file))
        places = self.known[written.file]
        line, column = nearest(places, written.pointer) if places else (0, 0)
        return replace(written, file=self.prefix + written.file, line=line, column=column)

    def replaced(self, finding: Finding) -> Finding:
        """Say of a finding in a file of this version where that is."""
        place = Written(file=finding.file, pointer=finding.pointer)
        known = self.placed(place) if finding.pointer else None
        if known is None:
            return replace(finding, file=self.prefix + finding.file)
        return replace(finding, file=known.file, line=known.line, column=known.column)

    def _places(self, file: Path) -> Mapping[str, Place]:
        try:
            return places_within(self.read_bytes(file), file.suffix)
        except OSError:  # fetched, or gone meanwhile
            return {}


def placed_changes(changes: Iterable[Change], old: Texts, new: Texts) -> tuple[Change, ...]:
    """Look up the places on both sides."""
    return tuple(
        replace(change, old=old.placed(change.old), new=new.placed(change.new))
        for change in changes
    )
