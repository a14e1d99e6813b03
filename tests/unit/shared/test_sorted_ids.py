"""Ids stay in order whatever comes and goes; an index knows exactly who answers to what."""

from __future__ import annotations

from bisect import bisect_right

from hypothesis import given
from hypothesis import strategies as st

from mock_platform.infra.sorted_ids import FacetIndex, SortedIds

NAMES = st.integers(0, 3000).map(lambda number: f"{number:04}")


@given(
    steps=st.lists(
        st.tuples(st.integers(0, 2999), st.integers(1, 900), st.booleans()), max_size=12
    ),
    mark=NAMES,
    limit=st.integers(0, 700),
)
def test_a_page_is_what_a_sorted_list_would_give(
    steps: list[tuple[int, int, bool]], mark: str, limit: int
) -> None:
    ids = SortedIds()
    model: set[str] = set()
    for start, length, adding in steps:
        # Seven and 3001 are coprime: neighbours in time are no neighbours in order.
        for name in (f"{(start + 7 * step) % 3001:04}" for step in range(length)):
            if adding and name not in model:
                ids.add(name)
                model.add(name)
            elif not adding and name in model:
                ids.remove(name)
                model.discard(name)

    ordered = sorted(model)
    first = bisect_right(ordered, mark)
    assert ids.after("", 10_000) == ordered
    assert ids.after(mark, limit) == ordered[first : first + limit]
    assert bool(ids) == bool(model)


def test_no_piece_grows_without_end() -> None:
    ids = SortedIds()

    for name in (f"{(7 * step) % 3001:04}" for step in range(3001)):
        ids.add(name)

    assert max(len(chunk) for chunk in ids._chunks) <= 2 * SortedIds.SHORT


def test_pieces_that_became_small_are_joined() -> None:
    ids = SortedIds()
    names = [f"{number:05}" for number in range(20_000)]
    for name in names:
        ids.add(name)

    for name in names:
        if int(name) % 100:
            ids.remove(name)

    assert ids.after("", 10_000) == names[::100]
    assert len(ids._chunks) <= 4


def test_an_index_forgets_the_lists_that_became_empty() -> None:
    index = FacetIndex()
    index.add("w", "a", {"colour": "red", "owner": "ann"})

    index.move("w", "a", {"colour": "red", "owner": "ann"}, {"colour": "blue"})
    assert index.after("w", {"colour": "red"}, None, 9) == []
    assert index.after("w", {"owner": "ann"}, None, 9) == []
    assert index.after("w", {"colour": "blue"}, None, 9) == ["a"]

    index.remove("w", "a", {"colour": "blue"})
    assert not index._ids


@given(
    names=st.sets(st.integers(0, 3000), max_size=900),
    mark=st.none() | NAMES,
    limit=st.integers(0, 700),
)
def test_a_page_from_the_end_is_what_a_reversed_list_would_give(
    names: set[int], mark: str | None, limit: int
) -> None:
    ids = SortedIds()
    for name in names:
        ids.add(f"{7 * name % 3001:04}")

    ordered = sorted((f"{7 * name % 3001:04}" for name in names), reverse=True)
    assert ids.before(mark, limit) == [one for one in ordered if mark is None or one < mark][:limit]
    assert len(ids) == len(ordered)
