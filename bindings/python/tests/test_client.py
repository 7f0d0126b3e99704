"""The clients: options, answers, transports, hooks, journals."""

import asyncio
import pickle
import re
import subprocess
import sys
from datetime import timedelta

import okpay
import pytest
from okpay import Money, models

CARD = {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}


def test_the_answer_of_a_reply(sandbox):
    client = sandbox.client()
    card = sandbox.card()
    order = {
        "amount": Money("5.00", "EUR"),
        "method": models.MethodType.CARD,
        "payment_method": card,
        "idempotency_key": "answer-1",
    }
    first, second = client.payments.create(**order), client.payments.create(**order)
    assert first == second and first.answer.status == 200 and not first.answer.is_replayed and second.answer.is_replayed
    assert first.answer.request_id.startswith("req_") and first.answer.header("CONTENT-TYPE") == "application/json"
    assert pickle.loads(pickle.dumps(first)).answer is None


def test_mappings_and_models_will_do_as_parameters(sandbox):
    browser = sandbox.browser()
    made = browser.payment_methods.create(card=models.CardDetails(**CARD), metadata={"till": "7"})
    assert made.metadata == {"till": "7"} and browser.payment_methods.create(card=CARD).last4 == "4242"
    payment = sandbox.client().payments.create(amount={"amount": "5.00", "currency": "EUR"}, method="card", payment_method=made.id)
    assert payment.payment_method.metadata == {"till": "7"}


def test_options(sandbox):
    client = sandbox.client(user_agent="bookshop/2.1", timeout=timedelta(seconds=20), connect_timeout=1.5)
    assert client.balances.list(timeout=timedelta(seconds=5), max_attempts=1, headers={"traceparent": "00-1"}) is not None
    with pytest.raises(okpay.Invalid) as caught:
        client.balances.list(headers={"Authorization": "Bearer x"})
    assert caught.value.param == "headers"
    for timeout in (-1, float("nan"), 1e30):
        with pytest.raises(ValueError):
            client.balances.list(timeout=timeout)
    with pytest.raises(okpay.NotSent) as caught:
        client.balances.list(timeout=0)
    assert caught.value.code == "deadline_exceeded"


def test_clients_hide_their_secret_and_are_not_pickled(sandbox):
    for kind in (okpay.Client, okpay.AsyncClient):
        client = sandbox.client(kind)
        assert repr(client) == f"{kind.__name__}({sandbox.url} as {sandbox.details['key_id']})"
        with pytest.raises(TypeError):
            pickle.dumps(client)


def test_settings_from_the_environment(sandbox, monkeypatch):
    for name, detail in {
        "BASE_URL": "url",
        "KEY_ID": "key_id",
        "SECRET": "secret",
        "GATEWAY_KEYS": "gateway_keys",
    }.items():
        monkeypatch.setenv(f"OKPAY_{name}", sandbox.details[detail])
    with okpay.Client() as client:
        assert isinstance(client.balances.list(), models.BalancePage)
    key = okpay.signing.HmacKey(sandbox.details["key_id"], sandbox.details["secret"])
    assert okpay.Client(key=key).balances.list() == client.balances.list()


def test_a_checkout_by_its_client_secret(sandbox):
    session = sandbox.client().checkout_sessions.create(amount=Money("9.00", "EUR"), success_url="https://shop.test/thanks")
    assert session.client_secret not in repr(session)
    buyer = sandbox.browser(client_secret=session.client_secret)
    card = buyer.payment_methods.create(card=CARD)
    paid = buyer.checkout_sessions.confirm(session.id, method="card", payment_method=card.id)
    assert paid.payment_status == "succeeded"
    with pytest.raises(okpay.Rejected) as caught:
        sandbox.browser(client_secret="wrong").checkout_sessions.retrieve(session.id)
    assert caught.value.code == "client_secret_invalid"


def test_another_transport(sandbox):
    sent = []

    def lost(method, url, headers, body):
        sent.append((method, url, dict(headers), body))
        raise ConnectionError("the cable is out")

    options = {"gateway_keys": sandbox.details["gateway_keys"], "transport": lost, "max_attempts": 2}
    with pytest.raises(okpay.OutcomeUnknown) as caught:
        sandbox.client(**options).payments.create(amount=Money("1.00", "EUR"), method="card", payment_method="pm_1")
    assert caught.value.code == "connection_lost" and caught.value.idempotency_key
    (first, second) = sent
    assert first[:2] == ("POST", sandbox.url + "/v1/payments") and first[3] == second[3] and b"pm_1" in first[3]
    assert first[2]["idempotency-key"] == second[2]["idempotency-key"] and first[2]["signature"] != second[2]["signature"]
    with pytest.raises(okpay.Unanswered):
        sandbox.client(**options).balances.list()

    def off(*_):
        raise okpay.errors.from_failure("not_sent", "connect_failed", "no network")

    with pytest.raises(okpay.NotSent):
        sandbox.client(**{**options, "transport": off}).refunds.create(payment="pay_1")
    for nonsense in (None, (200,), ("200", [], b""), (200, [], "text")):
        with pytest.raises(okpay.Unanswered):
            sandbox.client(**{**options, "transport": lambda *_, answer=nonsense: answer}).balances.list(max_attempts=1)


