"""A gateway in a box for each test that asks for one, and clients of it."""

import json
import os
import subprocess
import urllib.request
from collections import Counter
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

    def count(self, operation, what):
        """How often an operation was asked for (`requests`) or done (`executed`)."""
        return self.control("GET", "/sandbox/requests").get(operation, {}).get(what, 0)

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


def cases(file, list, count=1):
    """Marks a test as one that runs so many cases of a list; see ``tests/vectors/README.md``."""
    return pytest.mark.cases(file, list, count)


def each(file, list):
    """Runs a test with every case of a list, and reports it."""
    found = vectors(file)
    for name in list.split("."):
        found = found[name]
    found = [*found.items()] if isinstance(found, dict) else found
    names = [str(case.get("name", number)) if isinstance(case, dict) else str(number) for number, case in enumerate(found)]
    mark = cases(f"vectors/{file}.json", list)
    return pytest.mark.parametrize("case", [pytest.param(case, marks=mark, id=name) for case, name in zip(found, names)])


def pytest_collection_modifyitems(items):
    for item in items:
        item.user_properties += [(item.function.__name__, mark.args) for mark in item.iter_markers("cases")]


RAN = Counter()


def pytest_runtest_logreport(report):
    if report.when == "call" and report.passed:
        for test, (file, list, count) in report.user_properties:
            RAN[test, file, list] += count


def pytest_sessionfinish():
    """Appends what has passed to the report, for the conformance table."""
    if "OKPAY_CONFORMANCE" in os.environ:
        with open(os.environ["OKPAY_CONFORMANCE"], "a", encoding="utf-8") as report:
            for (_, file, list), ran in RAN.items():
                report.write(json.dumps({"file": file, "list": list, "cases": ran}) + "\n")


def vectors(name):
    """A vector file."""
    return json.loads((VECTORS / f"{name}.json").read_text(encoding="utf-8"))
