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
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, Callable, Optional, Tuple, Union

from asgiref.sync import async_to_sync
from django.http import HttpRequest, HttpResponse
from django.http.response import HttpResponseBase
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_POST

from ._endpoint import Delivery, Endpoint, delivery_of, done

if TYPE_CHECKING:
    from django.db.backends.utils import CursorWrapper

    from ..webhooks import Execute, Executed, ReplayStore, Verifier
    from ._endpoint import Admission

__all__ = ["Delivery", "delivery", "execute", "webhook"]


def execute(cursor: CursorWrapper) -> Execute:
    """What runs the statements of :class:`okpay.webhooks.SqlStore` on a cursor of Django's, which has placeholders of its own.

    ::

        @contextmanager
        def begin() -> Iterator[okpay.webhooks.Execute]:
            with transaction.atomic(), connection.cursor() as cursor:
                yield okpay.contrib.django.execute(cursor)

        guard = okpay.webhooks.SqlStore(begin)
    """

    def run(statement: str, values: Tuple[Union[str, int], ...]) -> Executed:
        # With DEBUG on, Django fills the values in for its log, and knows no other placeholder. No statement has a percent sign.
        cursor.execute(statement.replace("?", "%s"), values)
        executed: Executed = cursor
        return executed

    return run


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[..., object]], Callable[..., HttpResponseBase]]:
    """Turns a function of a request and a verified payload into a view, for POST and without a CSRF token.

    It reads the raw body itself, answers 400 to what does not verify and 200 after the function; what that raises is Django's to answer.
    The function may be ``async``; the view is not, and runs under WSGI and ASGI alike. It returns nothing, or the response to answer with:
    one of 400 or more counts as not handled, so that the event is delivered again.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    return _view(Endpoint(verifier, store, consumer, lease), lambda admission: admission.payload)


def delivery(
    verifier: Verifier, store: ReplayStore, *, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[..., object]], Callable[..., HttpResponseBase]]:
    """Turns a function of a request and a :class:`Delivery` into a view, for a handler that completes the claim in its own transaction.

    ::

        @okpay.contrib.django.delivery(verifier, guard)
        def paid(request, delivery):
            with transaction.atomic(), connection.cursor() as cursor:
                Order.objects.apply(delivery.payload.event())
                guard.complete_in(okpay.contrib.django.execute(cursor), delivery.token)

    What the handler has not completed is completed after it, and given back if it raises or answers with 400 or more, as with
    :func:`webhook`.

    :param store: each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    return _view(
        Endpoint(verifier, store, consumer, lease),
        lambda admission: None if admission.payload is None else delivery_of(admission.payload, admission.token),
    )


def _view(endpoint: Endpoint, given: Callable[[Admission], object]) -> Callable[[Callable[..., object]], Callable[..., HttpResponseBase]]:
    """The view of an endpoint, and what of an admission its function is given; nothing for what is not to be handled."""

    def decorate(handle: Callable[..., Any]) -> Callable[..., HttpResponseBase]:
        # The view stays sync: a store may be on Django's own connection, which no event loop may use.
        run: Callable[..., object] = async_to_sync(handle) if iscoroutinefunction(handle) else handle

        @wraps(handle)
        def view(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponseBase:
            admission = endpoint.admit(request.body, list(request.headers.items()))
            to_handle = given(admission)
            answer: HttpResponseBase = HttpResponse(admission.reason, status=admission.status, content_type="text/plain")
            if to_handle is not None:
                with endpoint.handling(admission.token) as outcome:
                    returned = done(run(request, to_handle, *args, **kwargs))
                    answer = returned if isinstance(returned, HttpResponseBase) else answer
                    outcome.status = answer.status_code
            return answer

        endpoint_view: Callable[..., HttpResponseBase] = csrf_exempt(require_POST(view))
        return endpoint_view

    return decorate
