"""Values of the wrong kind are refused with an error that says what to give."""

from datetime import datetime, timedelta, timezone
from decimal import Decimal

import okpay
import pytest
from okpay import models, signing, webhooks
from okpay.fees import FeeSchedule

SECRET = webhooks.webhook_secret(bytes(32))
SCHEDULE = FeeSchedule.standard()
TOTP = okpay.totp.TotpKey(b"x" * 20)
KEY = signing.Ed25519Key("gateway_1", bytes(range(32)))
FACTS = {"operation": "payment", "method": "card", "brand": "visa", "card_region": "domestic", "conversion": False}
WHOLE = "whole number"


def quote(**given):
    return SCHEDULE.quote(**{**FACTS, "amount": okpay.Money("100", "EUR"), **given})


def diagnose(**given):
    return webhooks.diagnose(b"{}", webhooks.sign(SECRET, "evt_1", b"{}", 1_800_000_000), SECRET, 1_800_000_000, **given)


def verify(headers, **given):
    return webhooks.Verifier(SECRET, **given).verify(b"{}", headers, 1_800_000_000)


def at(now):
    return webhooks.Verifier(SECRET).verify(b"{}", {}, now)


def answer(status):
    return signing.verify_answer(status, {}, b"", [KEY.public_key])


def claim(**given):
    return webhooks.MemoryStore().claim("orders", "evt_1", **given)


def card(**given):
    return models.CardDetails(**{"number": "4242", "exp_month": 1, "exp_year": 2040, "cvc": "123", **given}).to_dict()


class Keys:
    """Neither a mapping nor a sequence."""

    def __getitem__(self, name):
        raise KeyError(name)


EDGE = datetime.max.replace(tzinfo=timezone(-timedelta(hours=23)))

CARELESS = {
    **{f"amount {wrong!r}": (TypeError, "okpay.Money", quote, {"amount": wrong}) for wrong in (100, 100.0, "100", Decimal(100), None)},
    "monthly volume": (TypeError, "okpay.Money", quote, {"monthly_volume": 5}),
    "at int": (TypeError, "datetime", quote, {"at": 1_800_000_000}),
    "at text": (TypeError, "datetime", quote, {"at": "2027-01-01T00:00:00Z"}),
    "at past every date": (ValueError, "9999", quote, {"at": EDGE}),
    "tolerance -1": (ValueError, WHOLE, verify, {"headers": {}, "tolerance": -1}),
    "tolerance 2**32": (ValueError, WHOLE, verify, {"headers": {}, "tolerance": 2**32}),
    "tolerance text": (TypeError, WHOLE, verify, {"headers": {}, "tolerance": "5"}),
    "tolerance of a diagnosis": (ValueError, WHOLE, diagnose, {"tolerance": -1}),
    "lease -1": (ValueError, WHOLE, claim, {"lease": -1}),
    "lease 2**70": (ValueError, WHOLE, claim, {"lease": 2**70}),
    "lease 1.5": (TypeError, WHOLE, claim, {"lease": 1.5}),
    "capacity": (ValueError, WHOLE, webhooks.MemoryStore, {"capacity": -1}),
    "fence": (ValueError, WHOLE, webhooks.MemoryStore().complete, {"token": webhooks.ClaimToken("a", "b", -1)}),
    "version stored": (ValueError, WHOLE, webhooks.apply, {"current_version": -1, "event_version": 1}),
    "version of an event": (ValueError, WHOLE, webhooks.apply, {"current_version": None, "event_version": 2**64}),
    "status": (ValueError, WHOLE, answer, {"status": -1}),
    "digits": (ValueError, WHOLE, okpay.totp.TotpKey, {"secret": b"x" * 20, "digits": 10**30}),
    "window": (ValueError, WHOLE, TOTP.verify, {"typed": "123456", "window": 10**30}),
    "last used": (ValueError, WHOLE, TOTP.verify, {"typed": "123456", "last_used": -1}),
    "division": (ValueError, WHOLE, okpay.money.divide, {"numerator": 10**40, "denominator": 3}),
    **{f"now {wrong!r}": (ValueError, "moment", at, {"now": wrong}) for wrong in (float("inf"), float("nan"), 1e300, 2**63)},
    "now text": (TypeError, "moment", at, {"now": "2027"}),
    **{f"headers {wrong!r}": (TypeError, "headers", verify, {"headers": wrong}) for wrong in ("abc", [("a",)], ["ab"], 5, None)},
    "headers by their keys": (TypeError, "headers", verify, {"headers": Keys()}),
    "value of a header": (TypeError, "header", verify, {"headers": {"webhook-id": 5}}),
    **{f"secrets {wrong!r}": (TypeError, "text", webhooks.Verifier, {"secrets": wrong}) for wrong in (b"whsec", None, 5, [5])},
    "float in a model": (TypeError, "okpay.Money", card, {"exp_month": 1.5}),
    "decimal in a model": (TypeError, "okpay.Money", card, {"exp_year": Decimal(2040)}),
}


@pytest.mark.parametrize("case", CARELESS.values(), ids=CARELESS.keys())
def test_it_is_said_what_to_give(case):
    kind, words, call, given = case
    with pytest.raises(kind, match=words):
        call(**given)


@pytest.mark.parametrize("attempts", [-1, 2**32, "3", 1.5])
def test_attempts_are_whole_numbers(sandbox, attempts):
    kind = TypeError if isinstance(attempts, (str, float)) else ValueError
    client = sandbox.client()
    for call in (lambda: sandbox.client(max_attempts=attempts), lambda: client.balances.list(max_attempts=attempts)):
        with pytest.raises(kind, match=WHOLE):
            call()


def test_headers_of_a_call_are_a_mapping_or_pairs(sandbox):
    client = sandbox.client()
    assert client.balances.list(headers=[("traceparent", "00-1")]) is not None
    with pytest.raises(ValueError):
        client.balances.list(headers="traceparent")


def test_a_parameter_without_an_end_is_refused(sandbox):
    endless = {}
    endless["again"] = endless
    with pytest.raises(ValueError, match="nested"):
        sandbox.client().payments.create(amount=okpay.Money("5.00", "EUR"), method="card", metadata=endless)


@pytest.mark.parametrize("id", ["", ".", "x" * 256, "x" * 100_000, "é" * 128])
def test_what_is_no_id_is_refused_before_it_is_sent(sandbox, id):
    with pytest.raises(okpay.Invalid) as caught:
        sandbox.client().payments.retrieve(id)
    assert caught.value.param == "id"


@pytest.mark.parametrize("id", ["x" * 255, "é" * 127])
def test_an_id_of_255_bytes_is_asked_for(sandbox, id):
    with pytest.raises(okpay.Rejected):
        sandbox.client().payments.retrieve(id)


def test_one_previous_secret_is_not_its_letters():
    old = webhooks.webhook_secret(bytes(range(32)))
    headers = webhooks.sign(old, "evt_1", b"{}", 1_800_000_000)
    told = [webhooks.diagnose(b"{}", headers, SECRET, 1_800_000_000, previous_secrets=given) for given in (old, [old])]
    assert told[0] == told[1] and told[0].findings[0].code == "signed_with_previous_secret"


def test_pairs_name_other_secrets_too():
    assert diagnose(other_secrets=[("till", webhooks.webhook_secret(bytes(range(32))))]).verified
