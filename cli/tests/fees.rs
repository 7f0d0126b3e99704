//! `okpay fees`: figures equal to core's, files that are wrong, and a batch that equals its single quotes.

mod support;

use okpay::fees::{FeeSchedule, QuoteRequest, STANDARD, envelope_public_key, sign_envelope};
use okpay::{Money, Timestamp};
use serde_json::{Value, json};
use support::{file, run, run_with_input};

const CARD: [&str; 8] = ["--method", "card", "--fact", "brand=visa", "--fact", "card_region=domestic", "--fact", "conversion=false"];
const AT: &str = "2026-11-22T12:00:00Z";

fn money(amount: &str, currency: &str) -> Value {
    json!({ "amount": amount, "currency": currency })
}

#[test]
fn a_quote_is_what_core_says() {
    let out = run(&[&["fees", "quote", "19.99", "EUR", "--at", AT, "--json"][..], &CARD].concat()).json();
    assert_eq!((&out["fee"], &out["net"]), (&money("0.66", "EUR"), &money("19.33", "EUR")));
    let mut request = QuoteRequest::new("payment", "card", Money::parse("19.99", "EUR").unwrap());
    request.facts = [("brand", "visa"), ("card_region", "domestic"), ("conversion", "false")].map(|(k, v)| (k.into(), v.into())).into();
    let core = FeeSchedule::from_json(STANDARD).unwrap().quote(&request, Timestamp::parse(AT).unwrap()).unwrap();
    assert_eq!(out, serde_json::to_value(core).unwrap());
    assert_eq!(run(&[&["fees", "quote", "19.99 EUR", "--json"][..], &CARD].concat()).json()["fee"], out["fee"]);
}

#[test]
fn a_quote_reads_as_a_table() {
    let out = run(&[&["fees", "quote", "19.99", "EUR"][..], &CARD].concat()).ok();
    for line in ["percent 0.30 EUR", "fixed 0.25 EUR", "vat 0.11 EUR", "fee 0.66 EUR", "gross 19.99 EUR", "net 19.33 EUR"] {
        assert!(out.lines().any(|shown| shown.split_whitespace().collect::<Vec<_>>().join(" ") == line), "{line} in\n{out}");
    }
    assert!(out.contains("(built in)") && !out.contains('\u{1b}'));
}

#[test]
fn the_other_questions() {
    let gross = run(&[&["fees", "gross-up", "19.99", "EUR", "--json"][..], &CARD].concat()).json();
    assert_eq!(gross["gross"], money("20.66", "EUR"));
    let most = run(&["fees", "max-withdrawal", "500", "USDT", "--method", "usdt", "--fact", "network=tron", "--json"]).json();
    assert_eq!((&most["gross"], &most["net"]), (&money("500.000000", "USDT"), &money("498.501499", "USDT")));
    let offers = run(&["fees", "compare", "19.99", "EUR", "--json"]).json();
    let fees = offers.as_array().unwrap().iter().filter_map(|offer| offer["quote"]["fee"]["amount"].as_str()).collect::<Vec<_>>();
    assert!(fees.len() > 3 && fees.is_sorted(), "{fees:?}");
    assert!(offers.as_array().unwrap().iter().any(|offer| offer["method"] == "card" && offer["code"] == "missing_fact"));
    let table = run(&["fees", "compare", "19.99", "EUR"]).ok();
    assert!(table.contains("not available:") && table.contains("missing_fact"), "{table}");
}

#[test]
fn every_argument_counts() {
    let quote = |more: &[&str]| run(&[&["fees", "quote", "100", "EUR", "--at", AT, "--json"][..], &CARD, more].concat()).json();
    assert_eq!(quote(&[])["fee"], money("2.10", "EUR"));
    assert_eq!(quote(&["--coupon", "WELCOME"])["fee"], money("1.04", "EUR"));
    assert_eq!(quote(&["--bearer", "customer"])["gross"], money("102.10", "EUR"));
    let spring = ["--at", "2026-04-01T00:00:00Z", "--coupon", "SPRING-2026"];
    let out = run(&[&["fees", "quote", "100", "EUR", "--json"][..], &CARD, &spring].concat()).json();
    assert_eq!(out["fee"], money("1.57", "EUR"));
    run(&[&["fees", "quote", "100", "EUR", "--at", AT, "--coupon", "SPRING-2026"][..], &CARD].concat())
        .fails(2, &["promotion_not_applicable"]);
}

