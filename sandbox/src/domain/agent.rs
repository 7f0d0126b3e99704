//! The automatic agent: answers a ticket by what it is about, once an agent is at a desk. What it says comes from the ticket alone: its
//! topic, its transaction, and the codes of its diagnostics. A person answers by the console or a control call, and whoever is first wins.

use super::{channels, tickets};
use crate::jobs::{self, JobKind};
use crate::magic::{AgentBehaviour, SUBJECTS};
use crate::refusal::Outcome;
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::advice;
use okpay::api::{Incident, Ticket, TicketTopic};
use okpay::{ErrorCode, Timestamp};

/// Who signs.
pub(crate) const NAME: &str = "Ada";

/// How long it reads, in seconds; and on a magic subject.
const READING_SECS: i64 = 5 * 60;
const MAGIC_SECS: i64 = 60;

fn behaviour(ticket: &Ticket) -> Option<AgentBehaviour> {
    SUBJECTS.iter().find(|magic| magic.value == ticket.subject).map(|magic| magic.behaviour)
}

/// By when it answers.
pub(crate) fn expected(ticket: &Ticket, now: Timestamp) -> Outcome<Timestamp> {
    match behaviour(ticket) {
        Some(_) => Ok(now.plus_secs(MAGIC_SECS)),
        None => Ok(channels::next_at_desk(now)?.plus_secs(READING_SECS)),
    }
}

/// Puts its turn down.
pub(crate) async fn call(work: &mut Work<'_>, ticket: &Ticket) -> Outcome<()> {
    if behaviour(ticket) == Some(AgentBehaviour::Ignores) {
        return Ok(());
    }
    let due = expected(ticket, work.now)?;
    jobs::schedule(work, due, JobKind::AnswerTicket, &ticket.id, ticket.message_count.to_string()).await
}

/// Answers, or asks back.
pub(crate) async fn answer(work: &mut Work<'_>, ticket: &mut Stored<Ticket>) -> Outcome<()> {
    let behaviour = behaviour(&ticket.body);
    let asks_back = behaviour == Some(AgentBehaviour::AsksBack);
    let text = text(&ticket.body, asks_back);
    tickets::answer(work, ticket, text, asks_back).await?;
    match behaviour {
        Some(AgentBehaviour::Solves) => tickets::close_later(work, &ticket.body, MAGIC_SECS).await,
        _ => Ok(()),
    }
}

/// What it says, in the ticket's language.
fn text(ticket: &Ticket, asks_back: bool) -> String {
    let words = Words::of(&ticket.language);
    let mut lines = vec![words.greeting.to_owned()];
    if asks_back {
        lines.push(words.question.to_owned());
        return lines.join("\n\n");
    }
    lines.extend(ticket.transaction.as_deref().map(|id| words.transaction.replace("{}", id)));
    lines.push(words.of_topic(&ticket.topic).to_owned());
    lines.extend(worst(ticket).map(|code| {
        let advice = advice::for_code(&code, &ticket.language);
        let steps = advice.steps.iter().map(|step| format!("- {step}")).collect::<Vec<_>>().join("\n");
        format!("{} ({code})\n{}\n{steps}", advice.title, advice.explanation)
    }));
    lines.push(words.end.to_owned());
    lines.join("\n\n")
}

/// The code of the last incident that has one.
fn worst(ticket: &Ticket) -> Option<ErrorCode> {
    let incidents = ticket.diagnostics.as_ref().map(|bundle| &bundle.incidents[..]).unwrap_or_default();
    incidents.iter().rev().find_map(|Incident { code, .. }| code.clone())
}

/// The texts of one language. `{}` is where a value goes.
struct Words {
    greeting: &'static str,
    question: &'static str,
    transaction: &'static str,
    end: &'static str,
    topics: [(TicketTopic, &'static str); 7],
    other: &'static str,
}

impl Words {
    fn of(language: &str) -> &'static Self {
        if language == "zh-CN" { &CHINESE } else { &ENGLISH }
    }

    fn of_topic(&self, topic: &TicketTopic) -> &'static str {
        self.topics.iter().find(|(known, _)| known == topic).map_or(self.other, |(_, text)| text)
    }
}

static ENGLISH: Words = Words {
    greeting: "Hello, this is Ada of OKPay support.",
    question: "To look into this we need the transaction number and the time when it happened. Please reply with both; a screenshot helps. \
               Never send a password, a key or a card number.",
    transaction: "We looked at {}. Its events in the console tell each step that it took.",
    end: "If this settles it, you may close the ticket. Otherwise reply here, and we go on.",
    topics: [
        (
            TicketTopic::Payment,
            "A payment is yours to ship on once its webhook payment.succeeded is verified, or payments.retrieve says succeeded.",
        ),
        (
            TicketTopic::Refund,
            "A refund to a card takes five to ten business days to show on the buyer's statement. The fee of the payment is not returned.",
        ),
        (
            TicketTopic::Wallet,
            "Money to a bank moves on business days, one to three as a rule; `arrival` has the estimate. What is returned comes back with its fee.",
        ),
        (
            TicketTopic::Fees,
            "The fee of every operation is in its `fee`, line by line, by the schedule that was in force when it was made.",
        ),
        (
            TicketTopic::Account,
            "We never ask for a password, a PIN or a code. If you did not do what you see, revoke the key or the device first.",
        ),
        (TicketTopic::Technical, "The request id leads us to the very request; the steps below help in most cases."),
        (
            TicketTopic::Phishing,
            "Thank you for the report. Do not follow the link, and check senders with the SDK's official list before you trust them.",
        ),
    ],
    other: "We have read your message and noted it.",
};

static CHINESE: Words = Words {
    greeting: "您好，我是 OKPay 客服 Ada。",
    question: "为了核查此问题，我们需要交易编号以及发生的时间。请回复这两项信息，附上截图会更有帮助。请勿发送密码、密钥或银行卡号。",
    transaction: "我们已查看 {}。控制台中的事件记录了它的每一步。",
    end: "如果问题已解决，您可以关闭此工单；否则请在此回复，我们会继续处理。",
    topics: [
        (TicketTopic::Payment, "验证 payment.succeeded 的 webhook，或 payments.retrieve 显示 succeeded 之后，即可发货。"),
        (TicketTopic::Refund, "退款到银行卡通常需要五到十个工作日才会出现在买家账单上。原付款的手续费不予退还。"),
        (TicketTopic::Wallet, "银行转账在工作日处理，一般为一到三个工作日，`arrival` 中有预计时间。被退回的款项会连同手续费一并退还。"),
        (TicketTopic::Fees, "每笔操作的 `fee` 逐项列出了费用，按该操作创建时生效的费率表计算。"),
        (TicketTopic::Account, "我们绝不会索要密码、PIN 或验证码。如果您看到的操作不是您本人所为，请先吊销相应的密钥或设备。"),
        (TicketTopic::Technical, "通过请求编号我们可以找到对应的请求；以下步骤在多数情况下有帮助。"),
        (TicketTopic::Phishing, "感谢您的举报。请勿点击该链接；在信任发件人之前，请先用 SDK 的官方名单进行核对。"),
    ],
    other: "我们已阅读并记录您的留言。",
};

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_topic_has_its_own_words_in_both_languages() {
        for topic in TicketTopic::KNOWN.iter().filter(|topic| **topic != TicketTopic::Other) {
            assert_ne!(ENGLISH.of_topic(topic), ENGLISH.other, "{topic}");
            assert_ne!(CHINESE.of_topic(topic), CHINESE.other, "{topic}");
        }
    }
}
