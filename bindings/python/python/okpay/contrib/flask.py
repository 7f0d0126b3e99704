"""A webhook endpoint for Flask.

::

    verifier = okpay.webhooks.Verifier(os.environ["OKPAY_WEBHOOK_SECRET"])

    @app.post("/webhooks/okpay")
    @okpay.contrib.flask.webhook(verifier)
    def paid(payload):
        orders.apply(payload.event())

:func:`delivery` also gives the claim, to be completed in the transaction that does the work.
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional, TypeVar

from flask import Response, current_app, make_response, request

from ._endpoint import Delivery, Endpoint, delivery_of, done

if TYPE_CHECKING:
    from ..webhooks import ReplayStore, VerifiedPayload, Verifier
    from ._endpoint import Admission

__all__ = ["Delivery", "delivery", "webhook"]

_Given = TypeVar("_Given")


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[[VerifiedPayload], object]], Callable[[], Response]]:
    """Turns a function of a verified payload into a view.

    It reads the raw body itself, answers 400 to what does not verify and 200 after the function; what that raises is Flask's to answer.
    The function may be ``async``, with Flask's extra of that name. It returns nothing, or what a view returns: that is the answer then, and
    one of 400 or more counts as not handled, so that the event is delivered again.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    return _view(Endpoint(verifier, store, consumer, lease), lambda admission: admission.payload)


def delivery(
    verifier: Verifier, store: ReplayStore, *, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[[Delivery], object]], Callable[[], Response]]:
    """Turns a function of a :class:`Delivery` into a view, for a handler that completes the claim in its own transaction.

    ::

        @app.post("/webhooks/okpay")
        @okpay.contrib.flask.delivery(verifier, guard)
        def paid(delivery):
            with database:  # a connection of sqlite3
                orders.apply(delivery.payload.event())
                guard.complete_in(database.execute, delivery.token)

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


def _view(
    endpoint: Endpoint, given: Callable[[Admission], Optional[_Given]]
) -> Callable[[Callable[[_Given], object]], Callable[[], Response]]:
    """The view of an endpoint, and what of an admission its function is given; nothing for what is not to be handled."""

    def decorate(handle: Callable[[_Given], object]) -> Callable[[], Response]:
        @wraps(handle)
        def view(*args: Any, **kwargs: Any) -> Response:
            admission = endpoint.admit(request.get_data(cache=False), list(request.headers.items()))
            to_handle = given(admission)
            answer = Response(admission.reason, admission.status, mimetype="text/plain")
            if to_handle is not None:
                with endpoint.handling(admission.token) as outcome:
                    returned = done(current_app.ensure_sync(handle)(to_handle, *args, **kwargs))
                    answer = answer if returned is None else make_response(returned)
                    outcome.status = answer.status_code
            return answer

        return view

    return decorate