const BANDS: &str = r#"{"id":"mine","version":"2026-11-01.2","valid_from":"2026-01-01T00:00:00Z","valid_until":null,"rounding":"half_up","rules":[
  {"id":"small","when":{"operation":"payment","currency":"EUR","monthly_volume":{"max":"1000"}},"percent":"2"},
  {"id":"large","when":{"operation":"payment","currency":"EUR"},"percent":"1"}]}"#;

#[test]
fn a_schedule_of_ones_own_bare_or_signed() {
    let folder = tempfile::tempdir().unwrap();
    let bare = file(folder.path(), "bare.json", BANDS);
    let seed = [7; 32];
    let envelope = sign_envelope(BANDS, "fees_1", 1_793_491_200, &seed).unwrap();
    let signed = file(folder.path(), "signed.json", serde_json::to_string(&envelope).unwrap());
    let (key, other) = (envelope_public_key(&seed), envelope_public_key(&[8; 32]));
    let quote = |more: &[&str]| run(&[&["fees", "quote", "10", "EUR", "--method", "card"][..], more].concat());

    let volume = |amount: &'static str| ["--monthly-volume", amount, "--json"];
    assert_eq!(quote(&[&["--schedule", &bare][..], &volume("999.99")].concat()).json()["rule_id"], "small");
    assert_eq!(quote(&[&["--schedule", &bare][..], &volume("1000")].concat()).json()["rule_id"], "large");
    assert!(quote(&["--schedule", &bare, "--monthly-volume", "1"]).ok().contains("(not signed)"));
    quote(&["--schedule", &bare]).fails(2, &["missing_fact", "--monthly-volume"]);
    quote(&["--schedule", &bare, "--monthly-volume", "5 USD"]).fails(2, &["currency_mismatch"]);
    quote(&["--schedule", &bare, "--public-key", &key]).fails(2, &["not signed"]);

    let proven = quote(&["--schedule", &signed, "--public-key", &other, "--public-key", &key, "--monthly-volume", "1"]).ok();
    assert!(proven.contains("mine 2026-11-01.2 (signed)"), "{proven}");
    quote(&["--schedule", &signed]).fails(2, &["--public-key"]);
    quote(&["--schedule", &signed, "--public-key", &other]).fails(1, &["envelope_signature_invalid", "signed.json"]);
    let newer = ["--schedule", &signed, "--public-key", &key, "--not-older-than", "2026-11-01.10"];
    quote(&newer).fails(1, &["schedule_rollback"]);
    let tampered = file(folder.path(), "tampered.json", serde_json::to_string(&envelope).unwrap().replace("small", "SMALL"));
    quote(&["--schedule", &tampered, "--public-key", &key]).fails(1, &["envelope_signature_invalid"]);
}

