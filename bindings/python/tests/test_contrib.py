"""The webhook endpoints of the three frameworks, alike."""

import contextlib
import json
import sqlite3
import time

import okpay
import pytest
from okpay import webhooks

SECRET = webhooks.webhook_secret(bytes(32))
BODY = json.dumps({"type": "payment.succeeded", "id": "evt_1"}, indent=3).encode()


def delivery(event="evt_1", body=BODY):
    return {**webhooks.sign(SECRET, event, body, int(time.time())), "content-type": "application/json"}


class Handler:
    """What a shop does with a payload."""

    def __init__(self):
        self.seen, self.fails = [], False

    def __call__(self, payload):
        assert payload.body == BODY
        if self.fails:
            raise RuntimeError("the shop's database is away")
        self.seen.append(payload.id)


def flask_post(handler, store):
    import flask
    from okpay.contrib.flask import webhook

    app = flask.Flask("shop")
    app.post("/hook")(webhook(webhooks.Verifier(SECRET), store=store)(handler.__call__))
    client = app.test_client()
    return lambda headers, body=BODY: client.post("/hook", data=body, headers=headers).status_code


def django_post(handler, store):
    import django
    from django.conf import settings
    from django.test import RequestFactory

    if not settings.configured:
        databases = {"default": {"ENGINE": "django.db.backends.sqlite3", "NAME": ":memory:"}}
        settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], DEFAULT_CHARSET="utf-8", DATABASES=databases)
        django.setup()
    from okpay.contrib.django import webhook

    view = webhook(webhooks.Verifier(SECRET), store=store)(lambda request, payload: handler(payload))
    assert view.csrf_exempt
    assert view(RequestFactory().get("/hook")).status_code == 405

    def post(headers, body=BODY):
        meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        try:
            return view(RequestFactory().post("/hook", body, content_type="application/json", **meta)).status_code
        except RuntimeError:
            return 500

    return post


def fastapi_post(handler, store):
    from typing import Any

    from fastapi import Depends, FastAPI
    from fastapi.testclient import TestClient
    from okpay.contrib.fastapi import webhook

    app, verified = FastAPI(), webhook(webhooks.Verifier(SECRET), store=store)

    @app.post("/hook")
    async def hook(payload: Any = Depends(verified)) -> None:  # noqa: B008
        handler(payload)

    client = TestClient(app, raise_server_exceptions=False)
    return lambda headers, body=BODY: client.post("/hook", content=body, headers=headers).status_code


@pytest.fixture(params=[flask_post, django_post, fastapi_post], ids=["flask", "django", "fastapi"])
def make(request):
    return request.param


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_a_proven_delivery_is_handled_and_others_are_not(make):
    handler = Handler()
    post = make(handler, None)
    assert post(delivery()) == 200
    assert post(delivery(), BODY + b" ") == 400
    assert post({}) == 400
    assert handler.seen == ["evt_1"]
    handler.fails = True
    assert post(delivery()) == 500


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
def test_with_a_store_each_event_is_handled_once(make):
    handler, store = Handler(), webhooks.MemoryStore()
    post = make(handler, store)
    handler.fails = True
    assert post(delivery()) == 500
    handler.fails = False
    assert [post(delivery()), post(delivery()), post(delivery("evt_2"))] == [200, 200, 200]
    assert handler.seen == ["evt_1", "evt_2"]
    store.claim("okpay", "evt_3")
    assert post(delivery("evt_3")) == 503


def flask_delivery(handle, store):
    import flask
    from okpay.contrib.flask import delivery

    app = flask.Flask("shop")
    app.post("/hook")(delivery(webhooks.Verifier(SECRET), store)(handle))
    client = app.test_client()
    return lambda headers: client.post("/hook", data=BODY, headers=headers).status_code


