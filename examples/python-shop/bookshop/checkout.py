"""Sends a buyer to pay, and asks how it went."""

from __future__ import annotations

from dataclasses import dataclass
from urllib.parse import urlencode

import okpay

from . import orders, record
from .shop import Shop
from .tables import Order

_DESCRIPTION = 500  # as many letters as OKPay takes


class NotNow(Exception):
    """OKPay was not reached. Nothing is lost: to press the button again is the same call under the same key."""


@dataclass(frozen=True)
class Standing:
    """Where an order stands."""

    order: Order
    is_fresh: bool
    """Whether OKPay has just been asked; else it is what the shop was told last."""
    has_ended: bool
    """Whether the checkout session was not paid in time, so that another is needed."""


def open_checkout(shop: Shop, token: str) -> str:
    """The page on which the order is paid.

    The key belongs to the order and the try: however often the button is pressed, and if an answer is lost, it stays one session.
    """
    with shop.sessions.begin() as session:
        order = _found(orders.find(session, token))
    if order.checkout_url is not None:
        return order.checkout_url
    try:
        checkout = _ask(shop, order)
    except (okpay.OutcomeUnknown, okpay.NotSent) as error:
        if error.code != "idempotency_key_expired":
            raise NotNow from error
        # The answer was lost a day ago and nobody has asked since: that session has run out, unseen.
        _give_up(shop, token, order.checkout_try)
        return open_checkout(shop, token)
    with shop.sessions.begin() as session:
        order = _found(orders.find(session, token))
        order.checkout_session, order.checkout_url = checkout.id, _link(shop, order, checkout)
        return order.checkout_url


def _ask(shop: Shop, order: Order) -> okpay.models.CheckoutSession:
    back = f"{shop.settings.shop_url}/orders/{order.token}"
    return shop.client.checkout_sessions.create(
        amount=order.total,
        reference=order.reference,
        description=_description(order),
        success_url=back,
        cancel_url=back,
        return_url=_own_page(shop, order),
        idempotency_key=f"{order.token}-checkout-{order.checkout_try}",
    )


def _own_page(shop: Shop, order: Order) -> str | None:
    """The shop's own checkout page for a try, if it has one: a buyer comes back to it from a bank's page."""
    base = shop.settings.checkout_url
    return None if base is None else f"{base}/checkout/{order.number}-{order.checkout_try}"


def _link(shop: Shop, order: Order, checkout: okpay.models.CheckoutSession) -> str:
    """Where the buyer pays. The client secret goes in the fragment, which a browser sends to nobody."""
    if (page := _own_page(shop, order)) is None:
        return checkout.url
    return f"{page}#{urlencode({'session': checkout.id, 'secret': checkout.client_secret or ''})}"


def _give_up(shop: Shop, token: str, checkout_try: int) -> None:
    with shop.sessions.begin() as session:
        order = _found(orders.find(session, token))
        if order.checkout_try == checkout_try:
            order.checkout_try, order.checkout_session, order.checkout_url = checkout_try + 1, None, None


def look(shop: Shop, token: str) -> Standing | None:
    """Where an order stands, asked of OKPay itself: what a browser says on its way back proves nothing."""
    with shop.sessions.begin() as session:
        order = orders.find(session, token)
    if order is None:
        return None
    if order.paid is not None or order.checkout_session is None:
        return Standing(order, is_fresh=True, has_ended=False)
    try:
        checkout = shop.client.checkout_sessions.retrieve(order.checkout_session)
        payment = shop.client.payments.retrieve(checkout.payment) if checkout.payment else None
    except okpay.OkpayError:
        return Standing(order, is_fresh=False, has_ended=False)
    with shop.sessions.begin() as session:
        if payment is not None:
            record.take_payment(session, payment)
        session.flush()
        order = _found(orders.find(session, token))
        session.refresh(order, ["payments"])
    has_ended = checkout.status == "expired" and order.paid is None
    if has_ended and order.checkout_session == checkout.id:
        _give_up(shop, token, order.checkout_try)
    return Standing(order, is_fresh=True, has_ended=has_ended)


def _found(order: Order | None) -> Order:
    if order is None:
        raise LookupError("there is no such order")
    return order


def _description(order: Order) -> str:
    books = ", ".join(f"{line.quantity} × {line.title}" for line in order.lines)
    text = f"{order.number}: {books}"
    return text if len(text) <= _DESCRIPTION else f"{text[: _DESCRIPTION - 1]}…"