#[test]
fn a_bad_schedule_is_told_in_one_line_with_its_path() {
    let folder = tempfile::tempdir().unwrap();
    let quote = |schedule: &str| run(&["fees", "quote", "10", "EUR", "--method", "card", "--schedule", schedule]);
    quote("no/such/schedule.json").fails(2, &["no/such/schedule.json", "cannot be read"]);
    quote(folder.path().to_str().unwrap()).fails(2, &["is a folder"]);
    quote(&file(folder.path(), "cut.json", &BANDS[..90])).fails(2, &["cut.json", "invalid_schedule"]);
    let bad = BANDS.replace(r#""percent":"1""#, r#""percent":"100""#);
    quote(&file(folder.path(), "bad.json", bad)).fails(2, &["bad.json", "invalid_schedule", "rules[1].percent"]);
    quote(&file(folder.path(), "binary.json", [0xff, 0xfe])).fails(2, &["not text"]);
}

#[test]
fn amounts_are_read_exactly_or_not_at_all() {
    let quote = |amount: &[&str]| run(&[&["fees", "quote"][..], amount, &["--method", "btc"]].concat());
    quote(&["19,99", "EUR"]).fails(2, &["invalid_amount"]);
    quote(&["19.999", "EUR"]).fails(2, &["too_many_places"]);
    quote(&["19.99"]).fails(2, &["write 19.99 EUR"]);
    quote(&["19.99", "EURO"]).fails(2, &["unknown_currency"]);
    quote(&["-1", "EUR"]).fails(2, &["invalid_amount"]);
    quote(&["0", "EUR"]).fails(2, &["invalid_amount"]);
    quote(&["99999999999999999", "EUR"]).fails(2, &["amount_overflow"]);
    run(&["fees", "quote", "1", "EUR", "--method", "cash"]).fails(2, &["no_matching_rule"]);
}

const ORDERS: &str = "\
reference,amount,currency,method,fact.network,coupon,note\n\
A-1,19.99,EUR,,,,plain\n\
A-2,250,EUR,usdt,tron,,\n\
\"A,3\",4999.99,EUR,,,,band edge\n\
A-4,5000,EUR,,,TEN-CENTS,\"with \"\"quotes\"\"\"\n\
A-5,0.00012345,BTC,btc,,,\n\
A-6,3,USD,bank_transfer,,WELCOME,\n";

#[test]
fn a_batch_equals_its_single_quotes() {
    let folder = tempfile::tempdir().unwrap();
    let orders = file(folder.path(), "orders.csv", ORDERS);
    let out = run(&["fees", "batch", &orders, "--method", "bank_transfer", "--at", AT]).ok();
    let mut rows = csv::Reader::from_reader(out.as_bytes());
    let names = rows.headers().unwrap().clone();
    assert_eq!(names.iter().collect::<Vec<_>>().join(","), "reference,amount,currency,method,fact.network,coupon,note,gross,fee,net,rule");
    let rows = rows.records().map(Result::unwrap).collect::<Vec<_>>();
    let asked = csv::Reader::from_reader(ORDERS.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(rows.len(), asked.len());
    for (row, asked) in rows.iter().zip(&asked) {
        assert!(row.iter().zip(asked).all(|(out, input)| out == input), "the file's own cells come out as they were");
        let method = if asked[3].is_empty() { "bank_transfer" } else { &asked[3] };
        let mut arguments = vec!["fees", "quote", &asked[1], &asked[2], "--method", method, "--at", AT, "--json"];
        let network = format!("network={}", &asked[4]);
        if !asked[4].is_empty() {
            arguments.extend(["--fact", &network]);
        }
        if !asked[5].is_empty() {
            arguments.extend(["--coupon", &asked[5]]);
        }
        let single = run(&arguments).json();
        let figures = ["gross", "fee", "net"].map(|name| single[name]["amount"].as_str().unwrap().to_owned());
        assert_eq!([&row[7], &row[8], &row[9]], figures.each_ref().map(String::as_str));
        assert_eq!(&row[10], single["rule_id"].as_str().unwrap());
    }
}

#[test]
fn a_batch_longer_than_a_chunk_keeps_its_order() {
    let methods = ["btc", "bank_transfer"];
    let rows = (1..=20_000).map(|row| format!("{row}.01,EUR,{}\n", methods[row % 2])).collect::<String>();
    let out = run_with_input(&["fees", "batch", "-"], format!("amount,currency,method\n{rows}").as_bytes()).ok();
    let out = csv::Reader::from_reader(out.as_bytes()).into_records().map(Result::unwrap).collect::<Vec<_>>();
    assert_eq!(out.len(), 20_000);
    for (row, expected) in out.iter().zip(1..) {
        assert_eq!((&row[0], row[6].starts_with(&row[2][..3])), (format!("{expected}.01").as_str(), true));
    }
}

#[test]
fn a_batch_as_json_has_money_with_its_currency() {
    let out =
        run_with_input(&["fees", "batch", "-", "--currency", "EUR", "--method", "btc", "--json"], b"amount,x\n10,\"a\nb\"\n20,c\n").ok();
    let rows = out.lines().map(|line| serde_json::from_str::<Value>(line).unwrap()).collect::<Vec<_>>();
    assert_eq!(rows.len(), 2);
    assert_eq!((&rows[0]["x"], &rows[0]["fee"], &rows[0]["rule"]), (&json!("a\nb"), &money("0.29", "EUR"), &json!("btc")));
}

#[test]
fn a_batch_writes_all_of_a_file_or_none() {
    let folder = tempfile::tempdir().unwrap();
    let good = file(folder.path(), "good.csv", "amount\n10\n");
    let target = file(folder.path(), "out.csv", "what was there");
    let options = ["--currency", "EUR", "--method", "btc", "--output", &target];
    let bad = file(folder.path(), "bad.csv", "amount\n10\nten\n");
    run(&[&["fees", "batch", &bad][..], &options].concat()).fails(2, &["bad.csv", "line 3", "column amount", "invalid_amount"]);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "what was there");
    let ran = run(&[&["fees", "batch", &good][..], &options].concat());
    assert_eq!((ran.code, ran.stdout.as_str(), ran.stderr.contains("1 rows")), (0, "", true), "{}", ran.stderr);
    assert_eq!(std::fs::read_to_string(&target).unwrap(), "amount,gross,fee,net,rule\n10,10.00,0.29,9.71,btc\n");
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 3, "no temporary file stays behind");
    run(&["fees", "batch", &good, "--currency", "EUR", "--method", "btc", "--output", "/dev/null"]).fails(2, &["/dev/null", "not a file"]);
    run(&["fees", "batch", &good, "--currency", "EUR", "--method", "btc", "--output", "no/such/folder.csv"])
        .fails(2, &["no/such/folder.csv"]);
}

