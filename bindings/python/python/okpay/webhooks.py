"""Webhooks: proven, read, handled once, in order.

::

    verifier = okpay.webhooks.Verifier(os.environ["OKPAY_WEBHOOK_SECRET"])
    payload = verifier.verify(request.body, request.headers)  # the raw bytes, before anything parses them
    if payload.event_type == "payment.succeeded":
        ship(payload.event().data.reference)

A handler, step by step: verify; :meth:`ReplayStore.claim` the payload's id (done answers 200, in progress 503); in one transaction of
the business database read the resource's version, :func:`apply`, do the work, and :meth:`SqlStore.complete_in`; if the work failed,
:meth:`ReplayStore.release` and answer 500. With a store of its own, and not in that transaction, a handler must be idempotent, since the
process may die between the work and the completion. ``okpay.contrib`` does all but the middle.
"""

from __future__ import annotations

import json
from abc import abstractmethod
from os import PathLike
from typing import TYPE_CHECKING, Any, Callable, ContextManager, List, Mapping, NamedTuple, Optional, Sequence, Tuple, Union

from . import _okpay
from ._okpay import Store, VerifiedPayload, Verifier, apply, sign, sign_delivery, webhook_secret
from ._okpay import diagnose as _diagnose
from ._wire import text_list

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
    "Execute",
    "Executed",
    "MemoryStore",
    "ReplayStore",
    "SqlStore",
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
    previous_secrets: Union[str, Sequence[str]] = (),
    other_secrets: Optional[Mapping[str, str]] = None,
    tolerance: int = 300,
) -> Diagnosis:
    """Says why a webhook does not verify: for logs and terminals, not for the answer to whoever sent it.

    :param previous_secrets: secrets that this endpoint had before, or the one.
    :param other_secrets: secrets of other endpoints, by a name to call them by.
    """
    from .models import Diagnosis

    others = list(dict(other_secrets or {}).items())
    text = _diagnose(body, headers, secrets, now, text_list(previous_secrets), others, tolerance)
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

    @abstractmethod
    def claim(self, consumer: str, id: str, lease: int = 60, now: Optional[Moment] = None) -> Claim:
        """Claims an id for so many seconds: longer than the work takes."""

    @abstractmethod
    def complete(self, token: ClaimToken, now: Optional[Moment] = None) -> None:
        """Marks a claimed id as handled. Raises if it was claimed again since: roll the work back."""

    @abstractmethod
    def release(self, token: ClaimToken) -> None:
        """Gives a claimed id back unhandled, so that the next delivery can have it at once."""


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


class SqliteStore(_CoreStore):
    """A replay guard in an SQLite file of its own. It outlives the process, and several processes may share it (each opens its store).

    Never give it a file that this process also opens with :mod:`sqlite3`: those are two copies of SQLite, each of which undoes the locks
    of the other, and the file would be damaged. For a guard inside your own database there is :class:`SqlStore`.
    """

    def __init__(self, path: Union[str, PathLike[str]]) -> None:
        """Opens the file, or makes it.

        :raises okpay.VerificationError: ``replay_guard_failed``; for an empty path and for ``:memory:``, too, which would keep nothing.
        """
        self._store = Store.in_sqlite(path)


class Executed(Protocol):
    """What a database answers to a statement: a cursor, or SQLAlchemy's result."""

    @property
    @abstractmethod
    def rowcount(self) -> int:
        """How many rows it changed."""

    @abstractmethod
    def fetchone(self) -> Any:
        """The next row, if there is one."""


Execute = Callable[[str, Tuple[Union[str, int], ...]], Executed]
"""Runs a statement: ``connection.execute`` of :mod:`sqlite3`, ``okpay.contrib.django.execute(cursor)`` of Django, or
``connection.exec_driver_sql`` of SQLAlchemy."""


class SqlStore(ReplayStore):
    """A replay guard in your own SQLite database, so that an event is handled exactly once.

    Claims and releases are short transactions of their own; the work and :meth:`complete_in` are one of yours::

        @contextmanager
        def begin() -> Iterator[okpay.webhooks.Execute]:
            with engine.begin() as connection:
                yield connection.exec_driver_sql

        guard = okpay.webhooks.SqlStore(begin)

    Its table ``okpay_webhooks`` is made with the first claim.

    :param begin: opens a transaction, gives what runs statements in it, and commits at the end.
    """

    def __init__(self, begin: Callable[[], ContextManager[Execute]]) -> None:
        self._begin = begin
        self._has_table = False

    def claim(self, consumer: str, id: str, lease: int = 60, now: Optional[Moment] = None) -> Claim:
        """Claims an id for so many seconds: longer than the work takes."""
        sweep, take, is_done = _okpay.replay_claim(consumer, id, lease, now)
        self._make_table()
        with self._begin() as execute:
            _run(execute, sweep)
            if taken := _run(execute, take).fetchone():
                return Claim("new", ClaimToken(consumer, id, taken[0]))
            done = _run(execute, is_done).fetchone()
        return Claim("done" if done and done[0] else "in_progress", None)

    def _make_table(self) -> None:
        # At the first claim: a store may be made before its database is there.
        if not self._has_table:
            with self._begin() as execute:
                for statement in _okpay.replay_table():
                    execute(statement, ())
            self._has_table = True

    def complete(self, token: ClaimToken, now: Optional[Moment] = None) -> None:
        """Marks a claimed id as handled, in a transaction of its own. Raises if it was claimed again since."""
        with self._begin() as execute:
            self.complete_in(execute, token, now)

    def complete_in(self, execute: Execute, token: ClaimToken, now: Optional[Moment] = None) -> None:
        """Marks a claimed id as handled inside the transaction that does the work: both happen, or neither does.

        :raises okpay.VerificationError: ``replay_guard_failed`` if the id was claimed again since. Let the transaction roll back.
        """
        executed = _run(execute, _okpay.replay_complete(*token, now))
        _okpay.replay_completed(max(executed.rowcount, 0))

    def release(self, token: ClaimToken) -> None:
        """Gives a claimed id back unhandled, so that the next delivery can have it at once."""
        with self._begin() as execute:
            _run(execute, _okpay.replay_release(*token))


def _run(execute: Execute, statement: Tuple[str, List[Union[str, int]]]) -> Executed:
    text, values = statement
    return execute(text, tuple(values))
