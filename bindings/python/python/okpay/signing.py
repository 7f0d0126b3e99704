"""Requests and answers, signed and proven by yourself, for those who bring their own HTTP (RFC 9421, RFC 9530).

::

    headers = {"Content-Type": "application/json", "Idempotency-Key": '"order-1001"'}
    headers |= okpay.signing.sign_request("POST", url, headers, body, key)
"""

from ._okpay import (
    Ed25519Key,
    HmacKey,
    PublicKey,
    SignedRequest,
    VerifiedAnswer,
    content_digest,
    file_digest,
    sign_answer,
    sign_request,
    verify_answer,
    verify_content_digest,
    verify_request,
)

__all__ = [
    "Ed25519Key",
    "HmacKey",
    "PublicKey",
    "SignedRequest",
    "VerifiedAnswer",
    "content_digest",
    "file_digest",
    "sign_answer",
    "sign_request",
    "verify_answer",
    "verify_content_digest",
    "verify_request",
]
