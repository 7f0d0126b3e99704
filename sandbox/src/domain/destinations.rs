//! Destinations: checked by core when they are added, and used after a cooling period, so that whoever gets into an account cannot empty it
//! at once.

use super::resources::DestinationInternal;
use super::{payments, steps};
use crate::jobs::{self, JobKind};
use crate::magic::{METADATA_KEY, NO_COOLING};
use crate::refusal::{Outcome, Refusal, refuse_at};
use crate::store::objects::Stored;
use crate::validate;
use crate::work::Work;
use okpay::api::{CardBrand, Destination, DestinationStatus, DestinationType, EventType, Network, NewDestination, WalletMethod};
use okpay::{ErrorCode, OkpayError, checks};

/// How long nothing goes to a new destination.
const COOLING_SECS: i64 = 24 * 60 * 60;

/// What a destination's own fields say.
#[derive(Default)]
struct Target {
    /// In its normal form, never shown.
    whole: String,
    masked: String,
    country: Option<String>,
    brand: Option<CardBrand>,
}

/// Adds a destination.
pub(crate) async fn create(work: &mut Work<'_>, new: NewDestination) -> Outcome<Stored<Destination>> {
    let target = read(work, &new).await?;
    let at_once = new.metadata.get(METADATA_KEY).is_some_and(|value| value == NO_COOLING.0);
    let usable_from = if at_once { work.now } else { work.now.plus_secs(COOLING_SECS) };
    let body = Destination {
        id: work.id("dst_"),
        status: if at_once { DestinationStatus::Active } else { DestinationStatus::Cooling },
        method: method(&new),
        destination_type: new.destination_type,
        masked: target.masked,
        holder: new.holder,
        country: target.country,
        brand: target.brand,
        provider: new.provider,
        network: new.network,
        label: new.label,
        usable_from,
        reference: new.reference,
        metadata: new.metadata,
        idempotency_key: work.idempotency_key(),
        created: work.now,
        version: 1,
        livemode: false,
    };
    let destination = steps::begin(work, body, DestinationInternal { target: target.whole }, EventType::DestinationCreated).await?;
    if !at_once {
        jobs::schedule(work, usable_from, JobKind::ActivateDestination, &destination.body.id, String::new()).await?;
    }
    Ok(destination)
}

fn method(new: &NewDestination) -> WalletMethod {
    match (&new.destination_type, &new.network) {
        (DestinationType::Card, _) => WalletMethod::Card,
        (DestinationType::EWallet, _) => WalletMethod::EWallet,
        (DestinationType::CryptoAddress, Some(Network::Bitcoin)) => WalletMethod::Btc,
        (DestinationType::CryptoAddress, _) => WalletMethod::Usdt,
        _ => WalletMethod::BankTransfer,
    }
}

async fn read(work: &mut Work<'_>, new: &NewDestination) -> Outcome<Target> {
    match new.destination_type {
        DestinationType::Card => card(work, needed("payment_method", new.payment_method.as_deref())?).await,
        DestinationType::EWallet => e_wallet(new),
        DestinationType::CryptoAddress => address(new),
        _ => bank_account(new),
    }
}

fn needed<'a>(param: &str, value: Option<&'a str>) -> Outcome<&'a str> {
    value.ok_or_else(|| refuse_at(ErrorCode::MissingField, param, format!("a destination of this type needs {param}")))
}

/// What core says of a number or address, as the gateway says it.
fn wrong(param: &str, error: &OkpayError) -> Refusal {
    refuse_at(ErrorCode::InvalidField, param, &error.failure().detail)
}

fn bank_account(new: &NewDestination) -> Outcome<Target> {
    needed("holder", new.holder.as_deref())?;
    let iban = checks::iban(needed("iban", new.iban.as_deref())?).map_err(|error| wrong("iban", &error))?;
    let (whole, country) = (iban.electronic, Some(iban.country));
    Ok(Target { masked: format!("{} •••• {}", first(&whole, 4), last(&whole, 4)), whole, country, brand: None })
}

