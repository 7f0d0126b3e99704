"""What becomes of a delivery whose handler is async, or answers by itself, in the three frameworks."""

import asyncio
import contextlib

import pytest
from okpay import webhooks
from test_contrib import BODY, SECRET, delivery, django_post

pytestmark = pytest.mark.filterwarnings("ignore::DeprecationWarning", "ignore::UserWarning")


def flask_view(handle, decorator, store):
    """A function that posts a delivery and gives status and body."""
    import flask
    from okpay.contrib import flask as contrib

    app = flask.Flask("shop")
    app.post("/hook")(getattr(contrib, decorator)(webhooks.Verifier(SECRET), store=store)(handle))

    def post(event):
        answer = app.test_client().post("/hook", data=BODY, headers=delivery(event))
        return answer.status_code, answer.data

    return post


def django_view(handle, decorator, store):
    """The same, where the request is left off."""
    django_post(None, None)
    from django.test import RequestFactory
    from okpay.contrib import django as contrib

    async def awaited(request, given):
        return await handle(given)

    taken = awaited if asyncio.iscoroutinefunction(handle) else lambda request, given: handle(given)
    view = getattr(contrib, decorator)(webhooks.Verifier(SECRET), store=store)(taken)

    def post(event):
        meta = {f"HTTP_{name.upper().replace('-', '_')}": value for name, value in delivery(event).items()}
        try:
            answer = view(RequestFactory().post("/hook", BODY, content_type="application/json", **meta))
        except (RuntimeError, TypeError):
            return 500, b""
        return answer.status_code, answer.content

    return post


def flask_error():
    return ("the shop's database is away", 503)


def django_error():
    from django.http import HttpResponse

    return HttpResponse("the shop's database is away", status=503)


views = pytest.mark.parametrize("view", [flask_view, django_view], ids=["flask", "django"])
decorators = pytest.mark.parametrize("decorator", ["webhook", "delivery"])


@views
@decorators
def test_an_async_handler_is_awaited(view, decorator):
    seen, store = [], webhooks.MemoryStore()

    async def handle(given):
        await asyncio.sleep(0)
        if not seen:
            seen.append("failed")
            raise RuntimeError("the shop's database is away")
        seen.append(getattr(given, "payload", given).id)

    post = view(handle, decorator, store)
    assert [post("evt_1")[0] for _ in range(3)] == [500, 200, 200]
    assert seen == ["failed", "evt_1"]


@views
@decorators
def test_work_that_nobody_would_wait_for_is_not_done(view, decorator):
    store = webhooks.MemoryStore()

    async def work(given):
        raise AssertionError("never awaited")

    # No coroutine function itself, so that only what it gives tells.
    post = view(lambda given: work(given), decorator, store)
    assert post("evt_1")[0] == 500
    assert store.claim("okpay", "evt_1").state == "new"


@pytest.mark.parametrize(("view", "error"), [(flask_view, flask_error), (django_view, django_error)], ids=["flask", "django"])
@decorators
def test_an_error_that_is_returned_is_passed_on_and_gives_the_claim_back(view, error, decorator):
    store, answers = webhooks.MemoryStore(), [error(), None]
    post = view(lambda given: answers.pop(0), decorator, store)
    assert post("evt_1") == (503, b"the shop's database is away")
    assert post("evt_1") == (200, b"handled")
    assert not answers and store.claim("okpay", "evt_1").state == "done"
    bare = view(lambda given: error(), "webhook", None)
    assert bare("evt_2")[0] == 503


@decorators
def test_an_error_status_gives_the_claim_back_in_fastapi(decorator):
    from typing import Any

    from fastapi import Depends, FastAPI, Response
    from fastapi.testclient import TestClient
    from okpay.contrib import fastapi as contrib

    app, store, statuses = FastAPI(), webhooks.MemoryStore(), [503, 202]
    dependency = getattr(contrib, decorator)(webhooks.Verifier(SECRET), store=store)

    @app.post("/hook")
    async def hook(response: Response, given: Any = Depends(dependency)) -> None:  # noqa: B008
        response.status_code = statuses.pop(0)

    client = TestClient(app, raise_server_exceptions=False)
    assert [client.post("/hook", content=BODY, headers=delivery()).status_code for _ in range(3)] == [503, 202, 200]
    assert store.claim("okpay", "evt_1").state == "done"


@pytest.mark.parametrize("debug", [True, False])
def test_a_guard_on_a_connection_of_djangos(debug):
    django_post(None, None)
    from django.db import connection, transaction
    from django.test import override_settings
    from okpay.contrib.django import execute

    @contextlib.contextmanager
    def begin():
        with transaction.atomic(), connection.cursor() as cursor:
            yield execute(cursor)

    with override_settings(DEBUG=debug):
        guard = webhooks.SqlStore(begin)
        first = guard.claim("okpay", f"evt_{debug}")
        guard.release(first.token)
        second = guard.claim("okpay", f"evt_{debug}")
        with begin() as run:
            guard.complete_in(run, second.token)
        assert guard.claim("okpay", f"evt_{debug}").state == "done"