def django_delivery(handle, store):
    django_post(None, None)
    from django.test import RequestFactory
    from okpay.contrib.django import delivery

    view = delivery(webhooks.Verifier(SECRET), store)(lambda request, delivery: handle(delivery))

    def post(headers):
        meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in headers.items()}
        try:
            return view(RequestFactory().post("/hook", BODY, content_type="application/json", **meta)).status_code
        except RuntimeError:
            return 500

    return post


def fastapi_delivery(handle, store):
    from typing import Any

    from fastapi import Depends, FastAPI
    from fastapi.testclient import TestClient
    from okpay.contrib.fastapi import delivery

    app, claimed = FastAPI(), delivery(webhooks.Verifier(SECRET), store)

    @app.post("/hook")
    async def hook(delivery: Any = Depends(claimed)) -> None:  # noqa: B008
        handle(delivery)

    client = TestClient(app, raise_server_exceptions=False)
    return lambda headers: client.post("/hook", content=BODY, headers=headers).status_code


@pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")
@pytest.mark.parametrize("make", [flask_delivery, django_delivery, fastapi_delivery], ids=["flask", "django", "fastapi"])
def test_the_work_and_its_completion_are_one_transaction(make, tmp_path):
    begin, fails = own_database(tmp_path), [True]
    guard = webhooks.SqlStore(begin)
    with begin() as execute:
        execute("CREATE TABLE shipped (event TEXT)", ())

    def handle(delivery):
        with begin() as execute:
            execute("INSERT INTO shipped VALUES (?)", (delivery.payload.id,))
            guard.complete_in(execute, delivery.token)
            if fails.pop() if fails else False:
                raise RuntimeError("the shop's database is away")

    post = make(handle, guard)
    assert [post(delivery()), post(delivery()), post(delivery())] == [500, 200, 200]
    with begin() as execute:
        assert execute("SELECT * FROM shipped", ()).fetchall() == [("evt_1",)]


def own_database(folder):
    """What opens transactions of the merchant's own database."""

    @contextlib.contextmanager
    def begin():
        with contextlib.closing(sqlite3.connect(folder / "shop.sqlite")) as connection, connection:
            yield connection.execute

    return begin


def test_a_guard_in_the_merchants_database_is_like_any_other(tmp_path):
    guard, now = webhooks.SqlStore(own_database(tmp_path)), 1_800_000_000
    first = guard.claim("orders", "evt_1", lease=60, now=now)
    assert first.state == "new"
    assert guard.claim("orders", "evt_1", now=now + 59) == webhooks.Claim("in_progress", None)
    assert guard.claim("mails", "evt_1", now=now).state == "new"
    guard.release(first.token)
    second = guard.claim("orders", "evt_1", now=now)
    guard.release(first.token)  # an old token changes nothing
    guard.complete(second.token, now)
    guard.complete(second.token, now)
    assert guard.claim("orders", "evt_1", now=now + 86_400).state == "done"
    assert guard.claim("orders", "evt_1", now=now + 31 * 86_400).state == "new"
    for wrong in (("", "evt_1", 60), ("orders", "", 60), ("orders", "x" * 256, 60), ("orders", "evt_1", 0)):
        with pytest.raises(okpay.Invalid):
            guard.claim(*wrong)


def test_a_claim_that_was_lost_rolls_the_work_back(tmp_path):
    begin = own_database(tmp_path)
    guard = webhooks.SqlStore(begin)
    late = guard.claim("okpay", "evt_1", lease=1, now=1_800_000_000).token
    assert guard.claim("okpay", "evt_1", now=1_800_000_002).state == "new"
    with pytest.raises(okpay.VerificationError) as raised, begin() as execute:
        guard.complete_in(execute, late)
    assert raised.value.code == "replay_guard_failed"


def test_the_package_needs_no_framework():
    import subprocess
    import sys

    code = "import sys, okpay.webhooks, okpay.fees, okpay.signing; okpay.Client; assert not {'flask', 'django', 'fastapi', 'asyncio'} & set(sys.modules)"
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    assert okpay.__version__
