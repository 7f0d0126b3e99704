//! Tickets over HTTP: the conversation, the automatic agent, opening hours, ratings, and what must not be in a ticket.

use crate::support::{Box, refused};
use okpay::ErrorCode;
use okpay::api::{
    AgentPresence, Attachment, ChannelKind, Incident, ListChannels, ListTickets, MessageAuthor, NewTicket, NewTicketMessage, RateTicket,
    Ticket, TicketStatus, TicketTopic,
};
use okpay::diagnostics::{Sources, assemble};
use serde_json::{Value, json};
use std::collections::BTreeMap;

/// A Monday morning and a Saturday night, far from now, by which support's hours are told.
const MONDAY: &str = "2031-01-06T09:00:00Z";
const SATURDAY_NIGHT: &str = "2031-01-11T23:00:00Z";

fn at(code: ErrorCode, param: &str) -> (String, Option<String>) {
    (code.to_string(), Some(param.to_owned()))
}

fn say(text: &str) -> NewTicketMessage {
    NewTicketMessage::new(text)
}

async fn at_time(sandbox: &Box, until: &str) {
    sandbox.control("POST", "clock/advance", json!({ "until": until })).await;
}

async fn open(sandbox: &Box, subject: &str) -> Ticket {
    sandbox.client.tickets().create(NewTicket::new(subject, "It does not work.")).await.unwrap()
}

async fn read(sandbox: &Box, ticket: &Ticket) -> Ticket {
    sandbox.client.tickets().retrieve(&ticket.id).await.unwrap()
}

#[tokio::test]
async fn a_conversation_from_its_opening_to_its_rating() {
    let sandbox = Box::start().await;
    let tickets = sandbox.client.tickets();
    let ticket = open(&sandbox, "Answer me").await;
    assert_eq!((&ticket.status, ticket.message_count, ticket.language.as_str()), (&TicketStatus::Open, 1, "en"));
    assert_eq!((&ticket.last_message.author, ticket.last_message.agent.as_deref()), (&MessageAuthor::Merchant, None));
    assert_eq!(refused(tickets.rate(&ticket.id, RateTicket::new(5_u32)).await).0, "illegal_state");

    sandbox.advance(61).await;
    let answered = read(&sandbox, &ticket).await;
    assert_eq!((&answered.status, answered.message_count, answered.answer_expected), (&TicketStatus::Answered, 2, None));
    assert_eq!(answered.last_message.agent.as_deref(), Some("Ada"));

    let replied = tickets.reply(&ticket.id, say("Not yet.")).await.unwrap();
    assert_eq!((&replied.status, replied.message_count), (&TicketStatus::Open, 3));
    let asked = sandbox.control("POST", &format!("tickets/{}/answer", ticket.id), json!({"message": "When?", "asks_back": true})).await;
    assert_eq!(asked["status"], "waiting");
    // The automatic agent was slower than the person, and keeps quiet.
    sandbox.advance(61).await;
    assert_eq!(read(&sandbox, &ticket).await.message_count, 4);

    assert_eq!(tickets.close(&ticket.id).await.unwrap().status, TicketStatus::Closed);
    assert_eq!(refused(tickets.reply(&ticket.id, say("Hello?")).await).0, "illegal_state");
    let rated = tickets.rate(&ticket.id, RateTicket::new(4_u32).comment("quick")).await.unwrap();
    assert_eq!((&rated.status, rated.rating.unwrap().stars), (&TicketStatus::Closed, 4));
    let reopened = tickets.reopen(&ticket.id, say("It is back.")).await.unwrap();
    assert_eq!((&reopened.status, reopened.closed), (&TicketStatus::Reopened, None));
    sandbox.control("POST", &format!("tickets/{}/answer", ticket.id), json!({"message": "Mended.", "close": true})).await;
    assert_eq!(refused(tickets.rate(&ticket.id, RateTicket::new(1_u32)).await), at(ErrorCode::IllegalState, "stars"));

    let messages = tickets.messages(&ticket.id).await.unwrap().data;
    let authors = messages.iter().map(|message| message.author.to_string()).collect::<Vec<_>>();
    assert_eq!(authors, ["merchant", "agent", "merchant", "agent", "merchant", "agent"]);
    assert_eq!((messages[0].text.as_str(), messages[5].text.as_str()), ("It does not work.", "Mended."));
    let types = sandbox.event_types().await;
    let told = ["created", "answered", "replied", "waiting", "closed", "rated", "reopened", "answered", "closed"];
    assert_eq!(types, told.map(|step| format!("ticket.{step}")));
}

