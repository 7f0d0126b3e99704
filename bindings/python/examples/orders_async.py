"""Many calls at once, with asyncio."""

from __future__ import annotations

import asyncio
import os

import okpay


async def main() -> None:
    """Opens ten checkout pages at once, then walks them."""
    async with okpay.AsyncClient(timeout=20) as client:
        run = os.urandom(4).hex()
        amounts = [okpay.Money.from_minor(500 + number, "EUR") for number in range(10)]
        sessions = await asyncio.gather(*(client.checkout_sessions.create(amount=amount, reference=run) for amount in amounts))
        print(len({session.url for session in sessions}), "pages are open")
        total = okpay.Money("0.00", "EUR")
        async for session in client.checkout_sessions.iterate(limit=3, reference=run):
            total += session.amount
        print("worth", total)


if __name__ == "__main__":
    asyncio.run(main())
