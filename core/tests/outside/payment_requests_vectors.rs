//! `tests/vectors/emvco_qr.json`, and what `addresses.json` has of BIP 21 and ERC-681, every case.

use okpay::api::Network;
use okpay::payment_requests::{
    CoinRequest, PaymentRequestFormat, QrField, QrInitiation, TipMode, coin_uri, merchant_qr, parse, qr_fields, qr_payload,
};
use okpay::{Currency, Money};
use serde_json::Value;

/// A good address in place of BIP 21's sample, whose checksum is wrong on purpose.
const SAMPLE: &str = "175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W";
const GOOD: &str = "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo";

fn emvco() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/emvco_qr.json")).unwrap()
}

fn addresses() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/addresses.json")).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn code(text: &str) -> String {
    parse(text).unwrap_err().code().to_string()
}

#[test]
fn codes_of_shops_are_their_fields_and_back() {
    let file = emvco();
    let samples = file["samples"].as_array().unwrap();
    for sample in samples {
        let payload = sample["payload"].as_str().unwrap();
        let fields = qr_fields(payload).unwrap();
        let (crc, tlv) = sample["tlv"].as_array().unwrap().split_last().unwrap();
        let published = tlv.iter().map(|pair| texts(pair)).map(|pair| QrField { id: pair[0].to_owned(), value: pair[1].to_owned() });
        assert_eq!(fields, published.collect::<Vec<_>>());
        assert_eq!(crc[1], sample["crc"]);
        assert_eq!(qr_payload(&fields).unwrap(), payload);

        let request = parse(payload).unwrap();
        assert_eq!(request.format, PaymentRequestFormat::Emvco);
        let merchant = request.merchant.unwrap();
        let written = merchant_qr(&merchant).unwrap();
        assert_eq!(parse(&written).unwrap().merchant.unwrap(), merchant);
        // The specification's own example is not in the order of its ids.
        let mut sorted = fields;
        sorted.sort_by(|one, other| one.id.cmp(&other.id));
        assert_eq!(written, qr_payload(&sorted).unwrap());
    }
    assert_eq!(samples.len(), 2);
    okpay_conformance::ran("vectors/emvco_qr.json", "samples", samples.len());
}

#[test]
fn the_specification_s_example_says_what_it_says() {
    let payload = emvco()["samples"][0]["payload"].as_str().unwrap().to_owned();
    let shop = parse(&payload).unwrap().merchant.unwrap();
    assert_eq!(
        (shop.name.as_str(), shop.city.as_str(), shop.country.as_str(), shop.category.as_str()),
        ("BEST TRANSPORT", "BEIJING", "CN", "4111")
    );
    assert_eq!(
        (shop.initiation, shop.amount, shop.tip),
        (Some(QrInitiation::Dynamic), Some(Money::parse("23.72", "CNY").unwrap()), Some(TipMode::Prompt))
    );
    let language = shop.language.unwrap();
    assert_eq!((language.language.as_str(), language.name.as_str(), language.city.as_deref()), ("ZH", "最佳运输", Some("北京")));
    let additional = shop.additional.unwrap();
    assert_eq!((additional.store.as_deref(), additional.customer.as_deref()), (Some("1234"), Some("***")));
    assert_eq!((additional.terminal.as_deref(), additional.consumer_data.as_deref()), (Some("A6008667"), Some("ME")));
    let accounts = shop.accounts.iter().map(|account| (account.id.as_str(), account.fields[0].value.as_str())).collect::<Vec<_>>();
    assert_eq!(accounts, [("29", "D15600000000"), ("31", "D15600000001")]);
    assert_eq!(shop.other.iter().map(|field| field.id.as_str()).collect::<Vec<_>>(), ["91"]);
}

