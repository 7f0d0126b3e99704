"""Webhooks: what goes in, what comes out, replay, order, diagnosis."""

import copy
import json
import pickle
from datetime import datetime, timedelta, timezone

import okpay
import pytest
from okpay import models, webhooks

SECRET = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"
NOW = 1_800_000_000
EVENT = {
    "id": "evt_1",
    "type": "refund.succeeded",
    "created": "2027-01-15T08:00:00Z",
    "api_version": "2026-11-01",
    "livemode": False,
    "data": {
        "id": "re_1",
        "status": "succeeded",
        "payment": "pay_1",
        "amount": {"amount": "0.10", "currency": "EUR"},
        "created": "2027-01-15T08:00:00Z",
        "version": 7,
        "livemode": False,
        "reason": "\U0001f388",
        "metadata": {},
    },
}
BODY = json.dumps(EVENT).encode()


def signed(body=BODY, secret=SECRET, now=NOW):
    return webhooks.sign(secret, "evt_1", body, now)


@pytest.mark.parametrize("kind", [bytes, bytearray, memoryview])
@pytest.mark.parametrize(
    "headers",
    [
        signed(),
        {name.title(): value for name, value in signed().items()},
        list(signed().items()),
        {name.encode(): value.encode() for name, value in signed().items()},
        {**signed(), "x-other": "1", "y" * 17: 3},
    ],
    ids=["dict", "title", "pairs", "bytes", "others"],
)
def test_takes_any_body_of_bytes_and_any_headers(kind, headers):
    if "y" * 17 in dict(headers):
        headers = {name: value for name, value in headers.items() if isinstance(value, str)}
    payload = webhooks.Verifier([SECRET]).verify(kind(BODY), headers, NOW)
    assert payload.body == BODY and payload.id == "evt_1"


@pytest.mark.parametrize("now", [NOW, float(NOW), datetime.fromtimestamp(NOW, timezone.utc)])
def test_takes_any_moment(now):
    payload = webhooks.Verifier(SECRET, tolerance=0).verify(BODY, signed(), now=now)
    assert payload.timestamp == datetime.fromtimestamp(NOW, timezone.utc)
    with pytest.raises(okpay.VerificationError) as caught:
        webhooks.Verifier(SECRET, tolerance=0).verify(BODY, signed(now=NOW + 1), now=now)
    assert caught.value.code == "webhook_timestamp_out_of_tolerance"


def test_the_clock_is_this_machines_by_default():
    now = datetime.now(timezone.utc)
    assert webhooks.Verifier(SECRET).verify(BODY, webhooks.sign(SECRET, "evt_1", BODY, now)).id == "evt_1"
    with pytest.raises(okpay.VerificationError):
        webhooks.Verifier(SECRET).verify(BODY, webhooks.sign(SECRET, "evt_1", BODY, now - timedelta(hours=1)))


def test_text_and_naive_times_are_refused():
    with pytest.raises(TypeError, match="raw bytes"):
        webhooks.Verifier(SECRET).verify(BODY.decode(), signed(), NOW)
    with pytest.raises(TypeError):
        webhooks.Verifier(SECRET).verify(5, signed(), NOW)
    with pytest.raises(ValueError):
        webhooks.Verifier(SECRET).verify(BODY, signed(), datetime(2027, 1, 15))


@pytest.mark.parametrize("secrets", ["", [], ["whsec_"], [SECRET, " " + SECRET]])
def test_bad_secrets_are_refused(secrets):
    with pytest.raises(okpay.Invalid) as caught:
        webhooks.Verifier(secrets)
    assert caught.value.code == "invalid_key"


def test_rotation():
    new, old = webhooks.webhook_secret(), webhooks.webhook_secret(bytes(32))
    assert new != webhooks.webhook_secret() and webhooks.webhook_secret(bytes(32)) == old
    headers = webhooks.sign_delivery([new, old], "evt_1", BODY, NOW)
    for secrets in (new, old, [SECRET, old]):
        assert webhooks.Verifier(secrets).verify(BODY, headers, NOW)
    assert headers["webhook-signature"].count(" ") == 1


def test_a_payload_is_read_on_demand():
    payload = webhooks.Verifier(SECRET).verify(BODY, signed(), NOW)
    assert payload.event_type == "refund.succeeded"
    assert payload.field("data.status") == "succeeded" and payload.field("data.version") == 7
    assert payload.field("livemode") is False and payload.field("data.amount") == {"amount": "0.10", "currency": "EUR"}
    assert payload.field("data.reason") == "\U0001f388" and payload.field("data.none") is None
    assert payload.to_dict() == EVENT
    event = payload.event()
    assert isinstance(event, models.Event) and isinstance(event.data, models.Refund) and event.type == "refund.succeeded"
    assert event.data.version == 7 and payload == copy.deepcopy(payload) and SECRET not in repr(payload)
    with pytest.raises(TypeError):
        pickle.dumps(payload)
    with pytest.raises(TypeError):
        webhooks.VerifiedPayload()


