"""The command line answers at once, says what it serves, and refuses with a remedy."""

from __future__ import annotations

import os
import shlex
import signal
import socket
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path

import click
import orjson
import pytest
import yaml
from click.testing import CliRunner, Result

from mock_platform.cli import commands as all_commands
from mock_platform.cli import main
from mock_platform.cli.banner import SAMPLE_ORDER, Opening, as_facts, as_text
from mock_platform.cli.platform import Mode
from mock_platform.engine.bindings import HandlerUnbound
from mock_platform.engine.findings import WARNING, Finding, SpecBroken
from mock_platform.infra.spec_files import load
from mock_platform.infra.spec_home import specs_dir
from mock_platform.infra.store_terms import StoreUnusable
from mock_platform.shared.config import PREFIX, Settings
from mock_platform.shared.contracts import Json
from mock_platform.shared.errors import StoreUnavailable

pytestmark = pytest.mark.usefixtures("logging_restored")

COMMANDS = ("up", "order-service", "callback-server", "check", "bundle", "export", "diff")
SLOW = (
    "connexion",
    "flask",
    "sqlalchemy",
    "uvicorn",
    "schemathesis",
    "pydantic",
    "structlog",
    "yaml",
)


@dataclass(frozen=True, kw_only=True)
class Facts:
    operations: Sequence[tuple[str, str, str, str]] = (
        ("createOrder", "POST", "/v1/orders", "handler"),
        ("payOrder", "POST", "/v1/orders/{orderId}/pay", "transition"),
        ("getTea", "GET", "/v1/tea", "example"),
        ("getCake", "GET", "/v1/cake", "example"),
        ("receiveCallback", "POST", "/v1/inboxes/{inboxId}/callbacks", "handler"),
        ("listRecords", "GET", "/v1/inboxes/{inboxId}/records", "handler"),
    )
    specs: Sequence[str] = ("order-service", "callback-server")
    kept: Sequence[str] = ()
    invites: str | None = None


OPENING = Opening(
    host="127.0.0.1", port=8080, store="memory://", signing="configured", facts=Facts()
)


@dataclass
class FakePlatform:
    """A composition root that builds nothing and remembers what was asked of it."""

    findings: Sequence[Finding] = ()
    document: Json = None
    refusal: Exception | None = None
    asked: list[tuple[Mode, Settings]] = field(default_factory=list)
    bundled: list[tuple[str, str]] = field(default_factory=list)

    def build(self, mode: Mode, settings: Settings) -> Json:
        self.asked.append((mode, settings))
        raise self.refusal or RuntimeError("built")

    def check_specs(
        self, paths: Sequence[Path], *, conventions: bool = False, overlays: Sequence[Path] = ()
    ) -> Sequence[Finding]:
        return self.findings

    def export_spec(self, path: Path, form: str, base_url: str = "") -> str:
        if self.refusal:
            raise self.refusal
        return f"{form} {base_url}\n"

    def bundle_specs(
        self, paths: Sequence[Path], *, keep: str, openapi: str, overlays: Sequence[Path] = ()
    ) -> Json:
        self.bundled.append((keep, openapi))
        if self.refusal:
            raise self.refusal
        return self.document


