"""growthctl diagnoses conversion funnels: how far everyone got, the widest bottleneck, and what to try.

    from growthctl import analyze
    analyze("funnels/saas_signup.yml").bottleneck.stage

Importing the package loads no polars; the first call does.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from growthctl.questions.analyze import analyze as analyze
    from growthctl.questions.compare import compare as compare
    from growthctl.questions.entities import entities as entities
    from growthctl.questions.explain import explain as explain
    from growthctl.questions.trend import trend as trend

__version__ = "0.1.0"
__all__ = ["analyze", "compare", "entities", "explain", "trend"]


def __getattr__(name: str) -> Any:
    if name in __all__:
        from importlib import import_module

        return getattr(import_module(f"growthctl.questions.{name}"), name)
    raise AttributeError(f"module 'growthctl' has no attribute {name!r}")
