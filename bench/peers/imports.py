"""Only import the libraries that an analysis needs."""

import polars  # noqa: F401
import pydantic  # noqa: F401
import rich  # noqa: F401
import typer  # noqa: F401
import yaml  # noqa: F401
