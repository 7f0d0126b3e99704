"""Orders: placed from a basket, and found again."""

from __future__ import annotations

import secrets
from collections.abc import Sequence
from datetime import UTC, datetime

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from .basket import Chosen, total
from .tables import Line, Order

_WHOLE = (selectinload(Order.lines), selectinload(Order.payments), selectinload(Order.refunds))


def place(session: Session, chosen: list[Chosen]) -> Order:
    """Writes down what was chosen, at today's prices."""
    lines = [Line(title=item.book.title, price=item.book.price, quantity=item.quantity) for item in chosen]
    order = Order(token=secrets.token_urlsafe(18), placed=datetime.now(UTC), total=total(chosen), lines=lines)
    session.add(order)
    return order


def find(session: Session, token: str) -> Order | None:
    """The order of a link, or of a payment's reference, with everything that belongs to it."""
    return session.scalar(select(Order).where(Order.token == token).options(*_WHOLE))


def newest(session: Session, limit: int = 100) -> Sequence[Order]:
    """The last orders, newest first."""
    return session.scalars(select(Order).order_by(Order.id.desc()).limit(limit).options(*_WHOLE)).all()
