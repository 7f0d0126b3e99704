"""One charge, and the webhook that tells what became of it."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from functools import cache

import okpay
from django.conf import settings
from django.db import connection, transaction
from django.http import HttpRequest, JsonResponse
from django.shortcuts import get_object_or_404
from django.views.decorators.http import require_POST
from okpay.contrib.django import Delivery, delivery, execute

from .models import Order, take


@contextmanager
def _statements() -> Iterator[okpay.webhooks.Execute]:
    with transaction.atomic(), connection.cursor() as cursor:
        yield execute(cursor)


verifier = okpay.webhooks.Verifier(settings.OKPAY_WEBHOOK_SECRETS)
guard = okpay.webhooks.SqlStore(_statements)


@cache
def client() -> okpay.Client:
    """One client for the whole process; it may be shared by threads, and works after a fork."""
    return okpay.Client(timeout=15, user_agent="charges/0.1")


@require_POST
def charge(request: HttpRequest, reference: str) -> JsonResponse:
    """Charges an order to a card that the buyer's browser has given OKPay (`payment_methods.create`). No card number comes here.

    The key belongs to the order and the card: sent twice, it is one charge, and after a lost answer it is sent again as it is.
    """
    order = get_object_or_404(Order, reference=reference)
    card = request.POST.get("payment_method", "")
    if order.is_paid:
        return JsonResponse({"status": "succeeded"})
    try:
        payment = client().payments.create(
            amount=order.amount, method="card", payment_method=card, reference=reference, idempotency_key=f"{reference}-{card}"
        )
    except okpay.Rejected as error:
        advice = okpay.advice.for_decline(error.decline_code or "generic_decline", request.headers.get("Accept-Language", ""))
        return JsonResponse({"status": "declined", "title": advice.title, "steps": advice.steps}, status=402)
    except (okpay.OutcomeUnknown, okpay.NotSent):
        return JsonResponse({"status": "unknown", "title": "Please send the same again."}, status=503)
    with transaction.atomic():
        take(payment)
    action = payment.next_action.url if payment.next_action else None  # 3-D Secure: the bank's page
    return JsonResponse({"status": str(payment.status), "next": action})


@delivery(verifier, guard, consumer="orders")
def told(request: HttpRequest, delivery: Delivery) -> None:
    """What OKPay tells: proven and claimed, and handled with its completion in one transaction."""
    with _statements() as execute:
        match delivery.payload.event().data:
            case okpay.models.Payment() as payment:
                take(payment)
            case _:
                pass  # of no use here
        guard.complete_in(execute, delivery.token)
