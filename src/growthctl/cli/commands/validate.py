"""`growthctl validate`: all problems of funnel files, and whether a log has what they need."""

from __future__ import annotations

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnels: options.Funnels = None,
    data: options.DataOption = None,
    debug: options.Debug = False,
) -> None:
    """Check funnel files; with --data also that the log has their columns and events."""
    lines = []
    for loaded in checked(funnels):
        funnel, path = loaded.funnel, loaded.path
        stages = len(funnel.stages)
        lines.append(f"{path}: ok, {stages} stage{'' if stages == 1 else 's'}")
        if data:
            from growthctl.build.analysis import warnings_of
            from growthctl.questions.ask import read
            from growthctl.questions.asked_times import Times

            log = read(funnel, path.parent, data, Times())
            streams.warn_all([(str(path), warnings_of(log.warnings))], as_json=False)
            lines[-1] += f"; {log.quality.rows_used:,} rows can be used"
    streams.write_result("".join(f"{line}\n" for line in lines), None, for_people=True)
