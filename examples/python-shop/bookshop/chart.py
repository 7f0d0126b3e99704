"""Takings and fees as bars, drawn by the server: whole numbers only, and nothing to run in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okpay import Money

from .takings import Taking

WIDTH = 1000
_THINNEST = 4  # a fee is a few per cent: still to be seen


@dataclass(frozen=True)
class Bar:
    """One way to pay: what is left of it, and the fee beside that, in thousandths of the longest bar."""

    method: str
    gross: Money
    fee: Money
    net_width: int
    fee_width: int
    whole: int = WIDTH


def draw(takings: Sequence[Taking]) -> list[Bar]:
    """The longest bar is as wide as the chart; all others are in proportion."""
    longest = max((taking.gross.minor_units for taking in takings), default=1)
    return [_bar(taking, longest) for taking in takings]


def _bar(taking: Taking, longest: int) -> Bar:
    whole = max(WIDTH * taking.gross.minor_units // longest, 2 * _THINNEST)
    fee = min(max(WIDTH * taking.fee.minor_units // longest, _THINNEST), whole) if taking.fee else 0
    return Bar(taking.method, taking.gross, taking.fee, whole - fee, fee)
