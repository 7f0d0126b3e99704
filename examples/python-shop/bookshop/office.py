"""What the staff see: the orders with what each came to, the takings, and refunds."""

# No `from __future__ import annotations` where FastAPI reads annotations that name something local.
import secrets
from typing import Annotated

import okpay
from fastapi import APIRouter, Depends, Form, HTTPException
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from fastapi.security import HTTPBasic, HTTPBasicCredentials

from . import chart, orders, refunds, takings
from .language import ENGLISH
from .render import render
from .shop import Shop
from .tables import CURRENCY

USER = "office"


def routes(shop: Shop) -> APIRouter:
    """The office, behind a password."""
    password = shop.settings.office_password.encode()

    def let_in(given: Annotated[HTTPBasicCredentials, Depends(HTTPBasic(realm="office"))]) -> None:
        if not secrets.compare_digest(given.password.encode(), password) or given.username != USER:
            raise HTTPException(401, headers={"WWW-Authenticate": 'Basic realm="office"'})

    router = APIRouter(prefix="/office", dependencies=[Depends(let_in)], default_response_class=HTMLResponse)

    @router.get("")
    def show() -> HTMLResponse:
        return _page(shop)

    @router.post("/orders/{order_id}/refunds")
    def give_back(order_id: int, amount: Annotated[str, Form()], reason: Annotated[str, Form()] = "") -> Response:
        try:
            refunds.give_back(shop, order_id, okpay.Money(amount, CURRENCY), reason)
        except okpay.Invalid as error:
            return _page(shop, problem=error.advice().title)
        except refunds.CannotRefund as error:
            return _page(shop, problem=str(error))
        return RedirectResponse("/office", 303)

    @router.post("/refunds/find-out")
    def find_out() -> Response:
        refunds.find_out(shop)
        return RedirectResponse("/office", 303)

    return router


def _page(shop: Shop, problem: str | None = None) -> HTMLResponse:
    with shop.sessions.begin() as session:
        shown = orders.newest(session)
    by_method = takings.by_method(shown)
    return render(
        "office.html",
        ENGLISH,
        status=200 if problem is None else 400,
        orders=shown,
        takings=by_method,
        in_all=takings.in_all(by_method),
        chart=chart.draw(by_method),
        problem=problem,
        open_refunds=[refund for order in shown for refund in order.refunds if refund.status == "asked"],
    )
