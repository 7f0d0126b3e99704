"""``wait``: woken by an event, given up, out of time."""

import asyncio
import pickle
import queue
import threading

import okpay
import pytest


@pytest.fixture
def questions():
    """What the hook was told, in order."""
    return queue.Queue()


def deposit_of(client):
    """A deposit of which nothing was seen yet, and the event of it."""
    deposit = client.deposits.create(amount=okpay.Money("5.00", "EUR"), method="bank_transfer")
    return deposit, next(event for event in client.events.list().data if getattr(event.data, "id", None) == deposit.id)


def test_an_event_wakes_whoever_waits(sandbox, questions):
    deposit, event = deposit_of(sandbox.client())
    client = sandbox.client(on_attempt=questions.put)
    found = queue.Queue()
    thread = threading.Thread(target=lambda: found.put(client.deposits.wait(deposit.id, timeout=300)), daemon=True)
    thread.start()
    questions.get(timeout=30)
    for _ in range(12):  # unwoken, so many questions would take minutes
        client.notify(event)
        assert questions.get(timeout=30)["operation"] == "deposits.retrieve"
    sandbox.client().deposits.cancel(deposit.id)
    client.notify(event)
    assert found.get(timeout=30).status == "canceled"
    client.notify(event)  # nobody waits any more


def test_tasks_are_woken_and_may_give_up(sandbox, questions):
    deposit, event = deposit_of(sandbox.client())

    async def run():
        client = sandbox.client(okpay.AsyncClient, on_attempt=questions.put)
        given_up = asyncio.create_task(client.deposits.wait(deposit.id))
        await asyncio.to_thread(questions.get, timeout=30)
        given_up.cancel()
        with pytest.raises(asyncio.CancelledError):
            await given_up
        waiting = asyncio.create_task(client.deposits.wait(deposit.id))
        await asyncio.to_thread(questions.get, timeout=30)
        await client.deposits.cancel(deposit.id)
        client.notify(event)
        return await asyncio.wait_for(waiting, 30)

    canceled = asyncio.run(run())
    assert (canceled.id, canceled.status) == (deposit.id, "canceled")
    operations = [questions.get_nowait()["operation"] for _ in range(questions.qsize())]
    assert operations[0] == "deposits.cancel"


def test_time_that_is_over_says_where_it_stands(sandbox):
    client = sandbox.client()
    deposit, _ = deposit_of(client)
    with pytest.raises(okpay.Unanswered) as caught:
        client.deposits.wait(deposit.id, timeout=2.5)
    error = caught.value
    assert (error.code, error.object_id, error.state) == ("wait_timed_out", deposit.id, "pending")
    assert "state pending" in str(error) and pickle.loads(pickle.dumps(error)) == error
    assert error.advice("zh-CN").title


def test_a_wait_that_cannot_be_is_refused(sandbox):
    with pytest.raises(ValueError, match="not negative"):
        sandbox.client().deposits.wait("dep_1", timeout=-1)
    with pytest.raises(okpay.Invalid) as caught:
        sandbox.client().deposits.wait("dep_1", headers={"Authorization": "Bearer x"})
    assert caught.value.param == "headers"


def test_an_event_of_tomorrow_wakes_nobody(sandbox):
    event = okpay.models.Event.from_dict(
        {
            "id": "evt_1",
            "type": "moon.rose",
            "created": "2026-11-01T00:00:00Z",
            "api_version": "2026-11-01",
            "livemode": False,
            "data": {"id": "dep_1"},
        }
    )
    sandbox.client().notify(event)
