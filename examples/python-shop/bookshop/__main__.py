"""`python -m bookshop start`, `serve` and `reconcile`."""

from __future__ import annotations

import argparse
import sys
from datetime import UTC, datetime, timedelta
from pathlib import Path

import uvicorn

from . import refunds
from .app import create_app
from .reconcile import reconcile
from .settings import Settings, SettingsError
from .shop import Shop
from .start import start


def main() -> int:
    """Runs the command that was named."""
    arguments = _parser().parse_args()
    try:
        exit_code: int = arguments.run(arguments)
    except SettingsError as error:
        print(f"error: {error}", file=sys.stderr)
        return 2
    return exit_code


def _parser() -> argparse.ArgumentParser:
    parser = argparse.ArgumentParser(prog="python -m bookshop", description="A small bookshop that takes payments with OKPay")
    commands = parser.add_subparsers(required=True)
    starting = commands.add_parser("start", help="the shop with a gateway in a box beside it")
    starting.add_argument("--port", type=int, default=8000, help="of the shop; 0 finds a free one")
    starting.add_argument("--checkout", type=Path, help="the folder of a built checkout page, such as ../browser-checkout")
    starting.set_defaults(run=_start)
    serving = commands.add_parser("serve", help="the shop by itself, with the settings of its environment")
    serving.add_argument("--port", type=int, default=8000)
    serving.set_defaults(run=_serve)
    comparing = commands.add_parser("reconcile", help="compare the orders with the account at OKPay; for every night")
    comparing.add_argument("--since", type=_day, help="a day such as 2027-01-31, in UTC; a week ago by default")
    comparing.set_defaults(run=_reconcile)
    return parser


def _start(arguments: argparse.Namespace) -> int:
    start(arguments.port, arguments.checkout)
    return 0


def _serve(arguments: argparse.Namespace) -> int:
    uvicorn.run(create_app(Shop.open(Settings.from_environment())), port=arguments.port)
    return 0


def _reconcile(arguments: argparse.Namespace) -> int:
    """Prints what differs; the exit code is 1 if something does, so that whoever runs it every night hears of it."""
    shop = Shop.open(Settings.from_environment())
    refunds.find_out(shop)
    since = arguments.since or datetime.now(UTC) - timedelta(days=7)
    differences = reconcile(shop, since)
    for difference in differences:
        print(difference)
    print(f"{len(differences)} differences since {since:%Y-%m-%d}")
    return 1 if differences else 0


def _day(text: str) -> datetime:
    return datetime.strptime(text, "%Y-%m-%d").replace(tzinfo=UTC)


if __name__ == "__main__":
    sys.exit(main())
