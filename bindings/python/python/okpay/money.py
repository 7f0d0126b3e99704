"""Exact money: :class:`Money`, the places of a currency, and the seven roundings."""

from ._okpay import Money, currency_places, divide

__all__ = ["Money", "currency_places", "divide"]
