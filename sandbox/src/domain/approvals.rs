//! What somebody approves or refuses on a page of another party: the card's bank (3-D Secure), the buyer's online banking, or a wallet.
//! A link has a token, which is used up by the decision.

use super::{cards, deposits, payments, redirects};
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::Stored;
use crate::work::Work;
use okpay::ErrorCode;
use okpay::Money;
use okpay::api::{Deposit, NextAction, NextActionType, Payment, PaymentMethod};
use subtle::ConstantTimeEq;

/// The pages, as the paths have them.
pub(crate) const CARD_PAGE: &str = "3ds";
pub(crate) const WALLET_PAGE: &str = "e-wallet";
pub(crate) const BANK_PAGE: &str = "online-banking";
pub(crate) const BALANCE_PAGE: &str = "okpay-wallet";

/// What is to be approved.
pub(crate) enum Approval {
    Payment(Box<Stored<Payment>>),
    Deposit(Box<Stored<Deposit>>),
}

/// A token for an object, and the redirect that carries it.
pub(crate) fn ask(work: &Work<'_>, page: &str, id: &str) -> (String, NextAction) {
    let token = work.gateway.ids.secret(&format!("{id}."));
    let url = format!("{}/sandbox/{page}/{token}", work.gateway.public_url);
    (token, NextAction { action: NextActionType::Redirect, url: Some(url), crypto: None, bank_transfer: None })
}

/// What a link is about.
pub(crate) async fn find(work: &mut Work<'_>, token: &str) -> Outcome<Approval> {
    let gone = || refuse_at(ErrorCode::NotFound, "token", "this link is not valid, or was used already");
    let (id, _) = token.split_once('.').ok_or_else(gone)?;
    let (found, kept) = if id.starts_with("dep_") {
        let deposit = work.get::<Deposit>(id).await.map_err(|_| gone())?;
        let kept = deposit.internal.token.clone();
        (Approval::Deposit(Box::new(deposit)), kept)
    } else {
        let payment = work.get::<Payment>(id).await.map_err(|_| gone())?;
        let kept = payment.internal.acs_token.clone();
        (Approval::Payment(Box::new(payment)), kept)
    };
    match kept {
        Some(kept) if bool::from(kept.as_bytes().ct_eq(token.as_bytes())) => Ok(found),
        _ => Err(gone()),
    }
}

/// What the buyer decided about a payment.
pub(crate) async fn answer(work: &mut Work<'_>, payment: &mut Stored<Payment>, approve: bool) -> Outcome<()> {
    take_token(payment)?;
    match redirects::is_redirect(&payment.body.method) {
        true => redirects::conclude(work, payment, approve).await,
        false => cards::conclude(work, payment, approve).await,
    }
}

/// Uses the link up.
pub(crate) fn take_token(payment: &mut Stored<Payment>) -> Outcome<()> {
    payments::check(payment, "authenticate")?;
    match payment.internal.acs_token.take() {
        Some(_) => Ok(()),
        None => Err(refuse_at(ErrorCode::IllegalState, "id", "nothing is to be approved for this payment")),
    }
}

impl Approval {
    pub(crate) fn amount(&self) -> Money {
        match self {
            Self::Payment(payment) => payment.internal.gross.unwrap_or(payment.body.amount),
            Self::Deposit(deposit) => deposit.body.amount,
        }
    }

    pub(crate) fn description(&self) -> Option<&str> {
        match self {
            Self::Payment(payment) => payment.body.description.as_deref(),
            Self::Deposit(_) => None,
        }
    }

    pub(crate) fn card(&self) -> Option<&PaymentMethod> {
        match self {
            Self::Payment(payment) => payment.body.payment_method.as_ref(),
            Self::Deposit(deposit) => deposit.body.payment_method.as_ref(),
        }
    }

    /// Takes the decision; gives where to go back to.
    pub(crate) async fn decide(self, work: &mut Work<'_>, approve: bool) -> Outcome<Option<String>> {
        match self {
            Self::Payment(mut payment) => {
                answer(work, &mut payment, approve).await?;
                Ok(payment.internal.return_url)
            }
            Self::Deposit(mut deposit) => {
                deposits::authenticate(work, &mut deposit, approve).await?;
                Ok(deposit.internal.return_url)
            }
        }
    }
}
