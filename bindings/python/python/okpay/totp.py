"""One-time codes of an authenticator app (RFC 6238), for a merchant's own sign-in.

::

    secret = secrets.token_bytes(20)  # keep it with the account
    key = okpay.totp.TotpKey(secret)
    print(key.uri("Shop", "anna@example.com"))  # shown once, as a QR code
    last_used = key.verify(typed, last_used=last_used)  # keep what it gives: no code is taken twice
"""

from ._okpay import TotpKey

__all__ = ["TotpKey"]
