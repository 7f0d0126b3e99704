//! `reports`.

use super::{Request, page};
use crate::domain::reports;
use crate::magic::REPORT_FAILS;
use crate::refusal::Outcome;
use crate::store::objects::{self, Filter};
use crate::validate;
use crate::work::{Reply, Work};
use okpay::api::{DownloadReport, ListReports, NewReport, Report, ReportFormat, ReportStatus, ReportType};

pub(super) async fn create(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let new: NewReport = request.body()?;
    let known = !matches!(new.report_type, ReportType::Unknown { .. });
    validate::known("type", known, &ReportType::KNOWN.iter().map(ReportType::as_str).collect::<Vec<_>>())?;
    validate::labels(new.reference.as_deref(), &new.metadata)?;
    validate::magic(&new.metadata, [REPORT_FAILS.0].into_iter())?;
    let report = reports::create(work, new).await?;
    Reply::made(&report.body.id, &report.body)
}

pub(super) async fn retrieve(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    request.nothing()?;
    Reply::of(&work.get::<Report>(&request.id).await?.body)
}

pub(super) async fn list(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: ListReports = request.query()?;
    let known = !matches!(asked.status, Some(ReportStatus::Unknown { .. }));
    validate::known("status", known, &ReportStatus::KNOWN.iter().map(ReportStatus::as_str).collect::<Vec<_>>())?;
    let filter = Filter {
        status: asked.status.map(|status| status.to_string()),
        reference: asked.reference,
        after: asked.after,
        limit: validate::limit(asked.limit)?,
        parent: None,
    };
    let (found, next) = objects::list::<Report>(&mut work.tx, &work.account, &filter).await?;
    page(found.into_iter().map(|report| report.body).collect(), next)
}

pub(super) async fn download(work: &mut Work<'_>, request: &Request) -> Outcome<Reply> {
    let asked: DownloadReport = request.query()?;
    let format = asked.format.unwrap_or(ReportFormat::Csv);
    let known = !matches!(format, ReportFormat::Unknown { .. });
    validate::known("format", known, &ReportFormat::KNOWN.iter().map(ReportFormat::as_str).collect::<Vec<_>>())?;
    let report = work.get::<Report>(&request.id).await?.body;
    Reply::of(&reports::download(work, &report, &format).await?)
}
