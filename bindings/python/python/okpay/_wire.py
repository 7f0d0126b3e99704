"""How values look on the wire: times as RFC 3339, parameters as JSON text."""

from __future__ import annotations

import sys
from datetime import datetime, timedelta, timezone
from typing import Any, Dict, Iterable, List, Mapping, Optional, Union

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)

Moment = Union[int, float, datetime]
"""A moment: Unix seconds, or a ``datetime`` with a time zone."""


# Past these a moment is no date any more.
_MOST_SECONDS = 2**40


def to_millis(moment: Moment) -> int:
    """Milliseconds since 1970."""
    if isinstance(moment, datetime):
        return (_aware(moment) - _EPOCH) // _MILLISECOND
    if not isinstance(moment, (int, float)):
        raise TypeError(f"a moment is Unix seconds or a datetime, not {type(moment).__name__}")
    # Written so that it does not hold for NaN.
    if not -_MOST_SECONDS <= moment <= _MOST_SECONDS:
        raise ValueError(f"a moment is in Unix seconds, and {moment!r} is past every date")
    return int(moment * 1000)


def _aware(moment: datetime) -> datetime:
    if moment.utcoffset() is None:
        raise ValueError("a datetime without a time zone is no moment: use datetime.now(timezone.utc)")
    return moment


def from_millis(millis: int) -> datetime:
    """The moment, in UTC."""
    return _EPOCH + millis * _MILLISECOND


def parse_time(text: str) -> datetime:
    """Reads RFC 3339.

    :raises ValueError: what a ``datetime`` cannot hold, such as the year 0.
    """
    # Python takes no small `t` and `z`, which RFC 3339 has.
    text = text.upper()
    if sys.version_info < (3, 11):
        # Before 3.11 there is neither `Z` nor a fraction of other than three or six digits.
        text = text[:-1] + "+00:00" if text.endswith("Z") else text
        head, dot, rest = text.partition(".")
        if dot:
            digits = len(rest) - len(rest.lstrip("0123456789"))
            text = f"{head}.{rest[:digits][:6]:0<6}{rest[digits:]}"
    return _in_utc(datetime.fromisoformat(text))


def _in_utc(moment: datetime) -> datetime:
    try:
        return moment.astimezone(timezone.utc)
    except OverflowError:
        raise ValueError(f"in UTC, {moment.isoformat()} is before the year 1 or past 9999") from None


def time_text(moment: datetime) -> str:
    """RFC 3339 in UTC, to the millisecond."""
    if not isinstance(moment, datetime):
        raise TypeError(f"a time is a datetime with a time zone, not {type(moment).__name__}")
    text = _in_utc(_aware(moment)).replace(tzinfo=None).isoformat(timespec="milliseconds")
    return f"{text}Z"


def text_list(texts: Union[str, Iterable[str]]) -> List[str]:
    """Several texts, or one: a text is no sequence of its letters."""
    return [texts] if isinstance(texts, str) else list(texts)


def plain(value: Any) -> Any:
    """What JSON has for a value: models and money as objects, times as text."""
    if isinstance(value, (str, int, bool)) or value is None:
        return value
    if isinstance(value, datetime):
        return time_text(value)
    if isinstance(value, Mapping):
        return {name: plain(member) for name, member in value.items() if member is not None}
    if isinstance(value, (list, tuple, set, frozenset)):
        return [plain(member) for member in value]
    if hasattr(value, "to_dict"):
        return plain(value.to_dict())
    raise TypeError(f"{type(value).__name__} cannot be sent; an amount is an okpay.Money")


def params_text(params: Dict[str, Any]) -> Optional[str]:
    """The parameters of a call as JSON text; what is not given is left off."""
    import json

    try:
        given = {name: plain(value) for name, value in params.items() if value is not None}
        return json.dumps(given) if given else None
    except RecursionError:
        raise ValueError("a parameter is nested too deeply to be sent") from None