async fn card(work: &mut Work<'_>, id: &str) -> Outcome<Target> {
    let card = payments::find_card(work, id).await?;
    Ok(Target { masked: format!("•••• {}", card.last4), whole: card.id, country: None, brand: Some(card.brand) })
}

fn e_wallet(new: &NewDestination) -> Outcome<Target> {
    needed("holder", new.holder.as_deref())?;
    needed("provider", new.provider.as_deref())?;
    let account = needed("account", new.account.as_deref())?;
    let masked = match account.split_once('@') {
        Some((name, host)) if !name.is_empty() => format!("{}•••@{host}", first(name, 1)),
        _ => format!("•••• {}", last(account, 2)),
    };
    Ok(Target { masked, whole: account.to_owned(), ..Target::default() })
}

fn address(new: &NewDestination) -> Outcome<Target> {
    let network = new.network.as_ref();
    let network = network.ok_or_else(|| refuse_at(ErrorCode::MissingField, "network", "an address needs its network"))?;
    let typed = needed("address", new.address.as_deref())?;
    let whole = checks::address(typed, network, None).map_err(|error| wrong("address", &error))?.address;
    Ok(Target { masked: format!("{}…{}", first(&whole, 6), last(&whole, 4)), whole, ..Target::default() })
}

fn first(text: &str, count: usize) -> String {
    text.chars().take(count).collect()
}

fn last(text: &str, count: usize) -> String {
    text.chars().skip(text.chars().count().saturating_sub(count)).collect()
}

/// Refuses fields of another type of destination, which would be passed over in silence.
pub(crate) fn check(new: &NewDestination) -> Outcome<()> {
    let known = DestinationType::KNOWN.iter().map(DestinationType::as_str).collect::<Vec<_>>();
    validate::known("type", !matches!(new.destination_type, DestinationType::Unknown { .. }), &known)?;
    let own: &[&str] = match new.destination_type {
        DestinationType::Card => &["payment_method"],
        DestinationType::EWallet => &["holder", "provider", "account"],
        DestinationType::CryptoAddress => &["network", "address"],
        _ => &["holder", "iban"],
    };
    let network = new.network.as_ref().map(Network::as_str);
    let fields = [
        ("holder", new.holder.as_deref()),
        ("iban", new.iban.as_deref()),
        ("payment_method", new.payment_method.as_deref()),
        ("provider", new.provider.as_deref()),
        ("account", new.account.as_deref()),
        ("network", network),
        ("address", new.address.as_deref()),
    ];
    for (param, value) in fields {
        validate::text(param, value, 128)?;
        if value.is_some() && !own.contains(&param) {
            let detail = format!("a destination of the type {} has no {param}", new.destination_type);
            return Err(refuse_at(ErrorCode::InvalidField, param, detail));
        }
    }
    validate::known(
        "network",
        network.is_none_or(|network| Network::KNOWN.iter().any(|known| known.as_str() == network)),
        &["tron", "ethereum", "bnb", "bitcoin"],
    )?;
    validate::text("label", new.label.as_deref(), 100)?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    validate::magic(&new.metadata, [NO_COOLING.0].into_iter())
}

/// The cooling period is over, unless it was switched off meanwhile.
pub(crate) async fn activate(work: &mut Work<'_>, destination: &mut Stored<Destination>) -> Outcome<()> {
    match destination.body.status {
        DestinationStatus::Cooling => steps::step(work, destination, "activate", EventType::DestinationActivated).await,
        _ => Ok(()),
    }
}

/// Switches it off, for good. Withdrawals that are submitted already go on.
pub(crate) async fn disable(work: &mut Work<'_>, destination: &mut Stored<Destination>) -> Outcome<()> {
    steps::step(work, destination, "disable", EventType::DestinationDisabled).await
}
