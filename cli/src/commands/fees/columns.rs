//! [`Columns`]: what the columns of a CSV file mean.

use super::order::{Order, read_time, read_volume};
use anyhow::{Context, Result, bail};
use csv::StringRecord;
use okpay::fees::{Bearer, QuoteRequest};
use okpay::{Currency, Money};

/// What a batch adds to each row, in this order.
pub(super) const ADDED: [&str; 4] = ["gross", "fee", "net", "rule"];

/// Facts stand under `fact.brand`, `fact.network`, …
const FACT: &str = "fact.";

/// What holds for every row whose own cell is empty or not there.
pub(super) struct Defaults<'a> {
    pub(super) operation: &'a str,
    pub(super) method: Option<&'a str>,
    pub(super) currency: Option<&'a str>,
    pub(super) order: &'a Order,
}

/// The heading of a file.
pub(super) struct Columns {
    names: StringRecord,
}

impl Columns {
    pub(super) fn read(names: &StringRecord) -> Result<Self> {
        let names = names.iter().map(str::trim).collect::<StringRecord>();
        if !names.iter().any(|name| name == "amount") {
            bail!("line 1: there is no column amount; the first line names the columns, such as reference,amount,currency,method");
        }
        if let Some(taken) = names.iter().find(|name| ADDED.contains(name)) {
            bail!("line 1: the column {taken} is what this command adds; give it another name");
        }
        match names.iter().enumerate().find(|(at, name)| names.iter().take(*at).any(|before| before == *name)) {
            Some((_, twice)) => bail!("line 1: the column {twice:?} comes twice"),
            None => Ok(Self { names }),
        }
    }

    /// The names, without the white space around them.
    pub(super) fn names(&self) -> &StringRecord {
        &self.names
    }

    /// The question of a row; an error names the column at fault.
    pub(super) fn request(&self, record: &StringRecord, defaults: &Defaults<'_>) -> Result<QuoteRequest> {
        let operation = self.cell(record, "operation").unwrap_or(defaults.operation);
        let method = self.given(record, "method", defaults.method)?;
        let mut request = defaults.order.request(operation, method, self.amount(record, defaults)?)?;
        if let Some(coupon) = self.cell(record, "coupon") {
            request.coupon = Some(coupon.to_owned());
        }
        if let Some(bearer) = self.cell(record, "bearer") {
            request.bearer = Some(Bearer::from(bearer));
        }
        if let Some(at) = self.cell(record, "at") {
            request.at = Some(read_time(at).context("column at")?);
        }
        if let Some(volume) = self.cell(record, "monthly_volume") {
            request.monthly_volume = Some(read_volume(volume, request.amount.currency()).context("column monthly_volume")?);
        }
        let facts = self.names.iter().zip(record).filter_map(|(name, value)| Some((name.strip_prefix(FACT)?, value.trim())));
        request.facts.extend(facts.filter(|(_, value)| !value.is_empty()).map(|(name, value)| (name.to_owned(), value.to_owned())));
        Ok(request)
    }

    /// The column in which the value of a parameter stands, if there is one.
    pub(super) fn of_param(&self, param: &str) -> Option<&str> {
        let fact = format!("{FACT}{param}");
        self.names.iter().find(|name| *name == param || *name == fact)
    }

    fn amount(&self, record: &StringRecord, defaults: &Defaults<'_>) -> Result<Money> {
        let currency = Currency::parse(self.given(record, "currency", defaults.currency)?).context("column currency")?;
        let text = self.cell(record, "amount").context("column amount is empty")?;
        Money::in_currency(text, currency).context("column amount")
    }

    fn given<'a>(&self, record: &'a StringRecord, name: &str, default: Option<&'a str>) -> Result<&'a str> {
        let value = self.cell(record, name).or(default);
        value.with_context(|| format!("no {name} is given: fill a column {name}, or add --{name}"))
    }

    fn cell<'a>(&self, record: &'a StringRecord, name: &str) -> Option<&'a str> {
        let at = self.names.iter().position(|column| column == name)?;
        record.get(at).map(str::trim).filter(|value| !value.is_empty())
    }
}
