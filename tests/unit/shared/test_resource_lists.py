"""Lists are filtered, sorted and cut as their parameters say, and tell how to get the rest."""

from __future__ import annotations

import re
from base64 import urlsafe_b64decode, urlsafe_b64encode
from collections.abc import Sequence

import pytest

from mock_platform.shared.contracts import Json
from tests.unit.shared.api_kit import Answered
from tests.unit.shared.resource_kit import Kept, keeping
from tests.unit.shared.resource_specs import ARTICLES, ISSUES, PETS, STRIPE

HERE = "http://mock.test"


@pytest.fixture
def pets() -> Kept:
    kept = keeping(PETS)
    for name, tag, weight in (("Rex", "dog", 30), ("ada", "cat", 4), ("Bob", "dog", None)):
        weighed = {} if weight is None else {"weight": weight}
        kept.post("/v1/pets", {"name": name, "tag": tag} | weighed)
    return kept


def names(answer: Answered) -> list[str]:
    return [one["name"] for one in answer.json]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("", ["Rex", "ada", "Bob"]),
        ("tag=dog", ["Rex", "Bob"]),
        ("tag=fish", []),
        ("status=available", ["Rex", "ada", "Bob"]),
        ("status=sold", []),
        ("status=sold&status=available", ["Rex", "ada", "Bob"]),
        ("limit=2", ["Rex", "ada"]),
        ("limit=2&offset=2", ["Bob"]),
        ("offset=9", []),
        ("tag=dog&offset=1", ["Bob"]),
        ("sort=name", ["Bob", "Rex", "ada"]),
        ("sort=-name", ["ada", "Rex", "Bob"]),
        ("sort=weight", ["ada", "Rex", "Bob"]),
        ("sort=-weight", ["Rex", "ada", "Bob"]),
        ("sort=weight:desc", ["Rex", "ada", "Bob"]),
        ("sort=weight,desc", ["Rex", "ada", "Bob"]),
        ("sort=tag,-name", ["ada", "Rex", "Bob"]),
        ("sort=nothing", ["Rex", "ada", "Bob"]),
        ("q=DO", ["Rex", "Bob"]),
        ("q=ada", ["ada"]),
    ],
)
def test_a_list_is_what_its_query_asks_for(pets: Kept, query: str, wanted: list[str]) -> None:
    assert names(pets.get(f"/v1/pets?{query}")) == wanted


def test_a_documented_total_counts_all_pages(pets: Kept) -> None:
    assert pets.get("/v1/pets?tag=dog&limit=1").headers["x-total-count"] == "2"


def test_the_contract_still_judges_the_query(pets: Kept) -> None:
    assert pets.get("/v1/pets?limit=0").violations == [("query/limit", "minimum")]


# Stripe: marks are ids


@pytest.fixture
def customers() -> Kept:
    kept = keeping(STRIPE)
    for name in "abcde":
        form = {"content-type": "application/x-www-form-urlencoded"}
        kept.ask("POST", "/v1/customers", f"name={name}".encode(), form)
    return kept


def called(answer: Answered) -> str:
    return "".join(one["name"] for one in answer.json["data"])


def test_a_list_object_has_all_that_its_schema_wants(customers: Kept) -> None:
    answer = customers.get("/v1/customers?limit=2")

    assert called(answer) == "ab"
    rest = {name: value for name, value in answer.json.items() if name != "data"}
    assert rest == {"has_more": True, "object": "list", "url": "/v1/customers"}


def test_pages_are_walked_by_the_last_id_and_back_by_the_first(customers: Kept) -> None:
    first = customers.get("/v1/customers?limit=2").json["data"]
    second = customers.get(f"/v1/customers?limit=2&starting_after={first[-1]['id']}")
    third_from = second.json["data"][-1]["id"]
    third = customers.get(f"/v1/customers?limit=2&starting_after={third_from}")
    back = customers.get(f"/v1/customers?limit=2&ending_before={third_from}")

    assert (called(second), second.json["has_more"]) == ("cd", True)
    assert (called(third), third.json["has_more"]) == ("e", False)
    assert called(back) == "bc"


