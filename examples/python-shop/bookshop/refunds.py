"""Gives money back, once.

A refund is written down before OKPay is asked for it. If the answer is lost, the row stays `asked`, and `find_out` asks what became of
the call: under its key, which is closed if OKPay has not seen it, so that a late request cannot make it after all.
"""

from __future__ import annotations

import secrets
from datetime import UTC, datetime

import okpay
from okpay import Money
from sqlalchemy import select

from . import record
from .shop import Shop
from .tables import NOTHING, Order, Refund


class CannotRefund(Exception):
    """The shop itself refuses."""


def give_back(shop: Shop, order_id: int, amount: Money, reason: str) -> Refund:
    """Gives back a part of an order, or all of it."""
    with shop.sessions.begin() as session:
        order = session.get(Order, order_id)
        if order is None or order.paid is None:
            raise CannotRefund("only an order that is paid can be given back")
        if not NOTHING < amount <= order.refundable:
            raise CannotRefund(f"{order.refundable} of this order can be given back, not {amount}")
        refund = Refund(
            key=f"refund-{secrets.token_urlsafe(18)}",
            order=order,
            payment_id=order.paid.id,
            amount=amount,
            reason=reason,
            asked=datetime.now(UTC),
            status="asked",
        )
        session.add(refund)
    _ask(shop, refund)
    return _again(shop, refund.key)


def find_out(shop: Shop) -> list[Refund]:
    """Asks what became of the refunds whose answer was lost, and gives those that are known now."""
    with shop.sessions.begin() as session:
        keys = session.scalars(select(Refund.key).where(Refund.status == "asked")).all()
    for key in keys:
        _resolve(shop, key)
    known = [_again(shop, key) for key in keys]
    return [refund for refund in known if refund.status != "asked"]


def _ask(shop: Shop, refund: Refund) -> None:
    try:
        made = shop.client.refunds.create(
            payment=refund.payment_id, amount=refund.amount, reason=refund.reason or None, idempotency_key=refund.key
        )
    except (okpay.OutcomeUnknown, okpay.NotSent) as error:
        _note(shop, refund.key, "asked", str(error.code))
    except okpay.OkpayError as error:
        _note(shop, refund.key, "refused", str(error.code))
    else:
        _take(shop, made)


def _resolve(shop: Shop, key: str) -> None:
    try:
        outcome = shop.client.resolve(key)
        made = shop.client.refunds.retrieve(outcome.object) if outcome.object else None
    except okpay.OkpayError as error:
        return _note(shop, key, "asked", str(error.code))  # still not known; ask again later
    if made is not None:
        return _take(shop, made)
    if outcome.state == "in_progress":
        return None
    # Closed before it could be made; or it was made to OKPay, which said no, and that answer was lost.
    return _note(shop, key, "refused", "not_executed" if outcome.state == "not_executed" else "rejected")


def _take(shop: Shop, made: okpay.models.Refund) -> None:
    with shop.sessions.begin() as session:
        record.take_refund(session, made)


def _note(shop: Shop, key: str, status: str, problem: str) -> None:
    with shop.sessions.begin() as session:
        refund = session.get_one(Refund, key)
        if refund.status == "asked":  # a webhook may have been faster
            refund.status, refund.problem = status, problem


def _again(shop: Shop, key: str) -> Refund:
    with shop.sessions.begin() as session:
        return session.get_one(Refund, key)
