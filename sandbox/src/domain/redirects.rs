//! Payments that the buyer approves on a page of another: online banking at their bank, and the balance of their own OKPay wallet.

use super::cards::{AUTHENTICATION_SECS, decline};
use super::payments::{self, Change};
use super::{approvals, settlement};
use crate::jobs::{self, JobKind};
use crate::magic::{BUYER_HANDLE, METADATA_KEY, REDIRECTS, RedirectBehaviour};
use crate::refusal::Outcome;
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::DeclineCode;
use okpay::api::{EventType, MethodType, Payment};

/// How long the magic buyer takes.
const MAGIC_SECS: i64 = 10;

/// Whether the buyer pays by this method on a page that they are sent to.
pub(crate) fn is_redirect(method: &MethodType) -> bool {
    matches!(method, MethodType::OnlineBanking | MethodType::Balance)
}

/// Sends the buyer to the page; nothing happens unless they come.
pub(crate) async fn ask(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    let page = match payment.body.method {
        MethodType::Balance => approvals::BALANCE_PAGE,
        _ => approvals::BANK_PAGE,
    };
    let (token, action) = approvals::ask(work, page, &payment.body.id);
    payment.internal.acs_token = Some(token);
    payment.body.next_action = Some(action);
    payments::expire_in(work, payment, AUTHENTICATION_SECS).await?;
    payments::change(work, payment, Change { event: "ask", tell: EventType::PaymentRequiresAction }).await?;
    match behaviour(&payment.body) {
        Some(_) => jobs::schedule(work, work.now.plus_secs(MAGIC_SECS), JobKind::BuyerDecides, &payment.body.id, String::new()).await,
        None => Ok(()),
    }
}

fn behaviour(payment: &Payment) -> Option<&'static RedirectBehaviour> {
    let value = payment.metadata.get(METADATA_KEY)?;
    REDIRECTS.iter().find(|magic| magic.value == value).map(|magic| &magic.behaviour)
}

/// What the magic buyer does on the page. One who leaves it does nothing, and the payment runs out.
pub(crate) async fn decide_by_magic(work: &mut Work<'_>, payment: &mut Stored<Payment>) -> Outcome<()> {
    match behaviour(&payment.body) {
        Some(RedirectBehaviour::Approves) => approvals::answer(work, payment, true).await,
        Some(RedirectBehaviour::Refuses(code)) => {
            approvals::take_token(payment)?;
            decline(work, payment, code.clone()).await
        }
        Some(RedirectBehaviour::Leaves) | None => Ok(()),
    }
}

/// What the buyer decided.
pub(crate) async fn conclude(work: &mut Work<'_>, payment: &mut Stored<Payment>, approve: bool) -> Outcome<()> {
    match approve {
        true => {
            let amount = payment.body.amount;
            payment.body.payer = (payment.body.method == MethodType::Balance).then(|| BUYER_HANDLE.to_owned());
            settlement::pay(work, payment, amount, "pay").await
        }
        false => decline(work, payment, DeclineCode::NotApproved).await,
    }
}
