//! Bills: looked up by what the biller knows its customer by, paid out of the balance, sometimes sent back. The billers are data:
//! `billers.json`.

use super::resources::Nothing;
use super::settlement::take_fee;
use super::{fees, steps};
use crate::jobs::{self, JobKind};
use crate::ledger::{Transfer as Movement, available};
use crate::magic::{BILLS, BillBehaviour};
use crate::refusal::{Outcome, Refusal, not_found, refuse_at};
use crate::store::objects::{self, Filter, Stored};
use crate::work::Work;
use okpay::api::{Bill, BillReceipt, BillStatus, Biller, BillerCategory, EventType, LookupBill, PayBill};
use okpay::fees::{Bearer, QuoteRequest};
use okpay::{Currency, ErrorCode, Money};
use serde::Deserialize;
use std::sync::LazyLock;

/// How fee schedules name the way out of the balance.
const METHOD: &str = "wallet";

/// How long a bill may be paid, and for how long one is late that is late.
const DUE_SECS: i64 = 14 * 24 * 60 * 60;
const RETURN_SECS: i64 = 24 * 60 * 60;

static BILLERS: LazyLock<Result<Table, String>> =
    LazyLock::new(|| serde_json::from_str(include_str!("billers.json")).map_err(|error| error.to_string()));

#[derive(Debug, Deserialize)]
struct Table {
    billers: Vec<Row>,
}

#[derive(Debug, Deserialize)]
struct Row {
    id: String,
    name: String,
    category: String,
    country: String,
    currency: String,
    due: String,
    late: String,
}

impl Row {
    fn shown(&self) -> Outcome<Biller> {
        Ok(Biller {
            id: self.id.clone(),
            name: self.name.clone(),
            category: BillerCategory::from(self.category.as_str()),
            country: self.country.clone(),
            currency: Currency::parse(&self.currency)?,
            reference_hint: "nine digits, as printed on the bill".to_owned(),
        })
    }
}

fn rows() -> Outcome<&'static [Row]> {
    let table = BILLERS.as_ref().map_err(|error| Refusal::Internal(format!("billers.json: {error}")))?;
    Ok(&table.billers)
}

fn row(id: &str) -> Outcome<&'static Row> {
    rows()?.iter().find(|row| row.id == id).ok_or_else(|| not_found("biller", id))
}

/// Every biller.
pub(crate) fn billers() -> Outcome<Vec<Biller>> {
    rows()?.iter().map(Row::shown).collect()
}

/// One biller.
pub(crate) fn biller(id: &str) -> Outcome<Biller> {
    row(id)?.shown()
}