@pytest.mark.parametrize("body", [b"", b"\xff\xfe\x00", b"{}", b"[1]", b'{"type": 7}', b"\xed\xa0\x80", b'{"type": "\\ud800"}'])
def test_a_body_that_is_no_event_is_verified_and_not_read(body):
    payload = webhooks.Verifier(SECRET).verify(body, signed(body), NOW)
    assert payload.body == body
    for read in (payload.event, lambda: payload.event_type):
        with pytest.raises(okpay.VerificationError) as caught:
            read()
        assert caught.value.code == "webhook_unreadable"


def test_large_bodies():
    body = b"x" * (1 << 20)
    assert webhooks.Verifier(SECRET).verify(body, signed(body), NOW).body == body
    with pytest.raises(okpay.VerificationError) as caught:
        webhooks.Verifier(SECRET).verify(body + b"x", signed(body), NOW)
    assert caught.value.code == "body_too_large"


@pytest.mark.parametrize("kind", ["memory", "sqlite"])
def test_replay_stores(kind, tmp_path):
    store = webhooks.MemoryStore(2) if kind == "memory" else webhooks.SqliteStore(tmp_path / "replay.sqlite")
    first = store.claim("orders", "evt_1", lease=60, now=NOW)
    assert first.state == "new" and first.token is not None and first.token.id == "evt_1"
    assert store.claim("orders", "evt_1", now=NOW + 59).state == "in_progress"
    assert store.claim("mails", "evt_1", now=NOW).state == "new"
    store.release(first.token)
    second = store.claim("orders", "evt_1", now=NOW)
    assert second.state == "new"
    with pytest.raises(okpay.VerificationError) as caught:
        store.complete(first.token, now=NOW)
    assert caught.value.code == "replay_guard_failed"
    store.complete(second.token, now=NOW)
    assert store.claim("orders", "evt_1", now=NOW + 3600) == webhooks.Claim("done", None)
    if kind == "memory":
        with pytest.raises(okpay.VerificationError):
            store.claim("orders", "evt_2", now=NOW)
    with pytest.raises(TypeError):
        pickle.dumps(store)


def test_order():
    assert [webhooks.apply(current, event) for current, event in [(None, 1), (1, 2), (2, 2), (1, 3)]] == [
        "apply",
        "apply",
        "stale",
        "gap",
    ]


def test_diagnosis():
    pretty = json.dumps(EVENT, indent=2).encode()
    told = webhooks.diagnose(pretty, signed(), SECRET, NOW)
    assert not told.verified and [finding.code for finding in told.findings] == ["body_reserialized"]
    told = webhooks.diagnose(
        BODY,
        signed(secret=webhooks.webhook_secret(bytes(32))),
        SECRET,
        NOW,
        other_secrets={"till": webhooks.webhook_secret(bytes(32))},
    )
    assert told.findings[0].code is models.FindingCode.SIGNED_FOR_OTHER_ENDPOINT and "till" in told.findings[0].detail
    assert webhooks.diagnose(BODY, signed(), SECRET, NOW).verified


def unknown(**fields):
    body = json.dumps({**EVENT, "type": "thing.made", "data": {"id": "th_1", "parts": [1, {"two": 2.5}]}, **fields}).encode()
    return webhooks.Verifier(SECRET).verify(body, signed(body), NOW)


@pytest.mark.parametrize("created", ["2027-01-15t08:00:00z", "2027-01-15T08:00:00Z", "2027-01-15T09:00:00+01:00"])
def test_times_in_any_form_of_rfc_3339_are_read(created):
    assert unknown(created=created).event().created == datetime(2027, 1, 15, 8, tzinfo=timezone.utc)


@pytest.mark.parametrize("created", ["0000-01-01T00:00:00Z", "9999-12-31T23:59:59-01:00", "0001-01-01T00:00:00+01:00"])
def test_a_time_that_python_cannot_hold_is_the_sdks_error(created):
    with pytest.raises(okpay.VerificationError) as caught:
        unknown(created=created).event()
    assert caught.value.code == "webhook_unreadable"


@pytest.mark.parametrize(
    "body", [b"\xff\xfe{\x00}\x00", '{"a": 1}'.encode("utf-16"), b'{"a": NaN}', b'{"a": "\xff"}', b'{"a": "\\ud800"}', b"{} {}"]
)
def test_plain_values_are_those_of_json_alone(body):
    payload = webhooks.Verifier(SECRET).verify(body, signed(body), NOW)
    with pytest.raises(okpay.VerificationError) as caught:
        payload.to_dict()
    assert caught.value.code == "webhook_unreadable"


def test_plain_values_of_an_event_are_nobody_elses():
    event = unknown().event()
    before = repr(event)
    event.to_dict()["data"]["parts"][1]["two"] = 99
    event.data.to_dict()["parts"].append(3)
    assert repr(event) == before and isinstance(event.data, models.UnknownData)
