"""Makes of specs what is given to others: one self-contained document."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path

from mock_platform.engine.documents import Document
from mock_platform.engine.findings import Finding, SpecBroken
from mock_platform.engine.merging import merge
from mock_platform.engine.modernising import TooNew, modernise
from mock_platform.engine.sharing import SHARES, without
from mock_platform.infra import spec_files
from mock_platform.infra.yaml_places import placed
from mock_platform.shared.contracts import Json


def bundle_specs(
    paths: Sequence[Path],
    *,
    keep: str = "default",
    openapi: str = "",
    overlays: Sequence[Path] = (),
) -> Json:
    """Return one self-contained document of one or several specs.

    Args:
        paths: the specs; several are merged.
        keep: what of our extensions stays: ``contract`` none, ``default`` the state machines,
            ``behaviour`` all of them.
        openapi: ``3.1`` for that form; empty for the one that the specs have.
        overlays: what is laid over each of them first.

    Raises:
        SpecBroken: with every finding.
    """
    document = _whole([spec_files.load(path, overlays=overlays) for path in paths])
    document = replace(document, root=without(document.root, SHARES[keep]))
    try:
        return modernise(document).root if openapi == "3.1" else document.root
    except TooNew as new:
        raise SpecBroken([Finding(message=str(new), file=str(paths[0]))]) from new


def _whole(documents: Sequence[Document]) -> Document:
    first = documents[0]
    if len(documents) == 1:
        return first
    for other in documents[1:]:
        if other.dialect != first.dialect:
            told = f"{other.name} is of another version of OpenAPI than {first.name}"
            file = other.origin("").file
            raise SpecBroken([Finding(message=told, remedy="bundle them one by one", file=file)])
    title = " and ".join(str(one.root["info"]["title"]) for one in documents)
    try:
        return merge(documents, "-".join(one.name for one in documents), title)
    except SpecBroken as broken:
        raise SpecBroken(placed(broken.findings)) from broken
