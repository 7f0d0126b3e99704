//! The arguments that describe an order, and the question to the schedule that they make.

use anyhow::{Context, Result, bail};
use clap::Args;
use okpay::fees::{Bearer, QuoteRequest};
use okpay::{Currency, Money, Timestamp};

/// An amount of money, as one argument or two.
#[derive(Args)]
pub(super) struct Amount {
    /// The amount with its currency: 19.99 EUR
    #[arg(num_args = 1..=2, required = true, allow_negative_numbers = true, value_names = ["AMOUNT", "CURRENCY"])]
    amount: Vec<String>,
}

impl Amount {
    pub(super) fn read(&self) -> Result<Money> {
        read_money(&self.amount.join(" "))
    }
}

/// What else is known of an order.
#[derive(Args, Clone)]
pub(super) struct Order {
    /// A fact that the schedule may ask for, such as brand=visa, card_region=domestic, network=tron, conversion=false
    #[arg(long, value_name = "NAME=VALUE", value_parser = read_fact)]
    fact: Vec<(String, String)>,
    /// The code of a promotion
    #[arg(long, value_name = "CODE")]
    coupon: Option<String>,
    /// Who pays the fee: merchant or customer
    #[arg(long)]
    bearer: Option<String>,
    /// When, such as 2026-11-01T00:00:00Z, instead of now
    #[arg(long, value_name = "TIME")]
    at: Option<String>,
    /// The account's volume of this calendar month before the order, such as 12000 (in the order's currency)
    #[arg(long, value_name = "AMOUNT")]
    monthly_volume: Option<String>,
}

impl Order {
    /// The question about an amount.
    pub(super) fn request(&self, operation: &str, method: &str, amount: Money) -> Result<QuoteRequest> {
        let mut request = QuoteRequest::new(operation, method, amount);
        request.facts = self.fact.iter().cloned().collect();
        request.coupon.clone_from(&self.coupon);
        request.bearer = self.bearer.as_deref().map(Bearer::from);
        request.at = self.at.as_deref().map(read_time).transpose().context("--at")?;
        let volume = self.monthly_volume.as_deref().map(|text| read_volume(text, amount.currency()));
        request.monthly_volume = volume.transpose().context("--monthly-volume")?;
        Ok(request)
    }
}

/// A time in RFC 3339.
pub(super) fn read_time(text: &str) -> Result<Timestamp> {
    Ok(Timestamp::parse(text)?)
}

/// A volume in the currency of its order, or with a currency of its own.
pub(super) fn read_volume(text: &str, currency: Currency) -> Result<Money> {
    match text.contains(' ') {
        true => read_money(text),
        false => Ok(Money::in_currency(text, currency)?),
    }
}

fn read_money(text: &str) -> Result<Money> {
    match text.split_whitespace().collect::<Vec<_>>()[..] {
        [amount, currency] => Ok(Money::parse(amount, currency)?),
        _ => bail!("{text:?} is not an amount with its currency: write 19.99 EUR"),
    }
}

fn read_fact(text: &str) -> Result<(String, String), String> {
    match text.split_once('=') {
        Some((name, value)) if !name.is_empty() && !value.is_empty() => Ok((name.to_owned(), value.to_owned())),
        _ => Err("write NAME=VALUE, such as brand=visa".to_owned()),
    }
}
