//! Who may look: whoever knows the control token, typed in once and kept as a cookie that is derived from it.
//!
//! Cookies are shared by all ports of a host, and so is "same site": a page of another program on this machine could post here with our
//! cookie. So every form also carries a mark that only our own pages know.

use super::super::forms::{Form, see_other};
use super::Frame;
use super::words::Words;
use crate::clock::real_now;
use crate::control::is_control_token;
use crate::gateway::{Gateway, Shared};
use axum::extract::{FromRequest, FromRequestParts, Request, State};
use axum::response::Response;
use bytes::Bytes;
use http::request::Parts;
use http::{HeaderMap, HeaderValue, StatusCode, header};
use maud::{Markup, html};
use subtle::ConstantTimeEq;

/// How long a person stays signed in, in seconds of real time.
const STAY_SECS: i64 = 12 * 60 * 60;

/// Whoever is signed in.
pub(super) struct SignedIn {
    pub(super) words: &'static Words,
    mark: String,
}

/// A form that a signed-in person sent from one of our own pages.
pub(super) struct Submitted {
    pub(super) visitor: SignedIn,
    pub(super) form: Form,
}

impl SignedIn {
    /// What makes a form ours.
    pub(super) fn mark(&self) -> Markup {
        html! { input type="hidden" name="mark" value=(self.mark); }
    }
}

impl FromRequestParts<Shared> for SignedIn {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, gateway: &Shared) -> Result<Self, Response> {
        let root = root_from(parts.uri.path());
        let cookie = cookie(gateway, &parts.headers).filter(|cookie| holds(gateway, cookie));
        let cookie = cookie.ok_or_else(|| door(Words::of(&parts.headers), root, None))?;
        Ok(Self { words: Words::of(&parts.headers), mark: gateway.ids.fingerprint(&[b"console form", cookie.as_bytes()]) })
    }
}

impl FromRequest<Shared> for Submitted {
    type Rejection = Response;

    async fn from_request(request: Request, gateway: &Shared) -> Result<Self, Response> {
        let (mut parts, body) = request.into_parts();
        let visitor = SignedIn::from_request_parts(&mut parts, gateway).await?;
        let root = root_from(parts.uri.path());
        let headers = parts.headers.clone();
        let foreign = || door(visitor.words, root, Some(visitor.words.foreign));
        let body = Bytes::from_request(Request::from_parts(parts, body), gateway).await.map_err(|_| foreign())?;
        let form = Form::read(&headers, &body).map_err(|refusal| super::refused(&visitor, root, refusal))?;
        match is_own(&headers) && bool::from(form.get("mark").as_bytes().ct_eq(visitor.mark.as_bytes())) {
            true => Ok(Self { visitor, form }),
            false => Err(foreign()),
        }
    }
}

/// `/sandbox/console` as it is reached from a path under it.
fn root_from(path: &str) -> &'static str {
    match path.matches('/').count() {
        0..=2 => "console",
        3 => "../console",
        4 => "../../console",
        _ => "../../../console",
    }
}

/// Whether the browser, where it says so, sent this from a page of ours (Fetch Metadata).
fn is_own(headers: &HeaderMap) -> bool {
    headers.get("sec-fetch-site").is_none_or(|site| site == "same-origin" || site == "none")
}

/// Each gateway has a name of its own for its cookie, so that two on one machine do not sign each other out.
fn cookie_name(gateway: &Gateway) -> String {
    format!("okpay_console_{}", gateway.keys.account)
}

fn cookie(gateway: &Gateway, headers: &HeaderMap) -> Option<String> {
    let name = cookie_name(gateway);
    let lines = headers.get_all(header::COOKIE).into_iter().filter_map(|line| line.to_str().ok());
    let mut pairs = lines.flat_map(|line| line.split(';')).filter_map(|pair| pair.trim().split_once('='));
    pairs.find(|(given, _)| *given == name).map(|(_, value)| value.to_owned())
}

/// `until.proof`: the proof shows who made it, and that nobody has changed its end.
fn issue(gateway: &Gateway, until: i64) -> String {
    let proof = gateway.ids.fingerprint(&[b"console", gateway.keys.control_token.as_bytes(), &until.to_be_bytes()]);
    format!("{until}.{proof}")
}

