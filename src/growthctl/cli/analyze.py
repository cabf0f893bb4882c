"""`growthctl analyze`: the funnel table, the widest bottleneck, what to try."""

from __future__ import annotations

from growthctl.cli import options, streams
from growthctl.cli.funnels import checked


def command(
    funnels: options.Funnels = None,
    data: options.Data = None,
    since: options.Since = None,
    until: options.Until = None,
    as_of: options.AsOf = None,
    by: options.By = None,
    attribution: options.Attribution = None,
    playbook: options.Playbook = None,
    format: options.Format = None,
    output: options.Output = None,
    memory: options.Memory = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    debug: options.Debug = False,
) -> None:
    """Show how far everyone got, and name the widest bottleneck: whose, worth what, how sure, what to try."""
    asked = checked(funnels)
    as_json = options.chosen(format, output, "table", "json") == "json"
    from growthctl.pipeline.analyze import analyze
    from growthctl.render.table import render_table
    from growthctl.report.model import Report, to_json

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
    text = to_json(report) if as_json else render_table(report, width=look.width, color=look.color)
    streams.write_result(text, output, for_people=not as_json)
    if not quiet and (as_json or not look.is_terminal):
        streams.warn_all((a.funnel.name, [warning.message for warning in a.warnings]) for a in report.analyses)