#[test]
fn links_of_bip_21() {
    let file = addresses();
    let (valid, invalid) = (texts(&file["bip21"]["valid"]), texts(&file["bip21"]["invalid"]));
    for uri in &valid {
        assert_eq!(code(uri), "address_checksum", "the sample is no address: {uri}");
        let request = parse(&uri.replace(SAMPLE, GOOD)).unwrap();
        let coin = request.coin.unwrap();
        assert_eq!((request.format, coin.address.as_str(), coin.currency), (PaymentRequestFormat::Bip21, GOOD, Some(Currency::BTC)));
        assert_eq!(coin.amount.is_some(), uri.contains("amount="));
        assert_eq!(coin.label.as_deref(), uri.contains("label=").then_some("Luke-Jr"));
        assert_eq!(coin.message.as_deref(), uri.contains("message=").then_some("Donation for project xyz"));
        if !uri.contains("somethingyoudontunderstand") {
            assert_eq!(coin_uri(&coin).unwrap(), uri.replace(SAMPLE, GOOD));
        }
    }
    let codes = invalid.iter().map(|uri| code(&uri.replace(SAMPLE, GOOD))).collect::<Vec<_>>();
    assert_eq!(codes, ["payment_request_unsupported", "invalid_amount"]);
    assert_eq!(valid.len(), 5);
    okpay_conformance::ran("vectors/addresses.json", "bip21.valid", valid.len());
    okpay_conformance::ran("vectors/addresses.json", "bip21.invalid", invalid.len());
}

#[test]
fn links_of_erc_681() {
    let file = addresses();
    let examples = texts(&file["erc681"]["examples"]);
    // The first one's capitals are not those of EIP-55: somebody's slip, and a wallet cannot know where.
    assert_eq!(code(examples[0]), "address_checksum");
    let (target, value) = examples[0].split_once('?').unwrap();
    let ether = parse(&format!("{}?{value}", target.to_lowercase())).unwrap().coin.unwrap();
    assert_eq!((ether.units.as_deref(), ether.amount, ether.contract), (Some("2014000000000000000"), None, None));

    let unicorn = parse(examples[1]).unwrap();
    let coin = unicorn.coin.unwrap();
    assert_eq!((unicorn.format, &coin.network), (PaymentRequestFormat::Erc681, &Network::Ethereum));
    assert_eq!((coin.address.to_lowercase().as_str(), coin.units.as_deref()), ("0x8e23ee67d1332ad560396262c48ffbb01f93d052", Some("1")));
    assert_eq!(coin.contract.as_deref().map(str::to_lowercase).as_deref(), Some("0x89205a3a3b2a69de6dbf7f01ed13b2108b2c43e7"));
    assert_eq!(examples.len(), 2);
    okpay_conformance::ran("vectors/addresses.json", "erc681.examples", examples.len());
}

#[test]
fn usdt_on_each_network() {
    let amount = Money::parse("12.5", "USDT").unwrap();
    let account = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    for (network, address, uri) in [
        (
            Network::Tron,
            "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL",
            "tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?token=TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t&amount=12.5",
        ),
        (
            Network::Ethereum,
            account,
            "ethereum:0xdAC17F958D2ee523a2206206994597C13D831ec7@1/transfer?address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=12500000",
        ),
        (
            Network::Bnb,
            account,
            "ethereum:0x55d398326f99059fF775485246999027B3197955@56/transfer?address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=12500000000000000000",
        ),
    ] {
        let request = CoinRequest::new(network.clone(), address).amount(amount);
        assert_eq!(coin_uri(&request).unwrap(), uri);
        let read = parse(uri).unwrap().coin.unwrap();
        assert_eq!(
            (&read.network, read.address.as_str(), read.amount, read.currency),
            (&network, address, Some(amount), Some(Currency::USDT))
        );
        assert_eq!(coin_uri(&read).unwrap(), uri);
    }
}