#[tokio::test]
async fn the_agent_does_what_the_subject_says() {
    let sandbox = Box::start().await;
    let tickets = [open(&sandbox, "Ask me back").await, open(&sandbox, "Solve it").await, open(&sandbox, "Ignore me").await];
    sandbox.advance(61).await;
    let mut states = Vec::new();
    for ticket in &tickets {
        states.push(read(&sandbox, ticket).await.status);
    }
    assert_eq!(states, [TicketStatus::Waiting, TicketStatus::Answered, TicketStatus::Open]);
    sandbox.advance(60).await;
    assert_eq!(read(&sandbox, &tickets[1]).await.status, TicketStatus::Closed);
    sandbox.advance(7 * 86_400).await;
    assert_eq!(read(&sandbox, &tickets[0]).await.status, TicketStatus::Closed, "nobody said anything for a week");
    assert_eq!(read(&sandbox, &tickets[2]).await.status, TicketStatus::Open);
}

#[tokio::test]
async fn any_other_ticket_waits_for_the_hours_of_support() {
    let sandbox = Box::start().await;
    at_time(&sandbox, SATURDAY_NIGHT).await;
    let chat = sandbox.client.channels().retrieve("chat").await.unwrap();
    assert_eq!(chat.presence, AgentPresence::Offline);
    assert_eq!(chat.presence_changes.unwrap().to_string(), "2031-01-12T08:00:00Z");
    let payment = sandbox.control("POST", "trigger", json!({"type": "payment.succeeded"})).await["data"]["id"].as_str().unwrap().to_owned();
    let error = sandbox.client.payments().retrieve("pay_none").await.unwrap_err();
    let new = NewTicket::new("Where is it?", "I look for a payment.")
        .topic(TicketTopic::Payment)
        .transaction(payment.as_str())
        .language("zh-Hans-CN")
        .diagnostics(assemble(Sources::rust().with(&error)));
    let ticket = sandbox.client.tickets().create(new).await.unwrap();
    assert_eq!((ticket.language.as_str(), ticket.answer_expected.unwrap().to_string().as_str()), ("zh-CN", "2031-01-12T08:05:00Z"));
    let bundle = ticket.diagnostics.clone().unwrap();
    assert_eq!(
        (bundle.incidents[0].code.clone(), &bundle.incidents[0].request_id),
        (Some(ErrorCode::NotFound), &error.failure().request_id)
    );
    assert!(bundle.incidents[0].request_id.is_some());
    sandbox.advance(8 * 3600).await;
    assert_eq!(read(&sandbox, &ticket).await.status, TicketStatus::Open);
    at_time(&sandbox, "2031-01-12T08:05:01Z").await;
    let answered = read(&sandbox, &ticket).await;
    let text = &answered.last_message.text;
    assert!(text.contains(&payment) && text.contains("not_found") && text.contains("您好"), "{text}");
    let found = sandbox.client.tickets().list(ListTickets::new().transaction(payment).status(TicketStatus::Answered)).await.unwrap();
    assert_eq!(found.data.len(), 1);
}

#[tokio::test]
async fn channels_tell_who_is_there() {
    let sandbox = Box::start().await;
    at_time(&sandbox, MONDAY).await;
    let channels = sandbox.client.channels();
    let presence = |id: &'static str| {
        let channels = &channels;
        async move { channels.retrieve(id).await.unwrap().presence }
    };
    assert_eq!((presence("chat").await, presence("phone-en").await), (AgentPresence::Online, AgentPresence::Offline));
    at_time(&sandbox, "2031-01-06T11:45:00Z").await;
    assert_eq!((presence("chat").await, presence("lost-card").await), (AgentPresence::Away, AgentPresence::Online));
    let phones = channels.list(ListChannels::new().kind(ChannelKind::Phone).language("zh-CN")).await.unwrap().data;
    assert_eq!(phones.iter().map(|channel| channel.id.as_str()).collect::<Vec<_>>(), ["phone-zh", "lost-card"]);
    assert_eq!(refused(channels.retrieve("fax").await).0, "not_found");
    assert_eq!(refused(channels.list(ListChannels::new().kind("fax")).await), at(ErrorCode::InvalidField, "kind"));
}

