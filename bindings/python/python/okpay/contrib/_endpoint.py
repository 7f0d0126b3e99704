"""What a webhook endpoint answers, whatever the framework."""

from __future__ import annotations

from contextlib import contextmanager
from typing import TYPE_CHECKING, Iterator, NamedTuple, Optional

from ..errors import OkpayError

if TYPE_CHECKING:
    from .._okpay import Headers
    from ..webhooks import ClaimToken, ReplayStore, VerifiedPayload, Verifier


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
    def handling(self, token: Optional[ClaimToken]) -> Iterator[None]:
        """Completes the claim after the work, or gives it back if the work fails."""
        if self.store is None or token is None:
            yield
            return
        try:
            yield
        except BaseException:
            self.store.release(token)
            raise
        self.store.complete(token)


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