def test_a_mark_that_names_nothing_is_refused(customers: Kept) -> None:
    answer = customers.get("/v1/customers?starting_after=cus_0")

    assert (answer.status, answer.json["code"]) == (400, "CURSOR_INVALID")


# Links in a header, as GitHub has them


@pytest.fixture
def issues() -> Kept:
    kept = keeping(ISSUES)
    for number in range(5):
        kept.post("/repos/ann/x/issues", {"title": f"t{number}"})
    return kept


def links(answer: Answered) -> dict[str, str]:
    pairs = re.findall(r'<([^>]*)>; rel="(\w+)"', answer.headers.get("link", ""))
    return {rel: url.removeprefix(f"{HERE}/repos/ann/x/issues") for url, rel in pairs}


def numbers(answer: Answered) -> list[int]:
    return [one["number"] for one in answer.json]


def test_links_lead_to_the_pages_around(issues: Kept) -> None:
    answer = issues.get("/repos/ann/x/issues?per_page=2&page=2&state=all&direction=asc")

    rest = "?per_page=2&state=all&direction=asc&page="
    assert numbers(answer) == [3, 4]
    assert links(answer) == {
        "prev": f"{rest}1",
        "next": f"{rest}3",
        "last": f"{rest}3",
        "first": f"{rest}1",
    }


def test_a_list_that_fits_on_a_page_needs_no_links(issues: Kept) -> None:
    answer = issues.get("/repos/ann/x/issues")

    assert (len(answer.json), links(answer)) == (5, {})


def test_a_sort_order_may_have_its_direction_beside_it(issues: Kept) -> None:
    assert numbers(issues.get("/repos/ann/x/issues?sort=title&direction=desc")) == [5, 4, 3, 2, 1]
    assert numbers(issues.get("/repos/ann/x/issues?sort=title&direction=asc")) == [1, 2, 3, 4, 5]


@pytest.mark.parametrize(
    ("query", "wanted"),
    [("", [1, 2, 3, 4, 5]), ("state=open", [1, 3, 4, 5]), ("state=closed", [2]), ("state=all", 5)],
)
def test_a_default_filters_nothing_and_all_means_all(
    issues: Kept, query: str, wanted: Sequence[int] | int
) -> None:
    issues.ask("PATCH", "/repos/ann/x/issues/2", {"state": "closed"})

    found = sorted(numbers(issues.get(f"/repos/ann/x/issues?{query}")))

    assert (len(found) if isinstance(wanted, int) else found) == wanted


def test_a_collection_belongs_to_the_ids_in_its_path(issues: Kept) -> None:
    assert issues.get("/repos/bob/x/issues").json == []
    assert issues.get("/repos/bob/x/issues/1").status == 404


# Cursors in the answer


@pytest.fixture
def articles() -> Kept:
    kept = keeping(ARTICLES)
    for title in "abcde":
        author = "ann" if title in "abd" else "bob"
        kept.post("/articles", {"article": {"title": title, "author": author}})
    return kept


def walked(kept: Kept, query: str, between: str | None = None) -> list[Json]:
    pages: list[Json] = []
    cursor: str | None = ""
    while cursor is not None:
        page = kept.get(f"/articles?{query}&cursor={cursor}").json
        pages.append("".join(one["title"] for one in page["articles"]))
        cursor = page["meta"]["nextCursor"]
        if between and len(pages) == 1:
            kept.ask("DELETE", f"/articles/{between}")
    return pages


def test_what_is_around_a_list_is_filled_in(articles: Kept) -> None:
    meta = articles.get("/articles").json["meta"]

    assert (meta["total"], meta["pageSize"]) == (5, 2)
    assert isinstance(meta["nextCursor"], str)


def test_cursors_walk_once_over_everything(articles: Kept) -> None:
    assert walked(articles, "") == ["ab", "cd", "e"]
    assert walked(articles, "author=ann") == ["ab", "d"]


def test_a_cursor_survives_the_deletion_of_what_it_names(articles: Kept) -> None:
    assert walked(articles, "", between="b-2") == ["ab", "cd", "e"]


