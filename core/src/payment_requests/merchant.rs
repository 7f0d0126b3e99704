//! A shop's code between its models and its fields.

use super::fields::{FORMAT, QrField, qr_fields, qr_payload, read_fields, write_fields};
use super::merchant_model::{MerchantRequest, QrAccount, QrAdditional, QrInitiation, QrLanguage, TipMode};
use super::{malformed, too_long, unsupported};
use crate::error::{ErrorCode, OkpayError};
use crate::money::{Currency, Money, is_plain_decimal};

/// The version of the format that is written, and the only one there is.
const VERSION: &str = "01";

const STATIC: &str = "11";
const DYNAMIC: &str = "12";

const MAX_NAME: usize = 25;
const MAX_CITY: usize = 15;
const MAX_POSTAL_CODE: usize = 10;
const MAX_AMOUNT: usize = 13;
const MAX_ADDITIONAL: usize = 25;

/// Accounts below are a text of their scheme, from here on a template.
const FIRST_TEMPLATE: &str = "26";

/// The payload of a shop's code, for a drawer of QR codes.
///
/// # Errors
/// `payment_request_malformed` or `payment_request_too_long`, with the field in `param`; `unknown_currency` for a currency without a number
/// in ISO 4217; `currency_mismatch`, `invalid_amount`.
pub fn merchant_qr(request: &MerchantRequest) -> Result<String, OkpayError> {
    let mut fields = vec![field(FORMAT, VERSION)];
    let mut put = |id: &str, value: Option<String>| fields.extend(value.map(|value| field(id, &value)));
    put("01", initiation(request.initiation.as_ref())?);
    for account in &request.accounts {
        put(&account.id, Some(write_account(account)?));
    }
    if request.accounts.is_empty() {
        return Err(malformed("accounts", "a code names at least one account"));
    }
    put("52", Some(of_form("category", &request.category, 4, |byte| byte.is_ascii_digit())?));
    put("53", Some(number(request.currency)?));
    put("54", amount("amount", request.amount, request.currency)?);
    let (tip, fixed, percent) = write_tip(request)?;
    put("55", tip);
    put("56", fixed);
    put("57", percent);
    put("58", Some(of_form("country", &request.country, 2, |byte| byte.is_ascii_uppercase())?));
    put("59", Some(at_most("name", &request.name, MAX_NAME)?));
    put("60", Some(at_most("city", &request.city, MAX_CITY)?));
    put("61", request.postal_code.as_ref().map(|code| at_most("postal_code", code, MAX_POSTAL_CODE)).transpose()?);
    put("62", request.additional.as_ref().map(write_additional).transpose()?.filter(|text| !text.is_empty()));
    put("64", request.language.as_ref().map(write_language).transpose()?);
    fields.extend(others("other", &request.other, 65)?);
    qr_payload(&fields)
}

impl MerchantRequest {
    /// From its JSON, in which the bindings carry it.
    ///
    /// # Errors
    /// `payment_request_malformed`, with what is wrong in `detail`.
    pub fn from_json(text: &str) -> Result<Self, OkpayError> {
        super::from_json(text)
    }
}

/// Reads the payload of a shop's code.
pub(super) fn read(payload: &str) -> Result<MerchantRequest, OkpayError> {
    let mut fields = Fields(qr_fields(payload)?);
    let first = fields.0.first().is_some_and(|first| first.id == FORMAT);
    match fields.take(FORMAT) {
        Some(version) if first && version == VERSION => {}
        Some(_) if first => return Err(unsupported(FORMAT, "this version of the format is not known")),
        _ => return Err(malformed(FORMAT, "a code begins with the version of its format")),
    }
    let currency = read_currency(&fields.required("53", "currency")?)?;
    let mut request = MerchantRequest::new(
        fields.required("59", "name")?,
        fields.required("60", "city")?,
        of_form("country", &fields.required("58", "country")?, 2, |byte| byte.is_ascii_uppercase())?,
        of_form("category", &fields.required("52", "category")?, 4, |byte| byte.is_ascii_digit())?,
        currency,
    );
    request.initiation = fields.take("01").map(|value| read_initiation(&value)).transpose()?;
    request.amount = fields.take("54").map(|value| read_amount("amount", &value, currency)).transpose()?;
    request.tip = fields.take("55").map(|value| read_tip(&value)).transpose()?;
    request.tip_fixed = fields.take("56").map(|value| read_amount("tip_fixed", &value, currency)).transpose()?;
    request.tip_percent = fields.take("57").map(|value| percent(&value)).transpose()?;
    check_tip(&request)?;
    request.postal_code = fields.take("61");
    request.additional = fields.take("62").map(|value| read_additional(&value)).transpose()?;
    request.language = fields.take("64").map(|value| read_language(&value)).transpose()?;
    for QrField { id, value } in fields.0 {
        match id.parse::<u8>() {
            Ok(2..=51) => request.accounts.push(read_account(id, value)?),
            Ok(65..=99) => request.other.push(QrField { id, value }),
            _ => return Err(unsupported(&id, "this field is not known")),
        }
    }
    match request.accounts.is_empty() {
        true => Err(malformed("accounts", "a code names at least one account")),
        false => Ok(request),
    }
}