#[test]
fn what_is_wrong_with_a_file_is_named_by_line_and_column() {
    let batch = |text: &[u8]| run_with_input(&["fees", "batch", "-", "--currency", "EUR"], text);
    batch(b"").fails(2, &["standard input", "no column amount"]);
    batch(b"sum\n1\n").fails(2, &["no column amount"]);
    batch(b"amount,fee\n1,1\n").fails(2, &["line 1", "fee"]);
    batch(b"amount,x,x\n1,1,1\n").fails(2, &["line 1", "twice"]);
    batch(b"amount\n1\n").fails(2, &["line 2", "--method"]);
    batch(b"amount,method\n1,btc\n2\n").fails(2, &["line: 3", "1 fields"]);
    batch(b"amount,method\n,btc\n").fails(2, &["line 2", "column amount is empty"]);
    batch(b"amount,method,currency\n1,btc,EUR\n1,btc,eur\n").fails(2, &["line 3", "column currency", "unknown_currency"]);
    batch(b"amount,method,at\n1,btc,today\n").fails(2, &["line 2", "column at"]);
    batch(b"amount,method\n1,btc\n\xff,btc\n").fails(2, &["line 3", "utf-8"]);
    batch(b"amount,method,fact.brand\n1,card,\n").fails(2, &["line 2", "column fact.brand", "missing_fact"]);
    // The first row that fails is named, though rows that ask alike are computed together.
    batch(b"amount,method\n1,btc\n0,btc\n1,cash\n0,btc\nten,btc\n").fails(2, &["line 3", "column amount", "more than nothing"]);
    run(&["fees", "batch", "no-such.csv"]).fails(2, &["no-such.csv", "cannot be read"]);
}

#[test]
fn a_file_from_a_spreadsheet_is_read() {
    let arguments = ["fees", "batch", "-", "--currency", "EUR", "--method", "btc", "--delimiter", ";"];
    let out = run_with_input(&arguments, b"\xef\xbb\xbfamount;reference\r\n 10 ;A\r\n").ok();
    assert_eq!(out.lines().collect::<Vec<_>>(), ["amount;reference;gross;fee;net;rule", " 10 ;A;10.00;0.29;9.71;btc"]);
}
