//! Bad input: each line is refused with its own code, names its field, and changes nothing.

use crate::support::{Box, Heard, Raw, first_key, fresh, now};
use okpay::signing::HmacKey;
use serde_json::{Value, json};

/// Everything that is anybody's business, as one text.
async fn dump(path: &std::path::Path) -> String {
    use sqlx::{Connection, Row};
    sqlx::any::install_default_drivers();
    let mut connection = sqlx::AnyConnection::connect(&format!("sqlite:{}", path.display())).await.unwrap();
    let mut text = String::new();
    for (table, columns) in [
        ("objects", "id || '|' || status || '|' || version || '|' || body || '|' || internal"),
        ("transfers", "id || '|' || kind || '|' || source"),
        ("postings", "transfer || '|' || line || '|' || ledger_account || '|' || currency || '|' || amount"),
        ("idempotency", "scope || '|' || call_key || '|' || fingerprint || '|' || state || '|' || COALESCE(body, '')"),
        ("executions", "operation || '|' || executed"),
        ("deliveries", "id || '|' || status || '|' || attempts"),
        ("jobs", "id || '|' || due || '|' || kind || '|' || object || '|' || detail"),
        ("meta", "name || '|' || value"),
    ] {
        let query = sqlx::AssertSqlSafe(format!("SELECT {columns} AS line FROM {table} ORDER BY 1"));
        for row in sqlx::query(query).fetch_all(&mut connection).await.unwrap() {
            text += &format!("{table}: {}\n", row.get::<String, _>("line"));
        }
    }
    text
}

/// Status, code and param.
type Refused<'a> = (u16, &'a str, Option<&'a str>);

struct Bench {
    sandbox: Box,
    _folder: tempfile::TempDir,
    path: std::path::PathBuf,
}

impl Bench {
    async fn start() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("sandbox.db");
        let database = format!("sqlite:{}", path.display());
        let sandbox = Box::with(okpay_sandbox::Config { database, ..Default::default() }).await;
        Self { sandbox, _folder: folder, path }
    }

    /// Sends, and proves that it was refused so and that nothing changed.
    async fn refused(&self, what: &str, send: impl Future<Output = Heard>, expected: Refused<'_>) -> Heard {
        let before = dump(&self.path).await;
        let heard = send.await;
        let (status, code, param) = heard.problem();
        assert_eq!((status, code.as_str(), param.as_deref()), expected, "{what}: {}", heard.json());
        assert_eq!(dump(&self.path).await, before, "{what} changed the database");
        assert_eq!(heard.header("cache-control"), Some("no-store, no-transform"));
        heard
    }
}

fn order(change: impl FnOnce(&mut Value)) -> String {
    let mut body = json!({"amount": {"amount": "19.99", "currency": "EUR"}, "method": "bank_transfer"});
    change(&mut body);
    body.to_string()
}

