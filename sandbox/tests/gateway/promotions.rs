//! Coupons, announcements and fee holidays over HTTP.

use crate::support::{Box, euro, refusal};
use okpay::api::{AnnouncementType, CancelPayment, CouponStatus, ListAnnouncements, MethodType, NewPayment, NewRefund, Payment};
use okpay::fees::{FeeSchedule, Quote, QuoteRequest};
use okpay::{ErrorCode, OkpayError, Timestamp};
use serde_json::{Value, json};
use std::collections::BTreeMap;

fn request(amount: &str) -> QuoteRequest {
    let facts = [("brand", "visa"), ("card_region", "domestic"), ("conversion", "false"), ("funding", "credit")];
    let facts: BTreeMap<_, _> = facts.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    QuoteRequest::new("payment", "card", euro(amount)).facts(facts)
}

async fn pay(sandbox: &Box, card: &str, coupon: Option<&str>) -> Result<Payment, OkpayError> {
    let mut new = NewPayment::new(euro("19.99"), MethodType::Card).payment_method(card);
    new.coupon = coupon.map(str::to_owned);
    sandbox.client.payments().create(new).await
}

#[tokio::test]
async fn a_coupon_is_listed_tried_used_and_used_up() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await.id;
    let coupons = sandbox.client.coupons().list().await.unwrap().data;
    let codes: Vec<_> = coupons.iter().map(|coupon| coupon.code.as_str()).collect();
    assert_eq!(codes, ["SPRING-2026", "TEN-CENTS", "WELCOME"]);
    assert_eq!((coupons[0].status.clone(), coupons[1].amount_off.as_slice()), (CouponStatus::Expired, &[euro("0.10")][..]));
    assert_eq!((coupons[2].percent_off.as_deref(), coupons[2].limit, coupons[2].used), (Some("50"), Some(3), 0));
    let tried = sandbox.client.coupons().validate(request("19.99").coupon("WELCOME")).await.unwrap();
    assert!(tried.applicable);
    // 0.55 halved is 0.275, so 0.27 or 0.28 of discount: 0.28, and a fifth of 0.27 as tax.
    assert_eq!((tried.quote_without.fee, tried.quote_with.unwrap().fee, tried.saved), (euro("0.66"), euro("0.32"), Some(euro("0.34"))));
    for code in ["SPRING-2026", "NEVER-WAS"] {
        let tried = sandbox.client.coupons().validate(request("19.99").coupon(code)).await.unwrap();
        assert_eq!((tried.applicable, tried.code, tried.quote_with), (false, Some(ErrorCode::PromotionNotApplicable), None));
    }
    assert_eq!(refusal(sandbox.client.coupons().validate(request("1.00")).await), (ErrorCode::MissingField, Some("coupon".to_owned())));
    for _ in 0..3 {
        let paid = pay(&sandbox, &card, Some("WELCOME")).await.unwrap();
        assert_eq!((paid.fee.unwrap().fee, paid.coupon.as_deref()), (euro("0.32"), Some("WELCOME")));
    }
    let spent = sandbox.client.coupons().retrieve("WELCOME").await.unwrap();
    assert_eq!((spent.status, spent.used), (CouponStatus::UsedUp, 3));
    let not_any_more = (ErrorCode::PromotionNotApplicable, Some("coupon".to_owned()));
    assert_eq!(refusal(pay(&sandbox, &card, Some("WELCOME")).await), not_any_more);
    assert_eq!(refusal(sandbox.client.fee_quotes().create(request("19.99").coupon("WELCOME")).await), not_any_more);
    assert!(!sandbox.client.coupons().validate(request("19.99").coupon("WELCOME")).await.unwrap().applicable);
    assert_eq!(refusal(sandbox.client.coupons().retrieve("NEVER-WAS").await).0, ErrorCode::NotFound);
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn a_payment_that_ends_unpaid_gives_its_coupon_back() {
    let sandbox = Box::start().await;
    let by_bank = || NewPayment::new(euro("19.99"), MethodType::BankTransfer).coupon("WELCOME");
    let used = || async { sandbox.client.coupons().retrieve("WELCOME").await.unwrap().used };
    let given_up = sandbox.client.payments().create(by_bank()).await.unwrap();
    sandbox.client.payments().create(by_bank()).await.unwrap();
    assert_eq!(used().await, 2);
    sandbox.client.payments().cancel(&given_up.id, CancelPayment::new()).await.unwrap();
    assert_eq!(used().await, 1);
    sandbox.advance(8 * 24 * 3600).await;
    assert_eq!(used().await, 0, "the other one ran out");
}

async fn schedule(sandbox: &Box, version: Option<&str>) -> FeeSchedule {
    let envelope = match version {
        Some(version) => sandbox.client.fee_schedules().retrieve(version).await.unwrap(),
        None => sandbox.client.fee_schedules().current().await.unwrap(),
    };
    FeeSchedule::from_signed(&envelope, &[sandbox.running.details().fee_schedule_key.clone()], None).unwrap()
}

/// What the gateway charges, which must be what its present schedule says offline.
async fn charged(sandbox: &Box, card: &str) -> Quote {
    let payment = pay(sandbox, card, None).await.unwrap();
    let offline = schedule(sandbox, None).await.quote(&request("19.99"), payment.created).unwrap();
    let online = sandbox.client.fee_quotes().create(request("19.99")).await.unwrap();
    assert_eq!((Some(&offline), &online), (payment.fee.as_ref(), &offline));
    offline
}