#[test]
fn what_could_change_who_gets_how_much_is_refused() {
    let account = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let usdt = "0xdAC17F958D2ee523a2206206994597C13D831ec7";
    for (uri, expected) in [
        ("".to_owned(), "payment_request_malformed"),
        ("litecoin:abc".to_owned(), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?amount=0"), "invalid_amount"),
        (format!("bitcoin:{GOOD}?amount=-1"), "invalid_amount"),
        (format!("bitcoin:{GOOD}?amount=0.000000001"), "too_many_places"),
        (format!("bitcoin:{GOOD}?amount=1&amount=2"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?amount=1&AMOUNT=2"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?label=%zz"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?label=%ff"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?label=a%0ab"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?label=a b"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?amount"), "payment_request_malformed"),
        (format!("bitcoin:{GOOD}?label={}", "a".repeat(3000)), "payment_request_too_long"),
        (format!("bitcoin:{account}"), "address_wrong_network"),
        ("bitcoin:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL".to_owned(), "address_wrong_network"),
        (format!("ethereum:{account}@137"), "payment_request_unsupported"),
        (format!("ethereum:{account}@"), "payment_request_unsupported"),
        (format!("ethereum:{account}?amount=1"), "payment_request_unsupported"),
        (format!("ethereum:{account}?uint256=1"), "payment_request_malformed"),
        (format!("ethereum:{account}?value=-1"), "payment_request_malformed"),
        ("ethereum:somebody.eth?value=1".to_owned(), "payment_request_unsupported"),
        (format!("ethereum:{usdt}/approve?address={account}&uint256=1"), "payment_request_unsupported"),
        (format!("ethereum:{usdt}/transfer?uint256=1"), "payment_request_malformed"),
        (format!("ethereum:{usdt}/transfer?address={account}&uint256=1&value=1"), "payment_request_unsupported"),
        (
            "tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?token=TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC&amount=1".to_owned(),
            "payment_request_unsupported",
        ),
        ("tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?req-x=1".to_owned(), "payment_request_unsupported"),
        ("00020163041234".to_owned(), "payment_request_checksum"),
        ("000201".to_owned(), "payment_request_malformed"),
        ("0002016304".to_owned(), "payment_request_malformed"),
        (format!("000201{}", "5".repeat(600)), "payment_request_too_long"),
    ] {
        assert_eq!(code(&uri), expected, "{uri}");
    }
}

#[test]
fn what_a_form_has_no_place_for_is_refused() {
    let account = "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed";
    let tron = "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL";
    let refused = |request: CoinRequest| coin_uri(&request).unwrap_err().code().to_string();
    let usdt = || Money::parse("1", "USDT").unwrap();
    assert_eq!(refused(CoinRequest::new(Network::Ethereum, account).label("a shop")), "payment_request_unsupported");
    assert_eq!(refused(CoinRequest::new(Network::Bitcoin, GOOD).amount(usdt())), "currency_mismatch");
    assert_eq!(refused(CoinRequest::new(Network::Tron, tron).amount(Money::parse("1", "BTC").unwrap())), "currency_mismatch");
    assert_eq!(refused(CoinRequest::new(Network::Ethereum, account).amount(usdt()).contract(account)), "payment_request_malformed");
    assert_eq!(refused(CoinRequest::new(Network::Ethereum, account).amount(usdt()).units("1")), "payment_request_malformed");
    assert_eq!(refused(CoinRequest::new(Network::Ethereum, account).amount(usdt().negated())), "invalid_amount");
    assert_eq!(refused(CoinRequest::new(Network::Ethereum, account).units("1e3")), "payment_request_malformed");
    assert_eq!(refused(CoinRequest::new(Network::Bitcoin, GOOD).units("1")), "payment_request_unsupported");
    let other_token = CoinRequest::new(Network::Tron, tron).contract("TJRyWwFs9wTFGZg3JbrVriFbNfCug5tDeC");
    assert_eq!(refused(other_token.clone().units("1")), "payment_request_unsupported");
    assert!(coin_uri(&other_token).is_ok());
    assert_eq!(refused(CoinRequest::new(Network::from("dogecoin"), account)), "invalid_parameter");
}
