"""The folder we write is ours alone: what others put there is not touched, nor written over."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest

from mock_platform.infra.site_folder import MARK, FolderForeign, write_site


def written(folder: Path, *files: tuple[str, str], force: bool = False) -> list[str]:
    content = [(name, text.encode()) for name, text in files]
    return list(write_site(folder, content, force=force))


def tree(folder: Path) -> dict[str, str]:
    return {
        one.relative_to(folder).as_posix(): one.read_text()
        for one in folder.rglob("*")
        if one.is_file()
    }


def test_files_are_written_where_they_belong(tmp_path: Path) -> None:
    told = written(tmp_path / "new" / "site", ("index.html", "a"), ("b/c.html", "d"))

    assert told == ["index.html", "b/c.html"]
    assert tree(tmp_path / "new" / "site") == {
        "index.html": "a",
        "b/c.html": "d",
        MARK: "b/c.html\nindex.html\n",
    }


def test_what_an_earlier_run_wrote_goes_and_what_others_put_there_stays(tmp_path: Path) -> None:
    written(tmp_path, ("old/one.html", "1"), ("old/two.html", "2"), ("kept.html", "3"))
    (tmp_path / "old" / "note.txt").write_text("mine")

    written(tmp_path, ("kept.html", "4"))

    assert tree(tmp_path) == {"kept.html": "4", "old/note.txt": "mine", MARK: "kept.html\n"}


def test_folders_that_end_up_empty_go(tmp_path: Path) -> None:
    written(tmp_path, ("a/b/c.html", "1"))

    written(tmp_path, ("index.html", "2"))

    assert not (tmp_path / "a").exists()


def test_a_folder_of_somebody_else_is_refused_and_left_alone(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    with pytest.raises(FolderForeign, match="--force"):
        written(tmp_path, ("index.html", "x"))

    assert tree(tmp_path) == {"thesis.txt": "years of work"}


def test_a_folder_of_somebody_else_is_written_to_when_forced(tmp_path: Path) -> None:
    (tmp_path / "thesis.txt").write_text("years of work")

    written(tmp_path, ("index.html", "x"), force=True)

    assert tree(tmp_path)["thesis.txt"] == "years of work"


def test_a_file_is_no_folder(tmp_path: Path) -> None:
    (tmp_path / "site").write_text("x")

    with pytest.raises(FolderForeign, match="is a file"):
        written(tmp_path / "site", ("index.html", "x"), force=True)


def test_a_run_that_was_broken_off_can_be_repeated(tmp_path: Path) -> None:
    def broken() -> Iterator[tuple[str, bytes]]:
        yield "a.html", b"1"
        raise RuntimeError("the disk is full")

    with pytest.raises(RuntimeError):
        list(write_site(tmp_path, broken(), force=False))

    written(tmp_path, ("b.html", "2"))

    assert tree(tmp_path) == {"b.html": "2", MARK: "b.html\n"}


def test_a_list_that_somebody_forged_removes_nothing_outside(tmp_path: Path) -> None:
    outside, site = tmp_path / "outside.txt", tmp_path / "site"
    outside.write_text("stays")
    site.mkdir()
    (site / "link").symlink_to(tmp_path)
    (site / MARK).write_text(f"../outside.txt\n{outside}\nlink/outside.txt\n\n")

    written(site, ("index.html", "x"))

    assert outside.read_text() == "stays"