#[tokio::test]
async fn a_fee_holiday_is_announced_holds_and_ends() {
    let sandbox = Box::start().await;
    let card = sandbox.card("4242424242424242").await.id;
    let before = schedule(&sandbox, None).await;
    assert_eq!(charged(&sandbox, &card).await.fee, euro("0.66"));
    let held = NewPayment::new(euro("30.00"), MethodType::BankTransfer);
    let earlier = sandbox.client.payments().create(held).await.unwrap();
    let holiday =
        json!({"type": "fee_holiday", "title": "Fee holiday", "text": "No fees on payments for a day.", "starts_in": 3600, "lasts": 86400});
    let told = sandbox.control("POST", "announcements", holiday).await;
    let found = sandbox.client.announcements().list(ListAnnouncements::new()).await.unwrap().data.remove(0);
    assert_eq!((found.announcement_type.clone(), told["id"].as_str()), (AnnouncementType::FeeHoliday, Some(found.id.as_str())));
    assert_eq!(sandbox.client.announcements().retrieve(&found.id).await.unwrap(), found);
    // It is known, signed, before it is in force.
    let free = schedule(&sandbox, found.fee_schedule.as_deref()).await;
    assert_eq!((free.valid_from(), free.valid_until()), (found.starts, found.ends));
    let starts = found.starts.unwrap();
    assert_eq!(free.quote(&request("19.99"), starts).unwrap().fee, euro("0"));
    assert_eq!(refusal(free.quote(&request("19.99"), starts.plus_millis(-1))).0, ErrorCode::ScheduleNotInForce);
    assert_eq!(charged(&sandbox, &card).await.version, before.version());
    sandbox.advance(3601).await;
    let during = charged(&sandbox, &card).await;
    assert_eq!((during.fee, during.version.as_str(), during.rule_id.as_str()), (euro("0"), free.version(), "fee-holiday"));
    // What was made before is charged as it was made.
    let paid = sandbox.receive(&earlier.id, euro("30.00")).await;
    assert_eq!(paid["fee"]["version"].as_str(), Some(before.version()));
    sandbox.advance(86_400).await;
    let after = charged(&sandbox, &card).await;
    assert_eq!(after.fee, euro("0.66"));
    // Nobody has to go back to an older version.
    let last = sandbox.client.fee_schedules().current().await.unwrap();
    let trusted = [sandbox.running.details().fee_schedule_key.clone()];
    FeeSchedule::from_signed(&last, &trusted, Some(free.version())).unwrap();
    assert_eq!(schedule(&sandbox, Some(before.version())).await.text(), before.text());
    assert!(sandbox.event_types().await.contains(&"announcement.published".to_owned()));
    sandbox.assert_balanced().await;
}

#[tokio::test]
async fn holidays_survive_a_restart_and_need_an_end() {
    let folder = tempfile::tempdir().unwrap();
    let database = format!("sqlite:{}", folder.path().join("sandbox.db").display());
    let config = || okpay_sandbox::Config { database: database.clone(), ..Default::default() };
    let sandbox = Box::with(config()).await;
    let endless = json!({"type": "fee_holiday", "title": "t", "text": "t"});
    let (status, problem) = sandbox.try_control("POST", "announcements", endless).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("lasts")));
    let unknown = json!({"type": "party", "title": "t", "text": "t"});
    assert_eq!(sandbox.try_control("POST", "announcements", unknown).await.0, 422);
    sandbox.control("POST", "announcements", json!({"type": "news", "title": "Hello", "text": "News."})).await;
    let holiday = |starts_in: u32| json!({"type": "fee_holiday", "title": "t", "text": "t", "starts_in": starts_in, "lasts": 600});
    sandbox.control("POST", "announcements", holiday(0)).await;
    let (status, problem) = sandbox.try_control("POST", "announcements", holiday(0)).await;
    assert_eq!((status, problem["param"].as_str()), (422, Some("starts_in")), "one holiday inside another");
    sandbox.control("POST", "announcements", holiday(600)).await;
    let version = schedule(&sandbox, None).await.version().to_owned();
    sandbox.running.shutdown().await;
    let again = Box::with(config()).await;
    assert_eq!(schedule(&again, None).await.version(), version);
    let card = again.card("4242424242424242").await.id;
    assert_eq!(charged(&again, &card).await.fee, euro("0"));
    let news = ListAnnouncements::new().announcement_type(AnnouncementType::News);
    assert_eq!(again.client.announcements().list(news).await.unwrap().data.len(), 1);
    let clock = again.control("GET", "clock", Value::Null).await;
    assert!(Timestamp::parse(clock["now"].as_str().unwrap()).is_ok());
    again.advance(700).await;
    assert_eq!(charged(&again, &card).await.fee, euro("0"), "the second holiday");
    again.advance(601).await;
    let payment = pay(&again, &card, None).await.unwrap();
    assert_eq!(payment.fee.unwrap().fee, euro("0.66"));
    again.client.refunds().create(NewRefund::new(payment.id).amount(euro("1.00"))).await.unwrap();
    again.assert_balanced().await;
}
