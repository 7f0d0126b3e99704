"""The client for plain Python."""

from __future__ import annotations

from os import PathLike
from typing import TYPE_CHECKING, Any, List, Mapping, Optional, Union

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
from ._generated.operations import Operations
from ._wire import params_text

if TYPE_CHECKING:
    from types import TracebackType
    from typing import Dict, Type

    from typing_extensions import NoReturn, Self

    from .models import CallOutcome, Event
    from .signing import Ed25519Key, HmacKey

__all__ = ["Client"]


class Client(Operations):
    """Calls OKPay and waits.

    Threads may share one, a process that is forked off may go on with it, and Ctrl-C interrupts a call.

    What is not given comes from ``OKPAY_BASE_URL``, ``OKPAY_KEY_ID``, ``OKPAY_SECRET`` and ``OKPAY_GATEWAY_KEYS``, which
    ``okpay sandbox`` prints.

    :param base_url: where the gateway is.
    :param key_id: the id of the secret key.
    :param secret: the secret key, ``okp_test_sk_…`` or ``okp_live_sk_…``.
    :param key: in place of those two, a key object: an ``HmacKey``, or a device's ``Ed25519Key``.
    :param publishable_key: in place of a key, to do what a browser may: ``okp_test_pk_…``.
    :param client_secret: of the one checkout session that the publishable key is used for.
    :param gateway_keys: the gateway's public keys, by which answers are proven. Those of a sandbox on this machine are fetched.
    :param insecure_host: the one host that may be spoken to without TLS, with test keys.
    :param timeout: for a whole call with all its attempts, in seconds.
    :param connect_timeout: for a connection, in seconds.
    :param max_attempts: how often a call is tried at most.
    :param proxy: a proxy for every request; else the system's hold.
    :param user_agent: added to ``User-Agent``, such as ``bookshop/2.1``.
    :param journal: a file that keeps every write from before its first try until its end, for :meth:`recover`; none that is in memory.
    :param transport: another way to send than the built-in one.
    :param on_attempt: is told of every attempt.
    :raises okpay.Invalid: ``invalid_configuration``, ``invalid_key`` or ``invalid_url``.
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

    def resolve(
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
        return read_outcome(self._courier.resolve(idempotency_key, **options))

    def recover(self) -> List[Recovered]:
        """Resolves every call that the journal holds open, oldest first: after a crash, before anything else.

        A call that another process is about to send is closed by this, and refused there: recover before the workers begin, not in each of
        them. One journal is for one account: what was made at another gateway, or in the other mode, is not asked about, and
        ``not_executed`` is believed of the client's own key alone.

        Calls that ended are struck off once all have been asked about, just before the list is given. Whoever may crash before the replies
        are kept gives each call an idempotency key and a reference of their own, under which it is found again.

        :raises okpay.Invalid: ``invalid_configuration`` without a journal, ``journal_failed`` if it cannot be read.
        """
        return read_recovered(self._courier.recover())

    def _run(
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
        return read_reply(reply, *self._courier.run(operation, id, params_text(params), **options))

    def _wait(self, operation: str, reply: Any, id: str, timeout: Optional[Timeout], headers: Optional[Mapping[str, str]]) -> Any:
        return read_reply(reply, self._courier.wait(operation, id, **wait_options(timeout, headers)))

    def __enter__(self) -> Self:
        return self

    def __exit__(
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
