"""Checks and payment requests: the published vectors, and what crosses."""

import okpay
import pytest
from conftest import vectors
from okpay import checks, payment_requests
from okpay.models import Network

ADDRESSES = vectors("addresses")
LUHN_IBAN = vectors("luhn_iban")
EMVCO = vectors("emvco_qr")
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


def test_luhn():
    assert all(map(checks.luhn, LUHN_IBAN["luhn"]["valid"])) and len(LUHN_IBAN["luhn"]["valid"]) == 9
    assert not any(map(checks.luhn, LUHN_IBAN["luhn"]["invalid"])) and len(LUHN_IBAN["luhn"]["invalid"]) == 5


def test_ibans():
    for printed in LUHN_IBAN["iban"]["valid"]:
        read = checks.iban(printed.replace(" ", "").lower())
        assert (read.print, read.electronic, read.country) == (printed, printed.replace(" ", ""), printed[:2])
    codes = {refused(lambda text=text: checks.iban(text)) for text in LUHN_IBAN["iban"]["invalid"]}
    assert codes == {"iban_checksum"}


def test_addresses_that_are_some():
    for text in ADDRESSES["eip55"]["valid"]:
        assert checks.address(text.lower(), "ethereum").address == text
        assert checks.address(text, "bnb").checksummed
    for pair in ADDRESSES["tron"]["valid"]:
        assert checks.address(pair["address"], "tron").payload == pair["hex"]
    for text in ADDRESSES["tron"]["valid_plain"]:
        assert checks.address(text, Network.TRON).kind is checks.AddressKind.ACCOUNT
    chains = {"main": "main", "regtest": "regtest", "testnet4": "test"}
    for case in ADDRESSES["bitcoin_addresses"]["valid"]:
        read = checks.address(case["address"], "bitcoin", chain=chains[case["chain"]])
        assert (read.payload, read.chain) == (case["script_pubkey"], chains[case["chain"]])
    for case in ADDRESSES["segwit"]["valid"]:
        assert checks.address(case["address"], "bitcoin").payload == case["script_pubkey"]


def test_addresses_that_are_none():
    texts = [(text, "ethereum") for text in ADDRESSES["eip55"]["invalid"]]
    texts += [(text, "tron") for text in ADDRESSES["tron"]["invalid"]]
    texts += [(text, "bitcoin") for text in ADDRESSES["bitcoin_addresses"]["invalid"]]
    texts += [(string(case), "bitcoin") for name in ("segwit", "bech32", "bech32m") for case in ADDRESSES[name]["invalid"]]
    texts += [(text, "bitcoin") for name in ("bech32", "bech32m") for text in ADDRESSES[name]["valid"]]
    texts += [(case["base58"], "bitcoin") for case in ADDRESSES["base58"]["vectors"]]
    assert len(texts) == 3 + 8 + 17 + 15 + 12 + 14 + 7 + 7 + 16
    assert all(address_refused(text, network).startswith("address_") for text, network in texts)
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


def test_codes_of_shops():
    for sample in EMVCO["samples"]:
        fields = payment_requests.qr_fields(sample["payload"])
        assert [[field.id, field.value] for field in fields] == sample["tlv"][:-1]
        assert payment_requests.qr_payload(fields) == sample["payload"]
        merchant = payment_requests.parse(sample["payload"]).merchant
        written = payment_requests.merchant_qr(merchant)
        assert payment_requests.parse(written).merchant == merchant
        assert payment_requests.qr_payload(sorted(fields, key=lambda field: field.id)) == written
    assert len(EMVCO["samples"]) == 2


def test_links():
    sample, good = "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"
    for uri in ADDRESSES["bip21"]["valid"]:
        assert refused(lambda uri=uri: payment_requests.parse(uri)) == "address_checksum"
        coin = payment_requests.parse(uri.replace(sample, good)).coin
        assert (coin.address, coin.currency) == (good, "BTC")
    for uri in ADDRESSES["bip21"]["invalid"]:
        assert refused(lambda uri=uri: payment_requests.parse(uri.replace(sample, good))) in {
            "payment_request_unsupported",
            "invalid_amount",
        }
    # The standard's own example has a slip in its capitals.
    ether, unicorn = ADDRESSES["erc681"]["examples"]
    assert refused(lambda: payment_requests.parse(ether)) == "address_checksum"
    assert payment_requests.parse(ether.lower()).coin.units == "2014000000000000000"
    assert payment_requests.parse(unicorn).coin.units == "1"


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
