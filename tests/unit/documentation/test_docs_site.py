"""The pages show what a contract says, link to each other, and are safe whatever it says."""

from __future__ import annotations

from pathlib import Path

import pytest

from mock_platform.console.docs_contents import Book, Chapter
from mock_platform.console.docs_site import ASSETS, Site
from mock_platform.engine.describing.changelogs import Alteration, Release
from mock_platform.engine.describing.error_table import error_rows
from mock_platform.engine.documents import Document
from mock_platform.infra import spec_files
from mock_platform.infra.spec_home import specs_dir
from tests.unit.documentation.hostile import EVIL, evil_document
from tests.unit.documentation.page_reading import read, targets

GOLDEN = Path(__file__).parent / "golden"
SMALL = Document(
    name="tea-house",
    root={
        "openapi": "3.0.4",
        "info": {"title": "Tea house", "version": "1.2.0", "description": "Serves *tea*."},
        "servers": [{"url": "https://tea.example/v1"}],
        "paths": {
            "/teas/{name}": {
                "get": {
                    "operationId": "getTea",
                    "tags": ["teas"],
                    "summary": "Look at a tea",
                    "parameters": [
                        {
                            "name": "name",
                            "in": "path",
                            "required": True,
                            "schema": {"type": "string", "maxLength": 9},
                            "example": "assam",
                        }
                    ],
                    "responses": {
                        "200": {
                            "description": "The tea.",
                            "content": {
                                "application/json": {
                                    "schema": {"$ref": "#/components/schemas/Tea"},
                                    "example": {"name": "assam"},
                                }
                            },
                        },
                        "404": {"description": "No such tea."},
                    },
                }
            }
        },
        "components": {
            "schemas": {
                "Tea": {
                    "type": "object",
                    "required": ["name"],
                    "properties": {"name": {"type": "string", "description": "In small letters."}},
                }
            }
        },
    },
)


def site_of(*documents: Document, live: bool = False) -> Site:
    chapters = [Chapter(document=document) for document in documents]
    return Site(book=Book(title="Docs", chapters=chapters), live=live)


def ours() -> Site:
    names = ("order-service", "callback-server")
    chapters = [
        Chapter(document=spec_files.load(specs_dir() / f"{name}.spec.yaml")) for name in names
    ]
    rows = error_rows(chapters[0].document.root)
    return Site(book=Book(title="Ours", chapters=chapters, told_errors=lambda: rows), live=False)


def whole(site: Site) -> dict[str, str]:
    return {file: site.page(file).decode() for file in site.places}


@pytest.fixture(scope="module")
def our_pages() -> dict[str, str]:
    return whole(ours())


def test_a_small_page_is_as_it_was_when_somebody_looked_at_it() -> None:
    page = site_of(SMALL).page("tea-house/operations/getTea.html").decode()

    assert page == (GOLDEN / "getTea.html").read_text(encoding="utf-8")


def test_every_link_of_our_own_documentation_leads_somewhere(our_pages: dict[str, str]) -> None:
    read_pages = {file: read(html) for file, html in our_pages.items()}
    documents = {f"{one}/{one}.{end}" for one in ("order-service", "callback-server") for end in ("yaml", "json")}  # fmt: skip
    there = our_pages.keys() | documents | {f"assets/{name}" for name in ASSETS}

    led = {
        (file, link): target
        for file, page in read_pages.items()
        for link, target in targets(file, page).items()
    }

    assert {pair: target for pair, target in led.items() if target not in there} == {}
    fragments = [
        (file, link)
        for file, page in read_pages.items()
        for link in page.links
        if link.startswith("#") and link[1:] not in page.ids
    ]
    assert fragments == []


def test_every_page_can_be_read_by_ear(our_pages: dict[str, str]) -> None:
    for file, html in our_pages.items():
        page = read(html)
        assert page.unclosed == ["html"] or not page.unclosed, file
        assert {"main", "header", "footer"} <= page.tags, file
        assert page.headings.count(1) == 1, file
        assert page.headings[0] in {1, 2}, file
        assert ("html", "lang", "en") in page.attributes, file
        assert len(page.ids) == len(set(page.ids)), file
        assert "#main" in page.links, file


def test_the_same_contract_makes_the_same_bytes(our_pages: dict[str, str]) -> None:
    assert whole(ours()) == our_pages