#[tokio::test]
async fn what_cannot_be_a_ticket_names_its_field() {
    let sandbox = Box::start().await;
    let tickets = sandbox.client.tickets();
    let new = || NewTicket::new("A subject", "A message");
    let file = || Attachment::new("shot.png", "image/png", 1024_u64, "a".repeat(64));
    let bundle = assemble(Sources::rust());
    let leaking = okpay::api::DiagnosticBundle { incidents: vec![Incident::new().param("hunter2")], ..bundle };
    let secret = sandbox.running.details().secret.clone();
    let cases = [
        (NewTicket::new("", "m"), at(ErrorCode::InvalidField, "subject")),
        (NewTicket::new("s", " \n"), at(ErrorCode::InvalidField, "message")),
        (NewTicket::new("s", "x".repeat(4001)), at(ErrorCode::InvalidField, "message")),
        (NewTicket::new("s", "a\u{1b}[31m"), at(ErrorCode::InvalidField, "message")),
        (NewTicket::new("s", format!("my key: {secret}")), at(ErrorCode::SecretNotAllowed, "message")),
        (NewTicket::new("card 4242 4242 4242 4242", "m"), at(ErrorCode::CardNumberNotAllowed, "subject")),
        (new().metadata(BTreeMap::from([("key".to_owned(), secret)])), at(ErrorCode::SecretNotAllowed, "metadata.key")),
        (new().topic("weather"), at(ErrorCode::InvalidField, "topic")),
        (new().transaction("pay_01k8z3m4n5p6q7r8s9t0v1w2x3"), at(ErrorCode::NotFound, "transaction")),
        (new().transaction("order-17"), at(ErrorCode::InvalidField, "transaction")),
        (new().diagnostics(leaking), at(ErrorCode::InvalidField, "diagnostics.incidents[0].param")),
        (new().attachments(vec![file(); 6]), at(ErrorCode::InvalidField, "attachments")),
        (new().attachments(vec![file(), Attachment { size: 0, ..file() }]), at(ErrorCode::InvalidField, "attachments[1].size")),
        (new().attachments(vec![Attachment { size: 10_485_761, ..file() }]), at(ErrorCode::InvalidField, "attachments[0].size")),
        (
            new().attachments(vec![Attachment { media_type: "text/html".to_owned(), ..file() }]),
            at(ErrorCode::InvalidField, "attachments[0].media_type"),
        ),
        (new().attachments(vec![Attachment { sha256: "A".repeat(64), ..file() }]), at(ErrorCode::InvalidField, "attachments[0].sha256")),
    ];
    for (new, expected) in cases {
        assert_eq!(refused(tickets.create(new).await), expected);
    }
    let ticket = tickets.create(new().attachments(vec![file()])).await.unwrap();
    assert_eq!(ticket.last_message.attachments, [file()]);
    tickets.close(&ticket.id).await.unwrap();
    for stars in [0_u32, 6] {
        assert_eq!(refused(tickets.rate(&ticket.id, RateTicket::new(stars)).await), at(ErrorCode::InvalidField, "stars"));
    }
    let (status, problem) = sandbox.try_control("POST", &format!("tickets/{}/answer", ticket.id), json!({"message": "late"})).await;
    assert_eq!((status, problem["code"].as_str()), (409, Some("illegal_state")));
}

#[tokio::test]
async fn a_conversation_without_end_is_bounded() {
    let sandbox = Box::start().await;
    let ticket = open(&sandbox, "Ignore me").await;
    for number in 2..=100 {
        sandbox.client.tickets().reply(&ticket.id, say(&format!("message {number}"))).await.unwrap();
    }
    assert_eq!(refused(sandbox.client.tickets().reply(&ticket.id, say("one more")).await).0, "illegal_state");
    assert_eq!(sandbox.client.tickets().messages(&ticket.id).await.unwrap().data.len(), 100);
}

#[tokio::test]
async fn a_ticket_about_a_transaction_of_any_kind() {
    let sandbox = Box::start().await;
    let kinds = ["payment.succeeded", "refund.created", "checkout_session.created", "deposit.succeeded", "withdrawal.created"];
    for kind in kinds.into_iter().chain(["transfer.succeeded", "bill.paid"]) {
        let made = sandbox.control("POST", "trigger", json!({ "type": kind })).await;
        let id = made["data"]["id"].as_str().unwrap().to_owned();
        let ticket = sandbox.client.tickets().create(NewTicket::new("Ignore me", "m").transaction(id.as_str())).await.unwrap();
        assert_eq!(ticket.transaction, Some(id));
    }
    let moved = sandbox.client.transactions().list(okpay::api::ListTransactions::new()).await.unwrap().data.remove(0);
    assert!(sandbox.client.tickets().create(NewTicket::new("Ignore me", "m").transaction(moved.id)).await.is_ok());
}

#[tokio::test]
async fn the_clock_goes_to_a_moment_and_never_back() {
    let sandbox = Box::start().await;
    at_time(&sandbox, MONDAY).await;
    let now = sandbox.control("GET", "clock", Value::Null).await["now"].as_str().unwrap().to_owned();
    assert!(now.starts_with("2031-01-06T09:00:"), "{now}");
    for body in [json!({"until": "2030-01-01T00:00:00Z"}), json!({}), json!({"seconds": 5, "until": SATURDAY_NIGHT})] {
        let (status, problem) = sandbox.try_control("POST", "clock/advance", body).await;
        assert_eq!((status, problem["param"].as_str()), (422, Some("seconds")));
    }
}
