"""What a visitor has chosen: books and how many, in a cookie such as `3x1.7x2`. Prices come from the catalogue and never from there."""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass

from okpay import Money
from sqlalchemy import select
from sqlalchemy.orm import Session

from .tables import NOTHING, Book

COOKIE = "basket"
MOST_OF_A_BOOK = 20
_MOST_BOOKS = 50
_ITEM = re.compile(r"([1-9]\d{0,8})x([1-9]\d?)")


@dataclass(frozen=True)
class Chosen:
    """So many of a book."""

    book: Book
    quantity: int

    @property
    def total(self) -> Money:
        """What they cost."""
        return self.book.price * self.quantity


class Basket:
    """Quantities by the id of the book."""

    def __init__(self, cookie: str = "") -> None:
        items = [match for item in cookie.split(".")[:_MOST_BOOKS] if (match := _ITEM.fullmatch(item))]
        self._quantities = {int(item[1]): min(int(item[2]), MOST_OF_A_BOOK) for item in items}

    def set(self, book: int, quantity: int) -> None:
        """Changes how many of a book there are; none takes it out."""
        self._quantities[book] = min(quantity, MOST_OF_A_BOOK)
        if quantity < 1:
            del self._quantities[book]

    def add(self, book: int) -> None:
        """One more of a book."""
        self.set(book, self._quantities.get(book, 0) + 1)

    def __len__(self) -> int:
        return sum(self._quantities.values())

    def __str__(self) -> str:
        return ".".join(f"{book}x{quantity}" for book, quantity in self._quantities.items())

    def chosen(self, session: Session) -> list[Chosen]:
        """The books themselves; those that are no longer sold are left out."""
        return list(self._find(session))

    def _find(self, session: Session) -> Iterator[Chosen]:
        books = session.scalars(select(Book).where(Book.id.in_(self._quantities)).order_by(Book.title))
        return (Chosen(book, self._quantities[book.id]) for book in books)


def total(chosen: list[Chosen]) -> Money:
    """What all of it costs."""
    return sum((item.total for item in chosen), NOTHING)
