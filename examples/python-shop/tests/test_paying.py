"""A buyer pays, is declined, comes back, and is in a hurry."""

from __future__ import annotations

from conftest import DECLINED, PAYS, Street, state_of
from okpay import Money


def test_a_buyer_pays(street: Street) -> None:
    order = street.paid(1, 1, 4)
    assert order.total == Money("60.90", "EUR")
    payment = order.paid
    assert payment is not None
    assert payment.gross == order.total
    assert payment.fee + payment.net == payment.gross
    assert payment.fee > Money("0", "EUR")
    assert "Thank you" in street.page(order.token)
    assert "谢谢，已付款" in street.page(order.token, "zh-CN,zh;q=0.9,en;q=0.5")
    assert street.buyer.cookies.get("basket") in ('""', "", None), "the basket is empty again"
    assert len(street.events("payment.succeeded")) == 1


def test_the_page_after_paying_does_not_wait_for_the_webhook(street: Street) -> None:
    street.control("faults", {"kind": "webhook_delay", "delay_ms": 3_600_000, "count": 50})
    token = street.order(2)
    street.pay(token)
    assert "Thank you" in street.page(token)


def test_a_declined_buyer_is_told_what_to_do_and_pays_with_another_card(street: Street) -> None:
    token = street.order(3)
    street.pay(token, DECLINED)
    english, chinese = street.page(token), street.page(token, "zh")
    assert 'role="alert" lang="en"' in english
    assert "<li>" in english
    assert 'role="alert" lang="zh-CN"' in chinese
    assert "换一种方式付款" in chinese
    assert street.find(token).payments[-1].decline_code == "insufficient_funds"
    street.pay(token, PAYS)
    assert "Thank you" in street.page(token)
    assert street.told(token, lambda order: order.paid).refundable == Money("22.00", "EUR")


def test_a_button_that_is_pressed_twice_is_one_session(street: Street) -> None:
    token = street.order(5)
    assert street.checkout_page(token).url == street.checkout_page(token).url
    assert len(list(street.shop.client.checkout_sessions.iterate())) == 1
    street.pay(token)
    assert street.buyer.post(f"/orders/{token}/pay").headers["location"] == f"/orders/{token}", "it is paid already"


def test_a_lost_answer_makes_no_second_session(street: Street) -> None:
    street.control("faults", {"kind": "drop_answer", "on": "checkout_sessions.create", "count": 3})
    street.buyer.post("/basket", data={"book": 6})
    answer = street.buyer.post("/orders")
    assert answer.status_code == 503
    assert "nothing is charged twice" in answer.text
    token = street.newest().token
    street.pay(token)
    assert "Thank you" in street.page(token)
    assert len(list(street.shop.client.checkout_sessions.iterate())) == 1


def test_an_answer_that_was_lost_for_a_day_is_followed_by_another_session(street: Street) -> None:
    street.control("faults", {"kind": "drop_answer", "on": "checkout_sessions.create", "count": 3})
    street.buyer.post("/basket", data={"book": 6})
    assert street.buyer.post("/orders").status_code == 503
    street.control("clock/advance", {"seconds": 25 * 3600})
    token = street.newest().token
    street.pay(token)
    assert "Thank you" in street.page(token)


def test_a_session_that_ran_out_is_followed_by_another(street: Street) -> None:
    token = street.order(7)
    first = street.find(token).checkout_session
    street.control("clock/advance", {"seconds": 7200})
    assert "The time to pay is over" in street.page(token)
    street.pay(token)
    assert "Thank you" in street.page(token)
    assert street.find(token).checkout_session != first


def test_a_transfer_is_waited_for(street: Street) -> None:
    token = street.order(8)
    page = street.checkout_page(token)
    form = {"method": "bank_transfer", "state": state_of(page)}
    assert street.buyer.post(str(page.url), data=form).status_code == 303
    assert "We are waiting for your payment" in street.page(token)
    payment = street.find(token).payments[0]
    street.control(f"payments/{payment.id}/receive", {})
    assert street.told(token, lambda order: order.paid).paid is not None


def test_the_gateway_away_is_said_and_nothing_else(street: Street) -> None:
    token = street.order(1)
    street.control("faults", {"kind": "unavailable", "count": 3})
    assert "this is what we know so far" in street.page(token)


def test_what_visitors_send_is_not_believed(street: Street) -> None:
    for basket in ("1x0", "99999999999999x1", "1x999", "%F0%9F%90%9F", "1x1.1x1.;DROP", "-1x2"):
        assert street.buyer.get("/basket", headers={"Cookie": f"basket={basket}"}).status_code == 200
    assert [street.buyer.get(path).status_code for path in ("/orders/nobody", "/nowhere")] == [404, 404]
    assert street.buyer.post("/basket", data={"book": "Moby-Dick"}).status_code == 400
    assert street.buyer.post("/basket", data={"book": 1}, headers={"Origin": "https://elsewhere.example"}).status_code == 403
    assert street.buyer.get("/office").status_code == 401
    assert street.buyer.get("/office", auth=("office", "wrong")).status_code == 401
    policy = street.buyer.get("/").headers["content-security-policy"]
    assert "default-src 'none'" in policy
    assert street.gateway.url in policy
