"""Checks of what people type, without a network: cards, IBANs, addresses on blockchains.

A field of a form is judged at every key: :func:`card_number`, :func:`card_expiry` and :func:`security_code` never fail, and tell what is
missing from what is wrong. What is pasted or stored is judged whole: :func:`card`, :func:`iban` and :func:`address` give the value in its
normal form or raise. That a value passes says that it is well formed, never that the card, account or address exists.

::

    check = okpay.checks.card_number("4242 4242 42")
    print(check.state, check.brand, check.lengths)
    print(okpay.checks.address("TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL", "tron").payload)
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Optional

from . import _okpay
from ._generated.models import (
    AddressKind,
    CardExpiryCheck,
    CardNumberCheck,
    Chain,
    CryptoAddress,
    Iban,
    InputReason,
    InputState,
    SecurityCodeCheck,
)
from ._okpay import luhn

if TYPE_CHECKING:
    from ._okpay import Moment

__all__ = [
    "AddressKind",
    "CardExpiryCheck",
    "CardNumberCheck",
    "Chain",
    "CryptoAddress",
    "Iban",
    "InputReason",
    "InputState",
    "SecurityCodeCheck",
    "address",
    "card",
    "card_expiry",
    "card_number",
    "iban",
    "luhn",
    "security_code",
]


def card_number(typed: str) -> CardNumberCheck:
    """Judges a card number while it is typed; spaces and hyphens between the digits do not count.

    At a length that the brand has, but with a wrong check digit, a number is ``incomplete`` with the reason ``check_digit`` as long as more
    digits may follow, and ``invalid`` at the longest.
    """
    return CardNumberCheck.from_dict(json.loads(_okpay.check_card_number(typed)))


def card_expiry(typed: str, *, now: Optional[Moment] = None) -> CardExpiryCheck:
    """Judges an expiry date while it is typed: ``5/34``, ``05 / 2034``, ``0534``. A card is good until the end of its month, in UTC."""
    return CardExpiryCheck.from_dict(json.loads(_okpay.check_card_expiry(typed, now)))


def security_code(typed: str, brand: Optional[str] = None) -> SecurityCodeCheck:
    """Judges a security code while it is typed. The brand is the card's, if it is known yet."""
    return SecurityCodeCheck.from_dict(json.loads(_okpay.check_security_code(typed, brand)))


def card(*, number: str, exp_month: int, exp_year: int, cvc: str, now: Optional[Moment] = None) -> CardNumberCheck:
    """Judges a whole card before it is sent. A shop's server never has one.

    :raises okpay.Invalid: ``invalid_card``, with the field at fault in ``param``.
    """
    return CardNumberCheck.from_dict(json.loads(_okpay.check_card(number, exp_month, exp_year, cvc, now)))


def iban(typed: str) -> Iban:
    """Reads an IBAN (ISO 13616) as people write it, with or without spaces, in capitals or not.

    :raises okpay.Invalid: ``iban_malformed``, ``iban_unknown_country`` or ``iban_checksum``.
    """
    return Iban.from_dict(json.loads(_okpay.check_iban(typed)))


def address(typed: str, network: str, *, chain: Optional[str] = None) -> CryptoAddress:
    """Reads an address as somebody pastes it.

    An Ethereum address in small letters or capitals alone carries no checksum: it is taken, and ``checksummed`` is false.

    :param network: ``tron``, ``ethereum``, ``bnb`` or ``bitcoin``.
    :param chain: ``main``, ``test`` or ``regtest``: an address of another chain is refused, where addresses tell (Bitcoin).
    :raises okpay.Invalid: ``address_malformed``, ``address_length``, ``address_checksum``, ``address_mixed_case`` or
        ``address_wrong_network``.
    """
    return CryptoAddress.from_dict(json.loads(_okpay.check_address(typed, network, chain)))
