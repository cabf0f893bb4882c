"""`growthctl analyze`: what is broken now, the widest bottleneck, what to do next."""

from __future__ import annotations

from growthctl.cli import options
from growthctl.cli.funnel_files import checked
from growthctl.cli.output import Output, subject


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
    details: options.DetailsOption = False,
    debug: options.Debug = False,
) -> None:
    """Show what is broken now and the widest bottleneck: whose, worth what, how sure, what to do next."""
    loaded = checked(funnels)
    subjects = [subject(funnel.path, data, as_of) for funnel in loaded]
    out = Output("analysis", format, output, quiet=quiet, color=color, details=details, subjects=subjects)
    from growthctl.questions.analyze import analyze
    from growthctl.report.analysis import Report

    with out.progress():
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
    out.write(report, ((a.funnel.name, a.warnings) for a in report.analyses))
