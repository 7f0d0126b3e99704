"""Measures the installed package against what people use instead: ``cargo xtask bench python``.

Both sides take turns in short rounds, so that whatever else the machine does falls on both, and what counts is the ratio of each pair of
rounds: its median, and between which ratios nine of ten rounds were.
"""

import base64
import hashlib
import hmac
import json
import platform
import statistics
import subprocess
import sys
import time

import msgspec
import okpay
import stripe

ROUNDS = 60
NOW = int(time.time())
KEY = bytes(range(32))
SECRET = okpay.webhooks.webhook_secret(KEY)
STRIPE_SECRET = "whsec_" + "5" * 32


def event():
    """An event of 2 KB."""
    refund = {
        "id": "re_01jgfjjg0008e8gpmb1q6mt80x",
        "status": "succeeded",
        "payment": "pay_01jgfjjg0008e8gpmb1q6mt80x",
        "amount": {"amount": "19.99", "currency": "EUR"},
        "metadata": {f"field_{number}": f"what a merchant keeps there, {number}" for number in range(20)},
        "created": "2026-11-22T12:00:00Z",
        "version": 3,
        "livemode": False,
    }
    whole = {"id": "evt_01jgfjjg0008e8gpmb1q6mt80x", "object": "event", "type": "refund.succeeded", "api_version": "2026-11-01"}
    whole.update(created="2026-11-22T12:00:00Z", livemode=False, data={**refund, "reason": ""})
    whole["data"]["reason"] = "x" * (2048 - len(json.dumps(whole).encode()))
    return json.dumps(whole).encode()


BODY = event()
HEADERS = {"Host": "shop.example", "Content-Type": "application/json", **okpay.webhooks.sign(SECRET, "evt_1", BODY, NOW)}
STRIPE_HEADER = f"t={NOW},v1={hmac.new(STRIPE_SECRET.encode(), str(NOW).encode() + b'.' + BODY, hashlib.sha256).hexdigest()}"
VERIFIER = okpay.webhooks.Verifier(SECRET)


def verified():
    """Proves a webhook."""
    return VERIFIER.verify(BODY, HEADERS)


def verified_by_hand():
    """Proves a webhook as tutorials do: no check of the time, no rotation, no strictness."""
    signed = b"%s.%s.%s" % (HEADERS["webhook-id"].encode(), HEADERS["webhook-timestamp"].encode(), BODY)
    signature = "v1," + base64.b64encode(hmac.digest(KEY, signed, "sha256")).decode()
    if not hmac.compare_digest(signature, HEADERS["webhook-signature"]):
        raise ValueError("forged")


def three_fields():
    """Proves a webhook and reads three fields of it."""
    payload = VERIFIER.verify(BODY, HEADERS)
    return payload.event_type, payload.field("data.id"), payload.field("data.status")


def three_fields_by_hand():
    """The same by hand, with the fastest parser there is."""
    verified_by_hand()
    found = msgspec.json.decode(BODY)
    return found["type"], found["data"]["id"], found["data"]["status"]


def typed():
    """Proves a webhook and reads the typed event."""
    return VERIFIER.verify(BODY, HEADERS).event().data.payment


def typed_by_stripe():
    """The same as Stripe's library does it for its own events."""
    return stripe.Webhook.construct_event(BODY, STRIPE_HEADER, STRIPE_SECRET)["data"]["payment"]


def imported(module, client):
    """How long a fresh interpreter takes to import a module and its client, in nanoseconds."""
    program = f"import time; start = time.perf_counter_ns(); from {module} import {client}; print(time.perf_counter_ns() - start)"
    return int(subprocess.run([sys.executable, "-I", "-c", program], capture_output=True, text=True, check=True).stdout)


def timed(work, times):
    """How long so many runs take, in nanoseconds."""
    start = time.perf_counter_ns()
    for _ in range(times):
        work()
    return (time.perf_counter_ns() - start) / times


def compare(name, ours, peer, rounds):
    """Prints one line: our median time, and the ratio to the peer's."""
    pairs = [(ours(), peer()) for _ in range(rounds)]
    ratios = sorted(mine / other for mine, other in pairs)
    low, high = ratios[rounds // 20], ratios[-1 - rounds // 20]
    mine = statistics.median(mine for mine, _ in pairs) / 1000
    print(f"{name:58}{mine:12.1f}{statistics.median(ratios):8.2g}   {low:.2g} to {high:.2g}")


def main():
    """Prints the table."""
    assert len(BODY) == 2048 and three_fields() == three_fields_by_hand() and typed() == typed_by_stripe()
    print(f"CPython {platform.python_version()}, {platform.machine()}; ratio below 1: okpay is faster")
    print(f"{'okpay against …':58}{'okpay, µs':>12}{'ratio':>8}   nine of ten")
    for name, ours, peer, times in [
        ("verify 2 KB: hmac.digest and compare_digest", verified, verified_by_hand, 1000),
        ("verify and three fields: hmac and msgspec", three_fields, three_fields_by_hand, 1000),
        ("verify and the event: stripe.Webhook.construct_event", typed, typed_by_stripe, 200),
    ]:
        compare(name, lambda work=ours, times=times: timed(work, times), lambda work=peer, times=times: timed(work, times), ROUNDS)
    compare("import of the client: stripe", lambda: imported("okpay", "Client"), lambda: imported("stripe", "StripeClient"), ROUNDS // 3)


if __name__ == "__main__":
    main()
