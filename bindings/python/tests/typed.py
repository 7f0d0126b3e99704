"""What a type checker must see, checked by mypy and pyright; never run."""

from __future__ import annotations

from array import array
from datetime import datetime
from decimal import Decimal
from typing import AsyncIterator, Iterator, Optional

import okpay
from okpay import fees, models, signing, webhooks
from typing_extensions import assert_type


def sync(client: okpay.Client) -> None:
    payment = client.payments.create(amount=okpay.Money("19.99", "EUR"), method="card", idempotency_key="k", timeout=5)
    assert_type(payment, models.Payment)
    assert_type(payment.status, models.PaymentStatus)
    assert_type(payment.amount.amount, Decimal)
    assert_type(payment.created, datetime)
    assert_type(payment.expires, Optional[datetime])
    assert_type(payment.answer, Optional[okpay.Answer])
    assert_type(client.payments.iterate(status="succeeded"), Iterator[models.Payment])
    assert_type(client.resolve("k"), models.CallOutcome)
    assert_type(payment.replace(version=2), models.Payment)
    payment.version = 2  # type: ignore[misc]  # pyright: ignore[reportAttributeAccessIssue]
    client.payments.create(amount=19.99, method="card")  # type: ignore[arg-type]  # pyright: ignore[reportArgumentType]
    client.payments.create(method="card")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]
    client.payments.retrieve("pay_1", idempotency_key="k")  # type: ignore[call-arg]  # pyright: ignore[reportCallIssue]


async def asynchronous(client: okpay.AsyncClient) -> None:
    assert_type(await client.payments.retrieve("pay_1"), models.Payment)
    assert_type(client.payments.iterate(), AsyncIterator[models.Payment])
    async for payment in client.payments.iterate():
        assert_type(payment, models.Payment)


def hooks(verifier: webhooks.Verifier, body: bytes, headers: dict[str, str]) -> Optional[str]:
    payload = verifier.verify(body, headers)
    event = payload.event()
    assert_type(event, models.Event)
    if isinstance(event.data, models.Payment):
        return event.data.reference
    return None


def others(schedule: fees.FeeSchedule, key: signing.HmacKey) -> None:
    quote = schedule.quote(operation="payment", method="card", amount=okpay.Money(1, "EUR"), brand="visa", conversion=False)
    assert_type(quote, models.Quote)
    assert_type(quote.lines[0].amount, okpay.Money)
    assert_type(schedule.quote_many(array("q", [1]), operation="payment", method="card", currency="EUR").fee, memoryview)
    assert_type(signing.sign_request("GET", "https://api.okpay.test/", {}, b"", key), dict[str, str])
    keys = {key.key_id: key}
    try:
        for headers in ({b"Signature": b"x"}, [(b"Signature", b"x")]):
            assert_type(signing.verify_request("GET", "https://api.okpay.test/", headers, b"", keys.get), signing.SignedRequest)
    except okpay.OutcomeUnknown as error:
        assert_type(error.code, models.ErrorCode)
        assert_type(error.idempotency_key, Optional[str])
