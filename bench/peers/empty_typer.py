"""The help of an empty typer app: what any command line built on it costs to start."""

import typer

app = typer.Typer(rich_markup_mode=None)


@app.command()
def nothing() -> None:
    """Do nothing."""


app(["--help"])
