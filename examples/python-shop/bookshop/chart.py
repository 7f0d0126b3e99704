"""Takings and fees as bars, drawn by the server: whole numbers only, and nothing to run in the browser."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from okpay import Money

from .takings import Taking

WIDTH = 640
_BAR = 22
_ROW = 52
_ROOM_FOR_TEXT = 20
_THINNEST = 2  # a fee is a few per cent: still to be seen


@dataclass(frozen=True)
class Bar:
    """One way to pay: what is left of it, and the fee beside that."""

    method: str
    gross: Money
    fee: Money
    text_y: int
    bar_y: int
    net_width: int
    fee_width: int
    height: int = _BAR


@dataclass(frozen=True)
class Chart:
    """Everything that the template draws."""

    bars: list[Bar]
    height: int
    width: int = WIDTH


def draw(takings: Sequence[Taking]) -> Chart:
    """The longest bar is as wide as the chart; all others are in proportion."""
    longest = max((taking.gross.minor_units for taking in takings), default=1)
    bars = [_bar(number, taking, longest) for number, taking in enumerate(takings)]
    return Chart(bars, height=len(bars) * _ROW)


def _bar(number: int, taking: Taking, longest: int) -> Bar:
    whole = max(WIDTH * taking.gross.minor_units // longest, 2 * _THINNEST)
    fee = min(max(WIDTH * taking.fee.minor_units // longest, _THINNEST), whole) if taking.fee else 0
    top = number * _ROW
    return Bar(taking.method, taking.gross, taking.fee, top + _ROOM_FOR_TEXT - 6, top + _ROOM_FOR_TEXT, whole - fee, fee)
