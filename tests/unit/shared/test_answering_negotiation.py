"""The media type that is liked best is given out (RFC 9110 §12.5.1); where nothing fits, nothing."""

from __future__ import annotations

import pytest

from mock_platform.engine.answering.negotiation import best, read_accept

JSON, XML, TEXT, VENDOR = (
    "application/json",
    "application/xml",
    "text/plain",
    "application/v.x+json",
)


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        ("", [JSON, XML], JSON),
        ("*/*", [JSON, XML], JSON),
        ("application/xml", [JSON, XML], XML),
        ("application/xml;q=0.2, application/json;q=0.1", [JSON, XML], XML),
        ("application/xml, application/json", [JSON, XML], XML),
        ("application/xml;q=0.9, */*", [JSON, XML], JSON),
        ("text/*;q=0.5, application/*;q=0.4", [JSON, TEXT], TEXT),
        ("*/*, application/json;q=0", [JSON, XML], XML),
        ("text/html, */*;q=0.1", [JSON], JSON),
        ("APPLICATION/JSON", [JSON], JSON),
        ("inv/alid", [JSON], None),
        ("application/json;q=0", [JSON], None),
        ("garbage, ;;;, application/json", [XML, JSON], JSON),
        ("application/json;q=nonsense", [JSON], JSON),
    ],
)
def test_the_best_liked_wins(accept: str, offers: list[str], chosen: str | None) -> None:
    found = best(read_accept(accept), offers)

    assert (found and found[0]) == chosen


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        (JSON, [VENDOR], VENDOR),
        (JSON, [VENDOR, JSON], JSON),
        (VENDOR, [JSON], JSON),
        (VENDOR, [JSON, VENDOR], VENDOR),
        ("application/*+json", [XML, VENDOR], VENDOR),
        ("application/other+json", [VENDOR], None),
        ("application/xml", [VENDOR], None),
        ("application/json;q=0, */*", [VENDOR], VENDOR),
    ],
)
def test_a_suffix_fits_where_nothing_fits_better(
    accept: str, offers: list[str], chosen: str | None
) -> None:
    found = best(read_accept(accept), offers)

    assert (found and found[0]) == chosen


@pytest.mark.parametrize(
    ("accept", "offers", "chosen"),
    [
        ("application/json;version=2", [f"{JSON};version=1", f"{JSON};version=2"], 1),
        ("application/json;version=3", [f"{JSON};version=1", f"{JSON};version=2"], None),
        ('application/json;version="2"', [f"{JSON}; version=2"], 0),
        ("application/json;version=2", [JSON], 0),
        ("application/json;version=2;q=0.5, application/json", [f"{JSON};version=2", XML], 0),
        ("application/json;charset=latin-1", [f"{JSON};charset=utf-8"], 0),
    ],
)
def test_parameters_must_not_contradict(accept: str, offers: list[str], chosen: int | None) -> None:
    found = best(read_accept(accept), offers)

    assert found == (None if chosen is None else (offers[chosen], offers[chosen]))


@pytest.mark.parametrize(
    ("accept", "offer", "given_out_as"),
    [
        ("", "*/*", JSON),
        ("text/html, */*;q=0.8", "*/*", JSON),
        ("application/xml", "*/*", "application/xml"),
        ("text/csv;q=0.5, text/html", "text/*", "text/html"),
        ("text/*", "text/*", TEXT),
        ("image/gif", "image/*", "image/gif"),
        ("", "image/*", "image/png"),
        ("", "application/*+xml", "application/xml"),
        ("", "video/*", "video/octet-stream"),
    ],
)
def test_a_range_is_given_out_as_something(accept: str, offer: str, given_out_as: str) -> None:
    assert best(read_accept(accept), [offer]) == (offer, given_out_as)


def test_what_cannot_be_read_is_not_refused() -> None:
    assert best(read_accept(TEXT), ["application/json, application/xml"]) is not None
