"""A webhook endpoint for Django.

::

    verifier = okpay.webhooks.Verifier(settings.OKPAY_WEBHOOK_SECRET)

    @okpay.contrib.django.webhook(verifier)
    def paid(request, payload):
        Order.objects.apply(payload.event())
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional

from django.http import HttpRequest, HttpResponse
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ._endpoint import Endpoint

if TYPE_CHECKING:
    from ..webhooks import ReplayStore, Verifier

__all__ = ["webhook"]


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[..., object]], Callable[..., HttpResponse]]:
    """Turns a function of a request and a verified payload into a view, for POST and without a CSRF token.

    It reads the raw body itself, answers 400 to what does not verify and 200 after the function; what that raises is Django's to answer.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    endpoint = Endpoint(verifier, store, consumer, lease)

    def decorate(handle: Callable[..., object]) -> Callable[..., HttpResponse]:
        @wraps(handle)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
            admission = endpoint.admit(request.body, list(request.headers.items()))
            if admission.payload is not None:
                with endpoint.handling(admission.token):
                    handle(request, admission.payload, *args, **kwargs)
            return HttpResponse(admission.reason, status=admission.status, content_type="text/plain")

        endpoint_view: Callable[..., HttpResponse] = csrf_exempt(require_POST(view))
        return endpoint_view

    return decorate
