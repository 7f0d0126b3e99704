"""Models: printed, compared, hashed, copied, pickled, matched, and turned into plain values."""

import copy
import json
import pickle
import re
import sys
from datetime import datetime, timedelta, timezone

import okpay
import pytest
from okpay import Money, models
from okpay._wire import parse_time, plain, time_text, to_millis

WIRE = {
    "id": "re_1",
    "status": "succeeded",
    "payment": "pay_1",
    "amount": {"amount": "0.10", "currency": "EUR"},
    "created": "2026-11-01T00:00:00.250Z",
    "version": 7,
    "livemode": False,
    "idempotency_key": None,
    "metadata": {"a": "b"},
    "reason": "\U0001f388 torn",
    "reference": None,
}


@pytest.fixture
def refund():
    return models.Refund.from_dict({**WIRE, "novel": [1]})


def test_reads_and_writes_the_wire(refund):
    assert refund.to_dict() == WIRE
    assert json.loads(json.dumps(refund.to_dict())) == WIRE
    assert refund.amount == Money("0.10", "EUR")
    assert refund.created == datetime(2026, 11, 1, microsecond=250_000, tzinfo=timezone.utc)
    assert refund.status is models.RefundStatus.SUCCEEDED and refund.answer is None


def test_compares_hashes_copies_and_pickles(refund):
    same = models.Refund.from_dict(WIRE)
    assert same == refund and hash(same) == hash(refund) and same != refund.replace(version=8) and refund != WIRE
    for twin in (copy.copy(refund), copy.deepcopy(refund), pickle.loads(pickle.dumps(refund))):
        assert twin == refund and type(twin) is models.Refund
    if sys.version_info >= (3, 13):
        assert copy.replace(refund, version=8).version == 8


def test_does_not_change(refund):
    for change in (
        lambda: setattr(refund, "version", 8),
        lambda: setattr(refund, "other", 1),
        lambda: delattr(refund, "id"),
    ):
        with pytest.raises(AttributeError):
            change()
    assert not hasattr(refund, "__dict__")


def test_prints_without_secrets(refund):
    assert repr(refund).startswith("Refund(id='re_1', status=RefundStatus.SUCCEEDED, payment='pay_1', amount=Money('0.10', 'EUR')")
    card = models.CardDetails(number="4242424242424242", exp_month=1, exp_year=2040, cvc="123")
    assert repr(card) == "CardDetails(number='…', exp_month='…', exp_year='…', cvc='…', holder=None)"
    code = models.Confirmation(kind=models.ConfirmationKind.SMS_CODE, code="492016")
    assert "492016" not in repr(code) and "492016" not in repr({"confirmation": code}) and code.code == "492016"
    receipt = {"number": "R-1", "bill": "bill_1", "biller_name": "Water", "customer_reference": "7", "paid": WIRE["created"]}
    money = dict.fromkeys(("amount", "fee", "total"), WIRE["amount"])
    assert "R-1" in repr(models.BillReceipt.from_dict({**receipt, **money}))


def test_what_core_marks_as_secret_is_hidden_everywhere():
    marked = {(name, field) for name in models.__all__ for field in getattr(getattr(models, name), "_secret", ())}
    expected = {("ApiKey", "secret"), ("WebhookEndpoint", "secret"), ("CheckoutSession", "client_secret"), ("CallOutcome", "body")}
    assert marked >= expected | {("Confirmation", "code"), ("CardDetails", "number"), ("CardDetails", "cvc"), ("CardNumberCheck", "number")}
    assert all(field in getattr(models, name)._fields for name, field in marked)


def test_matches():
    namespace = {"models": models, "payment": models.Refund.from_dict(WIRE)}
    if sys.version_info >= (3, 10):
        code = (
            "match payment:\n"
            "    case models.Refund(status=models.RefundStatus.FAILED): found = 'failed'\n"
            "    case models.Refund(status='succeeded', amount=money): found = money\n"
        )
        exec(code, namespace)
        assert namespace["found"] == Money("0.10", "EUR")


