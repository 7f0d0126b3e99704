"""A shop with everything it needs, on this machine: a gateway in a box beside it, and its checkout page."""

from __future__ import annotations

import json
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from threading import Event, Thread

import uvicorn

from . import office, webhooks
from .app import create_app
from .settings import Settings, SettingsError
from .shop import Shop


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
    command = [program, "sandbox", "--json", "--port", "0"]
    with subprocess.Popen(command, stdout=subprocess.PIPE, text=True) as process:  # noqa: S603
        try:
            details: dict[str, str] = json.loads(process.stdout.readline() if process.stdout else "")
            yield Gateway(details["url"], details)
        finally:
            process.terminate()


def settings_beside(gateway: Gateway, shop_url: str, database: Path) -> Settings:
    """What the environment of a shop would say that stands beside this gateway."""
    told = gateway.details
    return Settings.from_environment(
        {
            "OKPAY_BASE_URL": gateway.url,
            "OKPAY_KEY_ID": told["key_id"],
            "OKPAY_SECRET": told["secret"],
            "OKPAY_WEBHOOK_SECRET": told["webhook_secret"],
            "OKPAY_GATEWAY_KEYS": told["gateway_keys"],
            "SHOP_OFFICE_PASSWORD": os.environ.get("SHOP_OFFICE_PASSWORD") or secrets.token_urlsafe(9),
            "SHOP_URL": shop_url,
            "SHOP_DATABASE": str(database),
        }
    )


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


def start(port: int) -> None:
    """Runs it all until Ctrl-C, or until it is told to end."""
    over = Event()
    for told_to_end in (signal.SIGINT, signal.SIGTERM):
        signal.signal(told_to_end, lambda *_: over.set())
    with _listen(port) as listening, gateway() as beside, tempfile.TemporaryDirectory() as folder:
        url = f"http://127.0.0.1:{listening.getsockname()[1]}"
        settings = settings_beside(beside, url, Path(folder) / "bookshop.sqlite")
        with running(Shop.open(settings), listening):
            print(_introduction(settings, beside), flush=True)
            over.wait()


def _listen(port: int) -> socket.socket:
    try:
        return socket.create_server(("127.0.0.1", port))
    except OSError as error:
        raise SettingsError(f"port {port} cannot be had ({error.strerror}); --port 0 finds a free one") from error


def _introduction(settings: Settings, beside: Gateway) -> str:
    return (
        f"The shop     {settings.shop_url}\n"
        f"The office   {settings.shop_url}/office   (user {office.USER}, password {settings.office_password})\n"
        f"The gateway  {beside.url}/sandbox/console   (control token {beside.details['control_token']})\n\n"
        "Pay with 4242 4242 4242 4242, or 4000 0000 0000 0002 to be declined; any later month, any security code. Ctrl-C ends it all."
    )
