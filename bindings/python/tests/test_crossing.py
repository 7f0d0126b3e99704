"""The crossing itself: panics, threads, forks, event loops, cancellation, Ctrl-C."""

import asyncio
import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor

import okpay
import pytest
from okpay import Money, _okpay


def test_a_panic_becomes_an_error(capfd):
    with pytest.raises(okpay.OkpayError) as caught:
        _okpay._panic()
    assert caught.value.code == "sdk_panicked" and isinstance(caught.value, Exception)
    assert "asked for by a test" in capfd.readouterr().err


def test_a_thousand_calls_at_once(sandbox):
    async def all_of_them():
        client = sandbox.client(okpay.AsyncClient)
        return await asyncio.gather(*(client.balances.list() for _ in range(1000)))

    pages = asyncio.run(all_of_them())
    assert len(pages) == 1000 and all(isinstance(page, okpay.models.BalancePage) for page in pages)


def test_one_client_in_many_threads(sandbox):
    client, card = sandbox.client(), sandbox.card()

    def pay(number):
        order = {"amount": Money.from_minor(500 + number, "EUR"), "method": "card", "payment_method": card}
        # Calls under one key at a time are told to come again; with 16 threads that may take more tries than three.
        return client.payments.create(**order, idempotency_key=f"threads-{number % 8}", max_attempts=20, timeout=60).id

    with ThreadPoolExecutor(16) as pool:
        keys = list(pool.map(lambda number: pay(number % 8), range(64)))
    assert len(set(keys)) == 8


def test_values_in_many_threads():
    secret = okpay.webhooks.webhook_secret()
    verifier, body = okpay.webhooks.Verifier(secret), b"x" * 100_000
    headers = okpay.webhooks.sign(secret, "evt_1", body, 1_800_000_000)
    with ThreadPoolExecutor(8) as pool:
        proven = list(pool.map(lambda _: verifier.verify(body, headers, 1_800_000_000).id, range(64)))
    assert proven == ["evt_1"] * 64


def test_other_threads_run_while_a_call_waits(fresh_sandbox):
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "balances.list", "delay_ms": 600})
    client = fresh_sandbox.client()
    waiting = threading.Thread(target=client.balances.list)
    waiting.start()
    turns = 0
    while waiting.is_alive():
        turns += 1
    assert turns > 10_000


def test_one_async_client_survives_several_event_loops(sandbox):
    client = sandbox.client(okpay.AsyncClient)
    pages = [asyncio.run(client.balances.list()) for _ in range(3)]
    with ThreadPoolExecutor(4) as pool:
        pages += pool.map(lambda _: asyncio.run(client.balances.list()), range(8))
    assert len(pages) == 11


def test_cancellation_drops_the_call_and_keeps_its_key(fresh_sandbox):
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "payments.create", "delay_ms": 30_000})
    card = fresh_sandbox.card()

    keys = []

    async def pay(client):
        try:
            await client.payments.create(amount=Money("5.00", "EUR"), method="card", payment_method=card)
        except asyncio.CancelledError as error:
            keys.append(error.idempotency_key)
            raise

    async def cancelled():
        client = fresh_sandbox.client(okpay.AsyncClient)
        task = asyncio.create_task(pay(client))
        while not fresh_sandbox.count("payments.create", "executed"):
            await asyncio.sleep(0.01)
        task.cancel()
        started = time.monotonic()
        with pytest.raises(asyncio.CancelledError):
            await task
        assert time.monotonic() - started < 5
        outcome = await client.resolve(keys[0])
        assert outcome.state == "executed"
        with pytest.raises(asyncio.TimeoutError):
            fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "balances.list", "delay_ms": 30_000})
            await asyncio.wait_for(client.balances.list(), 0.2)

    asyncio.run(cancelled())


def test_a_loop_that_was_closed_meanwhile_hurts_nobody(fresh_sandbox):
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "balances.list", "delay_ms": 300})
    client = fresh_sandbox.client(okpay.AsyncClient)
    loop = asyncio.new_event_loop()
    task = loop.create_task(client.balances.list())
    while not fresh_sandbox.count("balances.list", "requests"):
        loop.run_until_complete(asyncio.sleep(0.01))
    task.cancel()
    with contextlib.suppress(asyncio.CancelledError):
        loop.run_until_complete(task)
    loop.close()
    assert asyncio.run(client.balances.list()) is not None


