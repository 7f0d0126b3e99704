//! The official list over HTTP: signed by a key of its own, and every channel of support is on it.

use crate::support::Box;
use okpay::ErrorCode;
use okpay::api::{ChannelKind, ListChannels, OfficialKind, OfficialSubject, OfficialVerdict};
use okpay::official::OfficialList;

#[tokio::test]
async fn the_list_is_proven_by_its_own_key_alone() {
    let sandbox = Box::start().await;
    let details = sandbox.running.details();
    let envelope = sandbox.client.official_list().current().await.unwrap();
    let list = OfficialList::from_signed(&envelope, std::slice::from_ref(&details.official_list_key), Some("2026-11-01.1")).unwrap();
    let check = list.is_official(&OfficialSubject::new(OfficialKind::Url, "https://pay.okpay.test/"));
    assert_eq!(check.verdict, OfficialVerdict::Official);
    let error = OfficialList::from_signed(&envelope, std::slice::from_ref(&details.fee_schedule_key), None).unwrap_err();
    assert_eq!(error.code(), &ErrorCode::EnvelopeSignatureInvalid);
    assert_eq!(sandbox.client.official_list().current().await.unwrap(), envelope, "the same list, the same signature");
    let known = sandbox.http.get(format!("{}/.well-known/okpay", sandbox.url())).send().await.unwrap().bytes().await.unwrap();
    let known: serde_json::Value = serde_json::from_slice(&known).unwrap();
    assert_eq!(known["official_list_keys"][0], details.official_list_key.as_str());
}

#[tokio::test]
async fn every_channel_of_support_is_official() {
    let sandbox = Box::start().await;
    let envelope = sandbox.client.official_list().current().await.unwrap();
    let list = OfficialList::from_signed(&envelope, std::slice::from_ref(&sandbox.running.details().official_list_key), None).unwrap();
    for channel in sandbox.client.channels().list(ListChannels::new()).await.unwrap().data {
        let kind = match channel.kind {
            ChannelKind::Mail => OfficialKind::Email,
            ChannelKind::Phone => OfficialKind::Phone,
            ChannelKind::Social => OfficialKind::Social,
            _ => OfficialKind::Url,
        };
        let subject = OfficialSubject { platform: channel.platform, ..OfficialSubject::new(kind, channel.address) };
        assert_eq!(list.is_official(&subject).verdict, OfficialVerdict::Official, "{subject:?}");
    }
}
