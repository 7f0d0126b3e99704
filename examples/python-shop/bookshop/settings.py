"""What the shop is told by its environment, secrets above all: none is in a file of the shop or in an argument."""

from __future__ import annotations

import os
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path


class SettingsError(Exception):
    """Something that the shop needs is not in its environment."""


@dataclass(frozen=True)
class Settings:
    """Everything that differs from one installation to the next."""

    gateway_url: str
    key_id: str
    secret: str = field(repr=False)
    webhook_secret: str = field(repr=False)
    office_password: str = field(repr=False)
    gateway_keys: str | None
    """By which keys the gateway's answers are believed; a sandbox on this machine tells them itself."""
    shop_url: str
    """Where buyers reach the shop, without a slash at the end."""
    checkout_url: str | None
    """Where the shop's own checkout page is, without a slash at the end; without one buyers pay on OKPay's page."""
    database: Path

    @classmethod
    def from_environment(cls, environment: Mapping[str, str] = os.environ) -> Settings:
        """Reads them; one that is missing is an error that names it."""

        def needed(name: str) -> str:
            if not (value := environment.get(name)):
                raise SettingsError(f"{name} is not set; `okpay sandbox` prints the OKPAY_ ones, SHOP_ ones are yours")
            return value

        checkout_url = environment.get("SHOP_CHECKOUT_URL")
        return cls(
            gateway_url=needed("OKPAY_BASE_URL"),
            key_id=needed("OKPAY_KEY_ID"),
            secret=needed("OKPAY_SECRET"),
            webhook_secret=needed("OKPAY_WEBHOOK_SECRET"),
            office_password=needed("SHOP_OFFICE_PASSWORD"),
            gateway_keys=environment.get("OKPAY_GATEWAY_KEYS"),
            shop_url=environment.get("SHOP_URL", "http://127.0.0.1:8000").rstrip("/"),
            checkout_url=checkout_url.rstrip("/") if checkout_url else None,
            database=Path(environment.get("SHOP_DATABASE", "bookshop.sqlite")),
        )
