//! `tests/vectors/addresses.json` and `luhn_iban.json`, every case.

use okpay::api::Network;
use okpay::checks::{AddressKind, Chain, InputState, address, card_number, iban, luhn};
use serde_json::Value;

fn addresses() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/addresses.json")).unwrap()
}

fn luhn_iban() -> Value {
    serde_json::from_str(include_str!("../../../tests/vectors/luhn_iban.json")).unwrap()
}

fn texts(value: &Value) -> Vec<&str> {
    value.as_array().unwrap().iter().map(|text| text.as_str().unwrap()).collect()
}

fn code(text: &str, network: &Network) -> String {
    address(text, network, None).unwrap_err().code().to_string()
}

/// Tells that these lists hold, whole.
fn report(name: &str, file: &Value, lists: &[&str]) {
    for list in lists {
        let cases = list.split('.').fold(file, |json, name| &json[name]).as_array().unwrap();
        okpay_conformance::ran(&format!("vectors/{name}.json"), list, cases.len());
    }
}

/// A vector's string, which may have a byte that JSON cannot hold before or behind it.
fn with_bytes(case: &Value) -> Option<String> {
    let byte = |name: &str| match case[name].as_str() {
        Some(hex) => char::from_u32(u32::from_str_radix(hex.trim_start_matches("0x"), 16).unwrap()).map(String::from),
        None => Some(String::new()),
    };
    Some(byte("prefix_byte")? + case["string"].as_str()? + &byte("suffix_byte")?)
}

#[test]
fn luhn_holds_where_it_must() {
    let file = luhn_iban();
    let (valid, invalid) = (texts(&file["luhn"]["valid"]), texts(&file["luhn"]["invalid"]));
    assert!(valid.iter().all(|digits| luhn(digits)));
    assert!(invalid.iter().all(|digits| !luhn(digits)));
    let taken = |digits: &&&str| matches!(card_number(digits).state, InputState::Valid);
    assert_eq!(valid.iter().filter(taken).copied().collect::<Vec<_>>(), ["4242424242424242", "4111111111111111", "5555555555554444"]);
    assert_eq!(invalid.iter().filter(taken).count(), 0);
    assert_eq!((valid.len(), invalid.len()), (9, 5));
    report("luhn_iban", &file, &["luhn.valid", "luhn.invalid"]);
}

#[test]
fn ibans_are_read_or_refused() {
    let file = luhn_iban();
    let (valid, invalid) = (texts(&file["iban"]["valid"]), texts(&file["iban"]["invalid"]));
    for printed in &valid {
        let electronic = printed.replace(' ', "");
        for typed in [(*printed).to_owned(), electronic.clone(), electronic.to_lowercase(), format!(" {printed}\n")] {
            let read = iban(&typed).unwrap();
            assert_eq!((read.print.as_str(), &read.electronic), (*printed, &electronic));
            assert_eq!(read.country, printed[..2]);
        }
    }
    let codes = invalid.iter().map(|text| iban(text).unwrap_err().code().to_string()).collect::<Vec<_>>();
    // The third lacks a digit, so that neither checksum nor length can hold; the last has the check digits of another country.
    assert_eq!(codes, ["iban_checksum", "iban_checksum", "iban_checksum", "iban_checksum"]);
    assert_eq!((valid.len(), invalid.len()), (12, 4));
    report("luhn_iban", &file, &["iban.valid", "iban.invalid"]);
}

#[test]
fn ethereum_s_capitals_are_checked() {
    let file = addresses();
    let (valid, invalid) = (texts(&file["eip55"]["valid"]), texts(&file["eip55"]["invalid"]));
    for text in &valid {
        for network in [Network::Ethereum, Network::Bnb] {
            let read = address(text, &network, None).unwrap();
            assert_eq!((read.address.as_str(), read.checksummed, &read.network), (*text, true, &network));
        }
        let small = text.to_lowercase();
        let read = address(&small, &Network::Ethereum, None).unwrap();
        assert_eq!((read.address.as_str(), read.checksummed), (*text, small == *text));
        assert_eq!(code(text, &Network::Tron), "address_wrong_network");
    }
    assert!(invalid.iter().all(|text| code(text, &Network::Ethereum) == "address_checksum"));
    assert_eq!((valid.len(), invalid.len()), (8, 3));
    report("addresses", &file, &["eip55.valid", "eip55.invalid"]);
}

