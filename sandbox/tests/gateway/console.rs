//! What a person sees of the sandbox's inside: the console.

use crate::support::Box;
use crate::support::tab::{Tab, open, order, retrieve, signed_in};
use okpay::api::{CheckoutStatus, DisputeStatus, ListDisputes, ListEvents, ListWithdrawals, NewWebhookEndpoint, WithdrawalStatus};
use serde_json::json;
use url::form_urlencoded::Serializer;

#[tokio::test]
async fn the_console_opens_for_the_control_token_only() {
    let sandbox = Box::start().await;
    let session = open(&sandbox, order()).await;
    let event = sandbox.client.events().list(ListEvents::new()).await.unwrap().data.remove(0);
    let of_event = format!("/sandbox/console/events/{}", event.id);
    for path in ["/sandbox/console", &of_event] {
        let tab = Tab::open(&sandbox, path).await;
        assert_eq!(tab.status, 403, "{path}");
        tab.shows("type=\"password\"");
        tab.hides(&session.id);
    }
    let mut tab = Tab::open(&sandbox, "/sandbox/console").await;
    for wrong in ["", "x", &sandbox.running.details().secret] {
        tab.submit("/sandbox/console/sign-in", &[("token", wrong)]).await;
        assert!(tab.status == 403 && tab.cookie.is_none());
        tab.shows("This is not the control token of this sandbox.");
    }
    let token = sandbox.running.details().control_token.clone();
    let body = Serializer::new(String::new()).append_pair("token", &token).finish();
    let response = sandbox.http.post(format!("{}/sandbox/console/sign-in", sandbox.url())).body(body).send().await.unwrap();
    let cookie = response.headers()["set-cookie"].to_str().unwrap();
    assert!(cookie.contains("; HttpOnly; SameSite=Strict") && cookie.contains("; Path=/sandbox/console;") && !cookie.contains(&token));
    let mut tab = signed_in(&sandbox).await;
    tab.shows("checkout_session.created");
    let good = tab.cookie.clone().unwrap();
    for forged in [
        good.replace('.', "0."),
        format!("{}{}", &good[..good.len() - 1], if good.ends_with('0') { '1' } else { '0' }),
        good.replacen('=', "x=", 1),
    ] {
        tab.cookie = Some(forged);
        tab.reload().await;
        assert!(tab.status == 403 && !tab.html.contains(&session.id));
    }
    tab.cookie = Some(good);
    tab.reload().await;
    assert_eq!(tab.status, 200);
    // A page whose name was made to point here (DNS rebinding) comes under that name.
    for path in ["/sandbox/console", "/sandbox/console/sign-in", &of_event, &format!("/checkout/{}", session.id)] {
        let request = sandbox.http.get(format!("{}{path}", sandbox.url())).header("host", "evil.example");
        assert_eq!(request.header("cookie", tab.cookie.clone().unwrap()).send().await.unwrap().status(), 403, "{path}");
    }
    let mark = tab.hidden("mark");
    tab.submit("console/sign-out", &[("mark", &mark)]).await;
    assert_eq!(tab.status, 403);
}

#[tokio::test]
async fn an_event_is_delivered_again_from_the_console() {
    let sandbox = Box::start().await;
    let nobody = "http://127.0.0.1:9/hooks?a=1&b=2";
    let endpoint = sandbox.client.webhook_endpoints().create(NewWebhookEndpoint::new(nobody)).await.unwrap();
    let session = open(&sandbox, order()).await;
    let event = sandbox.client.events().list(ListEvents::new()).await.unwrap().data.remove(0);
    let deliveries = || async { sandbox.client.events().deliveries(&event.id).await.unwrap().data };
    crate::support::until("a first try", || async { deliveries().await.first().filter(|delivery| delivery.attempts == 1).map(drop) }).await;
    let mut tab = signed_in(&sandbox).await;
    for text in ["checkout_session.created", &session.id, "127.0.0.1:9/hooks?a=1&amp;b=2", "pending", "tries: 1", "not delivered: "] {
        tab.shows(text);
    }
    tab.go(&format!("console/events/{}", event.id)).await;
    tab.shows("&quot;reference&quot;: &quot;order-7&quot;");
    let (page, redeliver) = (tab.url.clone(), format!("{}/redeliver", event.id));
    let mark = tab.hidden("mark");
    for (fields, headers) in [
        (vec![], vec![]),
        (vec![("mark", "x")], vec![]),
        (vec![("mark", mark.as_str())], vec![("sec-fetch-site", "same-site")]),
        (vec![("mark", mark.as_str())], vec![("sec-fetch-site", "cross-site")]),
    ] {
        tab.url = page.clone();
        tab.submit_with(&redeliver, &fields, &headers).await;
        assert_eq!((tab.status, deliveries().await.len()), (403, 1), "{fields:?} {headers:?}");
        tab.shows("This form did not come from the console.");
    }
    tab.url = page.clone();
    tab.submit_with(&redeliver, &[("mark", &mark)], &[("sec-fetch-site", "same-origin")]).await;
    assert_eq!((tab.status, &tab.url, deliveries().await.len()), (200, &page, 2));
    tab.submit(&redeliver, &[("mark", &mark), ("endpoint", &endpoint.id)]).await;
    assert_eq!((tab.status, deliveries().await.len()), (200, 3));
    tab.submit(&redeliver, &[("mark", &mark), ("endpoint", "we_none")]).await;
    assert_eq!((tab.status, deliveries().await.len()), (404, 3));
    tab.go("/sandbox/console/events/evt_none").await;
    assert_eq!(tab.status, 404);
}

