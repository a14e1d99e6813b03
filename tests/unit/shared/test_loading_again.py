"""A large YAML file is parsed once; whatever is remembered wrongly is parsed again."""

from __future__ import annotations

import os
from pathlib import Path

import pytest

from mock_platform.engine.findings import Finding
from mock_platform.infra.parsed_files import LARGE, ParsedFiles, parsed_files
from mock_platform.infra.spec_files import load
from mock_platform.shared.contracts import Json

TEXT = b"#" * LARGE


class Parser:
    """Counts how often it was needed."""

    def __init__(self, value: Json = None) -> None:
        self.value = value
        self.times = 0

    def __call__(self) -> tuple[Json, list[Finding]]:
        self.times += 1
        return self.value, [Finding(message="doubtful", line=3, column=1)]


def test_the_same_text_is_parsed_once(tmp_path: Path) -> None:
    parser = Parser({"a": [1, 1.5, None, "ä"]})

    found = [ParsedFiles(tmp_path).read(TEXT, "strict", parser) for _ in range(2)]

    assert found[0] == found[1] == ({"a": [1, 1.5, None, "ä"]}, parser()[1])
    assert parser.times == 2  # once for the reading, once for this comparison


@pytest.mark.parametrize("other", [(TEXT + b" ", "strict"), (TEXT, "lenient")])
def test_another_text_or_another_way_of_reading_is_another_thing(
    tmp_path: Path, other: tuple[bytes, str]
) -> None:
    cache, parser = ParsedFiles(tmp_path), Parser()

    cache.read(TEXT, "strict", parser)
    cache.read(*other, parser)

    assert parser.times == 2


@pytest.mark.parametrize("damage", [b"", b"[]", b"no hash\n[{}, []]", b"\xff" * 99])
def test_what_was_damaged_is_parsed_again(tmp_path: Path, damage: bytes) -> None:
    cache, parser = ParsedFiles(tmp_path), Parser({"a": 1})
    cache.read(TEXT, "strict", parser)
    (remembered,) = tmp_path.iterdir()

    remembered.write_bytes(damage)

    assert cache.read(TEXT, "strict", parser)[0] == {"a": 1}
    assert parser.times == 2
    assert cache.read(TEXT, "strict", parser)[0] == {"a": 1}
    assert parser.times == 2


def test_a_folder_that_cannot_be_written_is_no_trouble(tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")

    assert ParsedFiles(tmp_path / "file" / "cache").read(TEXT, "strict", Parser(1))[0] == 1


def test_what_cannot_be_written_is_not_remembered(tmp_path: Path) -> None:
    assert ParsedFiles(tmp_path).read(TEXT, "strict", Parser(10**30))[0] == 10**30
    assert [*tmp_path.iterdir()] == []


def test_little_is_kept_and_nothing_of_others_is_taken_away(tmp_path: Path) -> None:
    (tmp_path / "mine.txt").write_text("keep me")
    cache = ParsedFiles(tmp_path)

    for number in range(40):
        cache.read(TEXT + b"%d" % number, "strict", Parser())
        newest = max(tmp_path.glob("*.parsed"), key=lambda file: file.stat().st_mtime_ns)
        os.utime(newest, (number, number))

    assert len([*tmp_path.glob("*.parsed")]) == 32
    assert (tmp_path / "mine.txt").read_text() == "keep me"


def test_small_texts_are_not_remembered(tmp_path: Path) -> None:
    ParsedFiles(tmp_path).read(b"a: 1", "strict", Parser())

    assert [*tmp_path.iterdir()] == []


@pytest.mark.parametrize(
    ("environ", "folder"),
    [
        ({"MOCK_PLATFORM_CACHE": "off"}, None),
        ({"MOCK_PLATFORM_CACHE": "/elsewhere"}, "/elsewhere"),
        ({"XDG_CACHE_HOME": "/caches"}, "/caches/mock-platform"),
    ],
)
def test_the_environment_decides_where(environ: dict[str, str], folder: str | None) -> None:
    assert parsed_files(environ) == ParsedFiles(None if folder is None else Path(folder))


def test_a_large_spec_is_the_same_when_it_is_loaded_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("MOCK_PLATFORM_CACHE", str(tmp_path / "cache"))
    lines = "".join(f"    S{n}: {{type: string, default: &a{n} yes}}\n" for n in range(6000))
    spec = tmp_path / "large.yaml"
    spec.write_text(f"openapi: 3.1.0\ncomponents:\n  schemas:\n{lines}")

    first, again = load(spec), load(spec)

    assert first == again
    assert len([*(tmp_path / "cache").iterdir()]) == 1
