"""The parts of a running shop, in one value that is handed to whoever needs them."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

import okpay

from .database import Sessions, open_database
from .settings import Settings


@dataclass(frozen=True)
class Shop:
    """A shop with its database open and its client ready."""

    settings: Settings
    sessions: Sessions
    client: okpay.Client
    guard: okpay.webhooks.SqlStore
    """Remembers which webhooks were handled, in the shop's own database: so that it can do so in the shop's own transactions."""

    @classmethod
    def open(cls, settings: Settings) -> Shop:
        """Opens everything; nothing is asked of the gateway yet."""
        client = okpay.Client(
            settings.gateway_url,
            settings.key_id,
            settings.secret,
            gateway_keys=settings.gateway_keys,
            timeout=15,
            user_agent="bookshop/0.1",
        )
        sessions = open_database(settings.database)
        return cls(settings, sessions, client, okpay.webhooks.SqlStore(lambda: _statements(sessions)))


@contextmanager
def _statements(sessions: Sessions) -> Iterator[okpay.webhooks.Execute]:
    """A short transaction for the guard."""
    with sessions.begin() as session:
        yield session.connection().exec_driver_sql