@pytest.fixture(autouse=True)
def empty_place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A directory with one spec, no ``.env``, and an environment without our variables."""
    monkeypatch.chdir(tmp_path)
    for name in [name for name in os.environ if name.upper().startswith(PREFIX)]:
        monkeypatch.delenv(name)
    (tmp_path / "tea.spec.yaml").write_text("openapi: 3.0.4\n")
    return tmp_path


def run(*arguments: str, platform: FakePlatform | None = None) -> Result:
    return CliRunner().invoke(main, arguments, obj=platform or FakePlatform())


# Help


@pytest.mark.parametrize("arguments", [[], *([command] for command in COMMANDS)], ids=str)
def test_help_answers_without_slow_libraries(arguments: list[str]) -> None:
    program = (
        "import sys; from mock_platform.cli import main;"
        f"main({[*arguments, '--help']!r}, standalone_mode=False);"
        f"print('IMPORTED', *sorted({SLOW!r} & sys.modules.keys()))".replace(
            repr(SLOW), f"{{*{SLOW!r}}}"
        )
    )

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=True)

    assert ended.stdout.decode().splitlines()[-1] == "IMPORTED"


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_every_command_has_an_example_that_begins_with_it(command: str) -> None:
    text = " ".join(run(command, "--help").output.split())

    assert f"Example: mock-platform {command} " in text


@pytest.mark.parametrize("command", all_commands.COMMANDS)
def test_examples_in_help_are_on_one_line_each_to_be_copied(command: str) -> None:
    written = main.get_command(click.Context(main), command)
    assert written is not None
    assert written.epilog is not None
    lines = [line.strip() for line in written.epilog.splitlines() if "mock-platform" in line]

    told = run(command, "--help").output

    assert "\\b" not in told
    for line in lines:
        assert line in told


def test_the_examples_of_the_serving_commands_parse() -> None:
    for command in COMMANDS[:3]:
        text = " ".join(run(command, "--help").output.split())
        words = shlex.split(text.partition("Example: mock-platform ")[2])
        Path("my-specs").mkdir(exist_ok=True)

        platform = FakePlatform(refusal=SpecBroken(()))
        run(*words, *(() if "--port" in words else ("--port", "0")), platform=platform)

        assert len(platform.asked) == 1


@pytest.mark.parametrize("command", COMMANDS[:3])
def test_help_names_the_variable_behind_every_option(command: str) -> None:
    text = run(command, "--help").output

    for name in ("HOST", "PORT", "STORE", "SPECS"):
        assert f"{PREFIX}{name}" in text


def test_the_version_is_told() -> None:
    assert run("--version").output.startswith("mock-platform, version 0.")


def test_the_package_can_be_run_as_a_module() -> None:
    command = [sys.executable, "-m", "mock_platform", "--help"]

    ended = subprocess.run(command, capture_output=True, check=True)

    assert b"Usage: mock-platform " in ended.stdout


# Serving


@pytest.mark.parametrize(
    ("command", "mode"),
    [
        ("up", "platform"),
        ("order-service", "order-service"),
        ("callback-server", "callback-server"),
    ],
)
def test_each_command_builds_its_mode_with_its_options(command: str, mode: Mode) -> None:
    platform = FakePlatform(refusal=SpecBroken(()))

    run(command, "--port", "0", "--store", "sqlite:///x.db", platform=platform)

    [(built, settings)] = platform.asked
    assert (built, settings.store) == (mode, "sqlite:///x.db")
    assert settings.port  # what port 0 became, so that the service knows its own address


def test_a_bad_setting_is_a_wrong_call(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv(f"{PREFIX}THREADS", "many")

    ended = run("up")

    assert ended.exit_code == 2
    assert ended.stderr == (
        "Error: MOCK_PLATFORM_THREADS must be a number of threads, 1 to 256; 'many' is not\n"
    )


def test_a_taken_port_is_told_with_the_remedy_and_nothing_is_built() -> None:
    platform = FakePlatform()
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]

        ended = run("up", "--port", str(port), platform=platform)

    assert ended.exit_code == 1
    assert ended.stderr == (
        f"Error: 127.0.0.1:{port} is taken by another program. Stop that one, or choose another"
        f" port: --port {port + 1}, or --port 0 for any free one.\n"
    )
    assert platform.asked == []


def test_an_address_of_another_machine_is_told_with_the_remedy() -> None:
    ended = run("up", "--host", "192.0.2.1", "--port", "0")

    assert ended.exit_code == 1
    assert "Choose an address of this machine" in ended.stderr


@pytest.mark.parametrize(
    "refusal",
    [
        SpecBroken([Finding(message="no such state", file="a.yaml", line=3, column=7)]),
        HandlerUnbound("handlers.x.fly answers no operation"),
        StoreUnusable("x:// is no store"),
        StoreUnavailable("another process has the file"),
    ],
    ids=lambda refusal: type(refusal).__name__,
)
def test_what_can_be_mended_is_told_without_a_traceback(refusal: Exception) -> None:
    ended = run("up", "--port", "0", platform=FakePlatform(refusal=refusal))

    assert ended.exit_code == 1
    assert ended.stderr == f"Error: {refusal}\n"


def test_a_bug_shows_itself() -> None:
    ended = run("up", "--port", "0", platform=FakePlatform(refusal=KeyError("oops")))

    assert isinstance(ended.exception, KeyError)


@pytest.mark.parametrize("stop", [signal.SIGTERM, signal.SIGINT])
def test_a_stop_that_was_asked_for_drains_and_succeeds(stop: signal.Signals) -> None:
    program = """if True:
        import sys, types
        from mock_platform.cli import main
        async def app(scope, receive, send):
            for step in ("startup", "shutdown"):
                assert (await receive())["type"] == f"lifespan.{step}"
                if step == "shutdown":
                    print("closed", file=sys.stderr)
                await send({"type": f"lifespan.{step}.complete"})
        facts = types.SimpleNamespace(operations=(), specs=("tea",), kept=(), invites="")
        stopped = lambda: print("stopped", file=sys.stderr)
        leave = lambda: print("leaving", file=sys.stderr)
        drain = lambda: print("drained", file=sys.stderr)
        built = types.SimpleNamespace(
            app=app, banner_facts=facts, signing="missing", leave=leave, drain=drain, stop=stopped
        )
        main(["up", "--port", "0"], obj=types.SimpleNamespace(build=lambda mode, settings: built))
    """
    with subprocess.Popen([sys.executable, "-c", program], stderr=subprocess.PIPE) as process:
        assert process.stderr is not None
        started = orjson.loads(process.stderr.readline())

        process.send_signal(stop)
        last = process.stderr.read()

    assert started["event"] == "platform.started"
    assert last == b"leaving\ndrained\nclosed\nstopped\n"
    assert process.returncode == 0


def test_a_start_that_fails_is_a_failure() -> None:
    program = """if True:
        import types
        from mock_platform.cli import main
        async def app(scope, receive, send):
            await send({"type": "lifespan.startup.failed", "message": "the store is gone"})
        built = types.SimpleNamespace(
            app=app, banner_facts=(), signing="missing", leave=lambda: None, stop=lambda: None
        )
        main(["up", "--port", "0"], obj=types.SimpleNamespace(build=lambda mode, settings: built))
    """

    ended = subprocess.run([sys.executable, "-c", program], capture_output=True, check=False)

    assert ended.returncode == 1
    assert "the store is gone" in orjson.loads(ended.stderr.splitlines()[0])["event"]


# The banner


def test_the_banner_tells_what_is_served_and_where_to_look() -> None:
    assert as_text(OPENING).startswith(
        """\
