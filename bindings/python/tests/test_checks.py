"""Checks and payment requests: the published vectors, and what crosses."""

import okpay
import pytest
from conftest import each, vectors
from okpay import checks, payment_requests
from okpay.models import Network

ADDRESSES = vectors("addresses")
NOW = 1_796_000_000  # 2026-11-30


def refused(raising):
    with pytest.raises(okpay.Invalid) as caught:
        raising()
    return str(caught.value.code)


def address_refused(text, network):
    return refused(lambda: checks.address(text, network))


def string(case):
    """A vector's string, which may have a byte that JSON cannot hold before or behind it."""
    return "".join(chr(int(case[name], 16)) if name != "string" else case[name] for name in _parts(case))


def _parts(case):
    return [name for name in ("prefix_byte", "string", "suffix_byte") if case[name] is not None]


@each("luhn_iban", "luhn.valid")
def test_check_digits_that_hold(case):
    assert checks.luhn(case)


@each("luhn_iban", "luhn.invalid")
def test_check_digits_that_do_not(case):
    assert not checks.luhn(case)


@each("luhn_iban", "iban.valid")
def test_ibans(case):
    read = checks.iban(case.replace(" ", "").lower())
    assert (read.print, read.electronic, read.country) == (case, case.replace(" ", ""), case[:2])


@each("luhn_iban", "iban.invalid")
def test_ibans_that_are_none(case):
    assert refused(lambda: checks.iban(case)) == "iban_checksum"


@each("addresses", "eip55.valid")
def test_addresses_of_ethereum(case):
    assert checks.address(case.lower(), "ethereum").address == case
    assert checks.address(case, "bnb").checksummed


@each("addresses", "tron.valid")
def test_addresses_of_tron(case):
    assert checks.address(case["address"], "tron").payload == case["hex"]


@each("addresses", "tron.valid_plain")
def test_further_addresses_of_tron(case):
    assert checks.address(case, Network.TRON).kind is checks.AddressKind.ACCOUNT


CHAINS = {"main": "main", "regtest": "regtest", "testnet4": "test"}


@each("addresses", "bitcoin_addresses.valid")
def test_addresses_of_bitcoin(case):
    read = checks.address(case["address"], "bitcoin", chain=CHAINS[case["chain"]])
    assert (read.payload, read.chain) == (case["script_pubkey"], CHAINS[case["chain"]])


@each("addresses", "segwit.valid")
def test_segwit_addresses(case):
    assert checks.address(case["address"], "bitcoin").payload == case["script_pubkey"]


@each("addresses", "eip55.invalid")
def test_no_addresses_of_ethereum(case):
    assert address_refused(case, "ethereum").startswith("address_")


@each("addresses", "tron.invalid")
def test_no_addresses_of_tron(case):
    assert address_refused(case, "tron").startswith("address_")


@each("addresses", "bitcoin_addresses.invalid")
def test_no_addresses_of_bitcoin(case):
    assert address_refused(case, "bitcoin").startswith("address_")


@each("addresses", "segwit.invalid")
def test_no_segwit_addresses(case):
    assert address_refused(string(case), "bitcoin").startswith("address_")


@each("addresses", "bech32.valid")
def test_bech32_alone_is_no_address(case):
    assert address_refused(case, "bitcoin").startswith("address_")


@each("addresses", "bech32m.valid")
def test_bech32m_alone_is_no_address(case):
    assert address_refused(case, "bitcoin").startswith("address_")


@each("addresses", "bech32.invalid")
def test_bad_bech32_is_no_address(case):
    assert address_refused(string(case), "bitcoin").startswith("address_")


@each("addresses", "bech32m.invalid")
def test_bad_bech32m_is_no_address(case):
    assert address_refused(string(case), "bitcoin").startswith("address_")


@each("addresses", "base58.vectors")
def test_base58_alone_is_no_address(case):
    assert address_refused(case["base58"], "bitcoin").startswith("address_")


def test_an_address_of_another_network():
    assert address_refused("TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL", "bitcoin") == "address_wrong_network"