/// The bill of a customer: the one that was looked up before, unless there is none.
pub(crate) async fn look_up(work: &mut Work<'_>, asked: &LookupBill) -> Outcome<Stored<Bill>> {
    let row = row(&asked.biller).map_err(|refusal| refusal.at("biller"))?;
    let reference = asked.customer_reference.split_whitespace().collect::<String>();
    let magic = BILLS
        .iter()
        .find(|magic| magic.value == reference)
        .ok_or_else(|| refuse_at(ErrorCode::NotFound, "customer_reference", format!("{} has no bill under this reference", row.name)))?;
    if let Some(known) = find(work, &row.id, &reference).await? {
        return Ok(known);
    }
    let money = |text: &str| Money::parse(text, &row.currency);
    let late = match magic.behaviour {
        BillBehaviour::Late => Some(money(&row.late)?),
        _ => None,
    };
    let amount = late.map_or(money(&row.due), |late| money(&row.due)?.checked_add(late))?;
    let body = Bill {
        id: work.id("bill_"),
        status: BillStatus::Open,
        biller: row.id.clone(),
        biller_name: row.name.clone(),
        customer_reference: reference,
        customer_name: "M••• M•••".to_owned(),
        amount,
        late_charge: late,
        fee: fees::of_own(work, &QuoteRequest::new("bill", METHOD, amount).bearer(Bearer::Customer))?,
        due: if late.is_some() { work.now.plus_secs(-DUE_SECS) } else { work.now.plus_secs(DUE_SECS) },
        paid: None,
        receipt_number: None,
        reference: None,
        metadata: std::collections::BTreeMap::new(),
        idempotency_key: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    work.insert(body, Nothing {}).await
}

async fn find(work: &mut Work<'_>, biller: &str, reference: &str) -> Outcome<Option<Stored<Bill>>> {
    // A biller has no more bills than there are magic references.
    let filter = Filter { parent: Some(biller.to_owned()), limit: 100, ..Filter::default() };
    let account = work.account.clone();
    let (bills, _) = objects::list::<Bill>(&mut work.tx, &account, &filter).await?;
    Ok(bills.into_iter().find(|bill| bill.body.customer_reference == reference))
}

/// Pays a bill out of the balance.
pub(crate) async fn pay(work: &mut Work<'_>, bill: &mut Stored<Bill>, asked: PayBill) -> Outcome<()> {
    steps::check(bill, "pay")?;
    if let Some(seen) = asked.amount.filter(|seen| *seen != bill.body.amount) {
        return Err(refuse_at(ErrorCode::InvalidField, "amount", format!("{} is due, not {seen}", bill.body.amount)));
    }
    fees::check_covered(work, bill.body.fee.gross).await?;
    (bill.body.reference, bill.body.metadata) = (asked.reference, asked.metadata);
    bill.body.idempotency_key = work.idempotency_key();
    bill.body.paid = Some(work.now);
    let id = &bill.body.id;
    bill.body.receipt_number = Some(format!("R{}", id[id.len().saturating_sub(12)..].to_uppercase()));
    let account = available(&work.account);
    work.book(movement("bill", &bill.body).moving(account.clone(), outside(&bill.body), bill.body.amount)).await?;
    work.book(take_fee(movement("fee", &bill.body), &bill.body.fee, &account)?).await?;
    let magic = BILLS.iter().find(|magic| magic.value == bill.body.customer_reference);
    if magic.is_some_and(|magic| magic.behaviour == BillBehaviour::Returned) {
        jobs::schedule(work, work.now.plus_secs(RETURN_SECS), JobKind::ReturnBill, &bill.body.id, String::new()).await?;
    }
    steps::step(work, bill, "pay", EventType::BillPaid).await
}

fn movement(kind: &'static str, bill: &Bill) -> Movement {
    Movement::new(kind, &bill.id, bill.reference.clone())
}

fn outside(bill: &Bill) -> String {
    format!("biller:{}", bill.biller)
}

/// The biller sent it back: amount and fee are in the balance again.
pub(crate) async fn return_it(work: &mut Work<'_>, bill: &mut Stored<Bill>) -> Outcome<()> {
    steps::check(bill, "return")?;
    let account = available(&work.account);
    work.book(movement("bill_return", &bill.body).moving(outside(&bill.body), account.clone(), bill.body.amount)).await?;
    work.book(take_fee(movement("fee_return", &bill.body), &bill.body.fee, &account)?.reversed()).await?;
    steps::step(work, bill, "return", EventType::BillReturned).await
}

/// The receipt of a bill that was paid, also where the money came back later.
pub(crate) fn receipt(bill: Bill) -> Outcome<BillReceipt> {
    match (bill.receipt_number, bill.paid) {
        (Some(number), Some(paid)) => Ok(BillReceipt {
            number,
            bill: bill.id,
            biller_name: bill.biller_name,
            customer_reference: bill.customer_reference,
            amount: bill.amount,
            fee: bill.fee.fee,
            total: bill.fee.gross,
            paid,
        }),
        _ => Err(refuse_at(ErrorCode::IllegalState, "id", "this bill is not paid, so that there is no receipt")),
    }
}
