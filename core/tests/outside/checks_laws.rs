//! The laws of checks and payment requests: no input panics, what is written reads back, and a slip is seen.

use okpay::api::{CardBrand, CardDetails, Network};
use okpay::checks::{InputState, address, card, card_expiry, card_number, iban, luhn, security_code};
use okpay::payment_requests::{
    CoinRequest, MerchantRequest, QrAccount, QrAdditional, QrField, QrInitiation, QrLanguage, TipMode, coin_uri, merchant_qr, parse,
    qr_fields, qr_payload,
};
use okpay::{Currency, ErrorCode, Money, Timestamp};
use proptest::prelude::*;

const BASE58: &str = "123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz";
const BECH32: &str = "qpzry9x8gf2tvdw0s3jn54khce6mua7l";
const IBANS: [&str; 4] = ["GB82WEST12345698765432", "DE89370400440532013000", "MT84MALT011000012345MTLCAST001S", "NO9386011117947"];
const ADDRESSES: [(Network, &str); 6] = [
    (Network::Tron, "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL"),
    (Network::Bitcoin, "1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo"),
    (Network::Bitcoin, "36j4NfKv6Akva9amjWrLG6MuSQym1GuEmm"),
    (Network::Bitcoin, "bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv"),
    (Network::Bitcoin, "bc1p83n3au0rjylefxq2nc2xh2y4jzz4pm6zxj4mw5pagdjjr2a9f36s6jjnnu"),
    (Network::Ethereum, "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed"),
];

/// What people and attackers type: anything, and things that look nearly right.
fn typed() -> impl Strategy<Value = String> {
    let near = prop::sample::select(vec![
        "4242424242424242",
        "12/34",
        "GB82WEST12345698765432",
        "TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL",
        "bc1qvyq0cc6rahyvsazfdje0twl7ez82ndmuac2lhv",
        "0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed",
        "bitcoin:1FsSia9rv4NeEwvJ2GvXrX7LyxYspbN2mo?amount=1&label=%41",
        "ethereum:0xdAC17F958D2ee523a2206206994597C13D831ec7@1/transfer?address=0x5aAeb6053F3E94C9b9A09f33669435E7Ef1BeAed&uint256=1.5e6",
        "tron:TNPeeaaFB7K9cmo4uQpcU32zGK8G1NYqeL?amount=1",
        "00020126580014br.gov.bcb.pix0136123e4567-e12b-12d1-a456-4266554400005204000053039865802BR5913Fulano de Tal6008BRASILIA62070503***63041D3D",
    ]);
    let broken = (near, any::<prop::sample::Index>(), any::<Option<char>>()).prop_map(|(text, place, other)| {
        let mut characters = text.chars().collect::<Vec<_>>();
        let place = place.index(characters.len());
        match other {
            Some(other) => characters[place] = other,
            None => drop(characters.remove(place)),
        }
        characters.into_iter().collect::<String>()
    });
    prop_oneof!["\\PC{0,200}", ".{0,40}", "[0-9 /-]{0,40}", broken]
}

fn text(most: usize) -> impl Strategy<Value = String> {
    proptest::string::string_regex(&format!("[A-Za-z0-9 .最佳é&=%?#*+-]{{1,{most}}}")).unwrap()
}

fn fields(from: u8, to: u8) -> impl Strategy<Value = Vec<QrField>> {
    prop::collection::btree_map(from..=to, text(20), 1..3)
        .prop_map(|fields| fields.into_iter().map(|(id, value)| QrField { id: format!("{id:02}"), value }).collect())
}

