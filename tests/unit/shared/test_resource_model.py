"""Whatever is created, changed, listed and deleted in whatever order: a dictionary would agree."""

from __future__ import annotations

from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Final

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
)

from mock_platform.infra.stores import open_stores
from mock_platform.shared.contracts import Json
from tests.unit.shared.resource_kit import keeping
from tests.unit.shared.resource_specs import PETS

SERVERS: Final = {"id", "status", "createdAt", "updatedAt", "deletedAt"}
MERGE: Final = {"content-type": "application/merge-patch+json"}

NAMES = st.sampled_from(["Rex", "Ada", "\u00e9\U0001f600", "x" * 50])
TAGS = st.sampled_from(["dog", "cat"])
WEIGHTS = st.sampled_from([0, 1.5, -2, 10**15])
DRAFTS = st.fixed_dictionaries(
    {"name": NAMES}, optional={"tag": TAGS, "weight": WEIGHTS, "legs": st.integers(0, 8)}
)
PATCHES = st.fixed_dictionaries(
    {}, optional={"name": NAMES, "tag": TAGS | st.none(), "weight": WEIGHTS | st.none()}
)


def said(pet: Json) -> Json:
    """Return what clients have said of a pet."""
    return {name: value for name, value in pet.items() if name not in SERVERS}


class Pets(RuleBasedStateMachine):
    """Pets over the wire, beside a dictionary."""

    URL = "memory://"

    def __init__(self) -> None:
        super().__init__()
        self.folder = TemporaryDirectory()
        self.stores = open_stores(self.URL.replace("FOLDER", self.folder.name))
        self.kept = keeping(PETS, store=self.stores.repository)
        self.model: dict[int, Json] = {}
        self.highest = 0

    ids = Bundle("ids")

    @initialize(target=ids)
    def unknown(self) -> int:
        return 10**6

    @rule(target=ids, draft=DRAFTS)
    def create(self, draft: Json) -> int:
        answer = self.kept.post("/v1/pets", draft)

        assert answer.status == 201
        number: int = answer.json["id"]
        assert number > self.highest
        self.highest = number
        self.model[number] = {"legs": 4} | draft
        assert said(answer.json) == self.model[number]
        return number

    @rule(number=ids)
    def read(self, number: int) -> None:
        answer = self.kept.get(f"/v1/pets/{number}")

        assert answer.status == (200 if number in self.model else 404)
        if number in self.model:
            assert said(answer.json) == self.model[number]

    @rule(number=ids, draft=DRAFTS)
    def replace(self, number: int, draft: Json) -> None:
        answer = self.kept.ask("PUT", f"/v1/pets/{number}", draft)

        assert answer.status == (200 if number in self.model else 404)
        if number in self.model:
            self.model[number] = {"legs": 4} | draft
            assert said(answer.json) == self.model[number]

    @rule(number=ids, patch=PATCHES)
    def patch(self, number: int, patch: Json) -> None:
        answer = self.kept.ask("PATCH", f"/v1/pets/{number}", patch, MERGE)

        assert answer.status == (200 if number in self.model else 404)
        if number in self.model:
            merged = self.model[number] | patch
            self.model[number] = {n: value for n, value in merged.items() if value is not None}
            assert said(answer.json) == self.model[number]

    @rule(target=ids, number=consumes(ids))
    def delete(self, number: int) -> int:
        answer = self.kept.ask("DELETE", f"/v1/pets/{number}")

        assert answer.status == (204 if number in self.model else 404)
        self.model.pop(number, None)
        return number

    @rule(tag=TAGS, limit=st.integers(1, 3), falls=st.booleans())
    def walk(self, tag: str, limit: int, falls: bool) -> None:
        walked: list[int] = []
        while True:
            query = f"tag={tag}&sort={'-' if falls else ''}id&limit={limit}&offset={len(walked)}"
            page = self.kept.get(f"/v1/pets?{query}").json
            walked += [one["id"] for one in page]
            if len(page) < limit:
                break

        wanted = sorted(n for n, pet in self.model.items() if pet.get("tag") == tag)
        assert walked == (wanted[::-1] if falls else wanted)

    @rule(target=ids)
    def start_again(self) -> int | object:
        if self.stores.durable:
            self.kept = keeping(PETS, store=self.stores.repository)
        return multiple()

    @invariant()
    def all_are_listed(self) -> None:
        listed = self.kept.get("/v1/pets?limit=100").json
        assert {one["id"]: said(one) for one in listed} == self.model

    def teardown(self) -> None:
        self.stores.close()
        self.folder.cleanup()


class FiledPets(Pets):
    """The same in a file, with another process every now and then."""

    URL = f"sqlite:///FOLDER{Path('/store.db')}"


TestPetsInMemory = Pets.TestCase
TestPetsInMemory.settings = settings(max_examples=25, stateful_step_count=25, deadline=None)
TestPetsInAFile = FiledPets.TestCase
TestPetsInAFile.settings = settings(max_examples=4, stateful_step_count=12, deadline=None)
