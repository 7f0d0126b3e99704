"""The published vectors, as they are."""

import copy
import json
from array import array

import okpay
import pytest
from conftest import each, vectors
from okpay import signing, webhooks
from okpay._wire import parse_time
from okpay.fees import FeeSchedule
from okpay.money import Money, currency_places, divide
from okpay.official import OfficialList
from okpay.totp import TotpKey

FEES = vectors("fees")
REQUESTS = vectors("okpay_requests")
ANSWERS = vectors("okpay_answers")
WEBHOOKS = vectors("standard_webhooks")
TOTP = vectors("totp")


def code_of(raising):
    with pytest.raises(okpay.OkpayError) as caught:
        raising()
    return str(caught.value.code)


# Money


@each("iso4217", "exponents")
def test_currencies(case):
    code, places = case
    if places is None:  # gold, test codes and the like have no minor unit
        assert code_of(lambda: currency_places(code)) == "unknown_currency"
    else:
        assert currency_places(code) == places


MODES = ["half_up", "half_even", "half_down", "up", "down", "ceiling", "floor"]


@each("rounding", "division")
def test_roundings(case):
    for mode in MODES:
        assert divide(case["num"], case["den"], mode) == int(case[mode]), mode


@each("rounding", "fee")
def test_roundings_of_fees(case):
    numerator = int(case["amount_minor"]) * case["rate_bps"] + int(case["fixed_minor"]) * 10_000
    for mode in MODES:
        assert divide(numerator, 10_000, mode) == int(case[mode]), mode


# Fees


def ask(schedule, case):
    request = dict(case["request"])
    facts = request.pop("facts", {})
    amount = Money.from_dict(request.pop("amount"))
    given = {"at": parse_time(request.pop("at", None) or case["now"])}
    if request.get("monthly_volume"):
        given["monthly_volume"] = Money.from_dict(request.pop("monthly_volume"))
    given.update({name: value for name, value in request.items() if value is not None}, **facts)
    kind = case["do"]
    if kind == "quote":
        return schedule.quote(amount=amount, **given).to_dict()
    if kind == "gross_up":
        return schedule.gross_up(net=amount, **given).to_dict()
    if kind == "max_withdrawal":
        return schedule.max_withdrawal(balance=amount, **given).to_dict()
    if kind == "compare":
        given.pop("method")
        return list(map(offered, schedule.compare(amount=amount, methods=case.get("methods", ()), **given)))
    columns = schedule.quote_many(array("q", case["amounts"]), currency=amount.currency, **given)
    return {name: getattr(columns, name).tolist() for name in ("gross", "fee", "net", "rule")}


def offered(offer):
    told = {"method": str(offer.method), "facts": dict(offer.facts)}
    if offer.quote is None:
        return {**told, "code": offer.code, "param": offer.param}
    return {**told, "fee": offer.quote.fee.to_dict(), "rule_id": offer.quote.rule_id}


@each("fees", "cases")
def test_fees(case):
    schedule = FeeSchedule.from_json(json.dumps(FEES["schedules"][case["schedule"]]))
    try:
        assert ask(schedule, case) == case["expect"]
    except okpay.OkpayError as error:
        assert {"code": error.code, "param": error.param} == case.get("error")


@each("fees", "loads")
def test_schedules_load_or_say_where_they_are_wrong(case):
    schedule = copy.deepcopy(FEES["schedules"][case["schedule"]])
    for change in case["changes"]:
        *parents, name = change["path"].split("/")[1:]
        place = schedule
        for parent in parents:
            place = place[int(parent)] if isinstance(place, list) else place[parent]
        if "value" in change:
            place[name] = change["value"]
        else:
            place.pop(name, None)
    try:
        FeeSchedule.from_json(json.dumps(schedule, ensure_ascii=False))
        assert case.get("error") is None
    except okpay.Invalid as error:
        assert {"code": error.code, "param": error.param} == case["error"]


@each("fees", "envelopes")
def test_envelopes(case):
    text = json.dumps(case["envelope"])
    schedule = FeeSchedule.from_json(text, public_keys=case["public_key"])
    assert schedule.verified
    assert schedule.text == case["envelope"]["schedule"]
    assert not FeeSchedule.from_json(schedule.text).verified
    forged = text.replace("1.5", "0.5")
    assert code_of(lambda: FeeSchedule.from_json(forged, public_keys=[case["public_key"]])) == "envelope_signature_invalid"


# The official list


OFFICIAL = vectors("official")


