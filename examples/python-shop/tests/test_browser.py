"""Somebody buys a book in a real browser: the shop, its checkout page and the gateway are three programs."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path

import pytest
from conftest import DECLINED, PAYS, Street, open_street
from okpay import Money
from playwright.sync_api import Browser, HttpCredentials, Page, ViewportSize, expect, sync_playwright

CHECKOUT = Path(__file__).parents[2] / "browser-checkout"
ASKS_THE_BANK = "4000000000003220"
ARGUMENTS = ["--no-sandbox", "--disable-gpu", "--disable-quic", "--no-first-run", "--disable-background-networking", "--disable-sync"]
PHONE: ViewportSize = {"width": 390, "height": 844}
DESK: ViewportSize = {"width": 1280, "height": 860}


@pytest.fixture(scope="module")
def mall() -> Iterator[Street]:
    with open_street(CHECKOUT) as street:
        yield street


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        program = os.environ.get("OKPAY_BROWSER", "/usr/bin/chromium")
        with playwright.chromium.launch(executable_path=program, args=ARGUMENTS) as browser:
            yield browser


class Visit:
    """Somebody in the shop, with a browser of their own, and whatever their browser complains about."""

    def __init__(self, street: Street, browser: Browser, locale: str = "en-US", viewport: ViewportSize = DESK) -> None:
        self.street, self.shop_url = street, street.shop.settings.shop_url
        secret = street.shop.settings.office_password
        password: HttpCredentials = {"username": "office", "password": secret, "origin": self.shop_url, "send": "unauthorized"}
        scale = 2 if FOLDER and viewport == PHONE else 1
        self.context = browser.new_context(locale=locale, viewport=viewport, http_credentials=password, device_scale_factor=scale)
        self.page: Page = self.context.new_page()
        self.page.set_default_timeout(20_000)
        self.complaints: list[str] = []
        self.page.on("console", lambda message: self.complaints.append(message.text) if message.type == "error" else None)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))

    def order(self, *titles: str) -> str:
        """Puts books into the basket and orders them; gives the order's token. The checkout page is open then."""
        self.fill_basket(*titles)
        self.page.locator("form[action='/orders'] button").click()
        self.page.locator("#number").wait_for()
        return self.street.newest().token

    def fill_basket(self, *titles: str) -> None:
        """Puts books into the basket, and is left with it open."""
        for title in titles:
            self.page.goto(self.shop_url)
            self.page.locator(".books li", has_text=title).get_by_role("button").click()
            self.page.locator("form[action='/orders']").wait_for()

    def pay(self, card: str) -> None:
        """Types a card into the checkout page."""
        for field, typed in (("#number", card), ("#expiry", "12/40"), ("#cvc", "123")):
            self.page.fill(field, typed)
        self.page.locator("button.pay:enabled").click()

    def sees(self, heading: str) -> None:
        """Waits until the page says so."""
        expect(self.page.get_by_role("heading", name=heading).first).to_be_visible(timeout=20_000)


@pytest.fixture
def visit(mall: Street, browser: Browser) -> Iterator[Visit]:
    visit = Visit(mall, browser)
    yield visit
    visit.context.close()


def test_a_book_is_bought_on_the_shops_own_checkout_page(visit: Visit) -> None:
    token = visit.order("Moby-Dick", "Moby-Dick")
    checkout = visit.street.shop.settings.checkout_url
    assert checkout is not None
    order = visit.street.find(token)
    assert visit.page.url == f"{checkout}/checkout/{order.number}-1", "the client secret has left the address bar"
    expect(visit.page.locator("header .shop")).to_have_text("The Quiet Page")
    visit.pay(PAYS)
    visit.sees("Paid")
    visit.page.get_by_role("link", name="Back to the shop").click()
    visit.sees("Thank you: it is paid")
    assert visit.page.url == f"{visit.shop_url}/orders/{token}"
    # By webhook, without anybody asking.
    paid = visit.street.told(token, lambda order: order.paid).paid
    assert paid is not None
    assert paid.gross == order.total
    assert paid.net == paid.gross - paid.fee
    visit.page.goto(f"{visit.shop_url}/office")
    row = visit.page.locator(".orders tr", has_text=order.number)
    for amount in (paid.gross, paid.fee, paid.net):
        expect(row).to_contain_text(f"€{amount.amount}")
    assert paid.fee > Money("0", "EUR")
    assert visit.complaints == []


