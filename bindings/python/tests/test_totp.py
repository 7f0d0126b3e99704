"""One-time codes: taken once, within their window, and nothing of the secret printed."""

from datetime import datetime, timezone

import okpay
import pytest
from okpay.totp import TotpKey

KEY = TotpKey("gezd gnbv GY3T QOJQ gezd gnbv gy3t qojq")
NOW = 1_800_000_000


def test_a_code_is_taken_once_and_in_its_window():
    typed = KEY.code(NOW)
    assert typed == KEY.code(datetime.fromtimestamp(NOW, timezone.utc)) and len(typed) == 6
    step = KEY.verify(typed, now=NOW)
    assert KEY.verify(typed, now=NOW + 30) == step
    for options in ({"last_used": step}, {"now": NOW + 60}, {"now": NOW + 30, "window": 0}):
        with pytest.raises(okpay.VerificationError) as caught:
            KEY.verify(typed, **{"now": NOW, **options})
        assert caught.value.code == "one_time_code_mismatch"


def test_what_is_wrong_is_named():
    for make, param in (
        (lambda: TotpKey("GEZD1"), "secret"),
        (lambda: TotpKey(b"short"), "secret"),
        (lambda: TotpKey(b"x" * 20, algorithm="MD5"), "algorithm"),
        (lambda: TotpKey(b"x" * 20, digits=-1), "digits"),
        (lambda: TotpKey(b"x" * 20, period=2**40), "period"),
        (lambda: KEY.verify("1", window=11), "window"),
        (lambda: KEY.uri("a:b", "c"), "issuer"),
    ):
        with pytest.raises(okpay.Invalid) as caught:
            make()
        assert caught.value.param == param


def test_the_secret_is_in_the_link_alone():
    uri = KEY.uri("Shop", "anna@example.com")
    assert uri.startswith("otpauth://totp/Shop:anna%40example.com?secret=GEZDGNBV")
    assert repr(KEY) == "TotpKey(secret redacted)"
    assert KEY.code() == TotpKey(b"12345678901234567890").code()