@each("official", "checks")
def test_official(case):
    official = OfficialList(OFFICIAL["envelope"], public_keys=OFFICIAL["public_key"])
    subject = case["subject"]
    given = [subject[name] for name in ("platform", "value") if name in subject]
    check = getattr(official, subject["kind"])(*given)
    told = (check.verdict, check.reason, check.normalized, check.entry)
    assert told == tuple(case[name] for name in ("verdict", "reason", "normalized", "entry"))


@each("official", "loads")
def test_official_lists(case):
    envelope = OFFICIAL["envelope"].replace(*case.get("replace", ("", "")))
    keys = [case.get("public_key", OFFICIAL["public_key"])]

    def load():
        return OfficialList(envelope, public_keys=keys, last_accepted_version=case.get("last_accepted_version"))

    if case["error"] is None:
        assert load().version == "2026-11-01.2"
    else:
        assert code_of(load) == case["error"]


# Signing


def key_of(case):
    keys = REQUESTS["rfc9421_test_keys"]
    if case["alg"] == "hmac-sha256":
        return signing.HmacKey(case["keyid"], bytes.fromhex(keys["hmac_hex"]))
    return signing.Ed25519Key(case["keyid"], bytes.fromhex(keys["ed25519_seed_hex"]))


@each("okpay_requests", "cases")
def test_requests(case):
    created, nonce = 1_767_225_600, "b3k2pp5k7z50gnwpyemd01"
    given = {name: value for name, value in case["headers"].items() if name in ("content-type", "idempotency-key")}
    body = case["body"].encode()
    signed = signing.sign_request(case["method"], case["url"], given, body, key_of(case), created, nonce)
    wanted = {"Signature-Input": case["signature_input"], "Signature": case["signature"]}
    if body:
        wanted["Content-Digest"] = case["headers"]["content-digest"]
    assert signed == wanted
    proven = signing.verify_request(case["method"], case["url"], {**given, **signed}, body, key_of(case), now=created)
    assert (proven.key_id, proven.algorithm, proven.nonce) == (case["keyid"], case["alg"], nonce)
    tampered = lambda: signing.verify_request(case["method"], case["url"] + "x", {**given, **signed}, body, key_of(case), created)  # noqa: E731
    assert code_of(tampered) == "signature_invalid"


def gateway_keys():
    return [signing.PublicKey(ANSWERS["keyid"], bytes.fromhex(ANSWERS["keys"]["ed25519_public_hex"]))]


def request_of(case, nonce, key_id):
    return None if case.get(nonce) is None else (case[nonce], case.get(key_id) or ANSWERS.get(key_id))


@each("okpay_answers", "cases")
def test_answers(case):
    key = signing.Ed25519Key(ANSWERS["keyid"], bytes.fromhex(ANSWERS["keys"]["ed25519_seed_hex"]))
    assert [key.public_key] == gateway_keys()
    headers = {"Content-Type": case["content_type"]} if case["content_type"] else {}
    body, request = case["body"].encode(), request_of(case, "nonce", "okpay_key_id")
    signed = signing.sign_answer(case["status"], headers, body, key, case["created"], request)
    assert (signed["Signature-Input"], signed["Signature"]) == (case["signature_input"], case["signature"])
    proven = signing.verify_answer(case["status"], {**headers, **signed}, body, gateway_keys(), request)
    assert (proven.created, proven.key_id, proven.request_nonce) == (case["created"], case["keyid"], case["nonce"])


@each("okpay_answers", "refused")
def test_refused_answers(case):
    expected = request_of(case, "expected_nonce", "expected_key_id")
    verify = lambda: signing.verify_answer(case["status"], case["headers"], case["body"].encode(), gateway_keys(), expected)  # noqa: E731
    assert code_of(verify) == case["code"]


@each("rfc9421", "content_digest_checks")
def test_digests_of_messages(case):
    verify = lambda: signing.verify_content_digest(case["content_digest"], case["body"].encode())  # noqa: E731
    if case["matches"]:
        verify()
    else:
        assert code_of(verify) == "digest_mismatch"


@each("rfc9421", "signature_vectors")
def test_signatures_of_another_profile_are_refused(case):
    method, target, _ = case["start_line"].split(" ")
    headers = {**dict(case["headers"]), "Signature-Input": case["signature_input"], "Signature": case["signature"]}
    url, body = "https://example.com" + target, case["body"].encode()
    key = key_of(case)
    assert code_of(lambda: signing.verify_request(method, url, headers, body, key)) == "signature_invalid"


