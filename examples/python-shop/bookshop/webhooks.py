"""Where OKPay tells what happened."""

# No `from __future__ import annotations` where FastAPI reads annotations that name something local.
from typing import Annotated

import okpay
from fastapi import APIRouter, Depends
from okpay.contrib.fastapi import Delivery, delivery

from . import record
from .shop import Shop

PATH = "/webhooks/okpay"


def routes(shop: Shop) -> APIRouter:
    """The endpoint: a delivery is proven, claimed, and handled in one transaction."""
    router = APIRouter()
    verifier = okpay.webhooks.Verifier(shop.settings.webhook_secret.split(","))  # two of them while one replaces the other
    claimed = delivery(verifier, shop.guard, consumer="orders")

    @router.post(PATH)
    def told(delivery: Annotated[Delivery, Depends(claimed)]) -> None:
        # The work and the mark that it is done are one transaction: however often the process dies, each event counts once.
        with shop.sessions.begin() as session:
            record.take(session, delivery.payload.event())
            shop.guard.complete_in(session.connection().exec_driver_sql, delivery.token)

    return router
