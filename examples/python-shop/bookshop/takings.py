"""What came in, what it cost and what went back, by the way it was paid."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from okpay import Money

from .tables import NOTHING, Order


@dataclass(frozen=True)
class Taking:
    """What one way to pay, or all of them, came to."""

    method: str
    orders: int
    gross: Money
    fee: Money
    net: Money
    refunded: Money


def by_method(orders: Iterable[Order]) -> list[Taking]:
    """A row for each way to pay that was used, the biggest first."""
    paid: dict[str, list[Order]] = {}
    for order in orders:
        if order.paid is not None:
            paid.setdefault(order.paid.method, []).append(order)
    takings = (_taking(method, orders) for method, orders in paid.items())
    return sorted(takings, key=lambda taking: taking.gross.minor_units, reverse=True)


def in_all(takings: Sequence[Taking]) -> Taking:
    """All of it."""
    return Taking(
        method="",
        orders=sum(taking.orders for taking in takings),
        gross=sum((taking.gross for taking in takings), NOTHING),
        fee=sum((taking.fee for taking in takings), NOTHING),
        net=sum((taking.net for taking in takings), NOTHING),
        refunded=sum((taking.refunded for taking in takings), NOTHING),
    )


def _taking(method: str, orders: list[Order]) -> Taking:
    payments = [order.paid for order in orders if order.paid is not None]
    return Taking(
        method=method,
        orders=len(orders),
        gross=sum((payment.gross for payment in payments), NOTHING),
        fee=sum((payment.fee for payment in payments), NOTHING),
        net=sum((payment.net for payment in payments), NOTHING),
        refunded=sum((order.refunded for order in orders), NOTHING),
    )