@pytest.mark.parametrize("cursor", ["x", "MQ", "e30"])
def test_a_cursor_of_somebody_else_is_refused(articles: Kept, cursor: str) -> None:
    assert articles.get(f"/articles?cursor={cursor}").json["code"] == "CURSOR_INVALID"


def test_a_cursor_that_somebody_made_with_a_number_of_thousands_of_digits_is_refused(
    articles: Kept,
) -> None:
    ours = urlsafe_b64decode(articles.get("/articles").json["meta"]["nextCursor"] + "===")
    made = urlsafe_b64encode(re.sub(rb"^\[\"[^\"]*", b'["' + b"9" * 5_000 + b":x", ours)).decode()

    assert articles.get(f"/articles?cursor={made.rstrip('=')}").json["code"] == "CURSOR_INVALID"


def test_a_cursor_of_another_filter_is_refused(articles: Kept) -> None:
    cursor = articles.get("/articles?author=ann").json["meta"]["nextCursor"]

    articles.ask("DELETE", "/articles/b-2")

    answer = articles.get(f"/articles?author=bob&cursor={cursor}")
    assert answer.json["code"] == "CURSOR_INVALID"


# What is around a list, in other words


def around(members: str, parameters: str = "") -> Json:
    """Serve three things, two on a page; return what is said around them."""
    spec = f"""
paths:
  /things:
    get:
      parameters: [{{name: limit, in: query, schema: {{type: integer}}}}, {parameters}]
      responses:
        '200':
          description: ''
          content:
            application/json:
              schema:
                type: object
                properties:
                  data: {{type: array, items: {{$ref: '#/components/schemas/Thing'}}}}
                  {members}
    post:
      requestBody: {{content: {{application/json: {{schema: {{type: object}}}}}}}}
      responses:
        '201':
          description: ''
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
  /things/{{id}}:
    get:
      parameters: [{{name: id, in: path, required: true, schema: {{type: integer}}}}]
      responses:
        '200':
          description: ''
          content: {{application/json: {{schema: {{$ref: '#/components/schemas/Thing'}}}}}}
components: {{schemas: {{Thing: {{type: object, properties: {{id: {{type: integer}}}}}}}}}}
"""
    kept = keeping(spec)
    for _ in range(3):
        kept.post("/things", {})
    page = kept.get("/things?limit=2").json
    assert [one["id"] for one in page.pop("data")] == [1, 2]
    return page


NUMBER, TRUTH, URL = "{type: integer}", "{type: boolean}", "{type: string, format: uri}"
LINK = f"{{type: object, properties: {{href: {URL}}}}}"
PAGE = "{name: page, in: query, schema: {type: integer, default: 1}}"
FROM_0 = "{name: page, in: query, schema: {type: integer, default: 0}}"


@pytest.mark.parametrize(
    ("members", "parameters", "wanted"),
    [
        (f"count: {NUMBER}", "", {"count": 3}),
        (f"totalPages: {NUMBER}", PAGE, {"totalPages": 2}),
        (f"page: {NUMBER}", PAGE, {"page": 1}),
        (f"number: {NUMBER}", FROM_0, {"number": 0}),
        (f"next_page: {NUMBER}", PAGE, {"next_page": 2}),
        (f"hasMore: {TRUTH}", "", {"hasMore": True}),
        (f"first: {TRUTH}", PAGE, {"first": True}),
        (f"next: {URL}", PAGE, {"next": f"{HERE}/things?limit=2&page=2"}),
        ("previous: {type: string, nullable: true}", PAGE, {"previous": None}),
        (f"previous: {URL}", PAGE, {}),
        (
            f"meta: {{type: object, properties: {{total: {NUMBER}, limit: {NUMBER}}}}}",
            "",
            {"meta": {"total": 3, "limit": 2}},
        ),
        (
            f"_links: {{type: object, properties: {{next: {LINK}}}}}",
            PAGE,
            {"_links": {"next": {"href": f"{HERE}/things?limit=2&page=2"}}},
        ),
        (f"unknown: {NUMBER}", "", {}),
    ],
)
def test_members_around_a_list_say_what_they_are_called_for(
    members: str, parameters: str, wanted: Json
) -> None:
    assert around(members, parameters) == wanted
