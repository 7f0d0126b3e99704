//! Help and feedback over HTTP.

use crate::support::{Box, refused};
use okpay::ErrorCode;
use okpay::api::{FeedbackKind, ListFeedback, ListHelpArticles, NewFeedback, ReadHelpArticle, SearchHelp, TicketTopic};

fn at(code: ErrorCode, param: &str) -> (String, Option<String>) {
    (code.to_string(), Some(param.to_owned()))
}

#[tokio::test]
async fn help_is_searched_in_both_languages() {
    let sandbox = Box::start().await;
    let help = sandbox.client.help();
    let found = help.search(SearchHelp::new("How long does a refund take?")).await.unwrap().data;
    assert_eq!((found[0].id.as_str(), found[0].language.as_str()), ("refund-time", "en"));
    assert!(found.len() <= 5 && found.windows(2).all(|pair| pair[0].score >= pair[1].score));
    let found = help.search(SearchHelp::new("退款多久到账").limit(1_u32)).await.unwrap().data;
    assert_eq!((found.len(), found[0].id.as_str(), found[0].language.as_str()), (1, "refund-time", "zh-CN"));
    assert!(help.search(SearchHelp::new("zebra")).await.unwrap().data.is_empty());
    for (asked, param) in [
        (SearchHelp::new(""), "query"),
        (SearchHelp::new("x".repeat(201)), "query"),
        (SearchHelp::new("x").limit(21_u32), "limit"),
        (SearchHelp::new("x").language("x".repeat(201)), "language"),
    ] {
        assert_eq!(refused(help.search(asked).await), at(ErrorCode::InvalidField, param));
    }
    let article = help.retrieve(&found[0].id, ReadHelpArticle::new().language("zh")).await.unwrap();
    assert!(article.title == found[0].title && article.body.len() > article.summary.len());
    assert_eq!(help.retrieve("refund-time", ReadHelpArticle::new()).await.unwrap().language, "en");
    assert_eq!(refused(help.retrieve("none", ReadHelpArticle::new()).await).0, "not_found");
    let all = help.list(ListHelpArticles::new()).await.unwrap().data;
    let about_refunds = help.list(ListHelpArticles::new().topic(TicketTopic::Refund).language("zh-CN")).await.unwrap().data;
    assert!(all.len() >= 12 && !about_refunds.is_empty() && about_refunds.iter().all(|article| article.topic == TicketTopic::Refund));
}

#[tokio::test]
async fn feedback_is_kept_and_listed() {
    let sandbox = Box::start().await;
    let feedback = sandbox.client.feedback();
    let idea = feedback.create(NewFeedback::new(FeedbackKind::Idea, "A dark receipt.").stars(4_u32).reference("f-1")).await.unwrap();
    let praise = feedback.create(NewFeedback::new(FeedbackKind::Praise, "Quick.").about("payments.create")).await.unwrap();
    assert!(idea.id.starts_with("fb_") && idea.idempotency_key.is_some());
    let listed = feedback.list(ListFeedback::new()).await.unwrap().data;
    assert_eq!(listed, [praise, idea.clone()]);
    assert_eq!(feedback.list(ListFeedback::new().kind(FeedbackKind::Idea).reference("f-1")).await.unwrap().data, [idea]);
    let secret = sandbox.running.details().secret.clone();
    for (new, expected) in [
        (NewFeedback::new("rant", "m"), at(ErrorCode::InvalidField, "kind")),
        (NewFeedback::new(FeedbackKind::Idea, " "), at(ErrorCode::InvalidField, "message")),
        (NewFeedback::new(FeedbackKind::Idea, "x".repeat(2001)), at(ErrorCode::InvalidField, "message")),
        (NewFeedback::new(FeedbackKind::Idea, secret), at(ErrorCode::SecretNotAllowed, "message")),
        (NewFeedback::new(FeedbackKind::Idea, "m").stars(6_u32), at(ErrorCode::InvalidField, "stars")),
        (NewFeedback::new(FeedbackKind::Idea, "m").about(""), at(ErrorCode::InvalidField, "about")),
    ] {
        assert_eq!(refused(feedback.create(new).await), expected);
    }
}
