"""What every call has in common, sync and async."""

from __future__ import annotations

import os
import platform
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any, Callable, Dict, List, Mapping, NamedTuple, Optional, Tuple, Union

from ._okpay import Courier, HmacKey
from .errors import OkpayError, from_failure

if TYPE_CHECKING:
    from .models import CallOutcome, Event
    from .signing import Ed25519Key

Timeout = Union[int, float, timedelta]
"""Seconds, or a ``timedelta``."""

Transport = Callable[[str, str, List[Tuple[str, str]], bytes], Tuple[int, List[Tuple[str, str]], bytes]]
"""``send(method, url, headers, body) -> (status, headers, body)``. It sends once, as it is, and follows no redirect."""

OnAttempt = Callable[[Dict[str, Any]], object]
"""Is told of every attempt: operation, method, url_template, attempt, status, failure, request_id, deprecation, sunset, retry_after_ms
(how long the gateway asks to wait) and elapsed_ms."""


class Answer(NamedTuple):
    """A proven answer as it came."""

    status: int
    """The HTTP status."""
    headers: List[Tuple[str, str]]
    """Names and values, as they came."""
    body: bytes
    """The body, as it came."""

    def header(self, name: str) -> Optional[str]:
        """The first value of a header, its name compared without case."""
        return next((value for header, value in self.headers if header.lower() == name.lower()), None)

    @property
    def request_id(self) -> Optional[str]:
        """The gateway's id of the request, for support."""
        return self.header("okpay-request-id")

    @property
    def is_replayed(self) -> bool:
        """Whether it is the first answer to this key, given again."""
        return self.header("idempotency-replayed") == "true"


class Recovered(NamedTuple):
    """A call that a crash had left open, and what became of it."""

    call: Dict[str, Any]
    """The intent: ``operation``, ``method``, ``path``, ``body``, ``idempotency_key`` and ``caller``, who made it."""
    recorded: datetime
    """When it was first begun."""
    outcome: Optional[CallOutcome]
    """What became of it; if that could not be learnt, ``error`` says why and it stays open in the journal."""
    error: Optional[OkpayError]
    """Why what became of it could not be learnt."""


def make_courier(
    base_url: Optional[str],
    key_id: Optional[str],
    secret: Optional[str],
    key: Union[HmacKey, Ed25519Key, None],
    publishable_key: Optional[str],
    timeout: Timeout,
    connect_timeout: Timeout,
    user_agent: Optional[str],
    gateway_keys: Optional[str],
    **options: Any,
) -> Courier:
    """The courier of a client; what is not given comes from the environment."""
    if key is None and publishable_key is None:
        key = HmacKey(key_id or _variable("OKPAY_KEY_ID"), secret or _variable("OKPAY_SECRET"))
    from . import __version__

    agent = f"okpay-python/{__version__} python/{platform.python_version()}"
    return Courier(
        base_url or _variable("OKPAY_BASE_URL"),
        key=key,
        publishable_key=publishable_key,
        timeout=to_milliseconds(timeout),
        connect_timeout=to_milliseconds(connect_timeout),
        user_agent=f"{agent} {user_agent}" if user_agent else agent,
        gateway_keys=gateway_keys or os.environ.get("OKPAY_GATEWAY_KEYS"),
        **options,
    )


def to_milliseconds(timeout: Timeout) -> int:
    """A timeout in whole milliseconds."""
    seconds = timeout.total_seconds() if isinstance(timeout, timedelta) else timeout
    if not 0 <= seconds < 2**32:
        raise ValueError(f"a timeout is in seconds and not negative, not {timeout!r}")
    return int(seconds * 1000)


def call_options(
    idempotency_key: Optional[str],
    timeout: Optional[Timeout],
    max_attempts: Optional[int],
    headers: Optional[Mapping[str, str]],
) -> Dict[str, Any]:
    """The options of one call, as the courier takes them."""
    return {"idempotency_key": idempotency_key, **question_options(timeout, max_attempts, headers)}


def question_options(timeout: Optional[Timeout], max_attempts: Optional[int], headers: Optional[Mapping[str, str]]) -> Dict[str, Any]:
    """The options of a question that needs no key."""
    return {"max_attempts": max_attempts, **wait_options(timeout, headers)}


def wait_options(timeout: Optional[Timeout], headers: Optional[Mapping[str, str]]) -> Dict[str, Any]:
    """The options of a wait, as the courier takes them."""
    return {
        "timeout": None if timeout is None else to_milliseconds(timeout),
        "headers": list(dict(headers).items()) if headers else None,
    }


def resource_id(event: Event) -> Optional[str]:
    """The id of the resource that an event is about; nothing of an event that this version does not know."""
    return getattr(event.data, "id", None)


def read_reply(reply: Any, carried: Tuple[int, List[Tuple[str, str]], bytes], idempotency_key: Optional[str] = None) -> Any:
    """The model of a proven answer, which core has checked; the key is that of a write.

    :raises okpay.OkpayError: ``answer_unreadable`` for what Python cannot hold, such as the year 0.
    """
    import json

    answer = Answer(*carried)
    try:
        model = reply.from_dict(json.loads(answer.body))
    except ValueError as error:
        raise _unreadable(answer, idempotency_key, error) from error
    object.__setattr__(model, "_answer", answer)
    return model


def _unreadable(answer: Answer, idempotency_key: Optional[str], error: ValueError) -> OkpayError:
    phase, happened = ("unanswered", "answered") if idempotency_key is None else ("outcome_unknown", "executed")
    return from_failure(
        phase,
        "answer_unreadable",
        f"the call was {happened}, but Python cannot hold a value of the answer: {error}",
        status=answer.status,
        request_id=answer.request_id,
        idempotency_key=idempotency_key,
        suggested_action="Look at the object in the gateway's console; do not make the call again under another key.",
    )


def read_outcome(text: str) -> CallOutcome:
    """What became of a call."""
    import json

    from .models import CallOutcome

    return CallOutcome.from_dict(json.loads(text))


def read_recovered(pairs: List[Tuple[str, Optional[OkpayError]]]) -> List[Recovered]:
    """What became of the calls of a journal."""
    import json

    from ._wire import parse_time
    from .models import CallOutcome

    recovered = []
    for text, error in pairs:
        entry = json.loads(text)
        outcome = entry["outcome"]
        outcome = None if outcome is None else CallOutcome.from_dict(outcome)
        recovered.append(Recovered(entry["call"], parse_time(entry["recorded"]), outcome, error))
    return recovered


def _variable(name: str) -> str:
    value = os.environ.get(name)
    if value:
        return value
    detail = f"set {name}, or give it; `okpay sandbox --json` prints it for a gateway on this machine"
    action = "Mend the value and call again; nothing was sent."
    raise from_failure("invalid", "invalid_configuration", detail, param=name, suggested_action=action)
