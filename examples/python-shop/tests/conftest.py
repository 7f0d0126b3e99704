"""A whole shop for each test: a real gateway in a box, a real server, and a buyer with a browser of sorts."""

from __future__ import annotations

import re
import time
from collections.abc import Callable, Iterator
from contextlib import closing, contextmanager
from pathlib import Path
from threading import Event
from typing import TypeVar

import httpx
import okpay
import pytest

from bookshop import orders
from bookshop.shop import Shop
from bookshop.start import Gateway, opened
from bookshop.tables import Order

PAYS = "4242424242424242"
Found = TypeVar("Found")
DECLINED = "4000000000009995"  # insufficient_funds


class Street:
    """A shop, the gateway beside it, and a buyer who walks in."""

    def __init__(self, shop: Shop, beside: Gateway) -> None:
        self.shop, self.gateway = shop, beside
        self.buyer = httpx.Client(base_url=shop.settings.shop_url)
        self.staff = httpx.Client(base_url=shop.settings.shop_url, auth=("office", shop.settings.office_password))

    def close(self) -> None:
        """Everybody goes home."""
        self.buyer.close()
        self.staff.close()

    def order(self, *books: int) -> str:
        """Puts books into the basket, orders them, and gives the order's token. The buyer is on the checkout page then."""
        for book in books:
            assert self.buyer.post("/basket", data={"book": book}).status_code == 303
        answer = self.buyer.post("/orders")
        assert answer.status_code == 303, answer.text
        return self.newest().token

    def pay(self, token: str, card: str = PAYS) -> None:
        """Types a card into the hosted checkout page."""
        page = self.checkout_page(token)
        form = {"method": "card", "state": state_of(page), "number": card, "expiry": "12/40", "cvc": "123"}
        assert self.buyer.post(str(page.url), data=form).status_code == 303

    def checkout_page(self, token: str) -> httpx.Response:
        """The page that the button `Pay` leads to."""
        answer = self.buyer.post(f"/orders/{token}/pay")
        assert answer.status_code == 303, answer.text
        return self.buyer.get(answer.headers["location"])

    def page(self, token: str, language: str = "en") -> str:
        """The order's page, to which the buyer comes back."""
        answer = self.buyer.get(f"/orders/{token}", headers={"Accept-Language": language})
        assert answer.status_code == 200
        return answer.text

    def find(self, token: str) -> Order:
        """The order as the shop has written it down."""
        with self.shop.sessions.begin() as session:
            order = orders.find(session, token)
        assert order is not None
        return order

    def newest(self) -> Order:
        """The last order."""
        with self.shop.sessions.begin() as session:
            return orders.newest(session, 1)[0]

    def told(self, token: str, condition: Callable[[Order], object]) -> Order:
        """Waits until webhooks have brought an order to where it should be, and asks nobody."""
        return until(lambda: order if condition(order := self.find(token)) else None)

    def paid(self, *books: int) -> Order:
        """An order that is paid, as webhooks told."""
        token = self.order(*books)
        self.pay(token)
        return self.told(token, lambda order: order.paid)

    def control(self, path: str, body: dict[str, object]) -> None:
        """Steers the gateway."""
        token = {"Authorization": f"Bearer {self.gateway.details['control_token']}"}
        httpx.post(f"{self.gateway.url}/sandbox/{path}", json=body, headers=token).raise_for_status()

    def deliver(self, event: okpay.models.Event) -> int:
        """Delivers an event by hand, signed as the gateway signs."""
        body = httpx.Response(200, json=event.to_dict()).content
        headers = okpay.webhooks.sign(self.shop.settings.webhook_secret, event.id, body, int(time.time()))
        return self.buyer.post("/webhooks/okpay", content=body, headers=headers).status_code

    def events(self, kind: str) -> list[okpay.models.Event]:
        """What happened at the gateway, oldest first."""
        return [event for event in self.shop.client.events.iterate() if event.type == kind][::-1]


def state_of(page: httpx.Response) -> str:
    """The hidden field that makes a form good for once."""
    found = re.search(r'name="state" value="([^"]*)"', page.text)
    assert found is not None, page.text
    return found[1]


def until(look: Callable[[], Found | None]) -> Found:
    """Looks until something is there; a hang becomes a failure."""
    for _ in range(600):
        if (found := look()) is not None:
            return found
        Event().wait(0.05)
    raise AssertionError("it did not come about within half a minute")


@contextmanager
def open_street(checkout: Path | None = None) -> Iterator[Street]:
    with opened(checkout=checkout) as (shop, beside), closing(Street(shop, beside)) as street:
        yield street


@pytest.fixture
def street() -> Iterator[Street]:
    with open_street() as street:
        yield street