@each("rfc9530", "vectors")
def test_digests(case):
    body = bytes.fromhex(case["body_hex"])
    signing.verify_content_digest(case["field_value"], body)
    if case["alg"] == "sha-256":
        assert signing.content_digest(body) == case["field_value"]
    assert code_of(lambda: signing.verify_content_digest(case["field_value"], body + b"!")) == "digest_mismatch"


@each("rfc9530", "negative_or_ambiguous")
def test_ambiguous_digests(case):
    for body in (b'{"hello": "world"}', b'{"hello": "world"}\n'):
        assert code_of(lambda body=body: signing.verify_content_digest(case["field_value"], body))


# Webhooks


def deliver(case, signature, secret):
    headers = {
        "Webhook-Id": case["msg_id"],
        "webhook-timestamp": str(case["timestamp"]),
        "WEBHOOK-SIGNATURE": signature,
    }
    return webhooks.Verifier(secret).verify(case["payload"].encode(), headers, now=case["timestamp"])


@each("standard_webhooks", "vectors")
def test_webhooks(case):
    payload = deliver(case, case["signature"], case.get("secret") or case["public_key"])
    assert (payload.id, payload.body) == (case["msg_id"], case["payload"].encode())
    if case["scheme"] == "v1":
        signed = webhooks.sign(case["secret"], case["msg_id"], case["payload"].encode(), case["timestamp"])
        assert signed["webhook-signature"] == case["signature"]


@each("standard_webhooks", "signature_header_cases")
def test_webhook_headers(case):
    base = next(vector for vector in WEBHOOKS["vectors"] if vector["name"] == case["base"])
    verify = lambda: deliver(base, case["headers_signature"], base["secret"])  # noqa: E731
    if case["expect"] == "accept":
        verify()
    else:
        assert code_of(verify) == "webhook_signature_mismatch"


@each("standard_webhooks", "secret_cases")
def test_webhook_secrets(case):
    if case["expect"] == "ok":
        signed = webhooks.sign(case["secret"], "msg_1", b"x", 1)
        assert signed == webhooks.sign(case["same_key_as"], "msg_1", b"x", 1)
    else:
        assert code_of(lambda: webhooks.Verifier(case["secret"])) == "invalid_key"


# Header fields


def sign_with_key(field):
    headers = {"Idempotency-Key": field}
    return signing.sign_request("POST", "https://api.okpay.test/v1/x", headers, b"", signing.HmacKey("k", bytes(32)))


@each("http_fields", "idempotency_key.valid")
def test_idempotency_keys(case):
    assert '"idempotency-key"' in sign_with_key(case)["Signature-Input"]


@each("http_fields", "idempotency_key.invalid")
def test_malformed_idempotency_keys(case):
    assert code_of(lambda: sign_with_key(case)) == "idempotency_key_invalid"


def wait_after(name, value):
    """The wait in milliseconds that an answer with this header asks for."""
    heard = []
    key = signing.HmacKey("okp_test_kid_1", bytes(32))
    client = okpay.Client(
        "https://api.okpay.test",
        key=key,
        gateway_keys=str(gateway_keys()[0]),
        transport=lambda *_: (503, [(name, value)], b""),
        on_attempt=heard.append,
        max_attempts=1,
    )
    assert code_of(client.balances.list) == "answer_unsigned"
    return heard[0]["retry_after_ms"]


@each("http_fields", "retry_after.valid")
def test_retry_after(case):
    value, seconds = case
    # The date has passed.
    assert wait_after("Retry-After", value) == (0 if seconds == "http-date" else seconds * 1000)


@each("http_fields", "retry_after.invalid")
def test_malformed_retry_after(case):
    assert wait_after("Retry-After", case) is None


@each("http_fields", "ratelimit.limit")
def test_rate_limits(case):
    assert wait_after("RateLimit", case) is None
    assert wait_after("RateLimit", f'{case}, "spent";r=0;t=7') == 7000


# One-time codes


@each("totp", "totp")
def test_one_time_codes(case):
    key = TotpKey(TOTP["seeds"][case["alg"]].encode(), algorithm=case["alg"], digits=8)
    assert key.code(case["time"]) == case["totp"]
    assert key.verify(case["totp"], now=case["time"], window=0) == int(case["T"], 16)


@each("totp", "hotp_sha1_6digits")
def test_counters(case):
    assert TotpKey(TOTP["seeds"]["SHA1"].encode()).code(case["counter"] * 30) == case["hotp"]
