"""Descriptions are CommonMark; nothing in them runs, loads or leads where nobody wants to go."""

from __future__ import annotations

import pytest

from mock_platform.console.docs_markdown import breakable, markdown, plainly, safe_url


@pytest.mark.parametrize(
    ("text", "html"),
    [
        ("Some *words* and `code`.", "<p>Some <em>words</em> and <code>code</code>.</p>\n"),
        ("# Big", "<h3>Big</h3>\n"),
        ("###### Small", "<h6>Small</h6>\n"),
        ("<b>x</b>", "<p>&lt;b&gt;x&lt;/b&gt;</p>\n"),
        ("[a](https://a.example)", '<p><a href="https://a.example" rel="noreferrer">a</a></p>\n'),
        ("[a](#here)", '<p><a href="#here" rel="noreferrer">a</a></p>\n'),
        ("[a](javascript:alert(1))", "<p>[a](javascript:alert(1))</p>\n"),
        ("[a](/v1/pay)", "<p>[a](/v1/pay)</p>\n"),
        ("![a](https://a.example/b.png)", '<p><a href="https://a.example/b.png" rel="noreferrer">a</a></p>\n'),
        ("![<b>](data:image/png;base64,AA)", "<p>![&lt;b&gt;](data:image/png;base64,AA)</p>\n"),
        ("", ""),
    ],
)  # fmt: skip
def test_a_description_becomes_harmless_html(text: str, html: str) -> None:
    assert markdown(text) == html


def test_a_table_scrolls_by_itself() -> None:
    html = markdown("| a |\n|---|\n| b |")

    assert html.startswith('<div class="scrolls" tabindex="0"><table>')
    assert html.endswith("</table></div>\n")


def test_one_line_has_no_paragraph() -> None:
    assert plainly("Do one of `allowed`.") == "Do one of <code>allowed</code>."


@pytest.mark.parametrize(
    ("url", "safe"),
    [
        ("https://a.example/b?c#d", "https://a.example/b?c#d"),
        ("mailto:a@b.example", "mailto:a@b.example"),
        ("javascript:alert(1)", ""),
        (" java\tscript:alert(1)", ""),
        ("\x01javascript:alert(1)", ""),
        ("data:text/html,x", ""),
        ("vbscript:x", ""),
        ("//a.example", ""),
        ("orders", ""),
        ("http://[", ""),
        ("", ""),
    ],
)
def test_only_the_web_and_mail_are_linked_to(url: str, safe: str) -> None:
    assert safe_url(url) == safe


def test_a_path_may_be_broken_and_is_escaped() -> None:
    assert breakable("/a/<b>") == "/<wbr>a/<wbr>&lt;b&gt;"


def test_no_text_takes_for_ever() -> None:
    assert len(markdown("> " * 50_000)) < 1_000_000