def test_texts_of_a_later_version_survive():
    status = models.PaymentStatus("pondered")
    assert status == "pondered" and not status.is_known and status.name is None and repr(status) == "PaymentStatus('pondered')"
    known = models.PaymentStatus("succeeded")
    assert known is models.PaymentStatus.SUCCEEDED and known.is_known and known.name == "SUCCEEDED" and known.value == "succeeded"
    assert repr(known) == "PaymentStatus.SUCCEEDED" and f"{known}" == "succeeded" and json.dumps([known]) == '["succeeded"]'
    assert known in list(models.PaymentStatus) and len(models.PaymentStatus) == 9
    for text in (status, known):
        twin = pickle.loads(pickle.dumps(text))
        assert twin == text and type(twin) is models.PaymentStatus and copy.deepcopy(text) == text and hash(twin) == hash(str(text))
    assert models.EventType.PAYMENT_SUCCEEDED == "payment.succeeded"


def test_every_model_and_set_is_exported():
    assert len(models.__all__) > 50 and len(models.ErrorCode) > 70
    for name in set(models.__all__) - {"EventData"}:
        assert getattr(models, name).__doc__, name


@pytest.mark.parametrize(
    ("text", "millis"),
    [
        ("2026-11-01T00:00:00Z", 0),
        ("2026-11-01T00:00:00.2Z", 200),
        ("2026-11-01T00:00:00.25Z", 250),
        ("2026-11-01T02:00:00.250+02:00", 250),
        ("2026-10-31T22:30:00-01:30", 0),
        ("2026-11-01T00:00:00.123456789Z", 123),
    ],
)
def test_times(text, millis):
    assert to_millis(parse_time(text)) == 1_793_491_200_000 + millis


def test_a_time_without_a_zone_is_no_moment():
    for refused in (to_millis, time_text):
        with pytest.raises(ValueError):
            refused(datetime(2026, 11, 1))
    assert time_text(datetime(2026, 11, 1, 2, tzinfo=timezone(timedelta(hours=2)))) == "2026-11-01T00:00:00.000Z"


def test_an_event_of_a_later_version_is_a_value_like_others():
    wire = {
        "id": "evt_1",
        "type": "payment.teleported",
        "created": "2026-11-01T00:00:00.000Z",
        "api_version": "2031-01-01",
        "livemode": False,
    }
    event = models.Event.from_dict({**wire, "data": {"beam": {"width": [1, {"unit": "緑"}]}}})
    assert event == pickle.loads(pickle.dumps(event)) == copy.deepcopy(event) and hash(event) == hash(copy.copy(event))
    assert isinstance(event.data, models.UnknownData) and event.to_dict()["data"] == {"beam": {"width": [1, {"unit": "緑"}]}}
    assert "緑" in repr(event)


def test_floats_cannot_be_sent():
    with pytest.raises(TypeError):
        plain({"amount": 19.99})


def test_importing_the_package_loads_nothing():
    import subprocess

    code = "import sys; before = set(sys.modules); import okpay; print(sorted(set(sys.modules) - before))"
    loaded = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    assert loaded.strip() == "['okpay']"
    assert set(okpay.__all__) <= set(dir(okpay))
    for name in okpay.__all__:
        assert getattr(okpay, name) is not None


def test_a_bundle_says_what_ran_it_and_what_failed():
    with pytest.raises(okpay.OkpayError) as caught:
        okpay.webhooks.Verifier("")
    bundle = okpay.diagnostics.bundle(caught.value)
    assert re.fullmatch(r"(CPython|PyPy) \d+\.\d+\.\d+", bundle.runtime or "")
    assert re.fullmatch(r"\w+ \w+", bundle.platform or "")
    assert [incident.code for incident in bundle.incidents] == [caught.value.code]


def test_a_file_is_named_by_its_digest():
    content = b"abc"
    file = models.Attachment(name="note.txt", media_type="text/plain", size=len(content), sha256=okpay.signing.file_digest(content))
    assert file.sha256 == "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad"