def test_hooks_hear_of_every_attempt(fresh_sandbox):
    heard = []
    client = fresh_sandbox.client(on_attempt=heard.append)
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "unavailable", "on": "payments.list"})
    client.payments.list(limit=1)
    assert [(report["attempt"], report["status"], report["url_template"]) for report in heard] == [
        (1, 503, "/v1/payments"),
        (2, 200, "/v1/payments"),
    ]
    assert heard[0]["operation"] == "payments.list" and heard[1]["elapsed_ms"] >= 0


@pytest.mark.filterwarnings("ignore::pytest.PytestUnraisableExceptionWarning")
def test_a_hook_that_fails_changes_nothing(sandbox):
    def failing(_):
        raise RuntimeError("on purpose")

    assert sandbox.client(on_attempt=failing).balances.list() is not None


def test_a_journal_survives_a_crash(fresh_sandbox, tmp_path):
    code = (
        "import os, sys, okpay\n"
        "def crash(*_): os._exit(9)\n"
        "okpay.Client(sys.argv[1], sys.argv[2], sys.argv[3], gateway_keys=sys.argv[4], journal=sys.argv[5], transport=crash)"
        ".payments.create(amount=okpay.Money('1.00', 'EUR'), method='card', payment_method='pm_1', idempotency_key='crash-1')\n"
    )
    details, journal = fresh_sandbox.details, tmp_path / "calls.sqlite"
    names = ("url", "key_id", "secret", "gateway_keys")
    done = subprocess.run([sys.executable, "-I", "-c", code, *(details[name] for name in names), str(journal)], timeout=60)
    assert done.returncode == 9
    (recovered,) = fresh_sandbox.client(journal=journal).recover()
    assert recovered.call["idempotency_key"] == "crash-1" and recovered.call["operation"] == "payments.create"
    assert recovered.outcome.state is models.CallState.NOT_EXECUTED and recovered.error is None
    assert asyncio.run(fresh_sandbox.client(okpay.AsyncClient, journal=journal).recover()) == []
    with pytest.raises(okpay.Invalid):
        fresh_sandbox.client().recover()


def test_every_operation_has_its_method():
    from inspect import signature

    from okpay._generated import operations

    groups = [value for value in vars(operations).values() if isinstance(value, type) and issubclass(value, operations.Group)]
    methods = [name for group in groups for name in vars(group) if not name.startswith("_")]
    assert len(methods) > 40 and "rotate_secret" in methods and "iterate" in methods
    for group in groups[1:]:
        twin = getattr(operations, f"Async{group.__name__}")
        for name in (name for name in vars(group) if not name.startswith("_")):
            assert list(signature(getattr(group, name)).parameters) == list(signature(getattr(twin, name)).parameters)
            assert getattr(group, name).__doc__


@pytest.mark.parametrize("kind", [okpay.Client, okpay.AsyncClient])
def test_the_question_what_became_of_a_call_has_options(sandbox, kind):
    client = sandbox.client(kind)

    def resolve(**options):
        outcome = client.resolve("never-sent-either", **options)
        return asyncio.run(outcome) if asyncio.iscoroutine(outcome) else outcome

    assert resolve(timeout=20, max_attempts=2, headers={"traceparent": "00-1"}).state == "not_executed"
    with pytest.raises(okpay.Invalid) as caught:
        resolve(headers={"Authorization": "Bearer x"})
    assert caught.value.param == "headers"
    with pytest.raises(okpay.OkpayError) as caught:
        resolve(timeout=0)
    assert caught.value.code == "deadline_exceeded"


@pytest.mark.parametrize("kind", [okpay.Client, okpay.AsyncClient])
def test_an_answer_that_python_cannot_hold_says_what_happened(sandbox, kind):
    order = {"amount": Money("5.00", "EUR"), "method": "card", "payment_method": sandbox.card()}
    paid = sandbox.client().payments.create(**order)
    body = re.sub(rb'"created": ?"[^"]*"', b'"created":"0000-01-01T00:00:00Z"', paid.answer.body)
    gateway = okpay.signing.Ed25519Key("gateway_1", bytes(range(32)))

    def send(method, url, headers, _):
        nonce = re.search('nonce="([^"]*)"', dict(headers)["signature-input"])[1]
        answered = {"content-type": "application/json"}
        signed = okpay.signing.sign_answer(200, answered, body, gateway, request=(nonce, sandbox.details["key_id"]))
        return 200, [*answered.items(), *signed.items()], body

    client = sandbox.client(kind, gateway_keys=str(gateway.public_key), transport=send)

    def end(begin):
        called = begin()
        return asyncio.run(called) if asyncio.iscoroutine(called) else called

    with pytest.raises(okpay.OutcomeUnknown, match="was executed") as caught:
        end(lambda: client.payments.create(**order, idempotency_key="held-1"))
    assert caught.value.code == "answer_unreadable" and caught.value.idempotency_key == "held-1" and caught.value.status == 200
    with pytest.raises(okpay.OutcomeUnknown) as caught:
        end(lambda: client.payments.create(**order))
    assert caught.value.idempotency_key
    with pytest.raises(okpay.Unanswered) as caught:
        end(lambda: client.payments.retrieve(paid.id))
    assert caught.value.code == "answer_unreadable" and caught.value.idempotency_key is None
