"""What to do about a failure, in English and Chinese.

``locale`` is a tag (``en``, ``en-GB``, ``zh``, ``zh-CN``) or an ``Accept-Language`` header; what is neither English nor Chinese gets
English.
"""

from __future__ import annotations

import json
from typing import Optional

from . import _okpay
from ._generated.models import Advice, DeclineCode
from .errors import OkpayError

__all__ = ["Advice", "code_for_buyer", "for_code", "for_decline", "for_error"]


def for_error(error: OkpayError, locale: str = "en") -> Advice:
    """What the merchant does about an error; while the outcome of a call is unknown, how to find it out."""
    return _read(
        _okpay.advice_for_error(
            error.phase,
            error._code,
            error.param,
            error._decline_code,
            error.object_id,
            error.status,
            error.request_id,
            error.idempotency_key,
            locale,
        )
    )


def for_code(code: str, locale: str = "en") -> Advice:
    """What the merchant does about an error of this code, where only the code is at hand."""
    return _read(_okpay.advice_for_code(code, locale))


def for_decline(code: str, locale: str = "en", *, transaction: Optional[str] = None) -> Advice:
    """What the buyer does about a declined payment: to be shown on the payment page.

    :param transaction: the id of the payment, for the step that sends the buyer to support.
    """
    return _read(_okpay.advice_for_decline(code, transaction, locale))


def code_for_buyer(code: str) -> DeclineCode:
    """The decline code that a buyer may see: a lost or stolen card and suspected fraud become a decline without a reason."""
    return DeclineCode(_okpay.code_for_buyer(code))


def _read(text: str) -> Advice:
    return Advice.from_dict(json.loads(text))