Mock Platform on http://127.0.0.1:8080

  docs       http://127.0.0.1:8080/docs/
  contracts  http://127.0.0.1:8080/specs  (order-service, callback-server)
  store      memory:// (forgets at exit)
  callbacks  signed with ORDER_CALLBACK_SECRET
  serves     6 operations: 3 by handlers, 1 by the state machine, 2 from the contract
             from the contract: getCake, getTea

Try it:
  curl -i -X POST http://127.0.0.1:8080/v1/orders -H 'Content-Type: application/json' --data-raw '{"""
    )


@pytest.mark.parametrize(
    ("console", "line", "address"),
    [
        ("open", "  console    http://127.0.0.1:8080/console/\n", True),
        ("token", "/console/  (asks for MOCK_PLATFORM_CONSOLE_TOKEN)\n", True),
        ("closed", "  console    closed, as others can reach this address: set MOCK_", False),
    ],
)
def test_the_banner_tells_where_the_console_is(console: str, line: str, address: bool) -> None:
    opening = replace(OPENING, console=console)

    assert line in as_text(opening)
    assert (as_facts(opening)["console"] is not None) == address


def test_the_banner_tells_programs_the_same() -> None:
    told = as_facts(OPENING)

    assert (told["url"], told["docs"]) == ("http://127.0.0.1:8080", "http://127.0.0.1:8080/docs/")
    assert told["from_examples"] == ["getCake", "getTea"]
    assert orjson.loads(orjson.dumps(told)) == told


def test_the_line_to_try_creates_an_order_whose_callbacks_come_back_here() -> None:
    create, look = (shlex.split(line) for line in as_facts(OPENING)["try"])

    assert create[4] == "http://127.0.0.1:8080/v1/orders"
    assert orjson.loads(create[-1]) == {
        **SAMPLE_ORDER,
        "callbackUrl": "http://127.0.0.1:8080/v1/inboxes/orders/callbacks",
    }
    assert look == ["curl", "http://127.0.0.1:8080/v1/inboxes/orders/records"]


def test_without_a_callback_server_the_line_to_try_names_no_callback() -> None:
    facts = Facts(operations=Facts().operations[:1])

    [create] = as_facts(replace(OPENING, facts=facts))["try"]

    assert orjson.loads(shlex.split(create)[-1]) == SAMPLE_ORDER


def test_the_order_to_try_is_the_one_the_contract_shows() -> None:
    contract = load(specs_dir() / "order-service.spec.yaml").root
    media = contract["paths"]["/orders"]["post"]["requestBody"]["content"]["application/json"]

    assert media["examples"]["minimal"]["value"] == SAMPLE_ORDER


