"""Compares the orders with the account at OKPay: what the shop believes with what was booked.

Both sides are read whole since a day, and what is on one side only is looked up on the other by its id before it is called a
difference, so that nothing that happens around midnight is one.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import datetime

from okpay import Money, models
from sqlalchemy import select

from .shop import Shop
from .tables import NOTHING, Payment, Refund

_OURS = ("payment", "fee", "refund", "refund_failure", "dispute")


@dataclass(frozen=True)
class Difference:
    """Something on which the two do not agree."""

    source: str
    """The payment or the refund."""
    what: str
    shop: Money | None
    """What the shop believes; nothing if it knows nothing of it."""
    okpay: Money | None
    """What was booked; nothing if nothing was."""

    def __str__(self) -> str:
        return f"{self.source}  {self.what}: the shop has {self.shop or 'nothing'}, OKPay has {self.okpay or 'nothing'}"


Figures = dict[str, dict[str, Money]]
"""By payment or refund, then by the kind of movement."""


def reconcile(shop: Shop, since: datetime) -> list[Difference]:
    """Everything on which orders and account differ since then; nothing, if all is well."""
    booked, believed = _booked(_since(shop, since)), _believed(shop, since)
    for source in believed.keys() - booked.keys():
        booked |= _booked(shop.client.transactions.iterate(source=source))
    for source in booked.keys() - believed.keys():
        believed |= _believed_of(shop, source)
    return list(_differences(believed, booked))


def _since(shop: Shop, since: datetime) -> Iterator[models.Transaction]:
    """The movements since then. They come newest first."""
    for transaction in shop.client.transactions.iterate(limit=100):
        if transaction.created < since:
            return
        yield transaction


def _booked(transactions: Iterable[models.Transaction]) -> Figures:
    figures: Figures = defaultdict(dict)
    for transaction in transactions:
        kind = str(transaction.type)
        if kind in _OURS and transaction.amount.currency == NOTHING.currency:
            figures[transaction.source][kind] = figures[transaction.source].get(kind, NOTHING) + transaction.amount
    return dict(figures)


def _believed(shop: Shop, since: datetime) -> Figures:
    with shop.sessions.begin() as session:
        payments = session.scalars(select(Payment).where(Payment.created >= since)).all()
        refunds = session.scalars(select(Refund).where(Refund.asked >= since)).all()
    return _figures(payments, refunds)


def _believed_of(shop: Shop, source: str) -> Figures:
    with shop.sessions.begin() as session:
        payments = session.scalars(select(Payment).where(Payment.id == source)).all()
        refunds = session.scalars(select(Refund).where(Refund.refund_id == source)).all()
    return _figures(payments, refunds)


def _figures(payments: Iterable[Payment], refunds: Iterable[Refund]) -> Figures:
    figures: Figures = {}
    for payment in payments:
        if payment.status == "succeeded":
            figures[payment.id] = {"payment": payment.gross, "fee": -payment.fee}
    for refund in refunds:
        if refund.refund_id is not None and refund.status in ("pending", "succeeded"):
            figures[refund.refund_id] = {"refund": -refund.amount}
        elif refund.refund_id is not None:
            figures[refund.refund_id] = {"refund": -refund.amount, "refund_failure": refund.amount}
        elif refund.status == "asked":
            figures[refund.key] = {"refund": -refund.amount}  # nobody knows yet whether it was made
    return figures


def _differences(believed: Figures, booked: Figures) -> Iterator[Difference]:
    for source in sorted(believed.keys() | booked.keys()):
        ours, theirs = believed.get(source, {}), booked.get(source, {})
        for kind in sorted(ours.keys() | theirs.keys()):
            if (ours.get(kind) or NOTHING) != (theirs.get(kind) or NOTHING):
                yield Difference(source, kind, ours.get(kind), theirs.get(kind))
