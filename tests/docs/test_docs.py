"""The docs say what the program does today."""

from __future__ import annotations

import re
from pathlib import Path

import pytest

from tests.docs.rewrite import BLOCK, COMMANDS, ROOT, documents, filled, pages

LINKED = [*documents(), ROOT / "CHANGELOG.md", ROOT / "sample_data/README.md"]
SOURCE = ROOT / "src/growthctl"
DEV = re.findall(r"\./dev (\w+)", (ROOT / "dev").read_text(encoding="utf-8"))


def anchors(path: Path) -> set[str]:
    headings = re.findall(r"^#+ (.*)$", path.read_text(encoding="utf-8"), re.MULTILINE)
    return {re.sub(r"[^\w -]", "", heading.lower()).replace(" ", "-") for heading in headings}


def commands(path: Path) -> str:
    """The code of a page, inline and in blocks."""
    return "\n".join(re.findall(r"^```\w.*?^```|`[^`\n]+`", path.read_text(encoding="utf-8"), re.MULTILINE | re.DOTALL))


def name(path: Path) -> str:
    return str(path.relative_to(ROOT))


def test_the_docs_show_what_the_program_prints() -> None:
    for path, text in pages().items():
        current = path.read_text(encoding="utf-8") if path.exists() else ""
        assert current == text, f"{name(path)} is out of date: mend with ./dev docs"


def test_a_block_shows_what_its_commands_print_over_the_files_above_it() -> None:
    stages = "stages: [{name: a, event: a}, {name: b, event: b}]"
    page = f"```yaml title=f.yml\n{stages}\n```\n```console\n$ growthctl validate f.yml\nold\n```\n"
    assert filled(page) == page.replace("old", "f.yml: ok, 2 stages")
    assert "\n>>> 1 + 1\n2\n```" in filled("```pycon\n>>> 1 + 1\n3\n```\n")


@pytest.mark.parametrize("path", LINKED, ids=name)
def test_every_link_leads_somewhere(path: Path) -> None:
    prose = BLOCK.sub("", path.read_text(encoding="utf-8"))
    for target, anchor in re.findall(r"\]\((?!https?:)([^)#]*)#?([^)]*)\)", prose):
        page = path.parent / target if target else path
        assert page.exists(), f"{name(path)} links to {target}, which does not exist"
        assert not anchor or anchor in anchors(page), f"{name(path)}: {target} has no heading #{anchor}"


@pytest.mark.parametrize("path", LINKED, ids=name)
def test_every_command_that_the_docs_name_exists(path: Path) -> None:
    named = re.findall(r"(?:`|^\$ |^)(growthctl|\./dev) (\w+)", commands(path), re.MULTILINE)
    known = {"growthctl": COMMANDS, "./dev": [*COMMANDS, *DEV]}
    assert [f"{program} {command}" for program, command in named if command not in known[program]] == []


def test_every_place_that_contributing_sends_to_exists_unless_it_says_that_it_is_new() -> None:
    page = (ROOT / "CONTRIBUTING.md").read_text(encoding="utf-8")
    rows = [
        line.split("|")[2:4] for line in page.partition("## Where to look")[2].splitlines() if line.startswith("| ")
    ]
    places = [place for row in rows for cell in row for place in re.findall(r"`([\w./]+[/.][\w/]*)`(?! \(new\))", cell)]
    assert len(places) > 50
    missing = [place for place in places if not any((root / place).exists() for root in (ROOT, SOURCE))]
    assert [place for place in missing if not re.match(r"\w+\.py$|\./", place)] == []
