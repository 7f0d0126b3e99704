"""A charge, and the webhook that tells of it, against a real gateway."""

import itertools
import json
import threading
import time

import okpay
import pytest

numbers = itertools.count(1)


@pytest.fixture
def order(shop):
    from django.db import connection

    from orders.models import Order

    yield Order.objects.create(reference=f"order-{next(numbers)}", cents=1999, currency="EUR")
    connection.close()


def charge(order, card, language="en"):
    from django.test import Client

    answer = Client().post(f"/orders/{order.reference}/charge", {"payment_method": card}, headers={"accept-language": language})
    return answer.status_code, answer.json()


def paid_by_webhook(order):
    """Waits until a webhook has brought it; a hang becomes a failure."""
    for _ in range(600):
        order.refresh_from_db()
        if order.is_paid:
            return order
        threading.Event().wait(0.05)
    raise AssertionError("no webhook came within half a minute")


def payments(order):
    from orders.views import client

    return list(client().payments.iterate(reference=order.reference))


def test_a_charge_that_is_sent_twice_is_one(order, gateway):
    card = gateway.card()
    assert [charge(order, card)[1]["status"] for _ in range(2)] == ["succeeded", "succeeded"]
    [payment] = payments(order)
    assert payment.amount == okpay.Money("19.99", "EUR")
    assert payment.status == "succeeded"


def test_a_declined_buyer_gets_advice_in_two_languages_and_another_card_pays(order, gateway):
    declined = gateway.card("4000000000009995")
    status, english = charge(order, declined)
    assert (status, english["status"]) == (402, "declined")
    assert charge(order, declined, "zh-CN")[1]["title"] != english["title"]
    assert charge(order, gateway.card())[1]["status"] == "succeeded"


def test_a_lost_answer_is_asked_for_again_and_charges_once(order, gateway):
    gateway.control("faults", {"kind": "drop_answer", "on": "payments.create", "count": 3})
    card = gateway.card()
    assert charge(order, card)[0] == 503
    assert charge(order, card)[1]["status"] == "succeeded"
    assert len(payments(order)) == 1


def test_the_webhook_brings_what_no_answer_did(order, gateway):
    gateway.control("faults", {"kind": "drop_answer", "on": "payments.create", "count": 3})
    gateway.control("faults", {"kind": "webhook_duplicate", "on": "payment.succeeded"})
    assert charge(order, gateway.card())[0] == 503
    assert paid_by_webhook(order).payment == payments(order)[0].id


def test_webhooks_are_proven_count_once_and_never_go_back(order, gateway):
    from django.test import Client

    from orders.views import client

    charge(order, gateway.card())
    told = [event for event in client().events.iterate(limit=100) if getattr(event.data, "reference", None) == order.reference]
    secret = gateway.details["webhook_secret"]

    def deliver(event):
        """Until it is taken: the gateway's own delivery of the same event may be under way, and then the answer is 503."""
        return next(status for status in iter(lambda: post(event, secret), None) if status != 503)

    def post(event, secret):
        body = json.dumps(event.to_dict()).encode()
        headers = okpay.webhooks.sign(secret, event.id, body, int(time.time()))
        return Client().post("/webhooks/okpay", body, content_type="application/json", headers=headers).status_code

    assert len(told) > 1
    assert [deliver(event) for event in told + told] == [200] * 2 * len(told), "newest first, and all of them twice"
    assert post(told[0], okpay.webhooks.webhook_secret()) == 400
    order.refresh_from_db()
    assert order.is_paid
