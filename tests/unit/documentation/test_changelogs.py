"""A changelog tells, release by release, what changed and whom it concerns."""

from __future__ import annotations

from mock_platform.engine.describing.changelogs import Version, releases
from mock_platform.engine.documents import Document


def version(number: str, *paths: str, label: str = "") -> Version:
    root = {
        "openapi": "3.0.4",
        "info": {"title": "t", "version": number},
        "paths": {
            path: {"get": {"operationId": path[1:], "responses": {"200": {"description": "ok"}}}}
            for path in paths
        },
    }
    return Version(document=Document(name="d", root=root), label=label)


def test_releases_are_sorted_by_number_and_the_latest_is_first() -> None:
    found = releases(
        [version("1.10.0", "/a", "/b"), version("1.9.0", "/a"), version("2.0.0", "/b")]
    )

    told = [
        (one.version, one.since, [(each.level, each.operations) for each in one.alterations if each.operations])
        for one in found
    ]  # fmt: skip
    assert told == [
        ("2.0.0", "1.10.0", [("breaking", ("GET /a",))]),
        ("1.10.0", "1.9.0", [("additive", ("GET /b",))]),
    ]


def test_versions_of_one_number_are_told_apart_by_their_labels() -> None:
    (found,) = releases([version("1.0.0", label="v1.0.0"), version("1.0.0", "/a", label="now")])

    assert (found.version, found.since) == ("1.0.0 (now)", "1.0.0 (v1.0.0)")


def test_the_present_version_is_last_whatever_its_number() -> None:
    (found,) = releases([version("2.0.0"), version("1.0.0")])

    assert (found.version, found.since) == ("1.0.0", "2.0.0")


def test_without_an_older_version_there_is_no_changelog() -> None:
    assert releases([]) == releases([version("1.0.0")]) == ()
