"""Signing: keys that are never shown, and requests of one's own."""

import copy
import pickle
import time
from datetime import datetime, timezone

import okpay
import pytest
from okpay import signing

TEXT = "okp_test_sk_AAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8"
KEY = signing.HmacKey("okp_test_kid_1", TEXT)
URL = "https://api.okpay.test/v1/balances"


def test_text_and_bytes_are_one_key():
    raw = signing.HmacKey("okp_test_kid_1", bytes(range(32)))
    at = {"created": 1_800_000_000, "nonce": "b3k2pp5k7z50gnwpyemd01"}
    assert signing.sign_request("GET", URL, {}, b"", raw, **at) == signing.sign_request("GET", URL, {}, b"", KEY, **at)
    assert not KEY.livemode


def test_keys_are_not_shown_or_pickled():
    seed = signing.Ed25519Key("device_1", bytes(range(32)))
    assert "AAEC" not in repr(KEY) and repr(KEY) == 'HmacKey("okp_test_kid_1", secret redacted)' and "1f" not in repr(seed)
    for key in (KEY, seed):
        for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
            with pytest.raises(TypeError):
                pickle.dumps(key, protocol)
        # A settings object that holds a key can be copied.
        assert copy.copy(key) is copy.deepcopy([key])[0] is key
    public = seed.public_key
    assert signing.PublicKey.parse(str(public)) == public == pickle.loads(pickle.dumps(public)) and hash(public) == hash(copy.copy(public))
    assert len(public.public_bytes) == 32


@pytest.mark.parametrize("secret", ["", "okp_test_sk_x", b"short", TEXT.replace("test", "live"), " " + TEXT])
def test_bad_keys_are_refused(secret):
    with pytest.raises(okpay.Invalid) as caught:
        signing.HmacKey("okp_test_kid_1", secret)
    assert caught.value.code == "invalid_key" and TEXT[12:] not in str(caught.value)


def test_nonce_and_time_are_fresh_by_default():
    first, second = (signing.sign_request("GET", URL, {}, b"", KEY) for _ in range(2))
    assert set(first) == {"Signature-Input", "Signature"} and first != second
    proven = signing.verify_request("GET", URL, first, b"", KEY)
    assert abs(proven.created - time.time()) < 60 and proven.expires == proven.created + 300
    assert signing.verify_request("GET", URL, first, b"", KEY, now=datetime.now(timezone.utc)).nonce == proven.nonce
    with pytest.raises(okpay.VerificationError) as caught:
        signing.verify_request("GET", URL, first, b"", KEY, now=proven.nonce_kept_until + 1)
    assert caught.value.code == "clock_skew"


def test_what_cannot_be_signed_is_refused():
    with pytest.raises(okpay.Invalid) as caught:
        signing.sign_request("POST", URL, {"Idempotency-Key": "unquoted"}, b"", KEY)
    assert caught.value.code == "idempotency_key_invalid"
    with pytest.raises(okpay.Invalid):
        signing.sign_request("POST", URL, {}, b"{}", KEY)  # a body without its content type
    with pytest.raises(okpay.Invalid):
        signing.sign_request("POST", URL, [("idempotency-key", '"a"'), ("Idempotency-Key", '"b"')], b"", KEY)
    with pytest.raises(okpay.VerificationError) as caught:
        signing.verify_request("GET", URL, {}, b"", KEY)
    assert caught.value.code == "unauthenticated"


def test_a_device_key_signs_and_its_public_key_proves():
    device = signing.Ed25519Key("device_1", bytes(range(32)))
    headers = {"content-type": "application/json"}
    body = b"\x00\xff" * (1 << 20)
    headers.update(signing.sign_request("POST", URL, headers, body, device))
    for key in (device, device.public_key, lambda key_id: device.public_key):
        assert signing.verify_request("POST", URL, headers, body, key).algorithm == "ed25519"
    with pytest.raises(okpay.VerificationError):
        signing.verify_request("POST", URL, headers, body, KEY)


def test_a_key_that_is_not_known_is_no_proof():
    headers = signing.sign_request("GET", URL, {}, b"", KEY)
    known = {KEY.key_id: KEY}
    assert signing.verify_request("GET", URL, headers, b"", known.get).key_id == KEY.key_id
    with pytest.raises(okpay.VerificationError, match="no key has the id") as caught:
        signing.verify_request("GET", URL, headers, b"", {}.get)
    assert caught.value.code == "signature_invalid"
    for wrong in (None, "text", lambda key_id: "text"):
        with pytest.raises(TypeError, match="a key that verifies"):
            signing.verify_request("GET", URL, headers, b"", wrong)


def test_what_is_proven_is_a_value():
    headers = signing.sign_request("GET", URL, {}, b"", KEY)
    first, second = (signing.verify_request("GET", URL, headers, b"", KEY) for _ in range(2))
    assert first == second and hash(first) == hash(second)
    other = signing.verify_request("GET", URL, signing.sign_request("GET", URL, {}, b"", KEY), b"", KEY)
    assert first != other
    gateway = signing.Ed25519Key("gateway_1", bytes(range(32)))
    signed = signing.sign_answer(200, {}, b"", gateway, 1_800_000_000)
    answers = [signing.verify_answer(200, signed, b"", [gateway.public_key]) for _ in range(2)]
    assert answers[0] == answers[1] and hash(answers[0]) == hash(answers[1])
