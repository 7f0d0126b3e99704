"""What a wallet scans: the text of payment QR codes and links, read and written. How a code is drawn is another matter.

::

    request = okpay.payment_requests.CoinRequest(
        network=okpay.models.Network.TRON, address="TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL", amount=okpay.Money("12.50", "USDT")
    )
    link = okpay.payment_requests.coin_uri(request)
    print(okpay.payment_requests.parse(link).coin.amount)

A request that is read is a suggestion of whoever made it: the payer looks at receiver and amount before they pay. What is not understood
and could change who gets how much is refused, never left out.
"""

from __future__ import annotations

import json
from typing import Iterable, Optional, Tuple

from . import _okpay
from ._generated.models import (
    CoinRequest,
    MerchantRequest,
    PaymentRequest,
    PaymentRequestFormat,
    QrAccount,
    QrAdditional,
    QrField,
    QrInitiation,
    QrLanguage,
    TipMode,
)

__all__ = [
    "CoinRequest",
    "MerchantRequest",
    "PaymentRequest",
    "PaymentRequestFormat",
    "QrAccount",
    "QrAdditional",
    "QrField",
    "QrInitiation",
    "QrLanguage",
    "TipMode",
    "coin_uri",
    "merchant_qr",
    "parse",
    "qr_fields",
    "qr_payload",
    "usdt_contract",
]


def parse(text: str) -> PaymentRequest:
    """Reads what was scanned, whichever form it is in.

    :raises okpay.Invalid: ``payment_request_malformed``, ``payment_request_too_long``, ``payment_request_checksum`` or
        ``payment_request_unsupported``; the codes of :func:`okpay.checks.address` and of :class:`okpay.Money` for what is in it.
    """
    return PaymentRequest.from_dict(json.loads(_okpay.parse_payment_request(text)))


def coin_uri(request: CoinRequest) -> str:
    """The link of a request for coins: ``bitcoin:`` by BIP 21, ``ethereum:`` by ERC-681 (with the chain, on Ethereum and BNB chain), or
    ``tron:``, which is a convention of wallets and no standard.
    """
    return _okpay.coin_uri(json.dumps(request.to_dict()))


def merchant_qr(request: MerchantRequest) -> str:
    """The payload of a shop's code as EMVCo has it, for a drawer of QR codes."""
    return _okpay.merchant_qr(json.dumps(request.to_dict()))


def qr_fields(payload: str) -> Tuple[QrField, ...]:
    """The fields of a shop's code in their order, without the checksum, which has to hold."""
    return tuple(QrField(id=name, value=value) for name, value in _okpay.qr_fields(payload))


def qr_payload(fields: Iterable[QrField]) -> str:
    """The payload of fields in their order, with the checksum at the end."""
    return _okpay.qr_payload([(field.id, field.value) for field in fields])


def usdt_contract(network: str) -> Optional[str]:
    """The contract of USDT on a network, if it is there."""
    return _okpay.usdt_contract(network)
