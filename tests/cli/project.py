"""A small project: a shop's funnel and its log."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path
from typing import Any

import yaml

FUNNEL = """\
name: shop
source: {path: log.csv}
window: 1d
segments: [device]
stages:
  - {name: visit, event: visit, label: Visit}
  - {name: cart, event: cart, label: Cart, owner: product, target: 80%}
  - {name: pay, event: pay, label: Pay, owner: sales, target: 50%}
"""
REFUSED = {"exclude": [{"event": "refuse", "between": ["cart", "pay"]}]}
HELPED = {
    "stages": [
        {"name": "visit", "event": "visit"},
        {"name": "cart", "event": "cart"},
        {"name": "help", "event": "help", "optional": True},
        {"name": "pay", "event": "pay"},
    ]
}
LOG = """\
user_id,event,timestamp,device,amount
ada,visit,2026-03-01T09:00:00Z,desktop,
ada,cart,2026-03-01T09:05:00Z,desktop,
ada,help,2026-03-01T09:06:00Z,desktop,
ada,pay,2026-03-01T09:10:00Z,desktop,30
ada,visit,2026-03-02T21:00:00Z,mobile,
bob,visit,2026-03-01T10:00:00Z,mobile,
bob,cart,2026-03-01T10:01:00Z,mobile,
bob,refuse,2026-03-01T10:02:00Z,mobile,
bob,pay,2026-03-01T10:03:00Z,mobile,50
cleo,visit,2026-03-01T11:00:00Z,,
cleo,cart,2026-03-02T11:00:01Z,,
dan,pay,2026-03-01T12:00:00Z,desktop,20
eve,visit,2026-03-02T20:00:00Z,mobile,
eve,cart,2026-03-02T20:30:00Z,tablet,
,visit,2026-03-02T20:30:00Z,mobile,
"""


@dataclass(frozen=True)
class Ran:
    """What a command left: its exit code, stdout and stderr."""

    code: int
    out: str
    err: str


def write_project(folder: Path, **changes: Any) -> None:
    """shop.yml with `changes` and log.csv."""
    funnel = yaml.safe_load(FUNNEL) | changes
    (folder / "shop.yml").write_text(yaml.safe_dump(funnel, sort_keys=False), encoding="utf-8")
    (folder / "log.csv").write_text(LOG, encoding="utf-8")