#[tokio::test]
async fn the_list_of_events_is_walked_page_by_page() {
    let sandbox = Box::start().await;
    let mut sessions = Vec::new();
    for _ in 0..23 {
        sessions.push(open(&sandbox, order()).await.id);
    }
    let mut tab = signed_in(&sandbox).await;
    let shown = |tab: &Tab<'_>| sessions.iter().filter(|id| tab.html.contains(id.as_str())).count();
    assert_eq!(shown(&tab), 20);
    tab.shows(&sessions[22]);
    let (_, link) = tab.html.split_once("rel=\"next\" href=\"").unwrap();
    let link = link.split('"').next().unwrap().to_owned();
    tab.go(&link).await;
    assert_eq!(shown(&tab), 3);
    tab.shows("← Newest");
    tab.hides("rel=\"next\"");
    tab.go(&format!("console?resource={}", sessions[4])).await;
    assert_eq!(shown(&tab), 1);
    tab.go("console?colour=red").await;
    assert_eq!(tab.status, 422);
}

#[tokio::test]
async fn the_clock_is_moved_on_and_faults_are_seen() {
    let sandbox = Box::start().await;
    sandbox.fault(json!({ "kind": "drop_answer", "on": "payments.create", "count": 2 })).await;
    let session = open(&sandbox, order()).await;
    let mut tab = signed_in(&sandbox).await;
    tab.shows("drop_answer");
    tab.shows("left: 2");
    let mark = tab.hidden("mark");
    tab.submit("console/clock", &[("mark", &mark), ("by", "2"), ("unit", "3600")]).await;
    tab.shows("ahead of real time by 7200 s");
    tab.shows("checkout_session.expired");
    assert_eq!(retrieve(&sandbox, &session.id).await.status, CheckoutStatus::Expired);
    for (by, unit) in [("0", "1"), ("-1", "60"), ("x", "1"), ("9223372036854775807", "86400"), ("1", "")] {
        tab.submit("/sandbox/console/clock", &[("mark", &mark), ("by", by), ("unit", unit)]).await;
        assert!((400..500).contains(&tab.status), "{by} {unit}: {}", tab.status);
    }
    tab.submit("/sandbox/console/clock", &[("by", "1"), ("unit", "1")]).await;
    assert_eq!(tab.status, 403);
    tab.go("/sandbox/console").await;
    tab.shows("ahead of real time by 7200 s");
}

#[tokio::test]
async fn codes_are_read_and_withdrawals_reviewed_in_the_console() {
    let sandbox = Box::start().await;
    sandbox.control("POST", "trigger", json!({ "type": "withdrawal.in_review" })).await;
    let waiting = sandbox.client.withdrawals().list(ListWithdrawals::new()).await.unwrap().data.remove(0);
    let mut tab = signed_in(&sandbox).await;
    tab.shows(&sandbox.code(&waiting.id).await);
    tab.shows("Waiting for a review");
    tab.shows(&waiting.destination_masked);
    tab.assert_safe();
    let (mark, action) = (tab.hidden("mark"), format!("console/withdrawals/{}/review", waiting.id));
    let page = tab.url.clone();
    let status = || async { sandbox.client.withdrawals().retrieve(&waiting.id).await.unwrap().status };
    for (fields, refused) in [
        (vec![("decision", "approve")], 403),
        (vec![("mark", mark.as_str()), ("decision", "perhaps")], 422),
        (vec![("mark", mark.as_str())], 422),
    ] {
        tab.url = page.clone();
        tab.submit(&action, &fields).await;
        assert_eq!((tab.status, status().await), (refused, WithdrawalStatus::InReview), "{fields:?}");
    }
    tab.url = page.clone();
    tab.submit(&action, &[("mark", &mark), ("decision", "reject")]).await;
    assert_eq!((tab.status, &tab.url, status().await), (200, &page, WithdrawalStatus::Failed));
    tab.hides(&action);
    tab.submit(&action, &[("mark", &mark), ("decision", "approve")]).await;
    assert_eq!((tab.status, status().await), (409, WithdrawalStatus::Failed));
}

