"""The webhook endpoints of the three frameworks, alike."""

import json
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
        settings.configure(DEBUG=False, ALLOWED_HOSTS=["*"], DEFAULT_CHARSET="utf-8")
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


def test_the_package_needs_no_framework():
    import subprocess
    import sys

    code = "import sys, okpay.webhooks, okpay.fees, okpay.signing; okpay.Client; assert not {'flask', 'django', 'fastapi', 'asyncio'} & set(sys.modules)"
    subprocess.run([sys.executable, "-I", "-c", code], check=True)
    assert okpay.__version__
