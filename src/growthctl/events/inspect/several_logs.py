"""From several files that nobody has described to sources of one funnel: which belong together, what each is."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping, Sequence
from functools import partial
from pathlib import Path
from typing import Any, NamedTuple

from growthctl.errors import DataError
from growthctl.events.inspect.describe import Description, described, in_its_encoding, profile_of
from growthctl.events.inspect.event_profiles import LogProfile
from growthctl.events.reading.open import Log, written_log
from growthctl.funnel.sections.source import Source

_NUMBERS = "-_0123456789"
_MOSTLY = 0.5
"""Of the events of two logs the share that both have, by which they are parts of one."""


class FileGroup(NamedTuple):
    """Files with the same columns."""

    name: str
    """Of the source that they may be: that of the first file."""
    paths: tuple[str, ...]
    """As they were named."""
    log: Log
    """The first, as it is written."""

    @property
    def header(self) -> tuple[str, ...]:
        """Its columns."""
        return tuple(self.log.schema)


class DescribedLog(NamedTuple):
    """One of several sources, described by itself."""

    name: str
    paths: tuple[str, ...]
    description: Description
    profile: LogProfile

    @property
    def events(self) -> dict[str, int]:
        """How many entities have each."""
        return {event.name: event.entities for event in self.profile.events if event.name is not None}


class SeveralLogs(NamedTuple):
    """What several files are to one funnel."""

    logs: tuple[DescribedLog, ...]
    links: tuple[FileGroup, ...]
    """Those whose header is the names of two sources: they say who is who."""
    left_out: tuple[str, ...]
    """Files that count by day, and say of nobody what they did."""


def file_groups(paths: Sequence[str]) -> list[FileGroup]:
    """The files by their columns, in the order in which they were named; `paths`: as for `open_log`.

    Raises what opening them raises.
    """
    groups: dict[tuple[str, frozenset[str]], list[tuple[str, Log]]] = {}
    for path in dict.fromkeys(paths):
        log = in_its_encoding(partial(_opened, path))
        groups.setdefault((log.format.name if log.format else "", frozenset(log.schema)), []).append((path, log))
    by_paths = {tuple(path for path, _ in group): group[0][1] for group in groups.values()}
    return [
        FileGroup(name, group, log) for name, (group, log) in zip(_names(list(by_paths)), by_paths.items(), strict=True)
    ]


def _opened(path: str, keys: Mapping[str, Any]) -> Log:
    return written_log(path, Source.model_validate(keys), Path())[0]


def several_logs(groups: Sequence[FileGroup]) -> SeveralLogs:
    """What each group is. Those that say alike who, what and when are one log if most of their events are the same.

    Raises what `described` raises.
    """
    names = {group.name for group in groups}
    links = [group for group in groups if len(group.header) == 2 and names - {group.name} >= set(group.header)]
    logs: list[DescribedLog] = []
    left_out: list[str] = []
    for group in groups:
        if group in links:
            continue
        try:
            parts = _described_logs(group, names)
        except DataError as error:
            if error.problems[0].code != "nobody":
                raise _with_advice(error, group, [name for name in names if name != group.name]) from error
            left_out += group.paths
            continue
        for log in parts:
            same = next((number for number, before in enumerate(logs) if _are_parts(before, log)), None)
            if same is None:
                logs.append(log)
            else:
                logs[same] = _described_log(logs[same].name, (*logs[same].paths, *log.paths))
    return SeveralLogs(tuple(logs), tuple(links), tuple(left_out))


def _described_logs(group: FileGroup, taken: Collection[str]) -> list[DescribedLog]:
    """One; where files say by their names only what happened, one for each name, but for numbers at its end."""
    log = _described_log(group.name, group.paths)
    by_name: dict[str, list[str]] = {}
    for path in group.paths:
        by_name.setdefault(_stem(path).rstrip(_NUMBERS), []).append(path)
    if "event" not in log.description.keys or len(by_name) == 1:
        return [log]
    names = _names(list(by_name.values()), [name for name in taken if name != group.name])
    return [_described_log(name, paths) for name, paths in zip(names, by_name.values(), strict=True)]


def _described_log(name: str, paths: Sequence[str]) -> DescribedLog:
    description = described(list(paths), event=name)
    return DescribedLog(name, tuple(paths), description, profile_of(description))


def _are_parts(first: DescribedLog, second: DescribedLog) -> bool:
    """Of one log, although not all columns are the same: another month, another table of one vendor's."""
    first_log, second_log = first.description, second.description
    if first_log.keys != second_log.keys or first_log.log.format != second_log.log.format:
        return False
    common, either = first.events.keys() & second.events.keys(), first.events.keys() | second.events.keys()
    return "preset" in first_log.keys or len(common) >= _MOSTLY * len(either)


def _with_advice(error: DataError, group: FileGroup, others: Sequence[str]) -> DataError:
    """Of two columns without a time one may have meant links."""
    problem = error.problems[0]
    if problem.code != "no_roles" or len(group.header) != 2:
        return error
    hint = f"does it say who is who? Then its header is the names of two of these: {', '.join(sorted(others))}"
    return DataError(problem._replace(hint=hint))


def _names(groups: Sequence[Sequence[str]], taken: Collection[str] = ()) -> list[str]:
    names: list[str] = []
    for position, group in enumerate(groups, start=1):
        name = _stem(group[0])
        # Of several the first is not meant, but what its number or date belongs to.
        name = (name.rstrip(_NUMBERS) if len(group) > 1 else name) or name or f"source-{position}"
        while name in names or name in taken:
            name = f"{name}-{position}"
        names.append(name)
    return names


def _stem(path: str) -> str:
    """The name of a file without its endings as a slug; of a glob in a folder, the folder's."""
    parts = [re.sub(r"[^A-Za-z0-9_]+", "-", part.split(".")[0]).strip("-_") for part in Path(path).parts]
    return next((part.lower() for part in reversed(parts) if part), "")
