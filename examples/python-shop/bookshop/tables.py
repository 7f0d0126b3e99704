"""What the shop remembers.

An order has payments, one a try that came to something, and refunds. Whether it is paid follows from them and is not written down a
second time. Money is `okpay.Money` everywhere, and whole cents in the database.
"""

from __future__ import annotations

from datetime import UTC, datetime

from okpay import Money
from sqlalchemy import BigInteger, DateTime, Dialect, ForeignKey
from sqlalchemy.orm import DeclarativeBase, Mapped, mapped_column, relationship
from sqlalchemy.types import TypeDecorator

CURRENCY = "EUR"
NOTHING = Money("0.00", CURRENCY)


class Euros(TypeDecorator[Money]):
    """Money of the shop's one currency, as whole cents."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: Money | None, dialect: Dialect) -> int | None:
        """To the database; another currency would come back as euros, and so is refused."""
        if value is None:
            return None
        if value.currency != CURRENCY:
            raise ValueError(f"the shop keeps its books in {CURRENCY}, not in {value.currency}")
        return value.minor_units

    def process_result_value(self, value: int | None, dialect: Dialect) -> Money | None:
        """From the database."""
        return None if value is None else Money.from_minor(value, CURRENCY)


class Moment(TypeDecorator[datetime]):
    """A time in UTC, which SQLite would give back without its zone."""

    impl = DateTime
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """To the database."""
        return None if value is None else value.astimezone(UTC).replace(tzinfo=None)

    def process_result_value(self, value: datetime | None, dialect: Dialect) -> datetime | None:
        """From the database."""
        return None if value is None else value.replace(tzinfo=UTC)


class Base(DeclarativeBase):
    """Every table of the shop."""

    type_annotation_map = {Money: Euros, datetime: Moment}


class Book(Base):
    """A book that is for sale."""

    __tablename__ = "books"

    id: Mapped[int] = mapped_column(primary_key=True)
    title: Mapped[str]
    author: Mapped[str]
    price: Mapped[Money]


class Order(Base):
    """What somebody ordered. Prices are kept as they were, for those in the catalogue change."""

    __tablename__ = "orders"

    id: Mapped[int] = mapped_column(primary_key=True)
    token: Mapped[str] = mapped_column(unique=True)
    """In its links: whoever has it may see the order, and nobody can guess it."""
    placed: Mapped[datetime]
    total: Mapped[Money]
    checkout_try: Mapped[int] = mapped_column(default=1)
    """Rises when a checkout session has run out and another is opened; part of the idempotency key."""
    checkout_session: Mapped[str | None] = mapped_column(default=None)
    checkout_url: Mapped[str | None] = mapped_column(default=None)
    lines: Mapped[list[Line]] = relationship(back_populates="order", order_by="Line.id")
    payments: Mapped[list[Payment]] = relationship(back_populates="order", order_by="Payment.id")
    refunds: Mapped[list[Refund]] = relationship(back_populates="order", order_by="Refund.asked")

    @property
    def number(self) -> str:
        """For people: B-1001."""
        return f"B-{1000 + self.id}"

    @property
    def reference(self) -> str:
        """By which OKPay's payments name the order: no other order has it, in no other database of the shop."""
        return self.token

    @property
    def paid(self) -> Payment | None:
        """The payment that paid it."""
        return next((payment for payment in self.payments if payment.status == "succeeded"), None)

    @property
    def refunded(self) -> Money:
        """What was given back, or is about to be, or may be."""
        return sum((refund.amount for refund in self.refunds if refund.counts), NOTHING)

    @property
    def refundable(self) -> Money:
        """What is left to give back."""
        return NOTHING if self.paid is None else self.paid.gross - self.refunded


class Line(Base):
    """So many of a book, at the price of that day."""

    __tablename__ = "lines"

    id: Mapped[int] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    title: Mapped[str]
    price: Mapped[Money]
    quantity: Mapped[int]
    order: Mapped[Order] = relationship(back_populates="lines")


class Payment(Base):
    """A payment at OKPay, as of its newest version that the shop was told of."""

    __tablename__ = "payments"

    id: Mapped[str] = mapped_column(primary_key=True)
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    version: Mapped[int]
    status: Mapped[str]
    method: Mapped[str]
    created: Mapped[datetime]
    gross: Mapped[Money]
    """What the buyer pays."""
    fee: Mapped[Money]
    net: Mapped[Money]
    """What is left of it after the fee."""
    decline_code: Mapped[str | None]
    order: Mapped[Order] = relationship(back_populates="payments")


class Refund(Base):
    """A refund: written down before OKPay is asked for it, so that it is not forgotten and not made twice."""

    __tablename__ = "refunds"

    key: Mapped[str] = mapped_column(primary_key=True)
    """The idempotency key of the call."""
    order_id: Mapped[int] = mapped_column(ForeignKey("orders.id"))
    payment_id: Mapped[str]
    amount: Mapped[Money]
    reason: Mapped[str]
    asked: Mapped[datetime]
    status: Mapped[str]
    """`asked` until OKPay is known to have made it, then as there; `refused` if it never will."""
    refund_id: Mapped[str | None] = mapped_column(unique=True, default=None)
    version: Mapped[int | None] = mapped_column(default=None)
    problem: Mapped[str | None] = mapped_column(default=None)
    """The code of the error with which the call ended."""
    order: Mapped[Order] = relationship(back_populates="refunds")

    @property
    def counts(self) -> bool:
        """Whether the money is gone, or may be."""
        return self.status not in ("refused", "failed")
