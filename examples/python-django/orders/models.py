"""An order, and what OKPay has told of its payment."""

from __future__ import annotations

import okpay
from django.db import models


class Order(models.Model):
    """Something that somebody has to pay."""

    reference = models.SlugField(unique=True)
    cents = models.BigIntegerField()
    currency = models.CharField(max_length=4)
    payment = models.CharField(max_length=40, blank=True)
    payment_version = models.PositiveBigIntegerField(null=True)
    payment_status = models.CharField(max_length=40, blank=True)

    def __str__(self) -> str:
        return f"{self.reference}: {self.amount}"

    @property
    def amount(self) -> okpay.Money:
        """What it costs."""
        return okpay.Money.from_minor(self.cents, self.currency)

    @property
    def is_paid(self) -> bool:
        """Whether it is."""
        return bool(self.payment_status == "succeeded")


def take(payment: okpay.models.Payment) -> None:
    """Takes over what OKPay tells of a payment, inside a transaction: unless its order is unknown, paid otherwise, or knows it newer."""
    order = Order.objects.filter(reference=payment.reference or "").first()
    if order is None or (order.is_paid and order.payment != payment.id):
        return
    known = order.payment_version if order.payment == payment.id else None
    if okpay.webhooks.apply(known, payment.version) == "stale":
        return
    order.payment, order.payment_version, order.payment_status = payment.id, payment.version, str(payment.status)
    order.save()
