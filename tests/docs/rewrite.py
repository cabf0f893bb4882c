"""Rewrites all that the docs show of the program: console and Python blocks, help pages, keys, JSON Schemas.

The commands of a page run in a folder like the repository's root. A block with a title, such as
```yaml title=shop.yml, becomes a file there before what follows it runs. A `console` block shows stdout, or stderr
where stdout is empty; a `pycon` block is one Python session. What stands below MARK comes from GENERATED.
"""

from __future__ import annotations

import json
import os
import re
import shlex
import sys
from collections.abc import Iterator, Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from doctest import DocTestParser
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, get_args, get_type_hints
from unittest.mock import patch

from growthctl.cli.commands import schema
from growthctl.cli.main import app, main
from growthctl.funnel import values
from growthctl.funnel.file import funnel_schema

ROOT = Path(__file__).parents[2]
MARK = "<!-- ./dev docs writes what follows -->\n"
BLOCK = re.compile(r"^```(\w+)( title=(\S+))?\n(.*?)^```$", re.MULTILINE | re.DOTALL)
COMMANDS = [command.name for command in app.registered_commands if command.name]
FORMS = {
    "string": "text",
    "object": "mapping",
    "boolean": "true or false",
    values.DURATION_PATTERN: "duration",
    values.RATE_PATTERN: "percentage",
    values.SLUG_PATTERN: "slug",
    values.ATTRIBUTION_PATTERN: "`entry`, `first`, `last`, `stage:NAME`",
}


def documents() -> list[Path]:
    """The pages whose blocks are executed."""
    return [ROOT / "README.md", ROOT / "CONTRIBUTING.md", *sorted((ROOT / "docs").rglob("*.md"))]


def pages() -> dict[Path, str]:
    """Every file that the program has a part in, as it should read now."""
    schemas = get_args(get_type_hints(schema.command)["kind"])
    pages = {ROOT / f"docs/schemas/{kind}.schema.json": _printed(f"growthctl schema {kind}") for kind in schemas}
    for path in documents():
        written, mark, _ = path.read_text(encoding="utf-8").partition(MARK)
        pages[path] = filled(written + mark + (GENERATED[path.name]() if mark else ""))
    return pages


def filled(page: str) -> str:
    """The page with what its blocks print today."""
    # Neither the terminal nor the settings of whoever runs this may change a page.
    ours = {name: value for name, value in os.environ.items() if not name.startswith("GROWTHCTL_")}
    with TemporaryDirectory() as folder, chdir(folder), patch.dict(os.environ, ours | {"COLUMNS": "80"}, clear=True):
        for name in ("funnels", "sample_data"):
            Path(name).symlink_to(ROOT / name)
        return BLOCK.sub(_block, page)


def _block(match: re.Match[str]) -> str:
    language, title, file, body = match.groups()
    if file:
        Path(file).write_text(body, encoding="utf-8")
    if language == "console":
        commands = [line.removeprefix("$ ") for line in body.splitlines() if line.startswith("$ ")]
        body = "\n".join(f"$ {command}\n{_printed(command)}" for command in commands)
    if language == "pycon":
        body = _session(body)
    return f"```{language}{title or ''}\n{body}```"


def _printed(command: str) -> str:
    program, *arguments = shlex.split(command)
    if program not in ("growthctl", "./dev") or arguments[0] not in COMMANDS:
        raise ValueError(f"a console block can only show growthctl commands, not: {command}")
    with redirect_stdout(StringIO()) as result, redirect_stderr(StringIO()) as complaint:
        main(arguments)
    return result.getvalue() or complaint.getvalue()


def _session(text: str) -> str:
    names: dict[str, object] = {}
    session = ""
    for example in DocTestParser().get_examples(text):
        with redirect_stdout(StringIO()) as result:
            exec(compile(example.source, "<docs>", "single"), names)
        session += ">>> " + "\n... ".join(example.source.splitlines()) + "\n" + result.getvalue()
    return session


def _help_pages() -> str:
    return "".join(f"\n## {name}\n\n```console\n$ growthctl {name} --help\n```\n" for name in COMMANDS)


def _keys() -> str:
    model = funnel_schema()
    return "".join(_tables(model, model["$defs"], ""))


def _tables(model: Mapping[str, Any], models: Mapping[str, Any], place: str) -> Iterator[str]:
    """A table of the keys at a place, then those of the mappings below it."""
    yield f"\n## {f'`{place[:-1]}`' if place else 'The keys'}\n\n{model['description']}\n\n"
    yield "| key | value | default | meaning |\n| --- | --- | --- | --- |\n"
    for key, field in model["properties"].items():
        usual = "required" if key in model.get("required", ()) else _default(field.get("default"))
        yield f"| `{key}` | {_form(field, place + key)} | {usual} | {field['description']} |\n"
    for key, field in model["properties"].items():
        for name in re.findall(r"'#/\$defs/(\w+)'", str(field)):
            yield from _tables(models[name], models, f"{place}{key}.")


def _form(field: Mapping[str, Any], place: str) -> str:
    """What may stand there, in words."""
    if "$ref" in field:
        return f"[mapping](#{place.replace('.', '')})"
    if "enum" in field:
        return ", ".join(f"`{value}`" for value in field["enum"])
    if "anyOf" in field:
        return " or ".join(dict.fromkeys(_form(form, place) for form in field["anyOf"] if form.get("type") != "null"))
    if field["type"] == "array":
        items = field.get("prefixItems") or [field["items"]]
        return f"list of {', '.join(_form(item, place) for item in items)}"
    return FORMS.get(field.get("pattern", field["type"]), "number")


def _default(value: object) -> str:
    return "" if value in (None, []) else f"`{json.dumps(value).strip(chr(34))}`"


GENERATED = {"cli.md": _help_pages, "funnel-file.md": _keys}

if __name__ == "__main__":
    for path, text in pages().items():
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text, encoding="utf-8")
            sys.stdout.write(f"rewrote {path.relative_to(ROOT)}\n")