#[tokio::test]
async fn appeals_are_answered_and_documents_decided_in_the_console() {
    let sandbox = Box::start().await;
    let client = &sandbox.client;
    client.account().freeze(okpay::api::FreezeAccount::new().note("a key <leaked>")).await.unwrap();
    let mut tab = signed_in(&sandbox).await;
    for text in ["frozen", "own_request", "a key &lt;leaked&gt;"] {
        tab.shows(text);
    }
    let appeal = client.appeals().create(okpay::api::NewAppeal::new("It was a <mistake>.")).await.unwrap();
    let passport = okpay::api::NewIdentityDocument::new(okpay::api::IdentityDocumentType::Passport, "ab".repeat(32));
    let waits = std::collections::BTreeMap::from([("sandbox".to_owned(), "document_waits".to_owned())]);
    let document = client.verification().submit(passport.metadata(waits)).await.unwrap();
    sandbox.advance(61).await;
    sandbox.control("POST", "risk", json!({"outcome": "review"})).await;
    client
        .payments()
        .create(okpay::api::NewPayment::new(crate::support::euro("9.00"), okpay::api::MethodType::BankTransfer))
        .await
        .unwrap();
    tab.reload().await;
    for text in ["It was a &lt;mistake&gt;.", &appeal.id, &document.id, &"ab".repeat(32), "asked for by a control call"] {
        tab.shows(text);
    }
    let mark = tab.hidden("mark");
    let answer = format!("console/appeals/{}/answer", appeal.id);
    tab.submit(&answer, &[("mark", &mark), ("decision", "approve")]).await;
    assert_eq!(client.appeals().retrieve(&appeal.id).await.unwrap().status, okpay::api::AppealStatus::Accepted);
    tab.go("/sandbox/console").await;
    tab.hides("own_request");
    let mark = tab.hidden("mark");
    let review = format!("console/identity_documents/{}/review", document.id);
    tab.submit(&review, &[("mark", &mark), ("decision", "expired")]).await;
    let read = client.verification().retrieve(&document.id).await.unwrap();
    assert_eq!(read.rejection_reason, Some(okpay::api::DocumentRejection::Expired));
    tab.go("/sandbox/console").await;
    let mark = tab.hidden("mark");
    tab.submit(&review, &[("mark", &mark), ("decision", "approve")]).await;
    assert_eq!(tab.status, 409, "it was decided already");
}

#[tokio::test]
async fn a_dispute_is_decided_in_the_console() {
    let sandbox = Box::start().await;
    sandbox.control("POST", "trigger", json!({ "type": "dispute.opened" })).await;
    sandbox.control("POST", "trigger", json!({ "type": "dispute.evidence_submitted" })).await;
    let disputes = sandbox.client.disputes().list(ListDisputes::new()).await.unwrap().data;
    let (answered, open) = (&disputes[0], &disputes[1]);
    let mut tab = signed_in(&sandbox).await;
    tab.shows("Open disputes");
    tab.shows("to be answered until");
    tab.shows(&open.id);
    tab.assert_safe();
    let action = |id: &str| format!("console/disputes/{id}/decide");
    // What was not answered cannot be decided yet.
    tab.hides(&action(&open.id));
    let (mark, page) = (tab.hidden("mark"), tab.url.clone());
    for (fields, refused) in [(vec![("decision", "won")], 403), (vec![("mark", mark.as_str()), ("decision", "draw")], 422)] {
        tab.url = page.clone();
        tab.submit(&action(&answered.id), &fields).await;
        assert_eq!(tab.status, refused, "{fields:?}");
    }
    tab.url = page.clone();
    tab.submit(&action(&answered.id), &[("mark", &mark), ("decision", "won")]).await;
    assert_eq!((tab.status, &tab.url), (200, &page));
    assert_eq!(sandbox.client.disputes().retrieve(&answered.id).await.unwrap().status, DisputeStatus::Won);
    tab.hides(&action(&answered.id));
}
