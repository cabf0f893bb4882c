"""`growthctl validate`: all problems of funnel files, and whether a log has what they need."""

from __future__ import annotations

from typing import TYPE_CHECKING, Annotated

import typer

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked
from growthctl.errors import Problem, SpecError

if TYPE_CHECKING:
    from growthctl.funnel.file import Loaded


def command(
    funnels: options.Funnels = None,
    data: options.DataOption = None,
    read: Annotated[
        bool, typer.Option("--read", help="Also look into the logs that the funnels themselves name.")
    ] = False,
    debug: options.Debug = False,
) -> None:
    """Check funnel files; with --data or --read also that the log has their columns and events."""
    lines = []
    problems: list[Problem] = []
    for loaded in checked(funnels):
        stages = len(loaded.funnel.stages)
        lines.append(f"{loaded.path}: ok, {stages} stage{'' if stages == 1 else 's'}")
        if data or read:
            used, unknown = _read(loaded, data)
            lines[-1] += f"; {used:,} rows can be used"
            problems += unknown
    if problems:
        raise SpecError(*problems)
    streams.write_result("".join(f"{line}\n" for line in lines), None, for_people=True)


def _read(loaded: Loaded, data: list[str] | None) -> tuple[int, list[Problem]]:
    """How many rows of the log can be used, and the events that it lacks; what else is odd is a warning."""
    from growthctl.build.log_facts import warnings_of
    from growthctl.questions.analyze import analyze
    from growthctl.questions.ask import read
    from growthctl.questions.asked_times import Times
    from growthctl.questions.notices import unreached
    from growthctl.words.warnings import events_of, hint, message

    funnel, path = loaded.funnel, loaded.path
    log = read(funnel, path.parent, data, Times())
    unknown = [notice for notice in log.warnings if notice.code == "event_not_in_log"]
    if unknown:
        others = [notice for notice in log.warnings if notice.code != "event_not_in_log"]
        streams.warn_all([(str(path), warnings_of(others))], as_json=False)
    else:
        # Targets that history speaks against, and stages that nobody reaches, are known from the counts only.
        analysis = analyze(loaded, data)
        warnings = [*analysis.warnings, *warnings_of(list(unreached(analysis.stages)))]
        streams.warn_all([(str(path), warnings)], as_json=False)
    problems = [
        Problem(notice.code, message(notice), "; ".join(filter(None, (hint(notice), events_of(notice)))), str(path))
        for notice in unknown
    ]
    return log.quality.rows_used, problems
