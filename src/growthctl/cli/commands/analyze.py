"""`growthctl analyze`: the funnel table, the widest bottleneck, what to try."""

from __future__ import annotations

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output


def command(
    funnels: options.Funnels = None,
    data: options.DataOption = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    by: options.By = None,
    attribution: options.Attribution = None,
    playbook: options.PlaybookOption = None,
    format: options.AnalysisFormat = None,
    output: options.OutputOption = None,
    memory: options.MemoryOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show how far everyone got, and name the widest bottleneck: whose, worth what, how sure, what to try."""
    loaded = checked(funnels)
    out = Output("analysis", format, output, quiet=quiet, color=color)
    from growthctl.questions.analyze import analyze
    from growthctl.report.analysis import Report

    with streams.progress(quiet=quiet):
        report = Report(
            analyses=[
                analyze(
                    funnel,
                    data or None,
                    since=since,
                    until=until,
                    as_of=as_of,
                    by=by,
                    attribution=attribution,
                    playbook=playbook,
                    memory=memory,
                )
                for funnel in loaded
            ]
        )
    out.write(report, ((a.funnel.name, [warning.message for warning in a.warnings]) for a in report.analyses))
