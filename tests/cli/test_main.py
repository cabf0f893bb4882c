"""Exit codes, and what is said on the way out."""

from __future__ import annotations

import json
import signal
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from threading import Event

import pytest

import growthctl as package
from growthctl.cli import main as program
from growthctl.errors import Exit
from tests.cli.project import Ran

Run = Callable[..., Ran]
PROGRAM = [sys.executable, "-c", "from growthctl.cli.start import run; run()"]


def break_it(monkeypatch: pytest.MonkeyPatch, error: type[BaseException]) -> None:
    def broken(*_: object, **__: object) -> None:
        raise error("split\nin two")

    monkeypatch.setattr("growthctl.questions.analyze.analyze", broken)


def test_without_a_problem_the_exit_code_is_0_and_stderr_is_silent(growthctl: Run) -> None:
    ran = growthctl("analyze", "shop.yml", "-q")
    assert (ran.code, ran.err) == (Exit.OK, "")
    assert ran.out.startswith("shop\n")


@pytest.mark.parametrize("arguments", [("-h",), ("--help",), ()])
def test_help_goes_to_stdout_and_names_every_command(growthctl: Run, arguments: tuple[str, ...]) -> None:
    ran = growthctl(*arguments)
    assert (ran.code, ran.err) == (Exit.OK, "")
    for command in ("analyze", "trend", "paths", "who", "explain", "validate", "schema"):
        assert f"\n  {command} " in ran.out


def test_the_version_is_the_package_s(growthctl: Run) -> None:
    assert growthctl("-V") == growthctl("--version") == Ran(Exit.OK, f"growthctl {package.__version__}\n", "")


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("analyse",), "error: No such command 'analyse'. Did you mean 'analyze'?"),
        (("analyze", "--sinc", "2026-03-01"), "error: No such option: --sinc (Possible options: --since)"),
        (("analyze", "-f", "xml"), "error: Invalid value for '-f' / '--format'"),
        (("analyze", "--since"), "error: Option '--since' requires an argument"),
        (("who", "shop.yml"), "error: Missing option '--stage'."),
        (("explain", "shop.yml"), "error: Missing argument 'entity'"),
        (("trend", "shop.yml", "--every", "year"), "error: Invalid value for '--every'"),
        (("analyze", "shop.yml", "--since", "soon"), "error: --since: 'soon' is not a time"),
        (
            ("analyze", "shop.yml", "--since", "2026-03-02", "--until", "2026-03-01"),
            "error: --since 2026-03-02T00:00:00Z is not before --until 2026-03-01T00:00:00Z",
        ),
        (("analyze", "shop.yml", "--attribution", "stage:carts"), "error: 'stage:carts' is no rule of attribution;"),
        (("who", "shop.yml", "--stage", "car"), "error: there is no stage 'car'; did you mean 'cart'?"),
        (("analyze", "shop.yml", "--by", "\udcff"), "error: the argument '�' is not UTF-8"),
        (
            ("analyze", "log.csv"),
            "error: log.csv is a log, not a funnel file (name a funnel file and give the log with --data",
        ),
        (("analyze", "shp.yml"), "shp.yml: error: there is no file shp.yml; did you mean 'shop.yml'?"),
    ],
)
def test_a_wrong_command_line_is_one_line_on_stderr_and_exit_code_2(
    growthctl: Run, arguments: tuple[str, ...], message: str
) -> None:
    ran = growthctl(*arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (Exit.USAGE, "", 1)
    assert ran.err.startswith(message)
    assert "Value error" not in ran.err


def test_a_funnel_with_problems_shows_all_of_all_files_with_their_places(growthctl: Run, project: Path) -> None:
    stages = "stages:\n  - {name: a, event: a}\n  - {name: b, event: b"
    (project / "one.yml").write_text(f"window: 1x\n{stages}, target: 200%}}\n")
    (project / "two.yml").write_text(f"windo: 1d\n{stages}}}\n")
    ran = growthctl("analyze", "one.yml", "shop.yml", "two.yml")
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert [line.split(" error: ")[0] for line in ran.err.splitlines()] == [
        "one.yml:1:9:",
        "one.yml:4:33:",
        "two.yml:1:1:",
    ]


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (("--data", "lgo.csv"), "no such file: lgo.csv; did you mean 'log.csv'?"),
        (("--data", "empty.csv"), "empty.csv is empty"),
        (("--data", "bad.csv"), "bad.csv: 2 of 2 rows"),
        (("--by", "devise"), "log.csv has no column 'devise'; did you mean 'device'?"),
    ],
)
def test_a_log_that_cannot_be_used_is_exit_code_3(
    growthctl: Run, project: Path, arguments: tuple[str, ...], message: str
) -> None:
    (project / "empty.csv").write_text("")
    (project / "bad.csv").write_text("user_id,event,timestamp,device\nu1,visit,soon,\nu2,visit,later,\n")
    ran = growthctl("analyze", "shop.yml", *arguments)
    assert (ran.code, ran.out, ran.err.count("\n")) == (Exit.DATA, "", 1)
    assert ran.err.startswith("error: ")
    assert message in ran.err


def test_a_problem_of_the_log_among_several_funnels_leaves_stdout_empty(growthctl: Run, project: Path) -> None:
    (project / "late.yml").write_text((project / "shop.yml").read_text().replace("log.csv", "gone.csv"))
    ran = growthctl("analyze", "shop.yml", "late.yml")
    assert (ran.code, ran.out) == (Exit.DATA, "")


