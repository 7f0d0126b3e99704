"""The fee engine: the same code as the gateway's, so that offline figures equal its, to the cent.

::

    schedule = okpay.fees.FeeSchedule.standard()
    quote = schedule.quote(
        operation="payment", method="card", amount=okpay.Money("100.00", "EUR"), brand="visa", card_region="domestic", conversion=False
    )
    print(quote.fee, [(line.id, line.amount) for line in quote.lines])
"""

from __future__ import annotations

import json
from datetime import datetime
from typing import TYPE_CHECKING, Any, Dict, List, NamedTuple, Optional, Sequence, Tuple, Union

from . import _okpay
from ._generated.models import FeeLine, Offer, Quote
from ._okpay import Money
from ._wire import text_list, time_text

if TYPE_CHECKING:
    from typing_extensions import Buffer

__all__ = ["FeeLine", "FeeSchedule", "Offer", "Quote", "QuoteColumns"]

Fact = Union[str, bool, int, None]
"""A fact that a rule asks for, such as ``brand="visa"`` or ``conversion=True``.

Rules compare texts: ``True`` is ``"true"``, and a number its decimal digits, so that ``1`` is another fact than ``True``. ``None`` leaves
the fact out.
"""


class QuoteColumns(NamedTuple):
    """Fees by column, one row an amount, in minor units; each is a buffer of 64-bit numbers, which NumPy takes as it is."""

    gross: memoryview
    """What the payer pays."""
    fee: memoryview
    """The fee."""
    net: memoryview
    """What the receiver gets; negative when the fee is more than the amount."""
    rule: memoryview
    """The place in ``rule_ids`` of the rule that matched (32-bit)."""
    rule_ids: List[str]
    """The ids of all rules of the schedule, in their order."""


