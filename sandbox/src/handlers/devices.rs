//! `devices`: registered by a server with what they may do, changed, revoked.
//!
//! No proof that somebody holds the private key is asked for: whoever registers another's public key gains nothing by it, for every
//! signature is over the key id, which is this registration's alone.

use super::{Request, page};
use crate::domain::devices::{self, DeviceInternal};
use crate::domain::second_factors;
use crate::refusal::{Outcome, refuse, refuse_at};
use crate::states::DEVICE;
use crate::store::objects::{self, Filter, Stored};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{Device, DeviceLimits, ListDevices, NewDevice, Scope, UpdateDevice, find_operation};
use okpay::signing::PublicKey;

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewDevice = request.body()?;
    let device = Device {
        id: format!("okp_test_dev_{}", hex::encode(&work.gateway.ids.fresh("device id")[..10])),
        name: new.name,
        public_key: new.public_key,
        operations: new.operations,
        limits: new.limits.unwrap_or_default(),
        refunded_today: None,
        revoked: None,
        created: work.now,
        version: 1,
        livemode: false,
    };
    check(work, &device)?;
    check_public_key(work, &device).await?;
    let device = work.insert(device, DeviceInternal::default()).await?;
    let id = device.body.id.clone();
    Reply::made(&id, &devices::shown(device, work.now))
}

/// A key that is one, and that nobody has registered yet, not even for a device that is revoked.
async fn check_public_key(work: &mut Work<'_>, device: &Device) -> Outcome<()> {
    let refused = |detail: String| refuse_at(ErrorCode::InvalidField, "public_key", detail);
    PublicKey::from_base64(&device.id, &device.public_key).map_err(|error| refused(error.failure().detail.clone()))?;
    let filter = Filter { reference: Some(device.public_key.clone()), limit: 1, ..Filter::default() };
    let (same, _) = objects::list::<Device>(&mut work.tx, &work.account, &filter).await?;
    match same.first() {
        None => Ok(()),
        Some(same) => Err(refused(format!("this key is registered as {} already; every device makes one of its own", same.body.id))),
    }
}

/// Refuses what a device cannot be, or must not be by the hand of this caller.
fn check(work: &Work<'_>, device: &Device) -> Outcome<()> {
    validate::text("name", Some(&device.name), 100)?;
    if device.operations.is_empty() {
        return Err(refuse_at(
            ErrorCode::MissingField,
            "operations",
            "name the operations that the device may do, such as payments.create",
        ));
    }
    for (index, name) in device.operations.iter().enumerate() {
        let allowed = find_operation(name).is_some_and(|operation| operation.callers().contains(&Scope::Device));
        if !allowed || device.operations[..index].contains(name) {
            let detail = format!("{name:?} is no operation of a device, such as payments.create, or comes twice");
            return Err(refuse_at(ErrorCode::InvalidField, format!("operations[{index}]"), detail));
        }
    }
    check_limits(&device.limits)?;
    if device.limits.refunds_per_day.is_none() && device.operations.iter().any(|name| name == "refunds.create") {
        let detail = "a device that gives refunds needs a limit per day: it is what a stolen one can give away";
        return Err(refuse_at(ErrorCode::MissingField, "limits.refunds_per_day", detail));
    }
    work.caller.as_ref().map_or(Ok(()), |caller| caller.check_gives(&device.operations))
}

fn check_limits(limits: &DeviceLimits) -> Outcome<()> {
    let mut currency = None;
    for (name, limit) in limits.all() {
        validate::positive(&format!("limits.{name}"), limit)?;
        if *currency.get_or_insert(limit.currency()) != limit.currency() {
            let detail = "the limits of a device are all in one currency";
            return Err(refuse_at(ErrorCode::CurrencyMismatch, format!("limits.{name}.currency"), detail));
        }
    }
    Ok(())
}

pub(super) async fn current(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let id = work.caller.as_ref().map(|caller| caller.key_id.clone()).unwrap_or_default();
    let device = work.get::<Device>(&id).await?;
    Reply::of(&devices::shown(device, work.now))
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let device = work.get::<Device>(&request.id).await?;
    Reply::of(&devices::shown(device, work.now))
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListDevices = request.query()?;
    let filter = Filter { after: asked.after, limit: validate::limit(asked.limit)?, ..Filter::default() };
    let (found, next) = objects::list::<Device>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|device| devices::shown(device, work.now)).collect(), next)
}

pub(super) async fn update(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: UpdateDevice = request.body()?;
    if asked == UpdateDevice::new() {
        return Err(refuse(ErrorCode::MissingField, "name what changes: name, operations or limits"));
    }
    let mut device = work.get::<Device>(&request.id).await?;
    step(&device, "update")?;
    device.body.name = asked.name.unwrap_or(device.body.name);
    device.body.limits = asked.limits.unwrap_or(device.body.limits);
    if !asked.operations.is_empty() {
        device.body.operations = asked.operations;
    }
    check(work, &device.body)?;
    work.update(&mut device).await?;
    Reply::of(&devices::shown(device, work.now))
}

pub(super) async fn revoke(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut device = work.get::<Device>(&request.id).await?;
    step(&device, "revoke")?;
    device.body.revoked = Some(work.now);
    work.update(&mut device).await?;
    second_factors::forget_device(work, &request.id).await?;
    Reply::of(&devices::shown(device, work.now))
}

fn step(device: &Stored<Device>, event: &str) -> Outcome<()> {
    DEVICE.step(status(&device.body), event).map(drop)
}

/// The state of a device, by which the table is searched.
pub(crate) fn status(device: &Device) -> &'static str {
    if device.revoked.is_none() { "active" } else { "revoked" }
}