fn shop() -> impl Strategy<Value = MerchantRequest> {
    let accounts = prop::collection::btree_map(2_u8..=51, (text(20), fields(0, 99)), 1..3).prop_map(|accounts| {
        let account = |(id, (value, fields)): (u8, (String, Vec<QrField>))| {
            let account = QrAccount::new(format!("{id:02}"));
            if id < 26 { account.value(value) } else { account.fields(fields) }
        };
        accounts.into_iter().map(account).collect::<Vec<_>>()
    });
    let amount = (1_i64..1_000_000).prop_map(|minor| Money::from_minor(i128::from(minor), Currency::EUR).unwrap());
    let tip = prop_oneof![
        Just((None, None, None)),
        Just((Some(TipMode::Prompt), None, None)),
        amount.clone().prop_map(|fee| (Some(TipMode::Fixed), Some(fee), None)),
        Just((Some(TipMode::Percent), None, Some("2.5".to_owned())))
    ];
    let names = (text(25), text(15), prop::option::of(text(10)), prop::option::of(text(25)), prop::option::of(fields(65, 99)));
    (accounts, prop::option::of(amount), tip, names, prop::option::of((text(25), prop::option::of(text(15))))).prop_map(
        |(accounts, amount, (tip, tip_fixed, tip_percent), (name, city, postal_code, reference, other), language)| {
            let mut shop =
                MerchantRequest::new(name, city, "DE", "5411", Currency::EUR).accounts(accounts).initiation(QrInitiation::Static);
            (shop.amount, shop.tip, shop.tip_fixed, shop.tip_percent, shop.postal_code) =
                (amount, tip, tip_fixed, tip_percent, postal_code);
            shop.additional = reference.map(|reference| QrAdditional::new().reference(reference));
            shop.language = language.map(|(name, city)| QrLanguage { language: "zh".to_owned(), name, city });
            shop.other = other.unwrap_or_default();
            shop
        },
    )
}

fn coin() -> impl Strategy<Value = CoinRequest> {
    let place = prop::sample::select(ADDRESSES.to_vec());
    (place, any::<bool>(), prop::option::of(1_i64..1_000_000_000_000), prop::option::of(text(40)), prop::option::of(text(40))).prop_map(
        |((network, address), is_bnb, minor, label, message)| {
            let currency = if network == Network::Bitcoin { Currency::BTC } else { Currency::USDT };
            let network = if network == Network::Ethereum && is_bnb { Network::Bnb } else { network };
            let has_texts = matches!(network, Network::Bitcoin | Network::Tron);
            let mut request = CoinRequest::new(network, address).currency(currency);
            request.amount = minor.map(|minor| Money::from_minor(i128::from(minor), currency).unwrap());
            if has_texts {
                (request.label, request.message) = (label, message);
            }
            request
        },
    )
}

/// A text with the character at a place exchanged, if that changes it. One that is not ASCII is left: a checksum promises less where
/// the length changes with it.
fn slip(text: &str, place: usize, other: char) -> Option<String> {
    let mut characters = text.chars().collect::<Vec<_>>();
    let there = characters.get_mut(place).filter(|there| there.is_ascii() && **there != other)?;
    *there = other;
    Some(characters.into_iter().collect())
}

/// Every text that is one slip away.
fn slips<'a>(text: &'a str, alphabet: &'a str) -> impl Iterator<Item = String> + 'a {
    (0..text.len()).flat_map(move |place| alphabet.chars().filter_map(move |other| slip(text, place, other)))
}

#[test]
fn a_mistyped_character_of_an_iban_is_seen() {
    for text in IBANS {
        assert!(iban(text).is_ok());
        for alphabet in ["0123456789", "ABCDEFGHIJKLMNOPQRSTUVWXYZ"] {
            // A letter counts as two digits, so that one in place of a digit moves the others, and slips through once in 97 times.
            let is_of_kind =
                |wrong: &String| wrong.chars().zip(text.chars()).all(|(one, other)| one.is_alphabetic() == other.is_alphabetic());
            let taken = slips(text, alphabet).filter(|wrong| is_of_kind(wrong) && iban(wrong).is_ok()).collect::<Vec<_>>();
            assert!(taken.is_empty(), "{taken:?}");
        }
    }
}

