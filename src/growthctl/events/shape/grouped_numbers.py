"""Numbers as people write them, with signs between thousands: `1,020.00`, `1.020,00`, `1 020,00`."""

from __future__ import annotations

from typing import Literal

import polars as pl

DecimalSign = Literal[".", ","]
GROUPED = r"^\s*[+-]?[0-9]{1,3}(?:[.,' \u00a0\u202f]?[0-9]{3})*(?:[.,][0-9]+)?\s*$"
"""Texts that are numbers to somebody, whatever their signs mean."""
_BLANKS = r"[\s\u00a0\u202f']"


def plain_number(text: pl.Expr, decimal: DecimalSign) -> pl.Expr:
    """The number without signs between thousands and with a point; what is no such number stays as it is."""
    between, sign = ("," if decimal == "." else r"\."), (r"\." if decimal == "." else ",")
    bare = text.str.replace_all(_BLANKS, "")
    is_number = bare.str.contains(rf"^[+-]?(?:[0-9]+|[0-9]{{1,3}}(?:{between}[0-9]{{3}})+)(?:{sign}[0-9]+)?$")
    plain = bare.str.replace_all(between, "").str.replace(sign, ".")
    return pl.when(is_number).then(plain).otherwise(text)


def signs_said(text: pl.Expr) -> tuple[pl.Expr, pl.Expr]:
    """Whether some of the texts say that a point, and that a comma, is the decimal sign.

    That says the last of two signs, and one that other than three digits follow.
    """
    bare = text.str.replace_all(_BLANKS, "")
    point, comma = (
        bare.str.contains(rf"^[+-]?[0-9].*{other}.*{sign}[0-9]+$|^[+-]?[0-9]+{sign}(?:[0-9]{{1,2}}|[0-9]{{4,}})$")
        for sign, other in ((r"\.", ","), (",", r"\."))
    )
    return point.any(), comma.any()
