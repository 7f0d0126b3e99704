"""Takes over what OKPay tells of payments and refunds.

It comes by webhook, more than once and in any order, or because the shop has asked. Each resource comes whole and with a version that
rises with every change, so that the newer one simply replaces the older, in whatever order they come.
"""

from __future__ import annotations

from okpay import models, webhooks
from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from . import orders
from .tables import NOTHING, Order, Payment, Refund


def take(session: Session, event: models.Event) -> None:
    """Takes over what an event tells. What the shop has no use for, it leaves."""
    match event.data:
        case models.Payment() as payment:
            take_payment(session, payment)
        case models.Refund() as refund:
            take_refund(session, refund)
        case _:
            pass


def take_payment(session: Session, told: models.Payment) -> None:
    """Takes over a payment, unless the shop knows it newer or it is not for an order."""
    order = orders.find(session, told.reference or "")
    known = session.get(Payment, told.id)
    if order is None or webhooks.apply(known.version if known else None, told.version) == "stale":
        return
    payment = known or Payment(id=told.id, order=order, created=told.created)
    payment.version, payment.status, payment.method = told.version, str(told.status), str(told.method)
    payment.decline_code = str(told.decline_code) if told.decline_code else None
    fee = told.fee
    payment.gross, payment.fee, payment.net = (fee.gross, fee.fee, fee.net) if fee else (told.amount, NOTHING, told.amount)
    session.add(payment)


def take_refund(session: Session, told: models.Refund) -> None:
    """Takes over a refund: the one that the shop had asked for, or one that was made elsewhere for an order of the shop's."""
    refund = session.scalar(select(Refund).where(or_(Refund.refund_id == told.id, Refund.key == told.idempotency_key)))
    refund = refund or _made_elsewhere(session, told)
    if refund is None or webhooks.apply(refund.version, told.version) == "stale":
        return
    refund.refund_id, refund.version, refund.status, refund.amount = (
        told.id,
        told.version,
        str(told.status),
        told.amount,
    )
    session.add(refund)


def _made_elsewhere(session: Session, told: models.Refund) -> Refund | None:
    order = session.scalar(select(Order).join(Payment).where(Payment.id == told.payment))
    if order is None:
        return None
    key, reason = told.idempotency_key or told.id, told.reason or ""
    return Refund(key=key, order=order, payment_id=told.payment, reason=reason, asked=told.created, status="asked")
