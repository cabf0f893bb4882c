"""`growthctl inspect`: what is in a log."""

from __future__ import annotations

from growthctl.cli import options
from growthctl.cli.output import Output


def command(
    data: options.Logs,
    format: options.InspectionFormat = None,
    output: options.OutputOption = None,
    quiet: options.Quiet = False,
    color: options.Color = "auto",
    details: options.DetailsOption = False,
    debug: options.Debug = False,
) -> None:
    """Show what is in a log: columns and what they may be, events and when, what is odd; before any funnel file."""
    out = Output("inspection", format, output, quiet=quiet, color=color, details=details)
    from growthctl.questions.inspect import inspect
    from growthctl.report.inspection import InspectionReport

    with out.progress():
        inspection = inspect(data)
    out.write(InspectionReport(inspections=[inspection]))
