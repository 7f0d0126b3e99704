use super::*;

/// The typed writer is the judge.
#[test]
#[cfg(feature = "secret")]
fn the_order_is_that_of_the_typed_event() {
    let head = r#""livemode":false, "api_version":"2026-11-01","created":"2026-11-01T00:00:00Z","id":"evt_1""#;
    let refund = r#"{"version":2,"livemode":false,"created":"2026-11-01T00:00:00Z","amount":{"currency":"EUR","amount":"1.00"},"payment":"pay_1",
        "status":"succeeded","reason":null,"id":"re_1","metadata":{"b":"2","a":"1"},"reference":"x","idempotency_key":null}"#;
    for (kind, data) in [("refund.succeeded", refund), ("payment.paused", r#"{"z":1, "a":[ 2]}"#)] {
        let text = format!(r#"{{"data":{data},"type":"{kind}",{head}}}"#);
        let typed = serde_json::to_string(&serde_json::from_str::<Event>(&text).unwrap()).unwrap();
        assert_eq!(event_in_order(&text), Some(typed));
    }
    let later = event_in_order(&format!(r#"{{"data":{{"later":[1,{{}}],"id":"re_1"}},"type":"refund.succeeded",{head}}}"#)).unwrap();
    assert!(later.ends_with(r#""data":{"id":"re_1","later":[1,{}]}}"#), "{later}");
}

#[test]
fn an_unknown_event_survives_as_it_came() {
    let text = r#"{"id":"evt_1","type":"payment.paused","created":"2026-11-01T00:00:00Z","api_version":"2026-11-01","livemode":false,"data":{"id":"pay_1","new":[1,2]}}"#;
    let event: Event = serde_json::from_str(text).unwrap();
    assert_eq!(event.event_type, EventType::Unknown { raw: "payment.paused".to_owned() });
    assert_eq!(event.data, EventData::Unknown { raw: r#"{"id":"pay_1","new":[1,2]}"#.to_owned() });
    assert_eq!(serde_json::to_string(&event).unwrap(), text);
}
