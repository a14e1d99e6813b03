"""A curl command asks exactly what was asked, whatever stands in it: the shell itself says so."""

from __future__ import annotations

import json
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from mock_platform.shared.curl import ON_LINES, Command, Text, Variable, quoted

_SPY = """\
import json, sys
data = sys.stdin.buffer.read() if "@-" in sys.argv else b""
told = [one.encode(errors="surrogateescape").hex() for one in sys.argv[1:]]
json.dump([told, data.hex()], sys.stdout)
"""
"""Stands in for curl: tells what it was given."""

TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=40)
HEADERS = st.lists(st.tuples(st.from_regex("[A-Za-z-]{1,9}", fullmatch=True), TEXTS), max_size=3)


@pytest.fixture(scope="module")
def shell(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Return a folder in which ``curl`` is the spy."""
    folder = tmp_path_factory.mktemp("bin")
    spy = folder / "curl"
    spy.write_text(f"#!{sys.executable} -IS\n{_SPY}")
    spy.chmod(0o755)
    return folder


def heard(shell: Path, line: str, **variables: str) -> tuple[list[str], bytes]:
    """Run a line; return what curl was given as arguments, and what was piped to it."""
    path = f"{shell}:/usr/bin:/bin"
    ended = subprocess.run(
        ["sh", "-c", line],
        capture_output=True,
        check=True,
        env={"PATH": path, "LC_ALL": "C.UTF-8", **variables},
    )
    assert ended.stderr == b""
    told, data = json.loads(ended.stdout)
    return [bytes.fromhex(one).decode() for one in told], bytes.fromhex(data)


def words(command: Command) -> list[str]:
    return shlex.split(command.written())


@given(url=TEXTS, headers=HEADERS, body=TEXTS, user=TEXTS)
def test_every_text_is_one_word_and_says_what_it_said(
    url: str, headers: list[tuple[str, str]], body: str, user: str
) -> None:
    asked = Command(method="POST", url=url, headers=headers, body=body, credentials=f"u:{user}")

    found = words(asked)

    assert url in found
    assert found[found.index("-u") + 1] == f"u:{user}"
    assert found[-2:] == ["--data-raw", body]
    assert found.count("-H") >= len(headers)


@settings(max_examples=25)
@given(url=TEXTS, body=st.binary(max_size=40) | TEXTS.map(str.encode))
def test_a_shell_gives_curl_the_very_bytes(shell: Path, url: str, body: bytes) -> None:
    asked = Command(method="POST", url=url, body=body)
    told, piped = heard(shell, asked.written())

    assert heard(shell, asked.written(ON_LINES)) == (told, piped)
    assert url in told
    if "@-" in told:
        assert (told[-2:], piped) == (["--data-binary", "@-"], body)
    else:
        assert (told[-2], told[-1].encode()) == ("--data-raw", body)


@pytest.mark.parametrize(
    "body",
    [
        pytest.param(b"\xff\x00\x80", id="no text"),
        pytest.param(b"a\0b", id="a NUL"),
        pytest.param(b"-n %s \\101 \xfe", id="what printf reads"),
    ],
)
def test_bytes_that_no_word_can_have_are_piped(shell: Path, body: bytes) -> None:
    told, piped = heard(shell, Command(method="PUT", url="http://h/", body=body).written())

    assert told[-2:] == ["--data-binary", "@-"]
    assert piped == body


@settings(max_examples=25)
@given(before=TEXTS, value=TEXTS, after=TEXTS)
def test_a_variable_is_its_value_and_nothing_in_it_is_run(
    shell: Path, before: str, value: str, after: str
) -> None:
    text: Text = (before, Variable("VALUE"), after)

    told, _ = heard(shell, f"curl {quoted(text)}", VALUE=value)

    assert told == [before + value + after]


def test_a_variable_can_stand_in_a_body_that_is_piped(shell: Path) -> None:
    asked = Command(method="POST", url="http://h/", body=("100%\0", Variable("VALUE"), "-"))

    assert heard(shell, asked.written(), VALUE="%s\\n")[1] == b"100%\0%s\\n-"


@pytest.mark.parametrize(
    ("method", "body", "flags"),
    [
        ("GET", None, []),
        ("GET", "x", ["-X", "GET"]),
        ("HEAD", None, ["-I"]),
        ("POST", None, ["-X", "POST"]),
        ("POST", "x", ["-X", "POST"]),
        ("-o /tmp/x", None, ["-X", "-o /tmp/x"]),
    ],
)
def test_the_method_is_told_where_curl_would_not_know_it(
    method: str, body: str | None, flags: list[str]
) -> None:
    found = words(Command(method=method, url="http://h/", body=body))

    assert found[: 2 + len(flags)] == ["curl", "-i", *flags]


def test_no_body_names_a_file() -> None:
    asked = Command(method="POST", url="http://h/", body="@/etc/passwd")

    assert words(asked)[-2:] == ["--data-raw", "@/etc/passwd"]


@pytest.mark.parametrize(
    "url", ["http://h/{a,b}", "http://h/?f[1-9]=x", ("http://", Variable("H"))]
)
def test_a_url_that_could_be_a_pattern_is_none(url: Text) -> None:
    assert words(Command(method="GET", url=url))[2] == "-g"


@pytest.mark.parametrize(
    ("name", "value", "told"),
    [
        pytest.param("X-A", "", ["X-A;"], id="an empty value is sent"),
        pytest.param("X-A", "1\r\nX-B: 2", ["X-A: 1 X-B: 2"], id="no value adds a header"),
        pytest.param("@/etc/passwd", "1", [], id="no name is a file's"),
        pytest.param("X-A: 1\nX-B", "2", [], id="no name adds a header"),
    ],
)
def test_a_header_is_that_header_and_no_other(name: str, value: str, told: list[str]) -> None:
    found = words(Command(method="GET", url="http://h/", headers=[(name, value)]))

    assert found == ["curl", "-i", "http://h/", *(part for one in told for part in ("-H", one))]


def test_a_body_of_no_stated_kind_is_sent_as_such() -> None:
    assert "-H Content-Type: --data-raw x" in Command(method="POST", url="u", body="x").written()


def test_parts_of_a_form_are_words_too() -> None:
    form = [("--form-string", "a", "</etc/passwd"), ("--data-urlencode", "b", "it's")]

    found = words(Command(method="POST", url="http://h/", form=form))

    assert found[5:] == ["--form-string", "a=</etc/passwd", "--data-urlencode", "b=it's"]
