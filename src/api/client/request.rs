//! A call as an HTTP request: method, route, headers, body.

use reqwest::{
    Method, Request, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use zeroize::Zeroizing;

use crate::{
    api::{Call, Endpoint, wire},
    domain::{SafeText, Secret},
};

const ORG: HeaderName = HeaderName::from_static("x-axiom-org-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// The request for a call. `None` if an id, the organisation or the credential
/// cannot be sent.
pub fn build(
    endpoint: &Endpoint,
    credential: &Secret,
    call: &Call,
    org: Option<&SafeText>,
) -> Option<Request> {
    let (method, url) = route(endpoint, call)?;
    let mut request = Request::new(method, url);
    let body = match call {
        Call::CreateToken(token) => Some(wire::create(token)?),
        Call::RegenerateToken(_, regeneration) => Some(wire::regenerate(regeneration)?),
        _ => None,
    };
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, authorization(credential)?);
    headers.insert(ACCEPT, JSON);
    if let Some(org) = org {
        headers.insert(ORG, HeaderValue::from_str(org.raw()).ok()?);
    }
    if let Some(body) = body {
        headers.insert(CONTENT_TYPE, JSON);
        *request.body_mut() = Some(body.into());
    }
    Some(request)
}

fn route(endpoint: &Endpoint, call: &Call) -> Option<(Method, Url)> {
    let (method, segments): (_, &[&str]) = match call {
        Call::ListTokens => (Method::GET, &["v2", "tokens"]),
        Call::CreateToken(_) => (Method::POST, &["v2", "tokens"]),
        Call::GetToken(id) => (Method::GET, &["v2", "tokens", id.raw()]),
        Call::DeleteToken(id) => (Method::DELETE, &["v2", "tokens", id.raw()]),
        Call::RegenerateToken(id, _) => (Method::POST, &["v2", "tokens", id.raw(), "regenerate"]),
        Call::ListDatasets => (Method::GET, &["v2", "datasets"]),
        Call::ListViews => (Method::GET, &["v2", "views"]),
        Call::ListOrgs => (Method::GET, &["v2", "orgs"]),
        Call::CurrentUser => (Method::GET, &["v2", "user"]),
    };
    Some((method, endpoint.route(segments)?))
}

/// The header that carries the credential: the one place where the client
/// exposes it. `None` if it is empty or cannot be a header.
pub fn authorization(credential: &Secret) -> Option<HeaderValue> {
    let value = Zeroizing::new(format!("Bearer {}", credential.expose()));
    let is_token = value.len() > "Bearer ".len() && value.is_ascii();
    let mut header = HeaderValue::from_str(&value).ok().filter(|_| is_token)?;
    header.set_sensitive(true);
    Some(header)
}
