//! Bills: paid out of the balance to billers that OKPay knows.

use crate::fees::Quote;
use crate::money::{Currency, Money};
use crate::timestamp::Timestamp;
use okpay_macros::model;
use std::collections::BTreeMap;

/// What a biller sells.
#[model(open)]
pub enum BillerCategory {
    /// Electricity and gas.
    Energy,
    /// Water and waste.
    Water,
    /// Telephone and internet.
    Telecom,
    /// Taxes and fees of a public office.
    Government,
}

/// Who sends bills.
#[model]
pub struct Biller {
    /// `bil_…`
    pub id: String,
    /// The name.
    pub name: String,
    /// What it sells.
    pub category: BillerCategory,
    /// Its country, in ISO 3166-1's two letters.
    pub country: String,
    /// The currency of its bills.
    pub currency: Currency,
    /// What its customers' references look like, in words.
    pub reference_hint: String,
}

/// One page of billers, by name.
#[model(page)]
pub struct BillerPage {
    /// The billers.
    pub data: Vec<Biller>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which billers to list.
#[model(params)]
pub struct ListBillers {
    /// Only this category.
    pub category: Option<BillerCategory>,
    /// Only this country.
    pub country: Option<String>,
}

/// Where a bill stands.
#[model(open)]
pub enum BillStatus {
    /// To be paid.
    Open,
    /// Paid.
    #[end]
    Paid,
    /// The biller sent the money back; amount and fee are in the balance again.
    #[end]
    Returned,
}

/// Which bill to look up.
#[model(params)]
pub struct LookupBill {
    /// The biller (`bil_…`).
    pub biller: String,
    /// What the biller knows its customer by; it stands on the bill.
    pub customer_reference: String,
}

/// How a bill is paid.
#[model(params)]
pub struct PayBill {
    /// What is due, as it was seen: refused if it is not that any more.
    pub amount: Option<Money>,
    /// The merchant's own mark, searchable.
    pub reference: Option<String>,
    /// Up to 50 pairs of the merchant's own.
    pub metadata: BTreeMap<String, String>,
}

/// A bill.
#[model]
pub struct Bill {
    /// `bill_…`
    pub id: String,
    /// Where it stands.
    pub status: BillStatus,
    /// The biller.
    pub biller: String,
    /// The biller's name.
    pub biller_name: String,
    /// What the biller knows its customer by.
    pub customer_reference: String,
    /// The customer's name, masked.
    pub customer_name: String,
    /// What is due in all.
    pub amount: Money,
    /// How much of it is for being late.
    pub late_charge: Option<Money>,
    /// The fee, which comes on top: `gross` leaves the balance.
    pub fee: Quote,
    /// By when it is to be paid.
    pub due: Timestamp,
    /// When it was paid.
    pub paid: Option<Timestamp>,
    /// The number of the receipt.
    pub receipt_number: Option<String>,
    /// The merchant's own mark.
    pub reference: Option<String>,
    /// The merchant's own pairs.
    #[serde(default)]
    pub metadata: BTreeMap<String, String>,
    /// The key of the call that paid it.
    pub idempotency_key: Option<String>,
    /// When it was looked up first.
    pub created: Timestamp,
    /// Rises by one per change.
    pub version: u64,
    /// Whether it is about real money.
    pub livemode: bool,
}

/// The receipt of a bill that was paid.
#[model]
pub struct BillReceipt {
    /// The number.
    pub number: String,
    /// The bill.
    pub bill: String,
    /// The biller's name.
    pub biller_name: String,
    /// What the biller knows its customer by.
    pub customer_reference: String,
    /// What the biller got.
    pub amount: Money,
    /// The fee.
    pub fee: Money,
    /// What left the balance.
    pub total: Money,
    /// When it was paid.
    pub paid: Timestamp,
}

/// One page of bills, newest first.
#[model(page)]
pub struct BillPage {
    /// The bills.
    pub data: Vec<Bill>,
    /// The `after` of the next page.
    pub next: Option<String>,
}

/// Which bills to list.
#[model(params)]
pub struct ListBills {
    /// 1 to 100; 20 by default.
    pub limit: Option<u32>,
    /// The `next` of the page before.
    pub after: Option<String>,
    /// Only this status.
    pub status: Option<BillStatus>,
    /// Only those of this biller.
    pub biller: Option<String>,
    /// Only this mark of the merchant's.
    pub reference: Option<String>,
}