@pytest.mark.parametrize("error", [RuntimeError, BaseException])
def test_a_bug_is_exit_code_70_and_one_line_without_a_traceback(
    growthctl: Run, monkeypatch: pytest.MonkeyPatch, error: type[BaseException]
) -> None:
    break_it(monkeypatch, error)
    ran = growthctl("analyze", "shop.yml")
    assert (ran.code, ran.out) == (Exit.BUG, "")
    assert ran.err == (
        f"error: this is a bug in growthctl: {error.__name__}: split in two "
        "(please report it with what --debug prints)\n"
    )


@pytest.mark.parametrize(
    ("arguments", "where"), [(("shop.yml",), "in broken"), (("gone.yml",), "growthctl.errors.SpecError")]
)
def test_debug_shows_the_traceback_before_the_line(
    growthctl: Run, monkeypatch: pytest.MonkeyPatch, arguments: tuple[str, ...], where: str
) -> None:
    break_it(monkeypatch, RuntimeError)
    ran = growthctl("analyze", *arguments, "--debug")
    assert ran.err.startswith("Traceback (most recent call last):")
    assert where in ran.err
    assert "error: " in ran.err.splitlines()[-1]


def test_an_interrupted_command_says_nothing(growthctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    break_it(monkeypatch, KeyboardInterrupt)
    assert growthctl("analyze", "shop.yml") == Ran(Exit.INTERRUPTED, "", "")


@pytest.mark.parametrize(
    ("arguments", "expected"),
    [
        (
            ("analyze", "bad.yml", "-f", "json"),
            {"code": "unknown_key", "file": "bad.yml", "line": 1, "column": 1, "hint": None},
        ),
        (("analyze", "shop.yml", "--format=json", "--data", "gone.csv"), {"code": "no_such_file", "file": None}),
        (("who", "shop.yml", "--stage", "z", "-fndjson"), {"code": "unknown_stage"}),
        (("analyze", "-f", "json", "--nonsense"), {"code": "usage", "message": "No such option: --nonsense"}),
        (("bogus", "-f", "json"), {"code": "usage", "message": "No such command 'bogus'."}),
    ],
)
def test_with_json_every_error_is_one_json_line_even_when_the_command_line_does_not_parse(
    growthctl: Run, project: Path, arguments: tuple[str, ...], expected: dict[str, object]
) -> None:
    (project / "bad.yml").write_text("qqqqqqq: 1d\nstages: [{name: a, event: a}, {name: b, event: b}]\n")
    ran = growthctl(*arguments)
    (line,) = ran.err.splitlines()
    found = json.loads(line)
    assert (ran.out, list(found)) == ("", ["severity", "code", "message", "hint", "file", "line", "column"])
    assert expected.items() <= found.items()


def test_with_json_from_the_environment_a_bug_is_a_json_line_too(
    growthctl: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    break_it(monkeypatch, RuntimeError)
    monkeypatch.setenv("GROWTHCTL_FORMAT", "json")
    assert json.loads(growthctl("analyze", "shop.yml").err)["code"] == "bug"


@pytest.mark.parametrize("arguments", [["analyze", "shop.yml", "-q"], ["--help"]])
def test_a_closed_pipe_is_exit_code_141_without_a_word(project: Path, arguments: list[str]) -> None:
    with subprocess.Popen([*PROGRAM, *arguments], stdout=subprocess.PIPE, stderr=subprocess.PIPE) as process:
        assert process.stdout and process.stderr
        process.stdout.close()
        said = process.stderr.read()
    assert (process.returncode, said) == (Exit.PIPE_CLOSED, b"")


def test_what_somebody_makes_of_ctrl_c_is_exit_code_130_too(
    monkeypatch: pytest.MonkeyPatch, capfd: pytest.CaptureFixture[str]
) -> None:
    interrupted = Event()
    interrupted.set()
    monkeypatch.setattr(program, "_interrupted", interrupted)
    assert program.main(["validate", "gone.yml"]) == Exit.INTERRUPTED
    assert capfd.readouterr() == ("", "")


def test_ctrl_c_is_exit_code_130_without_a_word(project: Path) -> None:
    pipe = subprocess.PIPE
    command = [*PROGRAM, "analyze", "shop.yml", "--data", "-"]
    with subprocess.Popen(command, stdin=pipe, stdout=pipe, stderr=pipe) as process:
        assert process.stdin
        # More than a pipe holds, so that this returns when the program reads.
        process.stdin.write(b"user_id,event,timestamp\n" + b"u1,visit,2026-03-01\n" * 10_000)
        process.stdin.flush()
        process.send_signal(signal.SIGINT)
        said = process.communicate(timeout=60)
    assert (process.returncode, said) == (Exit.INTERRUPTED, (b"", b""))


@pytest.mark.skipif(sys.platform == "win32", reason="closes a stream in the way of a Unix shell")
@pytest.mark.parametrize(("closing", "code"), [("shop.yml >&-", Exit.OK), ("gone.yml 2>&-", Exit.USAGE)])
def test_a_stream_that_is_closed_from_the_start_changes_no_exit_code(project: Path, closing: str, code: Exit) -> None:
    line = f'"$0" -c "{PROGRAM[2]}" validate {closing}'
    assert subprocess.run(["sh", "-c", line, sys.executable], capture_output=True).returncode == code