def test_pages_load_nothing_from_elsewhere_and_know_no_path_of_this_machine(
    our_pages: dict[str, str],
) -> None:
    for file, html in our_pages.items():
        page = read(html)
        loaded = [v for tag, n, v in page.attributes if (tag, n) in {("script", "src"), ("link", "href"), ("img", "src")}]  # fmt: skip
        assert all(not one.startswith(("http", "//", "data:")) for one in loaded), file
        assert str(specs_dir().parent) not in html, file


def test_the_states_are_drawn_and_listed() -> None:
    page = ours().page("order-service/states.html").decode()

    assert '<svg class="machine"' in page
    assert "<td><code>paid</code></td><td><code>shipped</code></td>" in page
    assert 'href="operations/shipOrder.html">shipOrder</a>' in page
    assert 'href="callbacks.html">orderStatusChanged</a>' in page


def test_callbacks_are_told_with_their_patience() -> None:
    page = ours().page("order-service/callbacks.html").decode()

    assert "It is tried up to 8 times, waiting at most 0.5 s, 1 s, 2 s, 4 s … 32 s" in page
    assert "ORDER_CALLBACK_SECRET" not in page


def test_every_error_code_is_told_with_its_meaning_and_remedy() -> None:
    page = ours().page("errors.html").decode()

    assert (
        '<th scope="row"><code>TRANSITION_ILLEGAL</code></th>'
        '<td><span class="status s4">409</span></td>'
        "<td>The state machine has no such transition from the present state.</td>"
        "<td>Do one of <code>allowed</code> instead.</td>" in page
    )


def test_only_a_running_mock_offers_to_try_things_out() -> None:
    file = "tea-house/operations/getTea.html"
    there, running = site_of(SMALL), site_of(SMALL, live=True)

    assert "Try it out" not in there.page(file).decode()
    assert (
        'href="../../try/?urls.primaryName=tea-house#/teas/getTea"' in running.page(file).decode()
    )


def test_a_running_mock_is_asked_where_it_was_reached() -> None:
    site = site_of(SMALL, live=True)

    page = site.page("tea-house/operations/getTea.html", "http://10.0.0.7:8080").decode()

    assert "curl -i http://10.0.0.7:8080/v1/teas/assam" in page


def test_what_a_hostile_contract_says_stays_text() -> None:
    alteration = Alteration(level="breaking", message=EVIL, remedy=EVIL, operations=(EVIL,))
    chapter = Chapter(
        document=evil_document(),
        releases=[Release(version=EVIL, since=EVIL, alterations=(alteration,))],
    )
    for live in (False, True):
        site = Site(book=Book(title=EVIL, chapters=[chapter]), live=live)
        for file, html in whole(site).items():
            page = read(html)
            assert page.tags.isdisjoint({"img", "iframe", "object", "style", "base"}), file
            scripts = [one for one in page.attributes if one[0] == "script"]
            assert {name for _, name, _ in scripts} == {"src", "defer"}, file
            assert html.count("<script") == 1, file
            assert EVIL in "".join(page.text), file
            assert not any(name.startswith("on") for _, name, _ in page.attributes), file
            assert not any(name == "style" for _, name, _ in page.attributes), file
            schemes = {link.partition(":")[0].lower() for link in page.links if ":" in link.split("/")[0]}  # fmt: skip
            assert schemes <= {"http", "https", "mailto"}, file


def test_hostile_names_make_harmless_files() -> None:
    files = site_of(evil_document()).places

    assert all(one.isascii() and not set(one) & set("<>\"'\\: &") for one in files)
    assert all(".." not in one and not one.startswith("/") for one in files)


@pytest.mark.parametrize("file", ["", "tea-house", "../errors.html", "tea-house/operations/x.html"])
def test_there_are_no_other_pages(file: str) -> None:
    with pytest.raises(LookupError):
        site_of(SMALL).page(file)


def test_a_contract_with_next_to_nothing_in_it_has_pages_too() -> None:
    bare = Document(name="bare", root={"openapi": "3.1.0", "paths": {}})

    pages = whole(site_of(bare, Document(name="Bare", root={})))

    assert [*pages] == ["index.html", "bare/index.html", "Bare-2/index.html"]
    assert "<h1>bare" in pages["bare/index.html"]
