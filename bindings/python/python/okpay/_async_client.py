"""The client for asyncio."""

from __future__ import annotations

import asyncio
from os import PathLike
from typing import TYPE_CHECKING, Any, Callable, List, Mapping, Optional, Union

from ._call import (
    OnAttempt,
    Recovered,
    Timeout,
    Transport,
    call_options,
    make_courier,
    question_options,
    read_outcome,
    read_recovered,
    read_reply,
    resource_id,
    wait_options,
)
from ._generated.operations import AsyncOperations
from ._wire import params_text

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Dict, Type

    from typing_extensions import NoReturn, Self

    from ._okpay import Task
    from .models import CallOutcome, Event
    from .signing import Ed25519Key, HmacKey

__all__ = ["AsyncClient"]


class AsyncClient(AsyncOperations):
    """Calls OKPay without blocking the event loop. See :class:`okpay.Client` for the parameters.

    It belongs to no event loop: the same one may be used from several, one after the other or at once. A task that is cancelled gives
    its call up; what has left by then may still be executed, and the ``CancelledError`` that comes out of the method carries the
    ``idempotency_key`` to resolve.
    """

    def __init__(
        self,
        base_url: Optional[str] = None,
        key_id: Optional[str] = None,
        secret: Optional[str] = None,
        *,
        key: Union[HmacKey, Ed25519Key, None] = None,
        publishable_key: Optional[str] = None,
        client_secret: Optional[str] = None,
        gateway_keys: Optional[str] = None,
        insecure_host: Optional[str] = None,
        timeout: Timeout = 30,
        connect_timeout: Timeout = 5,
        max_attempts: int = 3,
        proxy: Optional[str] = None,
        user_agent: Optional[str] = None,
        journal: Union[str, PathLike[str], None] = None,
        transport: Optional[Transport] = None,
        on_attempt: Optional[OnAttempt] = None,
    ) -> None:
        self._courier = make_courier(
            base_url,
            key_id,
            secret,
            key,
            publishable_key,
            timeout,
            connect_timeout,
            user_agent,
            gateway_keys,
            client_secret=client_secret,
            insecure_host=insecure_host,
            max_attempts=max_attempts,
            proxy=proxy,
            journal=journal,
            transport=transport,
            on_attempt=on_attempt,
        )
        super().__init__(self._run, self._wait)

    def notify(self, event: Event) -> None:
        """Has whoever waits for the resource of this event ask at once: for the handler of webhooks, behind the verifier.

        Nothing of the event is handed on, so that its order does not matter. It costs next to nothing when nobody waits.
        """
        id = resource_id(event)
        if id is not None:
            self._courier.notify(id)

    async def resolve(
        self,
        idempotency_key: str,
        *,
        timeout: Optional[Timeout] = None,
        max_attempts: Optional[int] = None,
        headers: Optional[Mapping[str, str]] = None,
    ) -> CallOutcome:
        """Asks the gateway what became of a call.

        ``not_executed`` is final: a key that the gateway has not seen is closed, so that a late request under it is refused.

        :param timeout: for the question with all its attempts, in seconds; the client's by default.
        :param max_attempts: how often it is tried at most; the client's number by default.
        :param headers: further headers, such as ``traceparent``.
        """
        options = question_options(timeout, max_attempts, headers)
        return read_outcome(await _delivered(lambda deliver: self._courier.start_resolve(deliver, idempotency_key, **options)))

    async def recover(self) -> List[Recovered]:
        """Resolves every call that the journal holds open, oldest first: after a crash, before anything else.

        A call that another process is about to send is closed by this, and refused there: recover before the workers begin, not in each of
        them. One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and
        ``not_executed`` is believed of the client's own key alone.

        Calls that ended are struck off once all have been asked about, just before the list is given. Whoever may crash before the replies
        are kept gives each call an idempotency key and a reference of their own, under which it is found again.

        :raises okpay.Invalid: ``invalid_configuration`` without a journal, ``journal_failed`` if it cannot be read.
        """
        return read_recovered(await _delivered(self._courier.start_recover))

    async def _run(
        self,
        operation: str,
        reply: Any,
        id: Optional[str],
        params: Dict[str, Any],
        idempotency_key: Optional[str],
        timeout: Optional[Timeout],
        max_attempts: Optional[int],
        headers: Optional[Mapping[str, str]],
    ) -> Any:
        options = call_options(idempotency_key, timeout, max_attempts, headers)
        text = params_text(params)
        return read_reply(reply, *await _delivered(lambda deliver: self._courier.start(deliver, operation, id, text, **options)))

    async def _wait(self, operation: str, reply: Any, id: str, timeout: Optional[Timeout], headers: Optional[Mapping[str, str]]) -> Any:
        options = wait_options(timeout, headers)
        return read_reply(reply, await _delivered(lambda deliver: self._courier.start_wait(deliver, operation, id, **options)))

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(
        self,
        kind: Optional[Type[BaseException]],
        error: Optional[BaseException],
        traceback: Optional[TracebackType],
    ) -> None:
        """Connections end by themselves once the client is no longer used."""

    def __repr__(self) -> str:
        return repr(self._courier).replace("Courier", type(self).__name__)

    def __reduce__(self) -> NoReturn:
        raise TypeError("a client holds a secret and cannot be pickled; make one in each process")


async def _delivered(begin: Callable[[Callable[[Any, Optional[BaseException]], None]], Task]) -> Any:
    """Waits, on the loop that runs, for what is delivered from the core's threads."""
    loop = asyncio.get_running_loop()
    future: asyncio.Future[Any] = loop.create_future()

    def settle(value: Any, error: Optional[BaseException]) -> None:
        if future.done():
            return
        if error is None:
            future.set_result(value)
        else:
            future.set_exception(error)

    task = begin(lambda value, error: void(loop.call_soon_threadsafe(settle, value, error)))
    try:
        return await future
    except asyncio.CancelledError as cancelled:
        task.cancel()
        if task.idempotency_key is not None:
            cancelled.idempotency_key = task.idempotency_key  # type: ignore[attr-defined]
        raise


def void(_: object) -> None:
    """Takes a value and gives nothing."""
