"""A gateway in a box for each test that asks for one, and clients of it."""

import json
import os
import subprocess
import urllib.request
from contextlib import contextmanager
from pathlib import Path

import okpay
import pytest

REPOSITORY = Path(__file__).resolve().parents[3]
VECTORS = REPOSITORY / "tests" / "vectors"
SCENARIOS = REPOSITORY / "tests" / "scenarios"


class Sandbox:
    """A running ``okpay sandbox``."""

    def __init__(self, details):
        self.details = details
        self.url = details["url"]

    def control(self, verb, path, body=None):
        """Asks a control endpoint."""
        data = None if verb == "GET" else json.dumps(body or {}).encode()
        headers = {"Authorization": f"Bearer {self.details['control_token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(self.url + path, data, headers, method=verb)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def client(self, kind=okpay.Client, **options):
        """A client with the secret key."""
        return kind(self.url, self.details["key_id"], self.details["secret"], **options)

    def browser(self, kind=okpay.Client, **options):
        """A client with the publishable key."""
        return kind(self.url, publishable_key=self.details["publishable_key"], **options)

    def card(self, number="4242424242424242"):
        """The token of a card."""
        card = {"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}
        return self.browser().payment_methods.create(card=card).id


@contextmanager
def running():
    """Starts a sandbox and stops it."""
    program = os.environ.get("OKPAY_PROGRAM", str(REPOSITORY / "target" / "debug" / "okpay"))
    process = subprocess.Popen([program, "sandbox", "--json", "--port", "0"], stdout=subprocess.PIPE, text=True)
    try:
        yield Sandbox(json.loads(process.stdout.readline()))
    finally:
        process.terminate()
        process.wait(timeout=30)
        process.stdout.close()


@pytest.fixture(scope="session")
def sandbox():
    """One gateway that tests share which do not count."""
    with running() as gateway:
        yield gateway


@pytest.fixture
def fresh_sandbox():
    """A gateway of the test's own."""
    with running() as gateway:
        yield gateway


def vectors(name):
    """A vector file."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
