"""What OKPay tells counts once, in any order, and only if OKPay told it."""

from __future__ import annotations

import okpay
import pytest
from conftest import Street
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from bookshop import record
from bookshop.tables import Payment


def test_a_webhook_that_comes_twice_counts_once(street: Street) -> None:
    street.control("faults", {"kind": "webhook_duplicate", "on": "payment.succeeded"})
    order = street.paid(1)
    [event] = street.events("payment.succeeded")
    assert street.deliver(event) == 200, "a third time, by hand"
    with street.shop.sessions.begin() as session:
        assert session.scalar(select(func.count()).select_from(Payment)) == 1
    assert street.find(order.token).refundable == order.total


def test_webhooks_out_of_order_end_where_the_newest_does(street: Street) -> None:
    street.control("faults", {"kind": "webhook_delay", "delay_ms": 3_600_000, "count": 50})
    token = street.order(2)
    street.pay(token)
    told = sorted(
        (event for kind in ("payment.created", "payment.succeeded") for event in street.events(kind)),
        key=lambda event: getattr(event.data, "version", 0),
        reverse=True,
    )
    assert [event.type for event in told] == ["payment.succeeded", "payment.created"]
    assert [street.deliver(event) for event in told] == [200, 200]
    paid = street.find(token).paid
    assert paid is not None, "the older event has not undone the newer one"


def test_the_gateways_own_disorder_changes_nothing(street: Street) -> None:
    street.control("faults", {"kind": "webhook_reorder", "count": 3})
    assert street.paid(3).paid is not None


def test_a_forged_or_stale_webhook_is_refused(street: Street) -> None:
    order = street.paid(4)
    body = street.events("payment.succeeded")[0].to_dict()
    secret = okpay.webhooks.webhook_secret()
    forged = okpay.webhooks.sign(secret, "evt_1", b"{}", 1_800_000_000)
    assert street.buyer.post("/webhooks/okpay", content=b"{}", headers=forged).status_code == 400
    assert street.buyer.post("/webhooks/okpay", json=body).status_code == 400
    assert street.find(order.token).paid is not None


def test_work_that_fails_is_undone_and_told_again(street: Street, monkeypatch: pytest.MonkeyPatch) -> None:
    take, failures = record.take, [RuntimeError("the disk is full")]

    def fails_after_the_work(session: Session, event: okpay.models.Event) -> None:
        take(session, event)
        session.flush()
        if event.type == "payment.succeeded" and failures:
            raise failures.pop()

    monkeypatch.setattr(record, "take", fails_after_the_work)
    token = street.order(5)
    street.pay(token)
    # The gateway tries again after five seconds of business time.
    street.told(token, lambda _: not failures)
    street.control("clock/advance", {"seconds": 10})
    assert street.told(token, lambda order: order.paid).paid is not None
