"""What a webhook endpoint answers, whatever the framework."""

from __future__ import annotations

import inspect
from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional, TypeVar

from ..errors import OkpayError

if TYPE_CHECKING:
    from .._okpay import Headers
    from ..webhooks import ClaimToken, ReplayStore, VerifiedPayload, Verifier


_Returned = TypeVar("_Returned")


class Delivery(NamedTuple):
    """A verified delivery that is this worker's to handle."""

    payload: VerifiedPayload
    """What was delivered."""
    token: ClaimToken
    """The claim: complete it in the transaction that does the work, :meth:`okpay.webhooks.SqlStore.complete_in`."""


class Endpoint(NamedTuple):
    """An endpoint's verifier and, if it has one, its replay store."""

    verifier: Verifier
    store: Optional[ReplayStore]
    consumer: str
    lease: int

    def admit(self, body: bytes, headers: Headers) -> Admission:
        """Verifies and claims a delivery; what is not to be handled has the status to answer with."""
        try:
            payload = self.verifier.verify(body, headers)
        except OkpayError as error:
            return Admission(400, str(error.code), None, None)
        if self.store is None:
            return Admission(200, "handled", payload, None)
        try:
            claim = self.store.claim(self.consumer, payload.id, self.lease)
        except OkpayError as error:
            # A guard that cannot answer: come again later, rather than handle it twice.
            return Admission(503, str(error.code), None, None)
        if claim.token is None:
            return Admission(200 if claim.state == "done" else 503, claim.state, None, None)
        return Admission(200, "handled", payload, claim.token)

    @contextmanager
    def handling(self, token: Optional[ClaimToken]) -> Iterator[Outcome]:
        """Completes the claim after the work, or gives it back if the work fails or is answered with an error."""
        outcome = Outcome()
        if self.store is None or token is None:
            yield outcome
            return
        try:
            yield outcome
        except BaseException:
            self.store.release(token)
            raise
        if outcome.status < 400:
            self.store.complete(token)
        else:
            self.store.release(token)


class Outcome:
    """What the work was answered with. From 400 on, the delivery counts as not handled: it is to come again."""

    __slots__ = ("status",)

    def __init__(self) -> None:
        self.status = 200
        """The HTTP status of the handler's own answer."""


def done(returned: _Returned) -> _Returned:
    """What a handler returned, which must be no promise of work that nobody would wait for.

    :raises TypeError: it is awaitable, so that nothing was done yet.
    """
    if inspect.isawaitable(returned):
        if inspect.iscoroutine(returned):
            returned.close()
        raise TypeError("the handler returned an awaitable, so that its work was never done: make it an async def, or await inside")
    return returned


def delivery_of(payload: VerifiedPayload, token: Optional[ClaimToken]) -> Delivery:
    """What a handler of deliveries is given; an endpoint with a store has always claimed before."""
    if token is None:
        raise RuntimeError("an endpoint that hands on deliveries has a store")
    return Delivery(payload, token)


class Admission(NamedTuple):
    """Whether a delivery is to be handled: then it has its payload."""

    status: int
    reason: str
    payload: Optional[VerifiedPayload]
    token: Optional[ClaimToken]