#[test]
fn a_mistyped_character_of_an_address_is_seen() {
    for (network, text) in ADDRESSES {
        let (alphabet, skip) = match text {
            _ if network == Network::Ethereum => ("0123456789abcdefABCDEF", 2),
            _ if text.starts_with("bc1") => (BECH32, 3),
            _ => (BASE58, 0),
        };
        let wrong = slips(text, alphabet).filter(|wrong| wrong[..skip] == text[..skip]).collect::<Vec<_>>();
        let taken = wrong.iter().filter(|wrong| address(wrong, &network, None).is_ok()).collect::<Vec<_>>();
        assert!(taken.is_empty() && wrong.len() > 600, "{taken:?} of {}", wrong.len());
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn no_input_panics(typed in typed(), month: u8, year: u16, millis: i64) {
        let now = Timestamp::from_millis(millis);
        let check = card_number(&typed);
        prop_assert_eq!(check.reason.is_none(), check.state == InputState::Valid);
        let expiry = card_expiry(&typed, now);
        prop_assert_eq!(expiry.month.is_some() && expiry.year.is_some(), expiry.state == InputState::Valid);
        let _ = security_code(&typed, check.brand.as_ref());
        let _ = (luhn(&typed), card(&CardDetails::new(typed.as_str(), month, year, typed.as_str()), now));
        if let Ok(read) = iban(&typed) {
            prop_assert_eq!(iban(&read.print).unwrap(), read);
        }
        for network in Network::KNOWN {
            if let Ok(read) = address(&typed, network, None) {
                prop_assert_eq!(address(&read.address, network, None).unwrap().payload, read.payload);
            }
        }
        if let Ok(request) = parse(&typed) {
            let written = match (&request.coin, &request.merchant) {
                (Some(coin), _) => coin_uri(coin),
                (None, shop) => merchant_qr(shop.as_ref().unwrap()),
            };
            prop_assert_eq!(parse(&written.unwrap()).unwrap(), request);
        }
    }

    #[test]
    fn a_card_number_is_valid_with_one_of_ten_check_digits(start in "4[0-9]{14}") {
        let valid = (0..10).filter(|digit| card_number(&format!("{start}{digit}")).state == InputState::Valid).count();
        prop_assert_eq!(valid, 1);
        prop_assert_eq!(card_number(&start).brand, Some(CardBrand::Visa));
    }

    #[test]
    fn a_mistyped_digit_of_a_card_is_seen(start in "5[1-5][0-9]{13}", place in 0..16_usize, other in "[0-9]") {
        let number = (0..10).map(|digit| format!("{start}{digit}")).find(|number| luhn(number)).unwrap();
        if let Some(wrong) = slip(&number, place, other.chars().next().unwrap()) {
            prop_assert!(!luhn(&wrong));
            prop_assert!(card_number(&wrong).state != InputState::Valid);
        }
    }

    #[test]
    fn links_read_back(request in coin()) {
        let uri = coin_uri(&request).unwrap();
        let read = parse(&uri).unwrap().coin.unwrap();
        let mut expected = request;
        expected.contract.clone_from(&read.contract);
        prop_assert_eq!(&read, &expected);
        prop_assert_eq!(coin_uri(&read).unwrap(), uri);
    }

    #[test]
    fn codes_of_shops_read_back(shop in shop()) {
        let Ok(payload) = merchant_qr(&shop) else {
            // Only where the parts are too long together.
            prop_assert_eq!(merchant_qr(&shop).unwrap_err().code().clone(), ErrorCode::PaymentRequestTooLong);
            return Ok(());
        };
        prop_assert_eq!(parse(&payload).unwrap().merchant.unwrap(), shop);
        prop_assert_eq!(qr_payload(&qr_fields(&payload).unwrap()).unwrap(), payload);
    }

    #[test]
    fn a_changed_character_of_a_code_is_seen(shop in shop(), place: prop::sample::Index, other in "[0-9A-Fa-f]") {
        if let Ok(payload) = merchant_qr(&shop) {
            let place = place.index(payload.chars().count());
            if let Some(wrong) = slip(&payload, place, other.chars().next().unwrap()) {
                prop_assert!(parse(&wrong).is_err());
            }
        }
    }
}
