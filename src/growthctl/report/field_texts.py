"""The texts below the fields of a class, from its source."""

from __future__ import annotations

import ast
import inspect
from itertools import pairwise
from textwrap import dedent


def field_texts(cls: type) -> dict[str, str]:
    """By the name of the field; of classes that it inherits from, too."""
    inherited = [field_texts(base) for base in cls.__bases__ if base.__module__.startswith(__package__ or "")]
    tree = ast.parse(dedent(inspect.getsource(cls))).body[0]
    assert isinstance(tree, ast.ClassDef)
    own = {
        field.target.id: inspect.cleandoc(text.value.value)
        for field, text in pairwise(tree.body)
        if isinstance(field, ast.AnnAssign) and isinstance(field.target, ast.Name)
        if isinstance(text, ast.Expr) and isinstance(text.value, ast.Constant) and isinstance(text.value.value, str)
    }
    return {name: text for texts in (*inherited, own) for name, text in texts.items()}