def test_after_a_decline_another_card_pays(visit: Visit) -> None:
    token = visit.order("Frankenstein")
    visit.pay(DECLINED)
    visit.page.locator(".alert.bad li").first.wait_for()
    visit.page.get_by_role("link", name="Cancel and go back to the shop").click()
    alert = visit.page.get_by_role("alert")
    expect(alert.locator("li").first).to_be_visible()
    assert visit.street.find(token).payments[-1].decline_code == "insufficient_funds"
    visit.page.get_by_role("button", name="Pay another way").click()
    visit.page.locator("#number").wait_for()
    visit.pay(PAYS)
    visit.sees("Paid")
    assert visit.street.told(token, lambda order: order.paid).refundable == visit.street.find(token).total
    assert visit.complaints == []


def test_a_bank_sends_the_buyer_back_to_the_shops_own_page(visit: Visit) -> None:
    token = visit.order("Frankenstein")
    page = visit.page.url
    visit.pay(ASKS_THE_BANK)
    visit.page.locator("button[value=approve]").click()
    visit.sees("Paid")
    assert visit.page.url == page
    assert visit.street.told(token, lambda order: order.paid)


def test_a_session_that_ran_out_is_followed_by_another_on_a_page_of_its_own(visit: Visit) -> None:
    token = visit.order("Frankenstein")
    first = visit.page.url
    visit.street.control("clock/advance", {"seconds": 7200})
    visit.sees("The time for this payment is over")
    visit.page.get_by_role("link", name="Back to the shop").click()
    visit.sees("The time to pay is over")
    visit.page.get_by_role("button", name="Pay").click()
    visit.page.locator("#number").wait_for()
    assert visit.page.url == f"{first.removesuffix('-1')}-2"
    visit.pay(PAYS)
    visit.sees("Paid")
    assert visit.street.told(token, lambda order: order.paid)


FOLDER = os.environ.get("OKPAY_SCREENSHOTS")
"""Where pictures of every page go, for whoever wants to look at them."""

LOOKS = [("en-US", "light", DESK), ("en-US", "light", PHONE), ("zh-CN", "dark", PHONE)]


@pytest.mark.parametrize(("locale", "scheme", "viewport"), LOOKS)
def test_no_page_is_wider_than_its_window(mall: Street, browser: Browser, locale: str, scheme: str, viewport: ViewportSize) -> None:
    visit = Visit(mall, browser, locale, viewport)
    visit.page.emulate_media(color_scheme="dark" if scheme == "dark" else "light", reduced_motion="reduce")

    def look(name: str) -> None:
        wider = visit.page.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wider <= 0, name
        if FOLDER:
            visit.page.screenshot(path=f"{FOLDER}/shop-{name}-{locale[:2]}-{scheme}-{viewport['width']}.png", full_page=True)

    visit.page.goto(visit.shop_url)
    look("catalogue")
    visit.fill_basket("Moby-Dick", "Frankenstein")
    look("basket")
    visit.page.locator("form[action='/orders'] button").click()
    visit.page.locator("#number").wait_for()
    look("checkout")
    token = mall.newest().token
    back = f"{visit.shop_url}/orders/{token}"
    visit.page.goto(back)
    look("open")
    visit.page.locator("form button").click()
    visit.pay(DECLINED)
    visit.page.locator(".alert.bad").wait_for()
    look("checkout-declined")
    visit.page.goto(back)
    look("declined")
    visit.page.locator("form button").click()
    visit.page.locator("label[for='method-bank_transfer']").click()
    visit.page.locator("button.pay:enabled").click()
    visit.page.get_by_text("IBAN").first.wait_for()
    visit.page.goto(back)
    look("waiting")
    visit.page.locator("a.button").click()
    visit.page.locator("button.other").click()
    visit.page.locator("label[for='method-card']").click()
    visit.pay(PAYS)
    visit.page.locator(".end.good").wait_for()
    look("checkout-paid")
    visit.page.goto(back)
    look("paid")
    visit.page.goto(f"{visit.shop_url}/nowhere")
    look("nothing")
    visit.page.goto(f"{visit.shop_url}/office")
    look("office")
    visit.context.close()
