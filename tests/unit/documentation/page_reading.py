"""Reads a page as a browser would: its elements, its links, where they lead."""

from __future__ import annotations

import posixpath
from collections.abc import Mapping
from dataclasses import dataclass, field
from html.parser import HTMLParser
from urllib.parse import unquote, urlsplit

VOID = frozenset({"meta", "link", "input", "br", "hr", "img", "path", "rect", "circle", "wbr"})


@dataclass
class Page:
    """What is on a page."""

    tags: set[str] = field(default_factory=set)
    attributes: list[tuple[str, str, str]] = field(default_factory=list)
    """Tag, attribute, value."""
    ids: list[str] = field(default_factory=list)
    unclosed: list[str] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    text: list[str] = field(default_factory=list)

    @property
    def links(self) -> list[str]:
        return [value for _, name, value in self.attributes if name in {"href", "src"}]


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.page = Page()

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.page.tags.add(tag)
        for name, value in attrs:
            self.page.attributes.append((tag, name, value or ""))
            if name == "id":
                self.page.ids.append(value or "")
        if len(tag) == 2 and tag[0] == "h" and tag[1].isdecimal():
            self.page.headings.append(int(tag[1]))
        if tag not in VOID:
            self.page.unclosed.append(tag)

    def handle_endtag(self, tag: str) -> None:
        if tag not in VOID:
            assert self.page.unclosed, f"</{tag}> closes nothing"
            opened = self.page.unclosed.pop()
            assert opened == tag, f"</{tag}> closes <{opened}>"

    def handle_data(self, data: str) -> None:
        self.page.text.append(data)


def read(html: str) -> Page:
    """Read a page; elements that are not closed in order fail the test."""
    reader = _Reader()
    reader.feed(html)
    reader.close()
    return reader.page


def targets(file: str, page: Page) -> Mapping[str, str]:
    """Return the relative links of a page, each with the file it leads to, fragments apart."""
    found: dict[str, str] = {}
    for link in page.links:
        parts = urlsplit(link)
        if not parts.scheme and not parts.netloc and parts.path:
            found[link] = posixpath.normpath(
                posixpath.join(posixpath.dirname(file), unquote(parts.path))
            )
    return found
