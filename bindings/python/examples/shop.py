"""A shop's back end: pay, give back, and know what it cost. Run it beside ``okpay sandbox``, with its variables set."""

from __future__ import annotations

import os

import okpay


def keep_card() -> str:
    """Stands in for the buyer's browser, the only place that sees a card number."""
    browser = okpay.Client(publishable_key=os.environ["OKPAY_PUBLISHABLE_KEY"])
    card = okpay.models.CardDetails(number="4242424242424242", exp_month=12, exp_year=2040, cvc="123")
    return browser.payment_methods.create(card=card).id


def charge(client: okpay.Client, order: str, amount: okpay.Money, card: str) -> okpay.models.Payment | None:
    """Charges an order once, however often this is called, and finds out what became of it if no answer comes."""
    key = f"{order}-charge"
    try:
        return client.payments.create(amount=amount, method="card", payment_method=card, reference=order, idempotency_key=key)
    except okpay.Rejected as error:
        print(f"{order}: {error.advice().title}")
    except okpay.OutcomeUnknown:
        outcome = client.resolve(key)
        if outcome.state == "executed" and outcome.object is not None:
            return client.payments.retrieve(outcome.object)
    return None


def main() -> None:
    """Pays two orders and gives one back."""
    client = okpay.Client()
    card = keep_card()
    for number in (1, 2):
        order = f"{os.urandom(4).hex()}-{number}"
        payment = charge(client, order, okpay.Money.from_minor(1999 * number, "EUR"), card)
        if payment is not None and payment.fee is not None:
            print(f"{order}: {payment.amount} paid, {payment.fee.net} after fees")
    first = next(client.payments.iterate(status="succeeded"))
    refund = client.refunds.create(payment=first.id, amount=okpay.Money("1.00", "EUR"), reason="a torn page")
    print(f"{first.reference}: {refund.amount} given back")


if __name__ == "__main__":
    main()