#[tokio::test]
async fn a_body_that_is_wrong_is_refused_by_its_field() {
    let bench = Bench::start().await;
    let deep = format!("{}1{}", "[".repeat(5000), "]".repeat(5000));
    let long = "x".repeat(501);
    let long_key = format!("metadata.{}", "x".repeat(41));
    let many: Value = (0..51).map(|number| (format!("k{number}"), json!("v"))).collect::<serde_json::Map<_, _>>().into();
    let cases: Vec<(&str, String, Refused<'_>)> = vec![
        ("malformed JSON", "{\"amount\":".to_owned(), (400, "malformed_json", None)),
        ("JSON and more", format!("{} x", order(|_| {})), (400, "malformed_json", None)),
        ("a name twice", r#"{"method":"card","method":"btc"}"#.to_owned(), (400, "malformed_json", None)),
        ("too deep", deep, (400, "malformed_json", None)),
        ("not UTF-8", "\u{0}".to_owned(), (400, "malformed_json", None)),
        ("not an object", "[]".to_owned(), (422, "invalid_field", None)),
        ("empty", "{}".to_owned(), (422, "missing_field", Some("amount"))),
        ("wrong type", order(|body| body["amount"]["amount"] = json!(19.99)), (422, "invalid_field", Some("amount.amount"))),
        ("wrong type", order(|body| body["method"] = json!(7)), (422, "invalid_field", Some("method"))),
        ("wrong type", order(|body| body["confirm"] = json!("no")), (422, "invalid_field", Some("confirm"))),
        ("unknown method", order(|body| body["method"] = json!("cheque")), (422, "invalid_field", Some("method"))),
        ("too many decimals", order(|body| body["amount"]["amount"] = json!("19.999")), (422, "too_many_places", Some("amount.amount"))),
        ("unknown currency", order(|body| body["amount"]["currency"] = json!("EUX")), (422, "unknown_currency", Some("amount.currency"))),
        ("small letters", order(|body| body["amount"]["currency"] = json!("eur")), (422, "unknown_currency", Some("amount.currency"))),
        ("negative", order(|body| body["amount"]["amount"] = json!("-1.00")), (422, "invalid_amount", Some("amount.amount"))),
        ("zero", order(|body| body["amount"]["amount"] = json!("0.00")), (422, "invalid_amount", Some("amount.amount"))),
        ("exponent", order(|body| body["amount"]["amount"] = json!("1e3")), (422, "invalid_amount", Some("amount.amount"))),
        ("huge", order(|body| body["amount"]["amount"] = json!("99999999999999999.00")), (422, "amount_overflow", Some("amount.amount"))),
        ("unknown field", order(|body| body["colour"] = json!("red")), (422, "unknown_field", Some("colour"))),
        ("unknown field inside", order(|body| body["amount"]["cents"] = json!(1)), (422, "unknown_field", Some("amount.cents"))),
        (
            "a card in a payment",
            order(|body| body["card"] = json!({"number": "4242424242424242"})),
            (422, "card_number_not_allowed", Some("card")),
        ),
        ("long description", order(|body| body["description"] = json!(long)), (422, "invalid_field", Some("description"))),
        ("long reference", order(|body| body["reference"] = json!("x".repeat(201))), (422, "invalid_field", Some("reference"))),
        ("much metadata", order(|body| body["metadata"] = many), (422, "invalid_field", Some("metadata"))),
        ("long key", order(|body| body["metadata"] = json!({"x".repeat(41): "v"})), (422, "invalid_field", Some(&long_key))),
        ("long value", order(|body| body["metadata"] = json!({"k": "x".repeat(501)})), (422, "invalid_field", Some("metadata.k"))),
        ("value of another type", order(|body| body["metadata"] = json!({"k": 1})), (422, "invalid_field", Some("metadata.k"))),
        ("unknown magic", order(|body| body["metadata"] = json!({"sandbox": "perhaps"})), (422, "invalid_field", Some("metadata.sandbox"))),
        ("plain http", order(|body| body["return_url"] = json!("http://shop.example")), (422, "invalid_field", Some("return_url"))),
        ("script", order(|body| body["return_url"] = json!("javascript:alert(1)")), (422, "invalid_field", Some("return_url"))),
        ("no network", order(|body| body["method"] = json!("usdt")), (422, "missing_field", Some("network"))),
        ("wrong network", order(|body| body["network"] = json!("tron")), (422, "invalid_field", Some("network"))),
        ("no card", order(|body| body["method"] = json!("card")), (422, "missing_field", Some("payment_method"))),
        (
            "lost card",
            order(|body| {
                body["method"] = json!("card");
                body["payment_method"] = json!("pm_none");
            }),
            (404, "not_found", Some("payment_method")),
        ),
        ("capture later", order(|body| body["capture_mode"] = json!("manual")), (422, "invalid_field", Some("capture_mode"))),
        ("unknown bearer", order(|body| body["bearer"] = json!("nobody")), (422, "invalid_field", Some("bearer"))),
        ("unknown coupon", order(|body| body["coupon"] = json!("NOTHING")), (422, "promotion_not_applicable", Some("coupon"))),
        ("no rule", order(|body| body["amount"] = json!({"amount": "100", "currency": "JPY"})), (422, "no_matching_rule", None)),
    ];
    for (what, body, expected) in cases {
        let heard = bench.refused(what, Raw::post("/v1/payments", body).send(&bench.sandbox), expected).await;
        assert!(!String::from_utf8_lossy(&heard.body).contains("4242424242424242"));
    }
    let text = Raw { content_type: Some("text/plain".to_owned()), ..Raw::post("/v1/payments", order(|_| {})) };
    bench.refused("not JSON by its type", text.send(&bench.sandbox), (415, "unsupported_media_type", None)).await;
    let refund = json!({"payment": "pay_none"}).to_string();
    bench.refused("lost payment", Raw::post("/v1/refunds", refund).send(&bench.sandbox), (404, "not_found", Some("payment"))).await;
    let query = Raw::get("/v1/payments?colour=red");
    bench.refused("unknown query", query.send(&bench.sandbox), (422, "unknown_field", Some("colour"))).await;
    let both = Raw::post("/v1/payments?colour=red", order(|_| {}));
    bench.refused("a query on a POST", both.send(&bench.sandbox), (422, "unknown_field", Some("colour"))).await;
    let mut both = Raw::get("/v1/balances");
    (both.body, both.content_type) = (br#"{"colour":"red"}"#.to_vec(), Some("application/json".to_owned()));
    bench.refused("a body on a GET", both.send(&bench.sandbox), (422, "unknown_field", Some("colour"))).await;
    let query = Raw::get("/v1/payments?limit=0");
    bench.refused("limit", query.send(&bench.sandbox), (422, "invalid_field", Some("limit"))).await;
    let query = Raw::get("/v1/payments?after=pay_none");
    bench.refused("lost page", query.send(&bench.sandbox), (404, "not_found", Some("after"))).await;
    let query = Raw::get("/v1/exchange_rates?base=EURO");
    bench.refused("currency in a query", query.send(&bench.sandbox), (422, "unknown_currency", Some("base"))).await;
}

#[tokio::test]
async fn a_body_over_one_mebibyte_is_refused_and_one_of_exactly_that_is_read() {
    let bench = Bench::start().await;
    let large = Raw::post("/v1/payments", vec![b' '; 1024 * 1024 + 1]);
    let heard = bench.refused("1 MiB + 1", large.send(&bench.sandbox), (413, "body_too_large", None)).await;
    // Before the signature is looked at, so not bound to the request.
    assert_eq!(heard.verify(&bench.sandbox, &large.nonce).request, None);
    let much = Raw::post("/v1/payments", vec![b' '; 8 * 1024 * 1024]);
    bench.refused("8 MiB", much.send(&bench.sandbox), (413, "body_too_large", None)).await;
    let mut body = order(|_| {}).into_bytes();
    body.resize(1024 * 1024, b' ');
    assert_eq!(Raw::post("/v1/payments", body).send(&bench.sandbox).await.status, 200);
}

#[tokio::test]
async fn a_signature_that_does_not_hold_is_refused() {
    let bench = Bench::start().await;
    let sandbox = &bench.sandbox;
    let raw = || Raw::post("/v1/payments", order(|_| {}));
    let unsigned = raw().header("signature", None).header("signature-input", None);
    let heard = bench.refused("unsigned", unsigned.send(sandbox), (401, "unauthenticated", None)).await;
    assert_eq!(heard.header("okpay-key-id"), None);
    assert_eq!(heard.verify(sandbox, &unsigned.nonce).request, None);
    let wrong = HmacKey::from_text(&sandbox.running.details().key_id, &fresh("okp_test_sk_")[..12]).is_err();
    assert!(wrong);
    let other = HmacKey::from_bytes(&sandbox.running.details().key_id, &[7; 32]).unwrap();
    let request = raw();
    let heard = bench
        .refused("another secret", request.send_with(sandbox, request.signed(sandbox.url(), &other)), (401, "signature_invalid", None))
        .await;
    assert_eq!(heard.verify(sandbox, &request.nonce).request, None, "a refusal before authentication must not name the request");
    let unknown = HmacKey::from_bytes("okp_test_kid_unknown", &[7; 32]).unwrap();
    let request = raw();
    bench.refused("unknown key", request.send_with(sandbox, request.signed(sandbox.url(), &unknown)), (401, "key_unknown", None)).await;
    let request = raw();
    let headers = request.signed("http://other.example", &first_key(sandbox));
    bench.refused("another host", request.send_with(sandbox, headers), (401, "signature_invalid", None)).await;
    let request = raw();
    let mut tampered = request.clone();
    tampered.body = order(|body| body["amount"]["amount"] = json!("1.00")).into_bytes();
    let headers = request.signed(sandbox.url(), &first_key(sandbox));
    let heard = bench.refused("another body", tampered.send_with(sandbox, headers), (401, "digest_mismatch", None)).await;
    assert_eq!(heard.verify(sandbox, &request.nonce).request, None);
    for (what, created) in [("stale", now() - 331), ("from the future", now() + 40)] {
        let request = Raw { created, ..raw() };
        let heard = bench.refused(what, request.send(sandbox), (401, "clock_skew", None)).await;
        let answer = heard.verify(sandbox, &request.nonce);
        assert!(answer.request.is_some() && (answer.created - now()).abs() < 5, "the client learns the time from this");
    }
    let garbage = raw().header("signature-input", Some("sig1=()")).header("signature", Some("sig1=:AA==:"));
    bench.refused("garbage", garbage.send(sandbox), (401, "signature_invalid", None)).await;
}

#[tokio::test]
async fn a_nonce_is_good_once() {
    let bench = Bench::start().await;
    let sandbox = &bench.sandbox;
    let request = Raw::post("/v1/payments", order(|_| {}));
    assert_eq!(request.send(sandbox).await.status, 200);
    let heard = bench.refused("replayed", request.send(sandbox), (401, "nonce_replayed", None)).await;
    assert_eq!(heard.verify(sandbox, &request.nonce).request.unwrap().nonce, request.nonce);
    // For another key as well.
    let heard = bench.refused("by another key", request.send_as_browser(sandbox, None), (401, "nonce_replayed", None)).await;
    assert_eq!(heard.header("okpay-key-id"), Some(sandbox.running.details().publishable_key.as_str()));
    // Many at once: one passes.
    let request = Raw::get("/v1/balances");
    let heard = futures_util::future::join_all((0..20).map(|_| request.send(sandbox))).await;
    assert_eq!(heard.iter().filter(|heard| heard.status == 200).count(), 1);
    // A request that is refused later has used its nonce up as well.
    let request = Raw::get("/v1/nothing");
    bench.refused("no endpoint", request.send(sandbox), (404, "not_found", None)).await;
    bench.refused("no endpoint, again", request.send(sandbox), (401, "nonce_replayed", None)).await;
}

#[tokio::test]
async fn keys_do_what_they_may_and_no_more() {
    let bench = Bench::start().await;
    let sandbox = &bench.sandbox;
    let request = Raw::post("/v1/payments", order(|_| {}));
    let heard = bench.refused("publishable", request.send_as_browser(sandbox, None), (403, "scope_not_allowed", None)).await;
    assert_eq!(heard.header("access-control-allow-origin"), None);
    let card = json!({"card": {"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "123"}}).to_string();
    let request = Raw::post("/v1/payment_methods", card.clone());
    bench.refused("card by secret key", request.send(sandbox), (422, "card_number_not_allowed", Some("card.number"))).await;
    let secret = sandbox.running.details().secret.clone();
    let request = Raw::post("/v1/payment_methods", card.clone());
    bench.refused("secret as bearer", request.send_with(sandbox, request.bearer(&secret, None)), (401, "unauthenticated", None)).await;
    let request = Raw::post("/v1/payment_methods", card.clone());
    bench.refused("unknown bearer", request.send_with(sandbox, request.bearer("okp_test_pk_none", None)), (401, "key_unknown", None)).await;
    let request = Raw::post("/v1/payment_methods", card.clone()).header("okpay-nonce", None);
    bench.refused("no nonce", request.send_as_browser(sandbox, None), (401, "unauthenticated", Some("OKPay-Nonce"))).await;
    let request = Raw::post("/v1/payment_methods", card);
    bench
        .refused("wrong client secret", request.send_as_browser(sandbox, Some("cs_x_secret_y")), (401, "client_secret_invalid", None))
        .await;
    for (what, field, card) in [
        ("check digit", "card.number", json!({"number": "4242424242424241", "exp_month": 12, "exp_year": 2040, "cvc": "123"})),
        ("brand", "card.number", json!({"number": "378282246310005", "exp_month": 12, "exp_year": 2040, "cvc": "123"})),
        ("month", "card.exp_month", json!({"number": "4242424242424242", "exp_month": 13, "exp_year": 2040, "cvc": "123"})),
        ("expired", "card.exp_year", json!({"number": "4242424242424242", "exp_month": 1, "exp_year": 2020, "cvc": "123"})),
        ("cvc", "card.cvc", json!({"number": "4242424242424242", "exp_month": 12, "exp_year": 2040, "cvc": "12"})),
    ] {
        let request = Raw::post("/v1/payment_methods", json!({ "card": card }).to_string());
        bench.refused(what, request.send_as_browser(sandbox, None), (422, "invalid_field", Some(field))).await;
    }
    let version = Raw::get("/v1/balances").header("okpay-version", Some("2020-01-01"));
    bench.refused("version", version.send(sandbox), (400, "version_unsupported", Some("OKPay-Version"))).await;
    bench
        .refused(
            "verb",
            Raw { method: "DELETE".to_owned(), ..Raw::post("/v1/payments/x", "") }.send(sandbox),
            (405, "method_not_allowed", None),
        )
        .await;
}

#[tokio::test]
async fn a_card_number_is_nowhere_in_the_database() {
    let bench = Bench::start().await;
    bench.sandbox.card("4000 0566 5566 5556").await;
    let mut found = Vec::new();
    for entry in std::fs::read_dir(bench.path.parent().unwrap()).unwrap() {
        found.extend(std::fs::read(entry.unwrap().path()).unwrap());
    }
    assert!(found.windows(4).any(|window| window == b"5556"), "the last four digits are kept");
    for number in ["4000056655665556", "4000 0566 5566 5556"] {
        assert!(!found.windows(number.len()).any(|window| window == number.as_bytes()));
    }
}

#[tokio::test]
async fn the_checks_come_in_their_order() {
    let bench = Bench::start().await;
    let sandbox = &bench.sandbox;
    // Each request is wrong in every way that is still to come; the first one counts.
    let other = HmacKey::from_bytes(&sandbox.running.details().key_id, &[7; 32]).unwrap();
    let everything = Raw { created: now() - 1000, key: None, ..Raw::post("/v1/nothing", "{") };
    let mut tampered = everything.clone();
    tampered.body = b"[".to_vec();
    let large = Raw { body: vec![b' '; 1024 * 1024 + 1], ..everything.clone() };
    bench.refused("size", large.send_with(sandbox, everything.signed(sandbox.url(), &other)), (413, "body_too_large", None)).await;
    bench
        .refused("signature", tampered.send_with(sandbox, everything.signed(sandbox.url(), &other)), (401, "signature_invalid", None))
        .await;
    bench
        .refused(
            "digest",
            tampered.send_with(sandbox, everything.signed(sandbox.url(), &first_key(sandbox))),
            (401, "digest_mismatch", None),
        )
        .await;
    bench.refused("time", everything.send(sandbox), (401, "clock_skew", None)).await;
    let timely = Raw { created: now(), ..everything };
    bench.refused("idempotency key", timely.send(sandbox), (400, "idempotency_key_missing", None)).await;
    bench.refused("nonce", timely.send(sandbox), (401, "nonce_replayed", None)).await;
    let keyed = Raw { key: Some(fresh("k")), nonce: fresh("n"), ..timely.clone() };
    bench.refused("lookup", keyed.send(sandbox), (404, "not_found", None)).await;
    let found = Raw { path: "/v1/payments".to_owned(), key: Some(fresh("k")), nonce: fresh("n"), ..timely.clone() };
    bench.refused("validation", found.send(sandbox), (400, "malformed_json", None)).await;
    let uncovered = Raw { nonce: fresh("n"), ..timely }.header("idempotency-key", Some("\"k\""));
    bench.refused("not covered", uncovered.send(sandbox), (401, "idempotency_key_unsigned", None)).await;
    let unquoted = Raw::get("/v1/balances").header("idempotency-key", Some("k"));
    bench.refused("not covered, on a read", unquoted.send(sandbox), (401, "idempotency_key_unsigned", None)).await;
}

#[tokio::test]
async fn control_endpoints_need_the_token_and_a_known_host() {
    let bench = Bench::start().await;
    let sandbox = &bench.sandbox;
    let url = format!("{}/sandbox/clock/advance", sandbox.url());
    let token = sandbox.running.details().control_token.clone();
    let before = dump(&bench.path).await;
    let send = |token: Option<String>, host: Option<&str>| {
        let mut request = sandbox.http.post(&url).header("content-type", "application/json").body(r#"{"seconds":60}"#);
        request = token.map_or(request.try_clone().unwrap(), |token| request.bearer_auth(token));
        host.map_or(request.try_clone().unwrap(), |host| request.header("host", host)).send()
    };
    assert_eq!(send(None, None).await.unwrap().status().as_u16(), 401);
    assert_eq!(send(Some("okp_sandbox_ctl_x".to_owned()), None).await.unwrap().status().as_u16(), 401);
    for host in ["evil.example", "127.0.0.1.evil.example", "evil.example:4010"] {
        assert_eq!(send(Some(token.clone()), Some(host)).await.unwrap().status().as_u16(), 403, "{host}");
    }
    assert_eq!(dump(&bench.path).await, before);
    assert_eq!(send(Some(token.clone()), Some("localhost:1")).await.unwrap().status().as_u16(), 200);
    let (status, problem) = sandbox.try_control("POST", "clock/advance", json!({"seconds": -1})).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("seconds")));
    let (status, problem) = sandbox.try_control("POST", "faults", json!({"kind": "explode"})).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("kind")));
}
