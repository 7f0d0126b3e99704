"""What buyers see: the books, the basket, and their order, before and after they have paid."""

# No `from __future__ import annotations` where FastAPI reads annotations that name something local.
from typing import Annotated, Literal, TypeVar

from fastapi import APIRouter, Cookie, Form, Header, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response

from . import catalogue, checkout, orders
from .basket import COOKIE, Basket, total
from .checkout import Standing
from .language import advice_for, words_for
from .render import render
from .shop import Shop

Stage = Literal["paid", "waiting", "declined", "ended", "open"]
SENT = ("bank_transfer", "usdt", "btc")
"""What is on its way for a while; the others are approved on a page, which can be opened again."""
Answer = TypeVar("Answer", bound=Response)
Languages = Annotated[str, Header(alias="accept-language")]
BasketCookie = Annotated[str, Cookie(alias=COOKIE)]


def routes(shop: Shop) -> APIRouter:
    """Every page of the shop's front."""
    router = APIRouter(default_response_class=HTMLResponse)

    @router.get("/")
    def books(languages: Languages = "", basket: BasketCookie = "") -> HTMLResponse:
        with shop.sessions.begin() as session:
            shown = catalogue.books(session)
        return render("catalogue.html", words_for(languages), books=shown, in_basket=len(Basket(basket)))

    @router.get("/basket")
    def show_basket(languages: Languages = "", basket: BasketCookie = "") -> HTMLResponse:
        with shop.sessions.begin() as session:
            chosen = Basket(basket).chosen(session)
        return render("basket.html", words_for(languages), chosen=chosen, total=total(chosen))

    @router.post("/basket")
    def change_basket(
        book: Annotated[int, Form(ge=1)], quantity: Annotated[int | None, Form(ge=0)] = None, basket: BasketCookie = ""
    ) -> RedirectResponse:
        changed = Basket(basket)
        if quantity is None:
            changed.add(book)
        else:
            changed.set(book, quantity)
        return _with_basket(RedirectResponse("/basket", 303), changed)

    @router.post("/orders")
    def order(languages: Languages = "", basket: BasketCookie = "") -> Response:
        with shop.sessions.begin() as session:
            if not (chosen := Basket(basket).chosen(session)):
                return RedirectResponse("/basket", 303)
            token = orders.place(session, chosen).token
        paying = _pay(shop, token, languages)
        return _with_basket(paying, Basket())

    @router.post("/orders/{token}/pay")
    def pay(token: str, languages: Languages = "") -> Response:
        standing = checkout.look(shop, token)
        if standing is None:
            raise HTTPException(404)
        if standing.order.paid is not None:
            return RedirectResponse(f"/orders/{token}", 303)
        return _pay(shop, token, languages)

    @router.get("/orders/{token}")
    def show_order(token: str, languages: Languages = "") -> HTMLResponse:
        standing = checkout.look(shop, token)
        if standing is None:
            raise HTTPException(404)
        return _order_page(standing, languages)

    return router


def stage_of(standing: Standing) -> Stage:
    """What the page of an order is about."""
    last = standing.order.payments[-1] if standing.order.payments else None
    if standing.order.paid is not None:
        return "paid"
    if last is not None and last.status in ("requires_action", "processing") and not standing.has_ended:
        return "waiting" if last.method in SENT else "open"
    if last is not None and last.status == "failed":
        return "declined"
    return "ended" if standing.has_ended else "open"


def _order_page(standing: Standing, languages: str) -> HTMLResponse:
    order, stage = standing.order, stage_of(standing)
    last = order.payments[-1] if order.payments else None
    advice = advice_for(last.decline_code, last.id, languages) if last is not None and stage == "declined" else None
    return render("order.html", words_for(languages), order=order, stage=stage, advice=advice, standing=standing)


def _pay(shop: Shop, token: str, languages: str) -> Response:
    try:
        return RedirectResponse(checkout.open_checkout(shop, token), 303)
    except checkout.NotNow:
        return render("not_now.html", words_for(languages), status=503, token=token)


def _with_basket(answer: Answer, basket: Basket) -> Answer:
    answer.set_cookie(COOKIE, str(basket), max_age=30 * 24 * 3600, httponly=True, samesite="lax")
    return answer