fn holds(gateway: &Gateway, cookie: &str) -> bool {
    let until = cookie.split_once('.').and_then(|(until, _)| until.parse::<i64>().ok()).unwrap_or_default();
    let expected = issue(gateway, until);
    until > real_now().secs() && bool::from(expected.as_bytes().ct_eq(cookie.as_bytes()))
}

pub(super) async fn sign_in(State(gateway): State<Shared>, headers: HeaderMap, body: Bytes) -> Response {
    let words = Words::of(&headers);
    let given = Form::read(&headers, &body).map(|form| form.get("token").to_owned()).unwrap_or_default();
    if !is_control_token(&gateway, &given) {
        return door(words, "../console", Some(words.wrong_token));
    }
    let cookie = issue(&gateway, real_now().secs() + STAY_SECS);
    with_cookie(&gateway, &cookie, STAY_SECS)
}

pub(super) async fn sign_out(State(gateway): State<Shared>, _: Submitted) -> Response {
    with_cookie(&gateway, "", 0)
}

fn with_cookie(gateway: &Gateway, value: &str, seconds: i64) -> Response {
    let secure = if gateway.public_url.starts_with("https:") { "; Secure" } else { "" };
    let name = cookie_name(gateway);
    let cookie = format!("{name}={value}; Path=/sandbox/console; Max-Age={seconds}; HttpOnly; SameSite=Strict{secure}");
    let mut response = see_other("../console");
    if let Ok(cookie) = HeaderValue::try_from(cookie) {
        response.headers_mut().insert(header::SET_COOKIE, cookie);
    }
    response
}

/// The page for whoever is not signed in.
fn door(words: &'static Words, root: &str, trouble: Option<&str>) -> Response {
    let invalid = trouble.map(|_| "true");
    let content = html! {
        section {
            h1 { (words.sign_in) }
            @if let Some(trouble) = trouble { div.alert role="alert" { p #trouble { (trouble) } } }
            form method="post" action={ (root) "/sign-in" } {
                div.field {
                    label for="token" { (words.token) }
                    input #token type="password" name="token" autocomplete="current-password" required autofocus
                        aria-invalid=[invalid] aria-describedby={ @if trouble.is_some() { "trouble " } "token-hint" };
                    p.soft.small #token-hint { (words.token_hint) }
                }
                button { (words.sign_in) }
            }
        }
    };
    Frame { words, status: StatusCode::FORBIDDEN, title: words.title, refresh: None, root, visitor: None }.around(&content)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::config::Config;

    async fn new_gateway() -> Gateway {
        Gateway::open(&Config::default(), "http://127.0.0.1:1".to_owned()).await.unwrap()
    }

    #[tokio::test]
    async fn a_cookie_holds_until_its_end_and_as_it_was_made() {
        let (gateway, later) = (new_gateway().await, real_now().secs() + 60);
        let cookie = issue(&gateway, later);
        assert!(holds(&gateway, &cookie) && !cookie.contains(&gateway.keys.control_token));
        assert!(!holds(&gateway, &issue(&gateway, real_now().secs() - 1)), "it is over");
        assert!(!holds(&gateway, &cookie.replacen(&later.to_string(), &(later + 1).to_string(), 1)), "its end was moved");
        assert!(!holds(&new_gateway().await, &cookie), "another gateway made it");
        for forged in ["", ".", "9999999999.", "9999999999.00", "x.y"] {
            assert!(!holds(&gateway, forged), "{forged}");
        }
    }

    #[tokio::test]
    async fn the_cookie_is_found_among_others() {
        let gateway = new_gateway().await;
        let name = cookie_name(&gateway);
        let headers = HeaderMap::from_iter([(header::COOKIE, HeaderValue::try_from(format!("a=b; x{name}=no; {name}=1.2; c=d")).unwrap())]);
        assert_eq!(cookie(&gateway, &headers).as_deref(), Some("1.2"));
        assert_eq!(cookie(&gateway, &HeaderMap::new()), None);
    }
}