/// The fields that are not read yet.
struct Fields(Vec<QrField>);

impl Fields {
    fn take(&mut self, id: &str) -> Option<String> {
        let place = self.0.iter().position(|field| field.id == id)?;
        Some(self.0.remove(place).value)
    }

    fn required(&mut self, id: &str, name: &str) -> Result<String, OkpayError> {
        self.take(id).ok_or_else(|| malformed(name, format!("the field {id} is missing")))
    }
}

fn field(id: &str, value: &str) -> QrField {
    QrField { id: id.to_owned(), value: value.to_owned() }
}

fn of_form(param: &str, value: &str, length: usize, is_form: fn(&u8) -> bool) -> Result<String, OkpayError> {
    match value.len() == length && value.bytes().all(|byte| is_form(&byte)) {
        true => Ok(value.to_owned()),
        false => Err(malformed(param, format!("this has {length} characters, digits or capitals as its standard says"))),
    }
}

fn at_most(param: &str, value: &str, most: usize) -> Result<String, OkpayError> {
    match value.chars().count() {
        0 => Err(malformed(param, "this is empty")),
        length if length > most => Err(too_long(param, most)),
        _ => Ok(value.to_owned()),
    }
}

fn initiation(initiation: Option<&QrInitiation>) -> Result<Option<String>, OkpayError> {
    Ok(match initiation {
        None => None,
        Some(QrInitiation::Static) => Some(STATIC.to_owned()),
        Some(QrInitiation::Dynamic) => Some(DYNAMIC.to_owned()),
        Some(QrInitiation::Unknown { .. }) => return Err(malformed("initiation", "a code is static or dynamic")),
    })
}

fn read_initiation(value: &str) -> Result<QrInitiation, OkpayError> {
    match value {
        STATIC => Ok(QrInitiation::Static),
        DYNAMIC => Ok(QrInitiation::Dynamic),
        _ => Err(malformed("initiation", "a code is static (11) or dynamic (12)")),
    }
}

fn number(currency: Currency) -> Result<String, OkpayError> {
    let number = currency.number().ok_or_else(|| {
        let detail = format!("{currency} has no number in ISO 4217, which such a code needs");
        OkpayError::invalid_at(ErrorCode::UnknownCurrency, "currency", detail)
    })?;
    Ok(format!("{number:03}"))
}

fn read_currency(digits: &str) -> Result<Currency, OkpayError> {
    Currency::from_number(of_form("currency", digits, 3, |byte| byte.is_ascii_digit())?.parse().unwrap_or_default())
}

fn amount(param: &str, amount: Option<Money>, currency: Currency) -> Result<Option<String>, OkpayError> {
    let Some(amount) = amount else { return Ok(None) };
    if amount.currency() != currency {
        let detail = format!("the code is in {currency}, this amount in {}", amount.currency());
        return Err(OkpayError::invalid_at(ErrorCode::CurrencyMismatch, param, detail));
    }
    at_most(param, &above_zero(param, amount)?.amount().to_string(), MAX_AMOUNT).map(Some)
}

/// An amount may end with its point, as in `98.`.
fn read_amount(param: &str, text: &str, currency: Currency) -> Result<Money, OkpayError> {
    let plain = text.strip_suffix('.').unwrap_or(text);
    let read = Money::in_currency(plain, currency).map_err(|error| error.map(|failure| failure.param = Some(param.to_owned())))?;
    above_zero(param, read)
}

fn above_zero(param: &str, amount: Money) -> Result<Money, OkpayError> {
    match amount.is_positive() {
        true => Ok(amount),
        false => Err(OkpayError::invalid_at(ErrorCode::InvalidAmount, param, "an amount that is asked for is above zero")),
    }
}

type Tip = (Option<String>, Option<String>, Option<String>);

fn write_tip(request: &MerchantRequest) -> Result<Tip, OkpayError> {
    check_tip(request)?;
    let mode = request.tip.as_ref().map(|tip| match tip {
        TipMode::Fixed => "02",
        TipMode::Percent => "03",
        _ => "01",
    });
    let fixed = amount("tip_fixed", request.tip_fixed, request.currency)?;
    Ok((mode.map(str::to_owned), fixed, request.tip_percent.as_deref().map(percent).transpose()?))
}

