"""A webhook endpoint for Flask.

::

    verifier = okpay.webhooks.Verifier(os.environ["OKPAY_WEBHOOK_SECRET"])

    @app.post("/webhooks/okpay")
    @okpay.contrib.flask.webhook(verifier)
    def paid(payload):
        orders.apply(payload.event())
"""

from __future__ import annotations

from functools import wraps
from typing import TYPE_CHECKING, Any, Callable, Optional

from flask import Response, request

from ._endpoint import Endpoint

if TYPE_CHECKING:
    from ..webhooks import ReplayStore, VerifiedPayload, Verifier

__all__ = ["webhook"]


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Callable[[VerifiedPayload], object]], Callable[[], Response]]:
    """Turns a function of a verified payload into a view.

    It reads the raw body itself, answers 400 to what does not verify and 200 after the function; what that raises is Flask's to answer.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    endpoint = Endpoint(verifier, store, consumer, lease)

    def decorate(handle: Callable[[VerifiedPayload], object]) -> Callable[[], Response]:
        @wraps(handle)
        def view(*args: Any, **kwargs: Any) -> Response:
            admission = endpoint.admit(request.get_data(cache=False), list(request.headers.items()))
            if admission.payload is not None:
                with endpoint.handling(admission.token):
                    handle(admission.payload, *args, **kwargs)
            return Response(admission.reason, admission.status, mimetype="text/plain")

        return view

    return decorate
