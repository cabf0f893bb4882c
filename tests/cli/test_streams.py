"""Where what is said goes, and in which characters."""

from __future__ import annotations

import io
import json
import os
import stat
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from growthctl.cli.streams import look, write_result
from growthctl.errors import Exit, UsageError
from growthctl.render.progress_bar import Bar
from growthctl.report.analysis import Analysis, Report
from tests.cli.project import Ran
from tests.golden import examples
from tests.render.pages import markdown_of, table_of

Run = Callable[..., Ran]


class AsciiStream(io.TextIOWrapper):
    def __init__(self) -> None:
        super().__init__(io.BytesIO(), encoding="ascii", newline="\r\n")

    def written(self) -> bytes:
        self.flush()
        assert isinstance(self.buffer, io.BytesIO)
        return self.buffer.getvalue()


def on_a_terminal(monkeypatch: pytest.MonkeyPatch, columns: str = "80") -> None:
    monkeypatch.setattr(sys.stdout, "isatty", lambda: True, raising=False)
    monkeypatch.setenv("COLUMNS", columns)


def test_a_result_goes_to_stdout_or_to_the_file_and_not_to_both(growthctl: Run, project: Path) -> None:
    shown = growthctl("analyze", "shop.yml", "-q")
    kept = growthctl("analyze", "shop.yml", "-q", "-o", "shop.txt")
    assert (kept.out, kept.err) == ("", "")
    assert (project / "shop.txt").read_text() == shown.out
    assert growthctl("analyze", "shop.yml", "-q", "-o", "-").out == shown.out


def test_a_failing_run_leaves_the_file_of_the_last_one_as_it_was(growthctl: Run, project: Path) -> None:
    (project / "shop.txt").write_text("yesterday")
    assert growthctl("analyze", "shop.yml", "-o", "shop.txt", "--data", "gone.csv").code == Exit.DATA
    assert (project / "shop.txt").read_text() == "yesterday"


def test_a_file_that_cannot_be_finished_leaves_the_old_one_and_nothing_else(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    (project / "shop.txt").write_text("yesterday")
    before = sorted(project.iterdir())

    def full(path: Path, content: bytes) -> None:
        path.touch()
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Path, "write_bytes", full)
    with pytest.raises(UsageError, match=r"cannot write shop.txt: No space left on device"):
        write_result("today", Path("shop.txt"), for_people=True)
    assert sorted(project.iterdir()) == before
    assert (project / "shop.txt").read_text() == "yesterday"


def test_a_new_file_has_the_permissions_of_any_new_file(project: Path) -> None:
    write_result("x", Path("ours.txt"), for_people=True)
    Path("any.txt").touch()
    assert stat.S_IMODE(Path("ours.txt").stat().st_mode) == stat.S_IMODE(Path("any.txt").stat().st_mode)


@pytest.mark.parametrize(("output", "reason"), [("no/x.txt", "No such file"), (".", "Is a directory")])
def test_a_file_that_cannot_be_there_is_a_usage_error(growthctl: Run, project: Path, output: str, reason: str) -> None:
    before = sorted(project.iterdir())
    ran = growthctl("analyze", "shop.yml", "-o", output)
    assert (ran.code, ran.out) == (Exit.USAGE, "")
    assert ran.err.startswith(f"error: cannot write {output}: {reason}")
    assert sorted(project.iterdir()) == before


def test_a_link_stays_a_link_and_a_device_stays_a_device(project: Path) -> None:
    Path("link.txt").symlink_to("real.txt")
    write_result("x", Path("link.txt"), for_people=True)
    write_result("x", Path(os.devnull), for_people=True)
    assert Path("link.txt").is_symlink()
    assert Path("real.txt").read_text() == "x"
    assert not Path(os.devnull).is_file()


def test_bytes_are_not_for_a_terminal() -> None:
    with pytest.raises(UsageError, match="needs a file"):
        write_result(b"PAR1", None, for_people=False)


def test_warnings_go_to_stderr_where_nobody_reads_the_table(growthctl: Run, project: Path) -> None:
    text = (project / "shop.yml").read_text().replace("event: pay", "event: pai")
    (project / "shop.yml").write_text(text)
    warning = "stage 'pay': the event 'pai' never occurs in the log"
    for command in ("analyze", "trend"):
        assert growthctl(command, "shop.yml").err == f"warning: shop: {warning} (did you mean 'pay'?)\n"
        assert json.loads(growthctl(command, "shop.yml", "-f", "json").err) == {
            "severity": "warning",
            "code": "event_not_in_log",
            "message": f"shop: {warning}",
            "hint": "did you mean 'pay'?",
            "file": None,
            "line": None,
            "column": None,
        }
        assert growthctl(command, "shop.yml", "-q").err == ""
        # The table has it already.
        assert warning[1:] in " ".join(growthctl(command, "shop.yml", "-q").out.split())


class LostTerminal(io.StringIO):
    def isatty(self) -> bool:
        return True

    def write(self, text: str) -> int:
        raise OSError(5, "Input/output error")


