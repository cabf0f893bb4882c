"""`growthctl analyze`: the funnel table, the widest bottleneck, what to try."""

from __future__ import annotations

from growthctl.cli import options, streams
from growthctl.cli.funnel_files import checked


def command(
    funnels: options.Funnels = None,
    data: options.Data = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    by: options.By = None,
    attribution: options.Attribution = None,
    playbook: options.Playbook = None,
    format: options.ReportFormat = None,
    output: options.Output = None,
    memory: options.Memory = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show how far everyone got, and name the widest bottleneck: whose, worth what, how sure, what to try."""
    asked = checked(funnels)
    form = options.chosen(format, output, "table", "json", "markdown")
    from growthctl.questions.analyze import analyze
    from growthctl.report.analysis import Report, to_json

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
                for funnel in asked
            ]
        )
    look = streams.look(color, output)
    if form == "json":
        text = to_json(report)
    elif form == "markdown":
        from growthctl.render.markdown import render_markdown

        text = render_markdown(report)
    else:
        from growthctl.render.terminal import render_table

        text = render_table(report, width=look.width, color=look.color)
    streams.write_result(text, output, for_people=form != "json")
    if not quiet and (form == "json" or not look.is_terminal):
        streams.warn_all((a.funnel.name, [warning.message for warning in a.warnings]) for a in report.analyses)
