"""Money is exact, and a good citizen of Python."""

import copy
import pickle
from decimal import Decimal

import okpay
import pytest
from okpay import Money


def test_reads_texts_ints_and_decimals():
    assert Money("19.9", "EUR").amount == Decimal("19.90")
    assert str(Money("19.9", "EUR").amount) == "19.90"
    assert Money(7, "JPY") == Money("7", "JPY") == Money(Decimal("7E+0"), "JPY") == Money(Decimal(7), "JPY")
    assert Money(Decimal("1E+2"), "EUR") == Money("100", "EUR")
    assert Money.from_minor(-1999, "EUR") == Money("-19.99", "EUR")
    assert Money("0.00000001", "BTC").minor_units == 1


@pytest.mark.parametrize(
    ("amount", "code"),
    [
        ("1.001", "too_many_places"),
        (Decimal("1.9999999999999999999999999999"), "too_many_places"),
        (Decimal("12345678901234567890123456.78"), "amount_overflow"),
        (Decimal("NaN"), "invalid_amount"),
        ("1e3", "invalid_amount"),
        (" 1", "invalid_amount"),
        ("\ud800", None),
        (10**40, "amount_overflow"),
        (Decimal("9" * 45), "amount_overflow"),
        # Written out, each would be 400 MB.
        (Decimal("1E+400000000"), "invalid_amount"),
        (Decimal("1E-400000000"), "invalid_amount"),
        (Decimal("0E+400000000"), "invalid_amount"),
    ],
)
def test_refuses_what_is_not_exact(amount, code):
    with pytest.raises(ValueError) as caught:
        Money(amount, "EUR")
    if code:
        assert caught.value.code == code
        assert caught.value.param == "amount"


def test_a_decimal_of_28_digits_passes_whole():
    text = "10000000000.00000000"
    assert str(Money(Decimal(text), "BTC").amount) == text
    with pytest.raises(okpay.Invalid):
        Money(Decimal("1234567890123456789.123456789"), "BTC")
    assert str(Money("10000000000.00000000", "BTC")) == f"{text} BTC"


@pytest.mark.parametrize("amount", [19.99, True, None, b"1", ["1"]])
def test_refuses_other_kinds(amount):
    with pytest.raises(TypeError):
        Money(amount, "EUR")


def test_arithmetic_and_order():
    one, two = Money("1.00", "EUR"), Money("2.00", "EUR")
    assert one + one == two and two - one == one and -one < one <= one and max(one, two) is two
    assert bool(one) and not one - one
    for mixed in (lambda: one + Money("1", "USD"), lambda: one < Money("1", "USD")):
        with pytest.raises(okpay.Invalid) as caught:
            mixed()
        assert caught.value.code == "currency_mismatch"
    assert one != Money("1.00", "USD") and one != 1 and one != "1.00 EUR"
    with pytest.raises(TypeError):
        one + 1
    with pytest.raises(okpay.Invalid):
        Money.from_minor(10**18, "EUR") + one


def test_prints_copies_pickles_hashes_and_matches():
    money = Money("19.99", "EUR")
    assert repr(money) == "Money('19.99', 'EUR')" and str(money) == "19.99 EUR" and eval(repr(money)) == money
    for protocol in range(pickle.HIGHEST_PROTOCOL + 1):
        assert pickle.loads(pickle.dumps(money, protocol)) == money
    assert copy.copy(money) == copy.deepcopy(money) == money
    assert {money: 1}[Money("19.99", "EUR")] == 1
    assert Money.from_dict(money.to_dict()) == money
    for wrong in ({}, {"amount": "1"}, {"currency": "EUR"}, None, "1 EUR", {"amount": "1", "currency": 5}):
        with pytest.raises(ValueError, match="currency"):
            Money.from_dict(wrong)
    assert Money.__match_args__ == ("amount", "currency")
    with pytest.raises(AttributeError):
        money.amount = 1


def test_a_price_is_multiplied_by_whole_numbers_only():
    price = Money("19.99", "EUR")
    assert price * 3 == 3 * price == Money("59.97", "EUR") and price * -1 == -price
    assert sum([price * 2, price], Money("0.00", "EUR")) == price * 3
    for wrong in (1.5, Decimal(2), "2", price, True):
        with pytest.raises(TypeError):
            price * wrong
    for many in (10**18, 10**30):
        with pytest.raises(okpay.Invalid) as raised:
            price * many
        assert raised.value.code == "amount_overflow"
