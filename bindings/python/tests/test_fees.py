"""The fee engine as Python sees it; its figures are those of the vectors."""

import copy
import enum
import json
import pickle
from array import array
from datetime import datetime, timezone
from decimal import Decimal

import okpay
import pytest
from okpay import Money
from okpay.fees import FeeSchedule

SCHEDULE = FeeSchedule.standard()
CARD = {"operation": "payment", "method": "card", "brand": "visa", "card_region": "domestic", "conversion": False}


def test_a_quote():
    quote = SCHEDULE.quote(amount=Money("100.00", "EUR"), **CARD)
    assert quote.gross == quote.fee + quote.net == Money("100.00", "EUR") and quote.version == SCHEDULE.version
    assert sum(line.amount.minor_units for line in quote.lines) == quote.fee.minor_units and quote.lines[0].id == "percent"
    assert quote.rule_id in SCHEDULE.rule_ids


def test_facts_times_and_bearers():
    with pytest.raises(okpay.Invalid) as caught:
        SCHEDULE.quote(operation="payment", method="card", amount=Money("1", "EUR"))
    assert caught.value.code == "missing_fact"
    with pytest.raises(okpay.Invalid) as caught:
        SCHEDULE.quote(amount=Money("1", "EUR"), at=datetime(1999, 1, 1, tzinfo=timezone.utc), **CARD)
    assert caught.value.code == "schedule_not_in_force"
    foreign = SCHEDULE.quote(amount=Money("100", "EUR"), **{**CARD, "conversion": True})
    assert foreign.fee > SCHEDULE.quote(amount=Money("100", "EUR"), **CARD).fee
    assert SCHEDULE.quote(amount=Money("100", "EUR"), bearer="customer", **CARD).net == Money("100", "EUR")


class Region(str, enum.Enum):
    ABROAD = "international"


class Number(enum.IntEnum):
    ONE = 1


def test_facts_are_their_own_texts():
    def fee(**facts):
        return SCHEDULE.quote(amount=Money("100", "EUR"), **{**CARD, **facts}).fee

    assert fee(card_region=Region.ABROAD) == fee(card_region="international") != fee()
    assert fee(brand=okpay.models.CardBrand("visa")) == fee(brand="visa")
    assert fee(conversion=Number.ONE) == fee(conversion=1) == fee(conversion="1")
    assert fee(invoice=None) == fee()
    with pytest.raises(okpay.Invalid) as caught:
        fee(brand=None)
    assert caught.value.code == "missing_fact" and caught.value.param == "brand"
    for wrong in (1.5, b"amex", ["amex"], Decimal(1), object()):
        with pytest.raises(TypeError, match="fact brand"):
            fee(brand=wrong)


def test_a_text_is_one_method_and_not_its_letters():
    facts = {"operation": "payment", "amount": Money("100", "EUR"), "brand": "visa", "card_region": "domestic", "conversion": False}
    assert [offer.method for offer in SCHEDULE.compare(methods="card", **facts)] == ["card"]


def test_only_of_a_signed_schedule_is_the_version_compared():
    with pytest.raises(TypeError, match="public_keys"):
        FeeSchedule.from_json(SCHEDULE.text, last_accepted_version="2099-01-01.1")


def test_gross_up_reaches_its_target():
    target = Money("97.31", "EUR")
    quote = SCHEDULE.gross_up(net=target, **CARD)
    assert quote.net >= target > SCHEDULE.quote(amount=quote.gross - Money("0.01", "EUR"), **CARD).net


def test_many_equal_one_by_one():
    amounts = array("q", range(100, 5000, 7))
    columns = SCHEDULE.quote_many(amounts, currency="EUR", **CARD)
    for place, minor in enumerate(amounts):
        quote = SCHEDULE.quote(amount=Money.from_minor(minor, "EUR"), **CARD)
        assert (columns.gross[place], columns.fee[place], columns.net[place]) == (
            quote.gross.minor_units,
            quote.fee.minor_units,
            quote.net.minor_units,
        )
        assert columns.rule_ids[columns.rule[place]] == quote.rule_id
    assert SCHEDULE.quote_many(memoryview(amounts)[::2], currency="EUR", **CARD).fee.tolist() == columns.fee.tolist()[::2]
    assert len(SCHEDULE.quote_many(array("q"), currency="EUR", **CARD).fee) == 0


@pytest.mark.parametrize("amounts", [array("d", [1]), array("i", [1]), array("Q", [1]), b"12345678"])
def test_other_buffers_are_refused(amounts):
    with pytest.raises(TypeError):
        SCHEDULE.quote_many(amounts, currency="EUR", **CARD)


def test_a_bad_row_is_named():
    with pytest.raises(okpay.Invalid) as caught:
        SCHEDULE.quote_many(array("q", [100, -1]), currency="EUR", **CARD)
    assert caught.value.param == "amounts[1].amount"


def test_comparison():
    facts = {name: CARD[name] for name in ("brand", "card_region", "conversion")}
    offers = SCHEDULE.compare(operation="payment", amount=Money("100", "EUR"), **facts)
    fees = [offer.quote.fee for offer in offers if offer.quote]
    assert fees == sorted(fees) and len(fees) > 1


def test_a_schedule_is_a_value():
    assert FeeSchedule.from_json(SCHEDULE.text) == SCHEDULE == pickle.loads(pickle.dumps(SCHEDULE)) == copy.deepcopy(SCHEDULE)
    assert "okpay-standard" in repr(SCHEDULE) and hash(SCHEDULE) == hash(copy.copy(SCHEDULE)) and not SCHEDULE.verified


def test_the_gateways_own_schedule_is_verified(sandbox):
    envelope = sandbox.client().fee_schedules.current()
    schedule = FeeSchedule.from_json(json.dumps(envelope.to_dict()), public_keys=sandbox.details["fee_schedule_key"])
    assert schedule.verified and schedule.valid_from is not None
    with pytest.raises(TypeError):
        pickle.dumps(schedule)
    payment = sandbox.client().payments.create(amount=Money("42.17", "EUR"), method="card", payment_method=sandbox.card())
    assert schedule.quote(amount=Money("42.17", "EUR"), **CARD).fee == payment.fee.fee
    with pytest.raises(okpay.VerificationError) as caught:
        FeeSchedule.from_json(
            json.dumps(envelope.to_dict()),
            public_keys=[sandbox.details["fee_schedule_key"]],
            last_accepted_version="2099-01-01.1",
        )
    assert caught.value.code == "schedule_rollback"
