"""Refunds, the figures, and the comparison every night."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from datetime import UTC, datetime, timedelta

import httpx
from conftest import Street
from okpay import Money

from bookshop.reconcile import reconcile
from bookshop.tables import Payment

LONG_AGO = datetime.now(UTC) - timedelta(days=2)


def give_back(street: Street, order: int, amount: str) -> int:
    return street.staff.post(f"/office/orders/{order}/refunds", data={"amount": amount, "reason": "a torn page"}).status_code


def is_newest(street: Street, payment: Payment) -> bool:
    return payment.version == street.shop.client.payments.retrieve(payment.id).version


def test_a_part_and_then_the_rest_is_given_back_and_no_more(street: Street) -> None:
    order, _ = street.paid(1), street.paid(2)  # a balance that bears the fee of the first, which is not given back
    assert give_back(street, order.id, "4.00") == 303
    assert street.find(order.token).refundable == Money("20.00", "EUR")
    assert give_back(street, order.id, "20.01") == 400
    assert give_back(street, order.id, "1.005") == 400
    assert give_back(street, order.id, "-1") == 400
    assert give_back(street, order.id, "20.00") == 303
    assert street.find(order.token).refundable == Money("0.00", "EUR")
    assert {refund.status for refund in street.find(order.token).refunds} == {"succeeded"}
    assert "Given back" in street.page(order.token)


def test_a_lost_answer_to_a_refund_is_found_out_and_not_repeated(street: Street) -> None:
    order, _ = street.paid(2), street.paid(1)
    street.control("faults", {"kind": "drop_answer", "on": "refunds.create", "count": 3})
    # Webhooks would tell of it, too; here the shop has to find out by itself.
    street.control("faults", {"kind": "webhook_delay", "delay_ms": 3_600_000, "count": 50})
    assert give_back(street, order.id, "8.50") == 303
    assert street.find(order.token).refunds[0].status == "asked"
    assert street.find(order.token).refundable == Money("0.00", "EUR"), "it may be gone, and so nobody gives it back again"
    assert "was lost" in street.staff.get("/office").text
    assert street.staff.post("/office/refunds/find-out").status_code == 303
    assert street.find(order.token).refunds[0].status == "succeeded"
    assert len(list(street.shop.client.refunds.iterate())) == 1


def test_a_refund_that_never_arrived_is_refused_for_good(street: Street) -> None:
    order = street.paid(3)
    street.control("faults", {"kind": "unavailable", "on": "refunds.create", "count": 3})
    assert give_back(street, order.id, "22.00") == 303
    assert street.staff.post("/office/refunds/find-out").status_code == 303
    [refund] = street.find(order.token).refunds
    assert (refund.status, refund.problem) == ("refused", "not_executed")
    assert street.find(order.token).refundable == Money("22.00", "EUR")


def test_a_refund_that_okpay_refuses_says_why(street: Street) -> None:
    order = street.paid(1)
    assert give_back(street, order.id, "24.00") == 303, "its fee is gone, and the balance is less than that"
    [refund] = street.find(order.token).refunds
    assert (refund.status, refund.problem) == ("refused", "insufficient_balance")
    assert street.find(order.token).refundable == Money("24.00", "EUR")
    assert "insufficient balance" in street.staff.get("/office").text


def test_a_refund_that_fails_later_comes_back(street: Street) -> None:
    token = street.order(4)
    street.pay(token, "4000000000005126")
    order, _ = street.told(token, lambda order: order.paid), street.paid(1)
    assert give_back(street, order.id, "12.90") == 303
    assert street.find(token).refundable == Money("0.00", "EUR")
    street.control("clock/advance", {"seconds": 900})
    street.told(token, lambda order: order.refunds[0].status == "failed")
    assert street.find(token).refundable == Money("12.90", "EUR")
    assert reconcile(street.shop, LONG_AGO) == []


def test_the_office_adds_up(street: Street) -> None:
    orders = [street.paid(5), street.paid(6), street.paid(6, 7)]
    page = street.staff.get("/office").text
    payments = [order.paid for order in orders if order.paid]
    fees = sum((payment.fee for payment in payments), Money("0", "EUR"))
    assert f"<td>€{fees.amount}<td>" in page
    assert page.count('<rect class="net"') == 1, "one bar a method"
    widths = [int(width) for width in re.findall(r'<rect .*?width="(\d+)"', page)]
    assert sum(widths) == 1000
    for payment in payments:
        assert f"<td>€{payment.fee.amount}" in page
        assert f"<td>€{payment.net.amount}" in page


def test_what_agrees_has_no_difference_and_what_was_planted_is_found(street: Street) -> None:
    first, second = street.paid(1), street.paid(2, 2)
    give_back(street, second.id, "1.00")
    street.told(second.token, lambda order: is_newest(street, order.payments[0]))  # nothing comes later and mends it
    assert reconcile(street.shop, LONG_AGO) == []
    with street.shop.sessions.begin() as session:
        assert first.paid is not None
        assert second.paid is not None
        session.get_one(Payment, first.paid.id).fee = Money("0.01", "EUR")
        session.get_one(Payment, second.paid.id).status = "failed"
    found = {(difference.source, difference.what) for difference in reconcile(street.shop, LONG_AGO)}
    assert found == {(first.paid.id, "fee"), (second.paid.id, "payment"), (second.paid.id, "fee")}


def test_what_the_shop_invents_is_found(street: Street) -> None:
    order = street.paid(3)
    with street.shop.sessions.begin() as session:
        cents = Money("1.00", "EUR")
        session.add(
            Payment(
                id="pay_01jgfjjg0008e8gpmb1q6mt80x",
                order_id=order.id,
                version=1,
                status="succeeded",
                method="card",
                created=datetime.now(UTC),
                gross=cents,
                fee=cents - cents,
                net=cents,
            )
        )
    [difference] = reconcile(street.shop, LONG_AGO)
    assert str(difference) == "pay_01jgfjjg0008e8gpmb1q6mt80x  payment: the shop has 1.00 EUR, OKPay has nothing"


def test_the_command_of_every_night(street: Street) -> None:
    order = street.paid(4)
    settings, told = street.shop.settings, street.gateway.details
    environment = os.environ | {
        "OKPAY_BASE_URL": settings.gateway_url,
        "OKPAY_KEY_ID": told["key_id"],
        "OKPAY_SECRET": told["secret"],
        "OKPAY_WEBHOOK_SECRET": told["webhook_secret"],
        "SHOP_OFFICE_PASSWORD": "unused",
        "SHOP_DATABASE": str(settings.database),
    }

    def run(**changed: str) -> subprocess.CompletedProcess[str]:
        command = [sys.executable, "-m", "bookshop", "reconcile"]
        return subprocess.run(command, env=environment | changed, capture_output=True, text=True, check=False)

    assert run().returncode == 0
    with street.shop.sessions.begin() as session:
        assert order.paid is not None
        session.get_one(Payment, order.paid.id).gross = Money("1299.00", "EUR")
    planted = run()
    assert planted.returncode == 1
    assert f"{order.paid.id}  payment: the shop has 1299.00 EUR, OKPay has 12.90 EUR" in planted.stdout
    missing = run(OKPAY_SECRET="")
    assert (missing.returncode, "OKPAY_SECRET is not set" in missing.stderr) == (2, True)


def test_one_command_starts_it_all() -> None:
    command = [sys.executable, "-m", "bookshop", "start", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as started:
        assert started.stdout is not None
        url = started.stdout.readline().split()[-1]
        assert "Moby-Dick" in httpx.get(url).text
        taken = subprocess.run([*command[:-1], url.rsplit(":", 1)[1]], capture_output=True, text=True, check=False)
        assert (taken.returncode, "--port 0 finds a free one" in taken.stderr) == (2, True)
        started.terminate()
    assert started.returncode == 0
