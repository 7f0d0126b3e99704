"""A shop with everything it needs, on this machine: a gateway in a box beside it, and a checkout page of its own or the gateway's."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, nullcontext
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import uvicorn

from . import office, webhooks
from .app import create_app
from .language import ENGLISH
from .settings import Settings, SettingsError
from .shop import Shop

_TOLD = {
    "OKPAY_BASE_URL": "url",
    "OKPAY_KEY_ID": "key_id",
    "OKPAY_SECRET": "secret",
    "OKPAY_WEBHOOK_SECRET": "webhook_secret",
    "OKPAY_PUBLISHABLE_KEY": "publishable_key",
    "OKPAY_GATEWAY_KEYS": "gateway_keys",
    "OKPAY_FEE_SCHEDULE_KEY": "fee_schedule_key",
}
"""Variables of the environment, and what `okpay sandbox --json` calls them."""


@dataclass(frozen=True)
class Gateway:
    """A running `okpay sandbox`."""

    url: str
    details: dict[str, str]
    """What it tells of itself."""


@contextmanager
def gateway() -> Iterator[Gateway]:
    """Starts a gateway in a box on a free port, and stops it."""
    program = os.environ.get("OKPAY_PROGRAM") or shutil.which("okpay")
    if program is None:
        raise SettingsError("the program okpay is not on the PATH; OKPAY_PROGRAM may name it")
    with _beside([program, "sandbox", "--json", "--port", "0"]) as details:
        yield Gateway(details["url"], details)


@contextmanager
def checkout_page(folder: Path, beside: Gateway, shop_url: str) -> Iterator[str]:
    """Serves the built page of `examples/browser-checkout` on a free port, tells where, and stops it."""
    program, node = folder / "build" / "alone.js", shutil.which("node")
    if node is None or not program.is_file():
        raise SettingsError(f"{program} and Node are needed for the checkout page; `npm ci && npm run build` makes it")
    shop = {"SHOP_NAME": ENGLISH.shop, "SHOP_URL": shop_url, "PORT": "0"}
    with _beside([node, str(program)], {**os.environ, **_variables(beside), **shop}) as details:
        yield details["url"]


@contextmanager
def _beside(command: list[str], environment: Mapping[str, str] | None = None) -> Iterator[dict[str, str]]:
    """A program that tells of itself in a line of JSON, running."""
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=environment) as process:  # noqa: S603
        try:
            line = process.stdout.readline() if process.stdout else ""
            if not line:
                raise SettingsError(f"{Path(command[0]).name} did not start")
            details: dict[str, str] = json.loads(line)
            yield details
        finally:
            process.terminate()


def _variables(beside: Gateway) -> dict[str, str]:
    """What `okpay sandbox` prints as `export` lines."""
    return {variable: beside.details[name] for variable, name in _TOLD.items()}


def settings_beside(beside: Gateway, shop_url: str, database: Path, checkout_url: str | None = None) -> Settings:
    """What the environment of a shop would say that stands beside this gateway."""
    own = {
        "SHOP_OFFICE_PASSWORD": os.environ.get("SHOP_OFFICE_PASSWORD") or secrets.token_urlsafe(9),
        "SHOP_URL": shop_url,
        "SHOP_CHECKOUT_URL": checkout_url or "",
        "SHOP_DATABASE": str(database),
    }
    return Settings.from_environment({**_variables(beside), **own})


@contextmanager
def running(shop: Shop, listening: socket.socket) -> Iterator[Shop]:
    """Serves a shop from a thread, and has the gateway tell it what happens."""
    shop.client.webhook_endpoints.create(url=f"{shop.settings.shop_url}{webhooks.PATH}", description="the bookshop")
    server = uvicorn.Server(uvicorn.Config(create_app(shop), log_level="warning", lifespan="off"))
    thread = Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield shop
    finally:
        server.should_exit = True
        thread.join()


def start(port: int, checkout: Path | None = None) -> None:
    """Runs it all until Ctrl-C, or until it is told to end. `checkout` is the folder of a checkout page of the shop's own."""
    over = Event()
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, lambda *_: over.set())
    with opened(port, checkout) as (shop, beside):
        print(_introduction(shop.settings, beside), flush=True)
        over.wait()


@contextmanager
def opened(port: int = 0, checkout: Path | None = None) -> Iterator[tuple[Shop, Gateway]]:
    """A shop that is served, with everything it needs beside it."""
    with _listen(port) as listening, gateway() as beside, tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        with checkout_page(checkout, beside, url) if checkout else nullcontext() as checkout_url:
            settings = settings_beside(beside, url, Path(folder) / "bookshop.sqlite", checkout_url)
            with running(Shop.open(settings), listening) as shop:
                yield shop, beside


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise SettingsError(f"port {port} cannot be had ({error.strerror}); --port 0 finds a free one") from error


def _introduction(settings: Settings, beside: Gateway) -> str:
    return (
        f"The shop     {settings.shop_url}\n"
        f"Its checkout {settings.checkout_url or 'is the hosted page of the gateway'}\n"
        f"The office   {settings.shop_url}/office   (user {office.USER}, password {settings.office_password})\n"
        f"The gateway  {beside.url}/sandbox/console   (control token {beside.details['control_token']})\n\n"
        "Pay with 4242 4242 4242 4242, or 4000 0000 0000 0002 to be declined; any later month, any security code. Ctrl-C ends it all."
    )
