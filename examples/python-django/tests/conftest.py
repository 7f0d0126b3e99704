"""A real gateway in a box, and the project served beside it on a thread of its own."""

import json
import os
import subprocess
import threading
import urllib.request
from wsgiref.simple_server import WSGIRequestHandler, make_server

import pytest


class Gateway:
    """A running `okpay sandbox`."""

    def __init__(self, details):
        self.details, self.url = details, details["url"]

    def control(self, path, body):
        headers = {"Authorization": f"Bearer {self.details['control_token']}", "Content-Type": "application/json"}
        request = urllib.request.Request(f"{self.url}/sandbox/{path}", json.dumps(body).encode(), headers)
        with urllib.request.urlopen(request, timeout=30) as answer:
            return json.load(answer)

    def card(self, number="4242424242424242"):
        """What the buyer's browser gets for a card."""
        import okpay

        browser = okpay.Client(self.url, publishable_key=self.details["publishable_key"])
        return browser.payment_methods.create(card={"number": number, "exp_month": 12, "exp_year": 2040, "cvc": "123"}).id


class Quiet(WSGIRequestHandler):
    def log_message(self, *_):
        """Says nothing."""


@pytest.fixture(scope="session")
def gateway(tmp_path_factory):
    command = [os.environ.get("OKPAY_PROGRAM", "okpay"), "sandbox", "--json", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:
        gateway = Gateway(json.loads(process.stdout.readline()))
        environment = {
            "OKPAY_BASE_URL": gateway.url,
            "SHOP_SECRET_KEY": "only for tests",
            "SHOP_DATABASE": str(tmp_path_factory.mktemp("shop") / "charges.sqlite"),
            "DJANGO_SETTINGS_MODULE": "shop.settings",
        }
        for name in ("key_id", "secret", "gateway_keys", "webhook_secret"):
            environment[f"OKPAY_{name.upper()}"] = gateway.details[name]
        os.environ.update(environment)
        yield gateway
        process.terminate()


@pytest.fixture(scope="session")
def shop(gateway):
    """Where the project is served, its webhook endpoint registered."""
    import django
    from django.core.management import call_command
    from django.core.wsgi import get_wsgi_application

    django.setup()
    call_command("makemigrations", check=True, dry_run=True, verbosity=0)
    call_command("migrate", verbosity=0)
    with make_server("127.0.0.1", 0, get_wsgi_application(), handler_class=Quiet) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05})
        thread.start()
        url = f"http://127.0.0.1:{server.server_port}"
        from orders.views import client

        client().webhook_endpoints.create(url=f"{url}/webhooks/okpay")
        yield url
        server.shutdown()
        thread.join()