class FeeSchedule:
    """A table of fees: versioned data with a validity, whose first matching rule wins. Made by :meth:`from_json`."""

    __slots__ = ("_core",)

    def __init__(self, core: _okpay.FeeSchedule) -> None:
        self._core = core

    @classmethod
    def from_json(
        cls,
        text: str,
        public_keys: Union[str, Sequence[str], None] = None,
        *,
        last_accepted_version: Optional[str] = None,
    ) -> FeeSchedule:
        """Loads a schedule.

        :param text: the schedule itself or, with ``public_keys``, the signed envelope around it.
        :param public_keys: the keys that are trusted for fee schedules, ``whpk_…``. With them only what they signed is loaded.
        :param last_accepted_version: the version that was accepted last; an older one is refused.
        :raises okpay.Invalid: ``invalid_schedule`` with the path of the field at fault, ``invalid_key``.
        :raises okpay.VerificationError: ``envelope_signature_invalid``, ``schedule_rollback``.
        :raises TypeError: a last version without ``public_keys``, for what is not signed proves no version.
        """
        if public_keys is None:
            if last_accepted_version is not None:
                raise TypeError("last_accepted_version is compared for a signed envelope only: give public_keys, too")
            return cls(_okpay.FeeSchedule.from_json(text))
        return cls(_okpay.FeeSchedule.from_envelope(text, text_list(public_keys), last_accepted_version))

    @classmethod
    def standard(cls) -> FeeSchedule:
        """OKPay's own schedule as it was when this version was made; unsigned."""
        return cls(_okpay.FeeSchedule.standard())

    @property
    def id(self) -> str:
        """The schedule's id."""
        return self._core.id

    @property
    def version(self) -> str:
        """The version: a date and a number, such as ``2026-11-01.1``."""
        return self._core.version

    @property
    def verified(self) -> bool:
        """Whether it came in an envelope whose signature was checked."""
        return self._core.verified

    @property
    def valid_from(self) -> Optional[datetime]:
        """The first moment at which it is in force."""
        return self._core.valid_from

    @property
    def valid_until(self) -> Optional[datetime]:
        """The first moment at which it is no longer in force; nothing while no end is set."""
        return self._core.valid_until

    @property
    def rounding(self) -> str:
        """How fractions of a minor unit are rounded."""
        return self._core.rounding

    @property
    def rule_ids(self) -> List[str]:
        """The ids of the rules, in their order."""
        return self._core.rule_ids

    @property
    def text(self) -> str:
        """The exact text from which it was loaded."""
        return self._core.text

    def quote(
        self,
        *,
        operation: str,
        method: str,
        amount: Money,
        at: Optional[datetime] = None,
        coupon: Optional[str] = None,
        bearer: str = "merchant",
        monthly_volume: Optional[Money] = None,
        **facts: Fact,
    ) -> Quote:
        """The fee on an amount.

        :param operation: ``payment``, ``withdrawal``, ``deposit``, ``transfer`` or ``bill``.
        :param method: ``card``, ``bank_transfer``, ``usdt``, ``btc``, …
        :param at: when; now by default.
        :param coupon: the code of a promotion.
        :param bearer: who pays the fee, ``merchant`` or ``customer``.
        :param monthly_volume: the account's volume of this month before this.
        :param facts: what rules ask for: ``brand``, ``card_region``, ``network``, ``conversion``, …
        :raises okpay.Invalid: ``missing_fact`` with the name of the fact, ``no_matching_rule``, ``schedule_not_in_force``, …
        """
        request = _request(operation, method, amount, at, coupon, bearer, monthly_volume, facts)
        return Quote.from_dict(json.loads(self._core.quote(request)))

    def gross_up(
        self,
        *,
        operation: str,
        method: str,
        net: Money,
        at: Optional[datetime] = None,
        coupon: Optional[str] = None,
        bearer: str = "merchant",
        monthly_volume: Optional[Money] = None,
        **facts: Fact,
    ) -> Quote:
        """The quote of the smallest gross whose net reaches a target. See :meth:`quote` for the rest."""
        request = _request(operation, method, net, at, coupon, bearer, monthly_volume, facts)
        return Quote.from_dict(json.loads(self._core.gross_up(request)))

    def max_withdrawal(
        self,
        *,
        method: str,
        balance: Money,
        operation: str = "withdrawal",
        at: Optional[datetime] = None,
        coupon: Optional[str] = None,
        bearer: str = "merchant",
        monthly_volume: Optional[Money] = None,
        **facts: Fact,
    ) -> Quote:
        """The quote of the largest amount that fits into a balance together with its fee. See :meth:`quote` for the rest."""
        request = _request(operation, method, balance, at, coupon, bearer, monthly_volume, facts)
        return Quote.from_dict(json.loads(self._core.max_withdrawal(request)))

    def compare(
        self,
        *,
        operation: str,
        amount: Money,
        methods: Union[str, Sequence[str]] = (),
        at: Optional[datetime] = None,
        coupon: Optional[str] = None,
        bearer: str = "merchant",
        monthly_volume: Optional[Money] = None,
        **facts: Fact,
    ) -> Tuple[Offer, ...]:
        """Every method (or those given), cheapest first, then those that are not available, with the reason.

        :param methods: several methods, or the text of one.
        """
        request = _request(operation, "", amount, at, coupon, bearer, monthly_volume, facts)
        return tuple(map(Offer.from_dict, json.loads(self._core.compare(request, text_list(methods)))))

    def quote_many(
        self,
        amounts: Buffer,
        *,
        operation: str,
        method: str,
        currency: str,
        at: Optional[datetime] = None,
        coupon: Optional[str] = None,
        bearer: str = "merchant",
        monthly_volume: Optional[Money] = None,
        **facts: Fact,
    ) -> QuoteColumns:
        """The fees on many amounts, each figure the one that :meth:`quote` gives.

        :param amounts: a buffer of 64-bit minor units: ``array.array("q")``, a NumPy ``int64`` array, …
        :param currency: the currency of all of them.
        """
        request = _request(operation, method, Money.from_minor(1, currency), at, coupon, bearer, monthly_volume, facts)
        *columns, rule, rule_ids = self._core.quote_many(_minor_units(amounts), request)
        gross, fee, net = (memoryview(column).cast("q") for column in columns)
        return QuoteColumns(gross, fee, net, memoryview(rule).cast("I"), rule_ids)

    def __eq__(self, other: object) -> bool:
        if not isinstance(other, FeeSchedule):
            return NotImplemented
        return (self.text, self.verified) == (other.text, other.verified)

    def __hash__(self) -> int:
        return hash(self.text)

    def __repr__(self) -> str:
        return f"FeeSchedule(id={self.id!r}, version={self.version!r}, verified={self.verified})"

    def __reduce__(self) -> Tuple[Any, ...]:
        if self.verified:
            raise TypeError("a verified schedule cannot be pickled; keep its envelope, and verify it where it is read")
        return (FeeSchedule.from_json, (self.text,))


def _request(
    operation: str,
    method: str,
    amount: Money,
    at: Optional[datetime],
    coupon: Optional[str],
    bearer: str,
    monthly_volume: Optional[Money],
    facts: Dict[str, Fact],
) -> str:
    request: Dict[str, Any] = {
        "operation": operation,
        "method": method,
        "amount": _money(amount),
        "bearer": bearer,
        "facts": {name: _fact(name, value) for name, value in facts.items() if value is not None},
    }
    if at is not None:
        request["at"] = time_text(at)
    if coupon is not None:
        request["coupon"] = coupon
    if monthly_volume is not None:
        request["monthly_volume"] = _money(monthly_volume)
    return json.dumps(request)


def _money(amount: Money) -> Dict[str, str]:
    if not isinstance(amount, Money):
        raise TypeError(f'an amount is an okpay.Money, not {type(amount).__name__}: write Money("19.99", "EUR")')
    return amount.to_dict()


def _fact(name: str, value: Fact) -> str:
    if isinstance(value, bool):
        return "true" if value else "false"
    # The text and the number itself: `str` of a member of an enumeration gives its name.
    if isinstance(value, str):
        return str.__str__(value)
    if isinstance(value, int):
        return int.__repr__(value)
    raise TypeError(f"the fact {name} is a str, a bool, an int or None, not {type(value).__name__}")


def _minor_units(amounts: Buffer) -> bytes:
    view = memoryview(amounts)
    if view.itemsize != 8 or view.format.lstrip("@=<") not in ("q", "l"):
        raise TypeError(f'amounts are a buffer of signed 64-bit numbers such as array.array("q"), not of {view.format!r}')
    return view.tobytes()
