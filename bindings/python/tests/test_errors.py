"""Errors: typed, printed, pickled, with advice."""

import copy
import pickle

import okpay
import pytest
from okpay import advice, models
from okpay.errors import from_failure


def test_classes_and_what_they_are():
    names = ["Invalid", "NotSent", "Rejected", "OutcomeUnknown", "Unanswered", "VerificationError"]
    assert all(issubclass(getattr(okpay, name), okpay.OkpayError) for name in names)
    assert issubclass(okpay.Invalid, ValueError) and not issubclass(okpay.Rejected, ValueError)


def test_an_error_says_everything():
    error = from_failure("rejected", "payment_declined", "no", None, "lost_card", "pay_1", 402, "req_1", "key-1", "Read the code.")
    assert type(error) is okpay.Rejected and error.code is models.ErrorCode.PAYMENT_DECLINED
    assert error.decline_code is models.DeclineCode.LOST_CARD and (error.status, error.request_id) == (402, "req_1")
    assert error.object_id == "pay_1"
    assert str(error) == "no (payment_declined), decline lost_card, request req_1, idempotency key key-1"
    for twin in (pickle.loads(pickle.dumps(error)), copy.copy(error)):
        assert twin == error and type(twin) is okpay.Rejected and str(twin) == str(error) and hash(twin) == hash(error)


def test_codes_of_a_later_version_survive():
    error = from_failure("rejected", "moon_phase", "no")
    assert error.code == "moon_phase" and not error.code.is_known and error.advice("en").title
    assert type(from_failure("later", "x", "y")) is okpay.OkpayError


def test_advice_in_two_languages():
    error = from_failure("outcome_unknown", "timeout", "late", idempotency_key="key-1")
    english, chinese = error.advice(), error.advice("zh-CN")
    assert (english.locale, chinese.locale) == ("en", "zh-CN") and english.title != chinese.title
    assert any("key-1" in step for step in english.steps) and english.audience is models.Audience.MERCHANT
    assert advice.for_code("not_found", "zh").locale == "zh-CN"
    buyer = advice.for_decline("insufficient_funds", "fr, zh;q=0.5", transaction="pay_1")
    assert buyer.audience == "buyer" and buyer.locale == "zh-CN"
    assert advice.code_for_buyer("stolen_card") is models.DeclineCode.GENERIC_DECLINE


def test_what_is_missing_is_named(monkeypatch):
    for name in ("OKPAY_BASE_URL", "OKPAY_KEY_ID", "OKPAY_SECRET", "OKPAY_GATEWAY_KEYS"):
        monkeypatch.delenv(name, raising=False)
    with pytest.raises(okpay.Invalid) as caught:
        okpay.Client()
    assert (caught.value.code, caught.value.param) == ("invalid_configuration", "OKPAY_KEY_ID")
    with pytest.raises(okpay.Invalid) as caught:
        okpay.Client("http://api.okpay.test", "k", "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8")
    assert (caught.value.code, caught.value.param) == ("invalid_url", "base_url")