@pytest.mark.parametrize(
    ("host", "url"),
    [
        ("0.0.0.0", "http://127.0.0.1:8080"),  # noqa: S104 - nothing is bound
        ("::", "http://[::1]:8080"),
        ("box", "http://box:8080"),
    ],
)
def test_the_banner_names_an_address_that_can_be_reached(host: str, url: str) -> None:
    assert replace(OPENING, host=host).url == url


def test_the_banner_says_how_to_sign_when_nothing_is_signed() -> None:
    text = as_text(replace(OPENING, signing="missing", store="sqlite:///x.db"))

    assert "callbacks  NOT SENT, as the contract has them signed: set ORDER_CALLBACK_SECRET" in text
    assert "store      sqlite:///x.db\n" in text


# Checking and bundling


def test_findings_are_printed_with_their_place_and_errors_fail() -> None:
    findings = [
        Finding(message="no such state", remedy="add it", file="tea.yaml", line=3, column=7),
        Finding(message="odd", level=WARNING, file="tea.yaml", line=9, column=1),
    ]

    ended = run("check", "tea.spec.yaml", platform=FakePlatform(findings))

    assert ended.stdout == ("tea.yaml:3:7: no such state (add it)\ntea.yaml:9:1: warning: odd\n")
    assert ended.stderr == "1 file: 1 error, 1 warning\n"
    assert ended.exit_code == 1


def test_a_spec_without_errors_passes() -> None:
    ended = run("check", "tea.spec.yaml", "tea.spec.yaml")

    assert (ended.exit_code, ended.stdout) == (0, "")
    assert ended.stderr == "2 files: 0 errors, 0 warnings\n"


@pytest.mark.parametrize("command", ["check", "bundle"])
def test_a_spec_that_is_not_there_is_a_wrong_call(command: str) -> None:
    ended = run(command, "cake.spec.yaml")

    assert ended.exit_code == 2
    assert "'cake.spec.yaml' does not exist" in ended.stderr


def test_a_bundle_goes_to_standard_output_and_nothing_else_does() -> None:
    platform = FakePlatform(document={"openapi": "3.0.4", "info": {"title": "Tee & Gebäck"}})

    as_yaml = run("bundle", "tea.spec.yaml", platform=platform)
    as_json = run("bundle", "tea.spec.yaml", "--json", platform=platform)

    assert yaml.safe_load(as_yaml.stdout) == platform.document
    assert orjson.loads(as_json.stdout) == platform.document
    assert as_yaml.stderr == as_json.stderr == ""


def test_one_spec_makes_one_bundle_unless_they_are_to_be_merged() -> None:
    platform = FakePlatform(document={"openapi": "3.0.4"})

    refused = run("bundle", "tea.spec.yaml", "tea.spec.yaml", platform=platform)
    merged = run("bundle", "tea.spec.yaml", "tea.spec.yaml", "--merge", platform=platform)

    assert (refused.exit_code, merged.exit_code) == (2, 0)
    assert "--merge" in refused.stderr


def test_a_bundle_goes_to_a_file_in_the_form_that_its_name_says() -> None:
    platform = FakePlatform(document={"openapi": "3.0.4"})

    run("bundle", "tea.spec.yaml", "-o", "tea.json", platform=platform)
    run("bundle", "tea.spec.yaml", "-o", "tea.yaml", platform=platform)
    nowhere = run("bundle", "tea.spec.yaml", "-o", "not/here.yaml", platform=platform)

    assert orjson.loads(Path("tea.json").read_bytes()) == platform.document
    assert Path("tea.yaml").read_text() == "openapi: '3.0.4'\n"
    assert nowhere.exit_code == 1
    assert "not/here.yaml" in nowhere.stderr


@pytest.mark.parametrize(
    ("options", "wanted"),
    [
        ([], ("default", "")),
        (["--contract"], ("contract", "")),
        (["--keep-behaviour", "--openapi", "3.1"], ("behaviour", "3.1")),
    ],
)
def test_what_a_bundle_keeps_is_asked_for(options: list[str], wanted: tuple[str, str]) -> None:
    platform = FakePlatform(document={})

    run("bundle", "tea.spec.yaml", *options, platform=platform)

    assert platform.bundled == [wanted]


@pytest.mark.parametrize(
    ("level", "options", "code"),
    [
        ("error", [], 1),
        (WARNING, [], 0),
        (WARNING, ["--fail-on", "warning"], 1),
        ("info", ["--fail-on", "warning", "--info"], 0),
    ],
)
def test_the_level_from_which_a_check_fails_is_asked_for(
    level: str, options: list[str], code: int
) -> None:
    platform = FakePlatform([Finding(message="odd", level=level)])

    assert run("check", "tea.spec.yaml", *options, platform=platform).exit_code == code


