//! What is asked, as an HTTP request: method, route, headers, body.

use reqwest::{
    Method, Request, Url,
    header::{ACCEPT, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use zeroize::Zeroizing;

use super::Client;
use crate::{
    api::{Call, wire},
    domain::{SafeText, Secret, TokenId},
};

const ORG: HeaderName = HeaderName::from_static("x-axiom-org-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One request. Nearly each is a call; one call may need two.
#[derive(Clone, Copy)]
pub enum Ask<'a> {
    Call(&'a Call),
    /// The secret of a personal token that was just made (assumed route).
    PersonalSecret(&'a TokenId),
}

impl Ask<'_> {
    pub const fn is_mutation(self) -> bool {
        match self {
            Self::Call(call) => call.is_mutation(),
            Self::PersonalSecret(_) => false,
        }
    }
}

/// The request. `None` if an id, the organisation, the credential or the path
/// of the personal tokens cannot be sent.
pub fn build(client: &Client, ask: Ask<'_>, org: Option<&SafeText>) -> Option<Request> {
    let (method, url) = route(client, ask)?;
    let mut request = Request::new(method, url);
    let body = match ask {
        Ask::Call(Call::CreateToken(token)) => Some(wire::create(token)?),
        Ask::Call(Call::RegenerateToken(_, how)) => Some(wire::regenerate(how)?),
        Ask::Call(Call::CreatePersonalToken(token)) => Some(wire::create_personal(token)?),
        _ => None,
    };
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, authorization(&client.credential)?);
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

fn route(client: &Client, ask: Ask<'_>) -> Option<(Method, Url)> {
    let personal = |rest: &[&str]| {
        // An empty or dotted segment of the setting is refused like such an id.
        let base = client.personal_path.trim().trim_matches('/').split('/');
        client.endpoint.route(&base.chain(rest.iter().copied()).collect::<Vec<_>>())
    };
    let published = |segments: &[&str]| client.endpoint.route(segments);
    let call = match ask {
        Ask::Call(call) => call,
        Ask::PersonalSecret(id) => return Some((Method::GET, personal(&[id.raw(), "token"])?)),
    };
    let (method, url) = match call {
        Call::ListTokens => (Method::GET, published(&["v2", "tokens"])),
        Call::CreateToken(_) => (Method::POST, published(&["v2", "tokens"])),
        Call::GetToken(id) => (Method::GET, published(&["v2", "tokens", id.raw()])),
        Call::DeleteToken(id) => (Method::DELETE, published(&["v2", "tokens", id.raw()])),
        Call::RegenerateToken(id, _) => {
            (Method::POST, published(&["v2", "tokens", id.raw(), "regenerate"]))
        }
        Call::ListDatasets => (Method::GET, published(&["v2", "datasets"])),
        Call::ListViews => (Method::GET, published(&["v2", "views"])),
        Call::ListOrgs => (Method::GET, published(&["v2", "orgs"])),
        Call::CurrentUser => (Method::GET, published(&["v2", "user"])),
        Call::ListPersonalTokens => (Method::GET, personal(&[])),
        Call::CreatePersonalToken(_) => (Method::POST, personal(&[])),
        Call::DeletePersonalToken(id) => (Method::DELETE, personal(&[id.raw()])),
    };
    Some((method, url?))
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
