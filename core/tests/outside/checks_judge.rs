//! Judges by other hands: the crate `bitcoin` makes addresses that we read and reads what we take; `card-validate` knows cards.

use bitcoin::address::NetworkUnchecked;
use bitcoin::{Address, ScriptBuf, WitnessProgram, WitnessVersion};
use card_validate::{Type, Validate};
use okpay::api::{CardBrand, Network};
use okpay::checks::{Chain, InputState, address, card_number, luhn};
use proptest::prelude::*;

const CHAINS: [(bitcoin::Network, Chain); 3] =
    [(bitcoin::Network::Bitcoin, Chain::Main), (bitcoin::Network::Testnet, Chain::Test), (bitcoin::Network::Regtest, Chain::Regtest)];

/// Scripts that have an address.
fn script() -> impl Strategy<Value = ScriptBuf> {
    let hash = any::<[u8; 20]>();
    let program = (0_u8..=16, prop::collection::vec(any::<u8>(), 2..=40)).prop_filter_map("no program", |(version, bytes)| {
        let program = WitnessProgram::new(WitnessVersion::try_from(version).ok()?, &bytes).ok()?;
        Some(ScriptBuf::new_witness_program(&program))
    });
    prop_oneof![
        hash.prop_map(|hash| ScriptBuf::from_hex(&format!("76a914{}88ac", hex(&hash))).unwrap()),
        hash.prop_map(|hash| ScriptBuf::from_hex(&format!("a914{}87", hex(&hash))).unwrap()),
        hash.prop_map(|hash| ScriptBuf::from_hex(&format!("0014{}", hex(&hash))).unwrap()),
        any::<[u8; 32]>().prop_map(|key| ScriptBuf::from_hex(&format!("5120{}", hex(&key))).unwrap()),
        program,
    ]
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

fn is_read_by_the_judge(text: &str) -> bool {
    text.parse::<Address<NetworkUnchecked>>().is_ok()
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(512))]

    #[test]
    fn we_read_what_the_judge_writes(script in script(), place in 0..3_usize) {
        let (network, chain) = CHAINS[place].clone();
        let text = Address::from_script(&script, network).unwrap().to_string();
        for text in [text.clone(), if text.contains('1') && text.starts_with(['b', 't']) { text.to_uppercase() } else { text.clone() }] {
            let read = address(&text, &Network::Bitcoin, Some(&chain)).unwrap();
            prop_assert_eq!(read.payload, script.to_hex_string());
        }
    }

    #[test]
    fn both_take_the_same_texts(script in script(), place in 0..3_usize, at: prop::sample::Index, other in "[0-9A-Za-z]") {
        let text = Address::from_script(&script, CHAINS[place].0).unwrap().to_string();
        let at = at.index(text.len());
        let wrong = format!("{}{other}{}", &text[..at], &text[at + 1..]);
        prop_assert_eq!(address(&wrong, &Network::Bitcoin, None).is_ok(), is_read_by_the_judge(&wrong), "{}", wrong);
    }

    #[test]
    fn both_know_the_same_check_digits(digits in "[0-9]{1,19}") {
        prop_assert_eq!(luhn(&digits), Validate::is_luhn_valid(&digits));
    }

    #[test]
    fn what_we_take_is_of_the_judge_s_brand(start in "(4[0-9]{14}|5[1-5][0-9]{13}|222[1-9][0-9]{11}|2[3-6][0-9]{13})") {
        let number = (0..10).map(|digit| format!("{start}{digit}")).find(|number| luhn(number)).unwrap();
        let check = card_number(&number);
        prop_assert_eq!(check.state, InputState::Valid);
        // Electron is a brand of Visa's.
        match Validate::from(&number).unwrap().card_type {
            Type::MasterCard => prop_assert_eq!(check.brand, Some(CardBrand::Mastercard)),
            Type::Visa | Type::VisaElectron => prop_assert_eq!(check.brand, Some(CardBrand::Visa)),
            _ => prop_assert!(false, "another brand"),
        }
    }
}
