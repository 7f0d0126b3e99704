"""A webhook endpoint for Django.

::

    verifier = okpay.webhooks.Verifier(settings.OKPAY_WEBHOOK_SECRET)

    @okpay.contrib.django.webhook(verifier)
    def paid(request, payload):
        Order.objects.apply(payload.event())

:func:`delivery` also gives the claim, to be completed in the transaction that does the work.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ._endpoint import Delivery, Endpoint, delivery_of

if TYPE_CHECKING:
    from ..webhooks import ReplayStore, Verifier
    from ._endpoint import Admission

__all__ = ["Delivery", "delivery", "webhook"]


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[..., object]], Callable[..., HttpResponse]]:
    """Turns a function of a request and a verified payload into a view, for POST and without a CSRF token.

    It reads the raw body itself, answers 400 to what does not verify and 200 after the function; what that raises is Django's to answer.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    return _view(Endpoint(verifier, store, consumer, lease), lambda admission: admission.payload)


def delivery(
    verifier: Verifier, store: ReplayStore, *, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[..., object]], Callable[..., HttpResponse]]:
    """Turns a function of a request and a :class:`Delivery` into a view, for a handler that completes the claim in its own transaction.

    ::

        @okpay.contrib.django.delivery(verifier, guard)
        def paid(request, delivery):
            with transaction.atomic(), connection.cursor() as cursor:
                Order.objects.apply(delivery.payload.event())
                guard.complete_in(cursor.execute, delivery.token)

    What the handler has not completed is completed after it, and given back if it raises.

    :param store: each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    return _view(
        Endpoint(verifier, store, consumer, lease),
        lambda admission: None if admission.payload is None else delivery_of(admission.payload, admission.token),
    )


def _view(endpoint: Endpoint, given: Callable[[Admission], object]) -> Callable[[Callable[..., object]], Callable[..., HttpResponse]]:
    """The view of an endpoint, and what of an admission its function is given; nothing for what is not to be handled."""

    def decorate(handle: Callable[..., object]) -> Callable[..., HttpResponse]:
        @wraps(handle)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            admission = endpoint.admit(request.body, list(request.headers.items()))
            to_handle = given(admission)
            if to_handle is not None:
                with endpoint.handling(admission.token):
                    handle(request, to_handle, *args, **kwargs)
            return HttpResponse(admission.reason, status=admission.status, content_type="text/plain")

        endpoint_view: Callable[..., HttpResponse] = csrf_exempt(require_POST(view))
        return endpoint_view

    return decorate