fn read_tip(value: &str) -> Result<TipMode, OkpayError> {
    match value {
        "01" => Ok(TipMode::Prompt),
        "02" => Ok(TipMode::Fixed),
        "03" => Ok(TipMode::Percent),
        _ => Err(unsupported("tip", "what the payer has to add is not known")),
    }
}

/// The mode and its figure belong together.
fn check_tip(request: &MerchantRequest) -> Result<(), OkpayError> {
    match (&request.tip, request.tip_fixed, &request.tip_percent) {
        (None | Some(TipMode::Prompt), None, None) | (Some(TipMode::Fixed), Some(_), None) | (Some(TipMode::Percent), None, Some(_)) => {
            Ok(())
        }
        _ => Err(malformed("tip", "a fixed fee has an amount, one in percent its percent, and a tip that is asked for neither")),
    }
}

/// `0.01` to `99.99`.
fn percent(text: &str) -> Result<String, OkpayError> {
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let is_zero = text.bytes().all(|byte| matches!(byte, b'0' | b'.'));
    match is_plain_decimal(text) && !text.starts_with('-') && whole.len() <= 2 && fraction.len() <= 2 && !is_zero {
        true => Ok(text.to_owned()),
        false => Err(malformed("tip_percent", "a percent is a plain decimal above 0 and below 100, with at most two places")),
    }
}

fn write_account(account: &QrAccount) -> Result<String, OkpayError> {
    let is_template = account.id.as_str() >= FIRST_TEMPLATE;
    match (&account.value, account.fields.is_empty()) {
        _ if !("02"..="51").contains(&account.id.as_str()) => Err(malformed("accounts", "the id of an account is from 02 to 51")),
        (Some(value), true) if !is_template => Ok(value.clone()),
        (None, false) if is_template => write_fields(&account.fields),
        _ => Err(malformed("accounts", "an account from 02 to 25 has a value, one from 26 to 51 has fields")),
    }
}

fn read_account(id: String, value: String) -> Result<QrAccount, OkpayError> {
    let account = QrAccount::new(id.as_str());
    Ok(match id.as_str() >= FIRST_TEMPLATE {
        true => account.fields(read_fields(&id, &value)?),
        false => account.value(value),
    })
}

fn write_language(language: &QrLanguage) -> Result<String, OkpayError> {
    let mut fields = vec![
        field("00", &of_form("language.language", &language.language, 2, u8::is_ascii_alphabetic)?),
        field("01", &at_most("language.name", &language.name, MAX_NAME)?),
    ];
    let city = language.city.as_ref().map(|city| at_most("language.city", city, MAX_CITY)).transpose()?;
    fields.extend(city.map(|city| field("02", &city)));
    write_fields(&fields)
}

fn read_language(text: &str) -> Result<QrLanguage, OkpayError> {
    let mut fields = Fields(read_fields("64", text)?);
    let language = of_form("language.language", &fields.required("00", "language.language")?, 2, u8::is_ascii_alphabetic)?;
    let name = fields.required("01", "language.name")?;
    let mut read = QrLanguage::new(language, name);
    read.city = fields.take("02");
    Ok(read)
}

fn write_additional(additional: &QrAdditional) -> Result<String, OkpayError> {
    let mut additional = additional.clone();
    let mut fields = Vec::new();
    for (id, value) in additional.places() {
        if let Some(value) = value {
            fields.push(field(id, &at_most("additional", value, MAX_ADDITIONAL)?));
        }
    }
    fields.extend(others("additional.other", &additional.other, 10)?);
    write_fields(&fields)
}

fn read_additional(text: &str) -> Result<QrAdditional, OkpayError> {
    let mut fields = Fields(read_fields("62", text)?);
    let mut additional = QrAdditional::new();
    for (id, place) in additional.places() {
        *place = fields.take(id);
    }
    additional.other = fields.0;
    Ok(additional)
}

impl QrAdditional {
    fn places(&mut self) -> [(&'static str, &mut Option<String>); 9] {
        [
            ("01", &mut self.bill_number),
            ("02", &mut self.mobile_number),
            ("03", &mut self.store),
            ("04", &mut self.loyalty_number),
            ("05", &mut self.reference),
            ("06", &mut self.customer),
            ("07", &mut self.terminal),
            ("08", &mut self.purpose),
            ("09", &mut self.consumer_data),
        ]
    }
}

/// Further fields, none of which may be one that has a name here.
fn others(param: &str, fields: &[QrField], first: u8) -> Result<Vec<QrField>, OkpayError> {
    match fields.iter().all(|field| field.id.parse::<u8>().is_ok_and(|id| id >= first)) {
        true => Ok(fields.to_vec()),
        false => Err(malformed(param, format!("further fields have the ids {first} to 99"))),
    }
}