@pytest.mark.skipif(not hasattr(os, "fork"), reason="there is no fork here")
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
@pytest.mark.parametrize("used", [False, True], ids=["unused", "used"])
def test_a_client_made_before_a_fork_works_in_the_child(sandbox, used):
    client = sandbox.client()
    if used:
        client.balances.list()
    child = os.fork()
    if child == 0:
        try:
            client.balances.list(timeout=20)
            asyncio.run(sandbox.client(okpay.AsyncClient).balances.list(timeout=20))
            os._exit(7)
        finally:
            os._exit(1)
    deadline = time.monotonic() + 60
    while True:
        ended, status = os.waitpid(child, os.WNOHANG)
        if ended:
            break
        if time.monotonic() > deadline:
            os.kill(child, signal.SIGKILL)
            os.waitpid(child, 0)
            pytest.fail("the child hangs")
        time.sleep(0.01)
    assert os.waitstatus_to_exitcode(status) == 7
    assert client.balances.list() is not None


INTERRUPTED = """
import signal, sys, okpay
signal.signal(signal.SIGINT, signal.default_int_handler)  # it is ignored in what a shell runs in the background
client = okpay.Client(sys.argv[1], sys.argv[2], sys.argv[3], on_attempt=print)
print("ready", flush=True)
try:
    client.payments.create(amount=okpay.Money("5.00", "EUR"), method="card", payment_method=sys.argv[4])
except KeyboardInterrupt as interrupt:
    print(interrupt.idempotency_key, flush=True)
"""


@pytest.mark.skipif(os.name == "nt", reason="signals are another matter there")
def test_ctrl_c_interrupts_a_call(fresh_sandbox):
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "payments.create", "delay_ms": 30_000})
    details = fresh_sandbox.details
    arguments = [details["url"], details["key_id"], details["secret"], fresh_sandbox.card()]
    with subprocess.Popen([sys.executable, "-I", "-c", INTERRUPTED, *arguments], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout.readline() == "ready\n"
        while not fresh_sandbox.count("payments.create", "executed"):
            time.sleep(0.01)
        process.send_signal(signal.SIGINT)
        key = process.stdout.readline().strip()
        # Well before the answer would come, on a machine however busy.
        assert process.wait(timeout=20) == 0
    assert fresh_sandbox.client().resolve(key).state == "executed"


def test_texts_and_bodies_cross_whole(sandbox):
    client, card = sandbox.client(), sandbox.card()
    texts = {"empty": "", "nul": "a\0b", "pair": "\U0001f9fa\U00010348", "wide": "支付", "quote": '"\\\n\t'}
    payment = client.payments.create(amount=Money("5.00", "EUR"), method="card", payment_method=card, metadata=texts)
    assert client.payments.retrieve(payment.id).metadata == texts
    # A lone surrogate is no character, so that it cannot be sent as one.
    with pytest.raises((okpay.Invalid, UnicodeEncodeError)):
        client.payments.create(amount=Money("5.00", "EUR"), method="card", payment_method=card, reference="\ud800")
    with pytest.raises(okpay.OkpayError) as caught:
        client.payments.create(amount=Money("5.00", "EUR"), method="card", payment_method=card, description="x" * (2 << 20))
    assert caught.value.code in ("body_too_large", "invalid_field")


def test_a_process_ends_while_a_call_is_under_way(fresh_sandbox):
    fresh_sandbox.control("POST", "/sandbox/faults", {"kind": "delay", "on": "balances.list", "delay_ms": 5_000})
    code = (
        "import sys, threading, okpay\n"
        "client = okpay.Client(*sys.argv[1:])\n"
        "threading.Thread(target=client.balances.list, daemon=True).start()\n"
        "sys.stdin.read()\n"
    )
    details = fresh_sandbox.details
    arguments = [details["url"], details["key_id"], details["secret"]]
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "stderr": subprocess.PIPE}
    with subprocess.Popen([sys.executable, "-I", "-c", code, *arguments], **pipes, text=True) as process:
        while not fresh_sandbox.count("balances.list", "requests") and process.poll() is None:
            time.sleep(0.01)
        _, errors = process.communicate(timeout=30)
    assert process.returncode == 0 and "panicked" not in errors
    assert fresh_sandbox.count("balances.list", "requests") == 1