#[test]
fn tron_s_addresses() {
    let file = addresses();
    let pairs = file["tron"]["valid"].as_array().unwrap();
    for pair in pairs {
        let text = pair["address"].as_str().unwrap();
        let read = address(text, &Network::Tron, None).unwrap();
        assert_eq!((read.address.as_str(), read.payload.as_str(), read.kind), (text, pair["hex"].as_str().unwrap(), AddressKind::Account));
    }
    let plain = texts(&file["tron"]["valid_plain"]);
    assert!(plain.iter().all(|text| address(text, &Network::Tron, None).unwrap().checksummed));
    let labelled = file["tron"]["labels"].as_object().unwrap();
    assert!(labelled.keys().all(|text| address(text, &Network::Tron, None).is_ok()));
    let twin = address(file["tron"]["eth_form_of_TR7"]["0x"].as_str().unwrap(), &Network::Ethereum, None).unwrap();
    assert_eq!(format!("41{}", twin.payload), address("TR7NHqjeKQxGTCi8q8ZY4pL8otSzgjLj6t", &Network::Tron, None).unwrap().payload);

    let codes = texts(&file["tron"]["invalid"]).into_iter().map(|text| code(text, &Network::Tron)).collect::<Vec<_>>();
    let expected = [
        "address_checksum",
        "address_length",
        "address_malformed",
        "address_malformed",
        "address_wrong_network",
        "address_malformed",
        "address_malformed",
        "address_checksum",
    ];
    assert_eq!(codes, expected);
    assert_eq!((pairs.len(), plain.len(), labelled.len()), (3, 2, 1));
    report("addresses", &file, &["tron.valid", "tron.valid_plain", "tron.invalid"]);
}

#[test]
fn bitcoin_s_addresses() {
    let file = addresses();
    let mut checked = 0;
    for case in file["bitcoin_addresses"]["valid"].as_array().unwrap() {
        let read = address(case["address"].as_str().unwrap(), &Network::Bitcoin, None).unwrap();
        let chain = match case["chain"].as_str().unwrap() {
            "main" => Chain::Main,
            "regtest" => Chain::Regtest,
            _ => Chain::Test,
        };
        assert_eq!((&read.payload, read.chain), (&case["script_pubkey"].as_str().unwrap().to_owned(), Some(chain)));
        checked += 1;
    }
    for case in file["segwit"]["valid"].as_array().unwrap() {
        let text = case["address"].as_str().unwrap();
        let read = address(text, &Network::Bitcoin, None).unwrap();
        assert_eq!((read.address, read.payload.as_str()), (text.to_lowercase(), case["script_pubkey"].as_str().unwrap()));
        checked += 1;
    }
    for text in texts(&file["bitcoin_addresses"]["invalid"]) {
        assert!(code(text, &Network::Bitcoin).starts_with("address_"), "{text}");
        checked += 1;
    }
    for case in file["segwit"]["invalid"].as_array().unwrap() {
        let (text, reason) = (with_bytes(case).unwrap(), case["reason"].as_str().unwrap());
        let expected = match reason {
            // The empty one has nothing but its checksum, whose first character stands where the version should.
            _ if reason.contains("checksum (") || reason == "Empty data section" => "address_checksum",
            _ if reason.contains("program length") => "address_length",
            "Mixed case" => "address_mixed_case",
            _ => "address_malformed",
        };
        assert_eq!(code(&text, &Network::Bitcoin), expected, "{text}: {reason}");
        checked += 1;
    }
    assert_eq!(checked, 11 + 8 + 17 + 15);
    report("addresses", &file, &["bitcoin_addresses.valid", "bitcoin_addresses.invalid", "segwit.valid", "segwit.invalid"]);
}

/// Texts in Bech32 and Bech32m that are no addresses: the form holds, but not Bitcoin's prefix or length.
#[test]
fn other_texts_in_bech32_are_no_addresses() {
    let file = addresses();
    let mut checked = 0;
    for kind in ["bech32", "bech32m"] {
        let valid = texts(&file[kind]["valid"]).into_iter().map(str::to_owned);
        let invalid = file[kind]["invalid"].as_array().unwrap().iter().map(|case| with_bytes(case).unwrap());
        for text in valid.chain(invalid) {
            assert!(code(&text, &Network::Bitcoin).starts_with("address_"), "{text}");
            checked += 1;
        }
    }
    assert_eq!(checked, 7 + 12 + 7 + 14);
    report("addresses", &file, &["bech32.valid", "bech32.invalid", "bech32m.valid", "bech32m.invalid"]);
}

/// Pieces of Base58 that are not as long as an address, and BIP 21's sample, whose checksum is wrong on purpose.
#[test]
fn base58_alone_is_no_address() {
    let file = addresses();
    for case in file["base58"]["vectors"].as_array().unwrap() {
        for network in [Network::Bitcoin, Network::Tron] {
            assert!(code(case["base58"].as_str().unwrap(), &network).starts_with("address_"), "{case}");
        }
    }
    assert_eq!(code("175tWpb8K1S7NmH4Zx6rewF9WQrcZv245W", &Network::Bitcoin), "address_checksum");
    report("addresses", &file, &["base58.vectors"]);
}
