"""Renders CommonMark of an untrusted document as HTML that runs nothing and loads nothing."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache
from html import escape
from typing import Final
from urllib.parse import urlsplit

from markdown_it import MarkdownIt
from markdown_it.renderer import RendererHTML
from markdown_it.token import Token
from markdown_it.utils import EnvType, OptionsDict
from markupsafe import Markup

_SAFE: Final = frozenset({"http", "https", "mailto"})
_LOWEST = 6
_LONGEST = 100_000


def safe_url(url: str) -> str:
    """Return the URL if following it is harmless: http, https, mailto; else nothing."""
    # Browsers ignore white space and control characters before and inside of a scheme.
    bare = "".join(one for one in url if one > " ")
    try:
        return bare if urlsplit(bare).scheme.lower() in _SAFE else ""
    except ValueError:
        return ""


def markdown(text: str, below: int = 2) -> Markup:
    """Render a text; its headings begin one level below that of the page's heading it stands under."""
    tokens = _reader().parse(text[:_LONGEST])
    for token in tokens:
        if token.type in {"heading_open", "heading_close"}:
            token.tag = f"h{min(_LOWEST, int(token.tag[1:]) + below)}"
    return Markup(_reader().renderer.render(tokens, _reader().options, {}))  # noqa: S704 - HTML is off, and the renderer escapes


def plainly(text: str) -> Markup:
    """Render a text of one line without a paragraph around it."""
    return Markup(_reader().renderInline(text[:_LONGEST]))  # noqa: S704 - as above


def breakable(path: str) -> Markup:
    """Let a path be broken after its slashes, without anything that would be copied with it."""
    return Markup("/<wbr>").join(path.split("/"))


class _Reader(MarkdownIt):
    """CommonMark with tables; links lead to the web, to mail, or into the page."""

    def validateLink(self, url: str) -> bool:  # noqa: N802 - the library's name
        return url.startswith("#") or bool(safe_url(url))


@cache
def _reader() -> MarkdownIt:
    reader = _Reader("commonmark", {"html": False, "maxNesting": 20}).enable("table")
    reader.add_render_rule("image", _linked)
    reader.add_render_rule("link_open", _away)
    reader.add_render_rule("table_open", _scrolling)
    reader.add_render_rule("table_close", _scrolled)
    return reader


def _linked(
    _self: RendererHTML, tokens: Sequence[Token], idx: int, _options: OptionsDict, _env: EnvType
) -> str:
    """A picture from elsewhere is not loaded: the page works offline, and tells nobody."""
    url, words = str(tokens[idx].attrGet("src") or ""), tokens[idx].content
    return f'<a href="{escape(url)}" rel="noreferrer">{escape(words or url)}</a>'


def _away(
    self: RendererHTML, tokens: Sequence[Token], idx: int, options: OptionsDict, env: EnvType
) -> str:
    tokens[idx].attrSet("rel", "noreferrer")
    return self.renderToken(tokens, idx, options, env)


def _scrolling(
    _self: RendererHTML, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType
) -> str:
    return '<div class="scrolls" tabindex="0"><table>\n'


def _scrolled(
    _self: RendererHTML, _tokens: Sequence[Token], _idx: int, _options: OptionsDict, _env: EnvType
) -> str:
    return "</table></div>\n"