def test_a_field_at_every_key():
    check = checks.card_number("4242 4242 42")
    assert (check.state, check.reason, check.number) == (checks.InputState.INCOMPLETE, checks.InputReason.TOO_SHORT, "4242 4242 42")
    assert (check.brand, check.lengths, check.security_code_length) == ("visa", (13, 16, 19), 3)
    assert "4242" not in repr(check)
    whole = checks.card_number("4242424242424242")
    assert (whole.state, whole.reason, whole.last4) == ("valid", None, "4242")
    expiry = checks.card_expiry("5/34", now=NOW)
    assert (expiry.formatted, expiry.month, expiry.year, expiry.state) == ("05/34", 5, 2034, "valid")
    assert checks.card_expiry("10/26", now=NOW).reason is checks.InputReason.EXPIRED
    assert checks.security_code("12", "visa").state == "incomplete"


def test_a_whole_card():
    card = {"number": "4242 4242 4242 4242", "exp_month": 12, "exp_year": 2030, "cvc": "123", "now": NOW}
    assert checks.card(**card).last4 == "4242"
    with pytest.raises(okpay.Invalid) as caught:
        checks.card(**{**card, "number": "4242 4242 4242 4241"})
    assert (caught.value.code, caught.value.param) == ("invalid_card", "number") and "4242" not in str(caught.value)


@each("emvco_qr", "samples")
def test_codes_of_shops(case):
    fields = payment_requests.qr_fields(case["payload"])
    assert [[field.id, field.value] for field in fields] == case["tlv"][:-1]
    assert payment_requests.qr_payload(fields) == case["payload"]
    merchant = payment_requests.parse(case["payload"]).merchant
    written = payment_requests.merchant_qr(merchant)
    assert payment_requests.parse(written).merchant == merchant
    assert payment_requests.qr_payload(sorted(fields, key=lambda field: field.id)) == written


@pytest.mark.parametrize("several", [tuple, list])
def test_a_code_of_ones_own(several):
    fields = payment_requests.QrField(id="00", value="com.okpay"), payment_requests.QrField(id="01", value="pay_1")
    request = payment_requests.MerchantRequest(
        name="The Corner Shop",
        city="Dublin",
        country="IE",
        category="5411",
        currency="EUR",
        accounts=several([payment_requests.QrAccount(id="26", fields=fields)]),
        amount=okpay.Money("19.99", "EUR"),
    )
    read = payment_requests.parse(payment_requests.merchant_qr(request)).merchant
    assert (read.amount, read.accounts) == (request.amount, tuple(request.accounts))


SAMPLE, GOOD = "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"


@each("addresses", "bip21.valid")
def test_links_of_bip_21(case):
    assert refused(lambda: payment_requests.parse(case)) == "address_checksum"
    coin = payment_requests.parse(case.replace(SAMPLE, GOOD)).coin
    assert (coin.address, coin.currency) == (GOOD, "BTC")


@each("addresses", "bip21.invalid")
def test_links_that_are_none(case):
    code = refused(lambda: payment_requests.parse(case.replace(SAMPLE, GOOD)))
    assert code in {"payment_request_unsupported", "invalid_amount"}


ETHER, _ = ADDRESSES["erc681"]["examples"]


@each("addresses", "erc681.examples")
def test_links_of_erc_681(case):
    if case == ETHER:  # the standard's own example has a slip in its capitals
        assert refused(lambda: payment_requests.parse(case)) == "address_checksum"
        assert payment_requests.parse(case.lower()).coin.units == "2014000000000000000"
    else:
        assert payment_requests.parse(case).coin.units == "1"


def test_usdt_crosses_exactly():
    for network, account in (("tron", "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL"), ("bnb", "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed")):
        amount = okpay.Money("12.50", "USDT")
        request = payment_requests.CoinRequest(network=Network(network), address=account, amount=amount)
        read = payment_requests.parse(payment_requests.coin_uri(request)).coin
        assert (read.amount, read.address, read.network) == (amount, account, network)
        assert read.contract == payment_requests.usdt_contract(network)
    assert payment_requests.usdt_contract("bitcoin") is None
    bad = payment_requests.CoinRequest(network=Network.BITCOIN, address=account, amount=amount)
    assert refused(lambda: payment_requests.coin_uri(bad)) == "address_wrong_network"