def test_a_bar_that_fails_is_left_out_and_named_once(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    answer = growthctl("analyze", "shop.yml", "-q", "-f", "json").out

    def broken(bar: Bar, progress: object) -> None:
        raise UnicodeEncodeError("ascii", "━", 0, 1, "ordinal not in range")

    monkeypatch.setattr(sys.stderr, "isatty", lambda: True, raising=False)
    monkeypatch.setattr(Bar, "__call__", broken)
    ran = growthctl("analyze", "shop.yml", "-f", "json")
    assert (ran.code, ran.out) == (Exit.OK, answer)
    warning = json.loads(ran.err)
    assert (warning["severity"], warning["code"]) == ("warning", "look_failed")
    assert warning["message"] == "the part 'progress bar' failed (UnicodeEncodeError) and is left out"
    assert warning["hint"] == "please report it with what --debug prints"


@pytest.mark.parametrize("command", ["analyze", "compare", "trend"])
def test_a_terminal_that_is_gone_takes_no_answer_with_it(
    growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch, command: str
) -> None:
    answer = growthctl(command, "shop.yml", "-q")
    monkeypatch.setattr(Bar.__init__, "__defaults__", (0.0,))
    monkeypatch.setattr(sys, "stderr", LostTerminal())
    ran = growthctl(command, "shop.yml")
    assert (ran.code, ran.out) == (answer.code, answer.out)


def test_without_a_terminal_to_ask_there_is_no_bar(growthctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stderr", closed)
    assert growthctl("trend", "shop.yml").code == Exit.OK


def test_a_terminal_shows_the_warning_once(growthctl: Run, project: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "shop.yml").write_text((project / "shop.yml").read_text().replace("event: pay", "event: pai"))
    on_a_terminal(monkeypatch)
    ran = growthctl("analyze", "shop.yml")
    assert ("the event 'pai' never occurs" in " ".join(ran.out.split()), ran.err) == (True, "")
    assert json.loads(growthctl("analyze", "shop.yml", "-f", "json").err)["severity"] == "warning"


def test_names_cannot_send_commands_to_the_terminal(growthctl: Run, project: Path) -> None:
    ran = growthctl("explain", "shop.yml", "\x1b[2J\u202egone\n")
    assert ran.err.startswith("error: no event of '�[2J�gone�' in the log")


def test_a_table_for_an_ascii_stream_says_the_same_in_ascii(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream := AsciiStream())
    write_result("▶ Signup → Demo █▌▏ 1–2 … Küche\n", None, for_people=True)
    assert stream.written() == b"> Signup -> Demo ##. 1-2 ... K?che\r\n"


def test_a_whole_report_fits_through_an_ascii_stream(
    project: Path, monkeypatch: pytest.MonkeyPatch, growthctl: Run
) -> None:
    stream = AsciiStream()
    with monkeypatch.context() as patched:
        patched.setattr(sys, "stdout", stream)
        assert growthctl("analyze", "shop.yml", "-q").code == Exit.OK
    plain, full = stream.written().decode().splitlines(), growthctl("analyze", "shop.yml", "-q").out.splitlines()
    assert "".join(plain).count("?") == "".join(full).count("?")
    table = slice(3, 7)
    assert [len(line) for line in plain[table]] == [len(line) for line in full[table]]


@pytest.mark.parametrize("analysis", [examples.CONFIRMED, examples.IN_DOUBT, examples.QUEUE, examples.NO_REFERENCE])
def test_every_sentence_can_be_said_in_ascii(monkeypatch: pytest.MonkeyPatch, analysis: Analysis) -> None:
    report = Report(analyses=[analysis])
    for text in (table_of(report, width=80, color=False), markdown_of(report)):
        with monkeypatch.context() as patched:
            patched.setattr(sys, "stdout", stream := AsciiStream())
            write_result(text, None, for_people=True)
        assert stream.written().count(b"?") == text.count("?")


def test_programs_get_utf_8_whatever_the_stream_shows(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "stdout", stream := AsciiStream())
    write_result('{"name": "Küche"}\n', None, for_people=False)
    assert stream.written() == '{"name": "Küche"}\n'.encode()


@pytest.mark.parametrize(
    ("color", "variables", "terminal", "coloured"),
    [
        ("auto", {}, True, True),
        ("auto", {}, False, False),
        ("auto", {"NO_COLOR": "1"}, True, False),
        ("auto", {"NO_COLOR": ""}, True, True),
        ("auto", {"TERM": "dumb"}, True, False),
        ("always", {"NO_COLOR": "1", "TERM": "dumb"}, False, True),
        ("never", {}, True, False),
    ],
)
def test_colour_is_for_terminals_that_want_it(
    project: Path,
    monkeypatch: pytest.MonkeyPatch,
    color: str,
    variables: dict[str, str],
    terminal: bool,
    coloured: bool,
) -> None:
    for name, value in variables.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setattr(sys.stdout, "isatty", lambda: terminal, raising=False)
    assert look(color, None).color is coloured


def test_a_file_has_no_width_and_no_colour_even_when_written_from_a_terminal(
    project: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    on_a_terminal(monkeypatch, "60")
    assert look("auto", None).width == 60
    assert look("auto", Path("-")).width == 60
    assert (look("auto", Path("x.txt")).width, look("auto", Path("x.txt")).color) == (None, False)


def test_colour_in_a_pipe_keeps_the_layout_of_a_pipe(growthctl: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TERM", "dumb")
    monkeypatch.setenv("COLUMNS", "20")
    colored = growthctl("trend", "shop.yml", "--color", "always").out
    plain = growthctl("trend", "shop.yml").out
    assert "\x1b[" in colored
    assert max(map(len, plain.splitlines())) > 20
    assert [len(line) for line in plain.splitlines()] == [
        len(line.replace("\x1b[1m", "").replace("\x1b[2m", "").replace("\x1b[0m", "").rstrip())
        for line in colored.splitlines()
    ]


def test_json_is_never_coloured(growthctl: Run) -> None:
    assert json.loads(growthctl("analyze", "shop.yml", "-f", "json", "--color", "always").out)["kind"] == "analysis"
