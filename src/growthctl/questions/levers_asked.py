"""Whose advice to follow: the package's, or that of a playbook of one's own."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from growthctl.diagnosis.advice.recommend import packaged_playbook
from growthctl.funnel.levers import Playbook

PlaybookLike = str | Path | Mapping[str, Any] | None
"""A playbook file, what such a file holds, or the packaged one."""


def levers_of(playbook: PlaybookLike) -> Playbook:
    """The packaged playbook, with the kinds of one's own instead of its own. Raises SpecError with all problems."""
    packaged = packaged_playbook()
    if playbook is None:
        return packaged
    # The model that validates playbooks takes longer to build than all advice takes to find.
    from growthctl.funnel.playbook import load_playbook, playbook_from_mapping

    own = playbook_from_mapping(playbook) if isinstance(playbook, Mapping) else load_playbook(Path(playbook))
    return {**packaged, **own}
