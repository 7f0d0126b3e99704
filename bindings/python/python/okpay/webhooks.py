"""Webhooks: proven, read, handled once, in order.

::

    verifier = okpay.webhooks.Verifier(os.environ["OKPAY_WEBHOOK_SECRET"])
    payload = verifier.verify(request.body, request.headers)  # the raw bytes, before anything parses them
    if payload.event_type == "payment.succeeded":
        ship(payload.event().data.reference)

A handler, step by step: verify; :meth:`ReplayStore.claim` the payload's id (done answers 200, in progress 503); in one transaction of
the business database read the resource's version, :func:`apply`, do the work, and :meth:`SqliteStore.complete_in`; if the work failed,
:meth:`ReplayStore.release` and answer 500. With a store of its own, and not in that transaction, a handler must be idempotent, since the
process may die between the work and the completion. ``okpay.contrib`` does all but the middle.
"""

from __future__ import annotations

import json
from os import PathLike
from typing import TYPE_CHECKING, Callable, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from ._okpay import Store, VerifiedPayload, Verifier, apply, sign, sign_delivery, webhook_secret
from ._okpay import diagnose as _diagnose

if TYPE_CHECKING:
    from typing_extensions import Literal, Protocol

    from ._okpay import Headers
    from ._wire import Moment
    from .models import Diagnosis
else:
    Protocol = object

__all__ = [
    "Claim",
    "ClaimToken",
    "Executed",
    "MemoryStore",
    "ReplayStore",
    "SqliteStore",
    "VerifiedPayload",
    "Verifier",
    "apply",
    "diagnose",
    "sign",
    "sign_delivery",
    "webhook_secret",
]


def diagnose(
    body: bytes,
    headers: Headers,
    secrets: Union[str, Sequence[str]],
    now: Optional[Moment] = None,
    *,
    previous_secrets: Sequence[str] = (),
    other_secrets: Optional[Mapping[str, str]] = None,
    tolerance: int = 300,
) -> Diagnosis:
    """Says why a webhook does not verify: for logs and terminals, not for the answer to whoever sent it.

    :param previous_secrets: secrets that this endpoint had before.
    :param other_secrets: secrets of other endpoints, by a name to call them by.
    """
    from .models import Diagnosis

    others = list((other_secrets or {}).items())
    text = _diagnose(body, headers, secrets, now, list(previous_secrets), others, tolerance)
    return Diagnosis.from_dict(json.loads(text))


class ClaimToken(NamedTuple):
    """Proof of a claim. Only the newest claim of an id can complete or release it."""

    consumer: str
    """The consumer that claimed."""
    id: str
    """The id that was claimed."""
    fence: int
    """Rises with every claim of an id; an older one is refused."""


class Claim(NamedTuple):
    """What a claim gives."""

    state: Literal["new", "in_progress", "done"]
    """``new``: the event is this worker's, do the work. ``in_progress``: another has it, answer 503. ``done``: answer 200."""
    token: Optional[ClaimToken]
    """Of a new claim: complete or release it with this."""


class ReplayStore(Protocol):
    """Remembers which events were handled, so that each is handled once though it is delivered more than once and workers die.

    The id must be that of the :class:`VerifiedPayload`, which is signed.
    """

    def claim(self, consumer: str, id: str, lease: int = 60, now: Optional[Moment] = None) -> Claim:
        """Claims an id for so many seconds: longer than the work takes."""
        raise NotImplementedError

    def complete(self, token: ClaimToken, now: Optional[Moment] = None) -> None:
        """Marks a claimed id as handled. Raises if it was claimed again since: roll the work back."""
        raise NotImplementedError

    def release(self, token: ClaimToken) -> None:
        """Gives a claimed id back unhandled, so that the next delivery can have it at once."""
        raise NotImplementedError


class _CoreStore(ReplayStore):
    _store: Store

    def claim(self, consumer: str, id: str, lease: int = 60, now: Optional[Moment] = None) -> Claim:
        state, fence = self._store.claim(consumer, id, lease, now)
        return Claim(state, None if fence is None else ClaimToken(consumer, id, fence))

    def complete(self, token: ClaimToken, now: Optional[Moment] = None) -> None:
        self._store.complete(*token, now)

    def release(self, token: ClaimToken) -> None:
        self._store.release(*token)

    def __reduce__(self) -> Tuple[object, ...]:
        raise TypeError(f"a {type(self).__name__} belongs to its process and cannot be pickled")


class MemoryStore(_CoreStore):
    """A replay guard in memory, for one process: for tests, and for handlers that are idempotent anyway.

    When it is full it refuses; no id is pushed out before its 30 days.
    """

    def __init__(self, capacity: int = 100_000) -> None:
        self._store = Store.in_memory(capacity)


class Executed(Protocol):
    """What a database answers to a statement: a cursor, or SQLAlchemy's result."""

    @property
    def rowcount(self) -> int:
        """How many rows it changed."""
        raise NotImplementedError


class SqliteStore(_CoreStore):
    """A replay guard in an SQLite file. It outlives the process, and several processes may share the file (each opens its own store).

    In the file of the business database it makes handling exactly once: see :meth:`complete_in`.
    """

    def __init__(self, path: Union[str, PathLike[str]]) -> None:
        self._store = Store.in_sqlite(path)

    def complete_in(
        self, execute: Callable[[str, Tuple[Union[str, int], ...]], Executed], token: ClaimToken, now: Optional[Moment] = None
    ) -> None:
        """Completes a claim inside a transaction of yours, on the same file: the work and its completion are one, or neither is.

        :param execute: runs a statement in that transaction: ``connection.execute`` of :mod:`sqlite3`, ``cursor.execute`` of Django, or
            ``session.connection().exec_driver_sql`` of SQLAlchemy.
        :raises okpay.VerificationError: ``replay_guard_failed`` if the id was claimed again since. Let the transaction roll back.
        """
        statement, values = self._store.completion(*token, now)
        self._store.completed(max(execute(statement, values).rowcount, 0))
