"""Independent code, both ways: what we sign others accept, what others sign we accept."""

import datetime
import hashlib
import http.client
import time
from base64 import b64encode
from types import SimpleNamespace

import okpay
import pytest
from http_message_signatures import (
    HTTPMessageSigner,
    HTTPMessageVerifier,
    HTTPSignatureKeyResolver,
    InvalidSignature,
    algorithms,
)
from http_message_signatures.signatures import PreparedSignature
from okpay import signing, webhooks
from standardwebhooks import Webhook, WebhookVerificationError

SECRET = bytes(range(32))
URL = "https://api.okpay.test/v1/payments?expand=fees"
BODY = b'{"amount":"12.34"}'


class Resolver(HTTPSignatureKeyResolver):
    def resolve_public_key(self, key_id):
        return SECRET

    def resolve_private_key(self, key_id):
        return SECRET


def message(headers):
    fields = http.client.HTTPMessage()
    for name, value in headers.items():
        fields[name] = value
    return SimpleNamespace(method="POST", url=URL, headers=fields, body=BODY)


def sending():
    return {"Content-Type": "application/json", "Idempotency-Key": '"order-1"'}


def test_http_message_signatures_accepts_ours():
    headers = sending()
    headers.update(signing.sign_request("POST", URL, headers, BODY, signing.HmacKey("okp_test_kid_1", SECRET)))
    verifier = HTTPMessageVerifier(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=Resolver())
    (found,) = verifier.verify(message(headers), expect_tag="okpay", max_age=datetime.timedelta(seconds=300))
    assert list(found.covered_components)[:5] == [
        '"@method"',
        '"@target-uri"',
        '"content-type"',
        '"content-digest"',
        '"idempotency-key"',
    ]
    headers["Idempotency-Key"] = '"order-2"'
    with pytest.raises(InvalidSignature):
        verifier.verify(message(headers), expect_tag="okpay", max_age=datetime.timedelta(seconds=300))


def test_we_accept_http_message_signatures():
    headers = sending()
    headers["Content-Digest"] = f"sha-256=:{b64encode(hashlib.sha256(BODY).digest()).decode()}:"
    theirs, now = message(headers), int(time.time())
    signer = HTTPMessageSigner(signature_algorithm=algorithms.HMAC_SHA256, key_resolver=Resolver())
    # Their own call has another order of parameters; the base, the MAC and the fields are all theirs. What has an underscore may change
    # with their version, which is pinned; the other direction, above, asks only what they publish.
    order = {"created": now, "expires": now + 300, "nonce": "b3k2pp5k7z50gnwpyemd01"}
    order.update(alg="hmac-sha256", keyid="okp_test_kid_1", tag="okpay")
    covered = signer._parse_covered_component_ids(("@method", "@target-uri", "content-type", "content-digest", "idempotency-key"))
    base, parameters, _ = signer._build_signature_base(theirs, covered_component_ids=covered, signature_params=order)
    prepared = PreparedSignature(base.encode(), str(parameters), "sig1", "hmac-sha256")
    signer.apply(theirs, prepared, algorithms.HMAC_SHA256(private_key=SECRET).sign(prepared.signature_base))
    received = dict(theirs.headers.items())
    key = signing.HmacKey("okp_test_kid_1", SECRET)
    proven = signing.verify_request("POST", URL, received, BODY, lambda key_id: {"okp_test_kid_1": key}[key_id])
    assert (proven.idempotency_key, proven.nonce) == ("order-1", "b3k2pp5k7z50gnwpyemd01")
    with pytest.raises(okpay.VerificationError) as caught:
        signing.verify_request("POST", URL, received, BODY + b" ", key)
    assert caught.value.code == "digest_mismatch"


def test_standardwebhooks_accepts_ours_and_we_accept_theirs():
    secret, now = webhooks.webhook_secret(), datetime.datetime.now(datetime.timezone.utc)
    body = '{"type": "payment.succeeded", "name": "größer 🎈"}'
    ours = webhooks.sign(secret, "evt_1", body.encode(), now)
    assert Webhook(secret).verify(body, ours)["type"] == "payment.succeeded"
    with pytest.raises(WebhookVerificationError):
        Webhook(secret).verify(body + " ", ours)
    theirs = {
        "webhook-id": "evt_2",
        "webhook-timestamp": str(int(now.timestamp())),
        "webhook-signature": Webhook(secret).sign("evt_2", now, body),
    }
    assert webhooks.Verifier(secret).verify(body.encode(), theirs).event_type == "payment.succeeded"
    with pytest.raises(okpay.VerificationError):
        webhooks.Verifier(secret).verify(body.encode() + b" ", theirs)
