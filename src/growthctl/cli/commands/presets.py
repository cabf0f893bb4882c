"""`growthctl presets`: whose exports are read by name."""

from __future__ import annotations

from typing import Annotated

import typer

from growthctl.cli import options, streams


def command(
    name: Annotated[str | None, typer.Argument(help="The preset to show; without it all.", show_default=False)] = None,
    output: options.OutputOption = None,
    debug: options.Debug = False,
) -> None:
    """List the presets, or show the keys of `source` that one stands for, to be changed where a log differs."""
    from growthctl.errors import Problem, UsageError
    from growthctl.funnel.presets import PRESETS, parse_preset, preset_row

    if name is None:
        width = max(map(len, PRESETS))
        lines = [f"{preset.ljust(width)}  {preset_row(preset)[0]}" for preset in PRESETS]
        streams.write_result("".join(f"{line}\n" for line in lines), output, for_people=True)
        return
    try:
        title, keys = preset_row(parse_preset(name))
    except ValueError as error:
        raise UsageError(Problem("unknown_preset", str(error))) from None
    indented = "".join(f"  {line}\n" for line in keys.splitlines())
    text = f"# preset: {name} is these keys; write them instead, and change them, where a log differs.\n# {title}\n"
    streams.write_result(f"{text}source:\n{indented}", output, for_people=False)
