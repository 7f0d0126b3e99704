"""The books."""

from __future__ import annotations

from collections.abc import Sequence

from okpay import Money
from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import CURRENCY, Book

_BOOKS = [
    ("Dream of the Red Chamber", "Cao Xueqin", "24.00"),
    ("Frankenstein", "Mary Shelley", "8.50"),
    ("Journey to the West", "Wu Cheng’en", "22.00"),
    ("Middlemarch", "George Eliot", "12.90"),
    ("Moby-Dick", "Herman Melville", "14.50"),
    ("On the Origin of Species", "Charles Darwin", "16.00"),
    ("Pride and Prejudice", "Jane Austen", "9.90"),
    ("The Art of War", "Sun Tzu", "7.95"),
]


def fill(session: Session) -> None:
    """Puts the books into a new shop."""
    if session.scalar(select(Book.id).limit(1)) is None:
        session.add_all(Book(title=title, author=author, price=Money(price, CURRENCY)) for title, author, price in _BOOKS)


def books(session: Session) -> Sequence[Book]:
    """All books, by title."""
    return session.scalars(select(Book).order_by(Book.title)).all()
