//! The frame of every page: one look, one set of headers, nothing from elsewhere and no scripts.

use axum::response::{IntoResponse, Response};
use base64::Engine;
use base64::engine::general_purpose::STANDARD;
use http::{HeaderName, HeaderValue, StatusCode, header};
use maud::{DOCTYPE, Markup, PreEscaped, html};
use okpay::Timestamp;
use sha2::{Digest, Sha256};
use std::sync::LazyLock;

/// The whole look, in the page itself.
const STYLE: &str = include_str!("style.css");

/// The one style that a browser may apply: by its hash (CSP Level 3, section 8.3), so that no other gets in.
static STYLE_SOURCE: LazyLock<String> = LazyLock::new(|| format!("'sha256-{}'", STANDARD.encode(Sha256::digest(STYLE))));

/// Forms go back to their own page, and from there nowhere else.
pub(super) const OWN_FORMS: &str = "'self'";

/// One page.
pub(super) struct Page<'a> {
    pub(super) status: StatusCode,
    /// The language of its texts.
    pub(super) lang: &'static str,
    pub(super) title: &'a str,
    /// The word beside the name, which says that this is no real money.
    pub(super) mark: &'a str,
    /// After how many seconds the browser asks again; only while something is awaited.
    pub(super) refresh: Option<u32>,
    /// Whether it uses the width of a desktop.
    pub(super) wide: bool,
    /// Where forms may lead, redirects after them included: sources of CSP's `form-action`.
    pub(super) forms: &'a str,
    /// What stands at the right of the head, if anything.
    pub(super) corner: Option<Markup>,
    pub(super) footer: &'a str,
}

impl Page<'_> {
    /// The page around its content.
    pub(super) fn around(&self, content: &Markup) -> Response {
        let document = html! {
            (DOCTYPE)
            html lang=(self.lang) {
                head {
                    meta charset="utf-8";
                    meta name="viewport" content="width=device-width, initial-scale=1";
                    meta name="robots" content="noindex";
                    @if let Some(seconds) = self.refresh { meta http-equiv="refresh" content=(seconds); }
                    title { (self.title) " · OKPay" }
                    style { (PreEscaped(STYLE)) }
                }
                body.wide[self.wide] {
                    header { strong { "OKPay" } span.badge { (self.mark) } @if let Some(corner) = &self.corner { (corner) } }
                    main { (content) }
                    footer { (self.footer) }
                }
            }
        };
        let html = [(header::CONTENT_TYPE, HeaderValue::from_static("text/html; charset=utf-8"))];
        (self.status, headers(self.forms), html, document.into_string()).into_response()
    }
}

/// What every page says to the browser: no scripts, no frames, nothing from elsewhere, nothing kept, and the address, which may be a
/// proof, goes to nobody.
pub(super) fn headers(forms: &str) -> [(HeaderName, HeaderValue); 4] {
    let style = STYLE_SOURCE.as_str();
    let policy = format!("default-src 'none'; style-src {style}; form-action {forms}; frame-ancestors 'none'; base-uri 'none'");
    // The sources are our own; if they were no header, nothing at all would be allowed.
    let policy = HeaderValue::try_from(policy).unwrap_or(HeaderValue::from_static("default-src 'none'; sandbox"));
    [
        (header::CONTENT_SECURITY_POLICY, policy),
        (header::REFERRER_POLICY, HeaderValue::from_static("no-referrer")),
        (header::CACHE_CONTROL, HeaderValue::from_static("no-store")),
        (header::X_CONTENT_TYPE_OPTIONS, HeaderValue::from_static("nosniff")),
    ]
}

/// A moment, for people and for machines.
pub(super) fn moment(at: Timestamp) -> Markup {
    let utc = at.to_utc();
    let (hour, minute, second) = utc.to_hms();
    html! { time datetime=(at) { (utc.date()) " " (format!("{hour:02}:{minute:02}:{second:02}")) " UTC" } }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_moment_reads_in_utc() {
        let text = moment(Timestamp::from_millis(1_793_491_205_007)).into_string();
        assert_eq!(text, r#"<time datetime="2026-11-01T00:00:05.007Z">2026-11-01 00:00:05 UTC</time>"#);
    }

    #[test]
    fn the_style_ends_where_it_should() {
        assert!(!STYLE.contains("</"), "it would end the element that it stands in");
        assert!(STYLE_SOURCE.starts_with("'sha256-") && STYLE_SOURCE.ends_with("='"));
    }
}
