//! `disputes`.

use super::{Request, page};
use crate::domain::disputes;
use crate::refusal::{Outcome, refuse_at};
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::ErrorCode;
use okpay::api::{Dispute, DisputeStatus, EvidenceFile, ListDisputes, SubmitEvidence};

/// The most that a text of the evidence has, in characters.
const MOST: usize = 5000;

/// The largest file that can be evidence, in bytes.
const LARGEST: u64 = 20 * 1024 * 1024;

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListDisputes = request.query()?;
    let known = !matches!(asked.status, Some(DisputeStatus::Unknown { .. }));
    validate::known("status", known, &DisputeStatus::KNOWN.iter().map(DisputeStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        parent: asked.payment,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
    };
    let (found, next) = objects::list::<Dispute>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|dispute| dispute.body).collect(), next)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Dispute>(&request.id).await?.body)
}

pub(super) async fn submit_evidence(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let evidence: SubmitEvidence = request.body()?;
    check(&evidence)?;
    let mut dispute = work.get::<Dispute>(&request.id).await?;
    disputes::submit_evidence(work, &mut dispute, evidence).await?;
    Reply::of(&dispute.body)
}

/// Refuses what cannot be evidence.
fn check(evidence: &SubmitEvidence) -> Outcome<()> {
    lines("explanation", Some(&evidence.explanation))?;
    lines("communication", evidence.communication.as_ref())?;
    validate::text("shipping_carrier", evidence.shipping_carrier.as_deref(), 100)?;
    validate::text("tracking_number", evidence.tracking_number.as_deref(), 100)?;
    if evidence.files.len() > 10 {
        return Err(refuse_at(ErrorCode::InvalidField, "files", "evidence has at most 10 files"));
    }
    evidence.files.iter().enumerate().try_for_each(|(index, file)| check_file(index, file))
}

/// A text that may have line breaks.
fn lines(param: &str, text: Option<&String>) -> Outcome<()> {
    let Some(text) = text else { return Ok(()) };
    let printable = text.chars().all(|letter| letter == '\n' || !letter.is_control());
    match printable && !text.trim().is_empty() && text.chars().count() <= MOST {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, param, format!("{param} has 1 to {MOST} characters"))),
    }
}

fn check_file(index: usize, file: &EvidenceFile) -> Outcome<()> {
    validate::text(&format!("files[{index}].name"), Some(&file.name), 200)?;
    let hex = |letter: u8| letter.is_ascii_digit() || (b'a'..=b'f').contains(&letter);
    if file.sha256.len() != 64 || !file.sha256.bytes().all(hex) {
        let detail = "the SHA-256 of the file, 64 hexadecimal digits in small letters";
        return Err(refuse_at(ErrorCode::InvalidField, format!("files[{index}].sha256"), detail));
    }
    match (1..=LARGEST).contains(&file.size) {
        true => Ok(()),
        false => Err(refuse_at(ErrorCode::InvalidField, format!("files[{index}].size"), "a file has 1 byte to 20 MiB")),
    }
}

pub(super) async fn accept(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    let mut dispute = work.get::<Dispute>(&request.id).await?;
    disputes::accept(work, &mut dispute).await?;
    Reply::of(&dispute.body)
}
