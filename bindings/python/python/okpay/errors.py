"""What can go wrong, named by what it means for the caller.

The class says what may be done next, ``code`` says what happened::

    try:
        payment = client.payments.create(...)
    except okpay.Rejected as error:  # the gateway said no, provably
        print(error.code, error.decline_code)
    except okpay.OutcomeUnknown as error:  # it may have happened
        outcome = client.resolve(error.idempotency_key)
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Dict, Optional, Tuple, Type

if TYPE_CHECKING:
    from .advice import Advice
    from .models import DeclineCode, ErrorCode

__all__ = ["Invalid", "NotSent", "OkpayError", "OutcomeUnknown", "Rejected", "Unanswered", "VerificationError"]

_Fields = Tuple[
    str, str, str, Optional[str], Optional[str], Optional[str], Optional[int], Optional[str], Optional[str], str, Optional[str]
]  # phase, code, detail, param, decline_code, object_id, status, request_id, idempotency_key, suggested_action, state


class OkpayError(Exception):
    """Every error of the SDK. ``except okpay.OkpayError`` catches them all."""

    def __init__(
        self,
        phase: str,
        code: str,
        detail: str,
        param: Optional[str] = None,
        decline_code: Optional[str] = None,
        object_id: Optional[str] = None,
        status: Optional[int] = None,
        request_id: Optional[str] = None,
        idempotency_key: Optional[str] = None,
        suggested_action: str = "",
        state: Optional[str] = None,
    ) -> None:
        super().__init__(detail)
        self.phase = phase
        """``invalid``, ``not_sent``, ``rejected``, ``outcome_unknown``, ``unanswered`` or ``verification``."""
        self.detail = detail
        """For people: what, where and what to do. Not part of the contract."""
        self.param = param
        """The field or fact at fault, as a path such as ``amount.currency``."""
        self.object_id = object_id
        """The object that was made all the same: the payment that was declined, which another card may still pay."""
        self.status = status
        """The HTTP status, if an answer came."""
        self.request_id = request_id
        """The gateway's id of the request, for support."""
        self.idempotency_key = idempotency_key
        """The key of the call, under which an unknown outcome can be resolved."""
        self.suggested_action = suggested_action
        """What to do next, in one English sentence; :meth:`advice` says more, in two languages."""
        self.state = state
        """Of what was waited for, the last state that was read."""
        self._code = code
        self._decline_code = decline_code

    @property
    def code(self) -> ErrorCode:
        """The stable code to branch on; it equals its text, as in ``error.code == "payment_declined"``."""
        from .models import ErrorCode

        return ErrorCode(self._code)

    @property
    def decline_code(self) -> Optional[DeclineCode]:
        """Why a payment was declined."""
        from .models import DeclineCode

        return None if self._decline_code is None else DeclineCode(self._decline_code)

    def advice(self, locale: str = "en") -> Advice:
        """What the merchant does about it, in English or Chinese."""
        from .advice import for_error

        return for_error(self, locale)

    def _fields(self) -> _Fields:
        return (
            self.phase,
            self._code,
            self.detail,
            self.param,
            self._decline_code,
            self.object_id,
            self.status,
            self.request_id,
            self.idempotency_key,
            self.suggested_action,
            self.state,
        )

    def __str__(self) -> str:
        parts = [f"{self.detail} ({self._code})"]
        if self.param:
            parts[0] += f" at {self.param}"
        if self._decline_code:
            parts.append(f"decline {self._decline_code}")
        if self.state:
            parts.append(f"state {self.state}")
        if self.request_id:
            parts.append(f"request {self.request_id}")
        if self.idempotency_key:
            parts.append(f"idempotency key {self.idempotency_key}")
        return ", ".join(parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({self._code!r}, {self.detail!r})"

    def __eq__(self, other: object) -> bool:
        return type(other) is type(self) and isinstance(other, OkpayError) and other._fields() == self._fields()

    def __hash__(self) -> int:
        return hash(self._fields())

    def __reduce__(self) -> Tuple[Type[OkpayError], _Fields]:
        return (type(self), self._fields())


class Invalid(OkpayError, ValueError):
    """A value was refused here, before anything was sent: mend it and call again."""


class NotSent(OkpayError):
    """The call did not leave this machine; nothing happened, and it may be made again."""


class Rejected(OkpayError):
    """The gateway said no, provably and for this very call: nothing was executed, or what was executed is this refusal."""


class OutcomeUnknown(OkpayError):
    """A write may or may not have happened.

    Resolve it by its ``idempotency_key``; never repeat it under a new key before.
    """


class Unanswered(OkpayError):
    """A read got no usable answer. It changed nothing, and may be repeated."""


class VerificationError(OkpayError):
    """Something was not what it claims to be: do not act on it."""


_CLASSES: Dict[str, Type[OkpayError]] = {
    "invalid": Invalid,
    "not_sent": NotSent,
    "rejected": Rejected,
    "outcome_unknown": OutcomeUnknown,
    "unanswered": Unanswered,
    "verification": VerificationError,
}


def from_failure(
    phase: str,
    code: str,
    detail: str,
    param: Optional[str] = None,
    decline_code: Optional[str] = None,
    object_id: Optional[str] = None,
    status: Optional[int] = None,
    request_id: Optional[str] = None,
    idempotency_key: Optional[str] = None,
    suggested_action: str = "",
    state: Optional[str] = None,
) -> OkpayError:
    """The exception of a failure: what the core raises through."""
    error = _CLASSES.get(phase, OkpayError)
    return error(phase, code, detail, param, decline_code, object_id, status, request_id, idempotency_key, suggested_action, state)