def test_hints_are_told_to_who_asks_for_them_and_counted_for_all() -> None:
    platform = FakePlatform([Finding(message="odd", level="info", rule="tag-declared")])

    silent = run("check", "tea.spec.yaml", platform=platform)
    told = run("check", "tea.spec.yaml", "--info", platform=platform)

    assert silent.stdout == ""
    assert silent.stderr == "1 file: 0 errors, 0 warnings, 1 hint (--info)\n"
    assert told.stdout == "info: odd [tag-declared]\n"


@pytest.mark.parametrize(
    ("options", "made"),
    [
        (["--format", "http"], "http \n"),
        (["-o", "tea.http"], "http \n"),
        (["-o", "tea.json"], "postman \n"),
        (["-o", "tea.sh", "--base-url", "http://b"], "curl http://b\n"),
        (["-o", "tea.sh", "--format", "jetbrains"], "jetbrains \n"),
    ],
)
def test_the_format_of_an_export_is_said_or_seen_by_its_name(options: list[str], made: str) -> None:
    ended = run("export", "tea.spec.yaml", *options)

    name = options[options.index("-o") + 1] if "-o" in options else None
    assert (Path(name).read_text() if name else ended.stdout) == made


def test_an_export_in_no_format_is_a_wrong_call_and_a_broken_spec_is_told() -> None:
    broken = SpecBroken([Finding(message="is no YAML", file="tea.spec.yaml", line=1, column=1)])

    unsaid = run("export", "tea.spec.yaml", "-o", "tea.txt")
    refused = run(
        "export", "tea.spec.yaml", "--format", "curl", platform=FakePlatform(refusal=broken)
    )

    assert (unsaid.exit_code, refused.exit_code) == (2, 1)
    assert "tea.spec.yaml:1:1: is no YAML" in refused.stderr


def test_findings_go_to_a_file_for_other_programs() -> None:
    platform = FakePlatform([Finding(message="odd", file="tea.yaml", line=3, column=7)])

    ended = run("check", "tea.spec.yaml", "--format", "sarif", "-o", "tea.sarif", platform=platform)

    assert ended.stdout == ""
    assert orjson.loads(Path("tea.sarif").read_bytes())["version"] == "2.1.0"


def test_a_broken_spec_is_not_bundled() -> None:
    broken = SpecBroken([Finding(message="is no YAML", file="tea.spec.yaml", line=1, column=1)])

    ended = run("bundle", "tea.spec.yaml", platform=FakePlatform(refusal=broken))

    assert (ended.exit_code, ended.stdout) == (1, "")
    assert "tea.spec.yaml:1:1: is no YAML" in ended.stderr


def test_what_remembers_is_told_and_what_can_be_read_without_knowing_anything_invites() -> None:
    teas = Facts(
        operations=(("listTeas", "GET", "/teas", "example"),),
        specs=("teas",),
        kept=[f"teas{number}" for number in range(1, 15)],
        invites="/teas",
    )
    told = as_text(replace(OPENING, facts=teas, signing=None))

    assert "  remembers  teas1, teas2" in told
    assert "teas12 and 2 more" in told
    assert "Try it:\n  curl -i http://127.0.0.1:8080/teas" in told


# Verify


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (("--url", "ftp://a"), "write http://HOST:PORT"),
        (("--url", "http://[::1"), "write http://HOST:PORT"),
        (("--receive-at", "127.0.0.1:65536"), "write HOST:PORT"),
        (("-H", "no colon"), "write 'Name: value'"),
        (("-n", "0"), "0 is not in the range"),
        (("--patience", "-1"), "-1.0 is not in the range"),
    ],
    ids=str,
)
def test_what_verify_cannot_work_with_is_refused_with_a_remedy(
    wrong: tuple[str, str], told: str
) -> None:
    ended = run("verify", "tea.spec.yaml", "--url", "http://127.0.0.1:1", *wrong)

    assert ended.exit_code == 2
    assert told in " ".join(ended.output.split())


def test_verify_does_not_call_well_what_it_has_not_asked() -> None:
    Path("tea.spec.yaml").write_text(
        "{openapi: 3.0.4, info: {title: t, version: '1'}, paths: {/a: {get: {responses: {'200':"
        " {description: a}}}}}}"
    )

    ended = run("verify", "tea.spec.yaml", "--url", "http://127.0.0.1:1", "--no-fuzz")

    assert ended.exit_code == 2
    assert "nothing is verified" in ended.output
