"""A webhook endpoint for FastAPI.

::

    webhook = okpay.contrib.fastapi.webhook(okpay.webhooks.Verifier(os.environ["OKPAY_WEBHOOK_SECRET"]))

    @app.post("/webhooks/okpay")
    async def paid(payload: Annotated[okpay.webhooks.VerifiedPayload, Depends(webhook)]) -> None:
        await orders.apply(payload.event())

:func:`delivery` also gives the claim, to be completed in the transaction that does the work.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, AsyncIterator, Callable, Optional

from fastapi import HTTPException, Request, Response

from ._endpoint import Delivery, Endpoint, delivery_of

if TYPE_CHECKING:
    from ..webhooks import ReplayStore, VerifiedPayload, Verifier

__all__ = ["Delivery", "delivery", "webhook"]


def webhook(
    verifier: Verifier, *, store: Optional[ReplayStore] = None, consumer: str = "okpay", lease: int = 60
) -> Callable[[Request, Response], AsyncIterator[VerifiedPayload]]:
    """A dependency that gives the verified payload.

    It reads the raw body itself, answers 400 to what does not verify, and lets the endpoint run for what does. If that raises, or sets
    the ``status_code`` of its ``response: Response`` to 400 or more, the event counts as not handled, and is delivered again. A
    ``Response`` that it returns is not seen here: raise an ``HTTPException`` in its place.

    :param store: if given, each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    endpoint = Endpoint(verifier, store, consumer, lease)

    async def verified(request: Request, response: Response) -> AsyncIterator[VerifiedPayload]:
        admission = endpoint.admit(await request.body(), request.headers.items())
        if admission.payload is None:
            raise HTTPException(admission.status, admission.reason)
        with endpoint.handling(admission.token) as outcome:
            yield admission.payload
            outcome.status = response.status_code or outcome.status

    # FastAPI reads annotations at run time; these are the ones that it needs.
    verified.__annotations__ = {"request": Request, "response": Response}
    return verified


def delivery(
    verifier: Verifier, store: ReplayStore, *, consumer: str = "okpay", lease: int = 60
) -> Callable[[Request, Response], AsyncIterator[Delivery]]:
    """A dependency that gives the verified payload with its claim, for a handler that completes it in its own transaction.

    ::

        okpay_delivery = okpay.contrib.fastapi.delivery(verifier, guard)

        @app.post("/webhooks/okpay")
        def paid(delivery: Annotated[Delivery, Depends(okpay_delivery)]) -> None:
            with Session.begin() as session:
                orders.apply(session, delivery.payload.event())
                guard.complete_in(session.connection().exec_driver_sql, delivery.token)

    What the handler has not completed is completed after it, and given back if it raises or answers with 400 or more, as with
    :func:`webhook`.

    :param store: each event is handled once.
    :param consumer: under which name the events are claimed.
    :param lease: for how many seconds; longer than the work takes.
    """
    endpoint = Endpoint(verifier, store, consumer, lease)

    async def claimed(request: Request, response: Response) -> AsyncIterator[Delivery]:
        admission = endpoint.admit(await request.body(), request.headers.items())
        if admission.payload is None:
            raise HTTPException(admission.status, admission.reason)
        with endpoint.handling(admission.token) as outcome:
            yield delivery_of(admission.payload, admission.token)
            outcome.status = response.status_code or outcome.status

    claimed.__annotations__ = {"request": Request, "response": Response}
    return claimed
