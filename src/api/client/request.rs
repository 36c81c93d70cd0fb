//! Builds HTTP requests: method, route, headers, body.

use reqwest::{
    Method, Request, Url,
    header::{ACCEPT, ACCEPT_ENCODING, AUTHORIZATION, CONTENT_TYPE, HeaderName, HeaderValue},
};
use zeroize::Zeroizing;

use super::Client;
use crate::{
    api::{Call, wire},
    domain::{SafeText, Secret, TokenId},
};

const ORG: HeaderName = HeaderName::from_static("x-axiom-org-id");
const JSON: HeaderValue = HeaderValue::from_static("application/json");

/// One HTTP request. Most calls are one request; creating a personal token may need two.
#[derive(Clone, Copy)]
pub enum Ask<'a> {
    Call(&'a Call),
    /// Fetches the secret of a new personal token (assumed route).
    PersonalSecret(&'a TokenId),
}

impl Ask<'_> {
    pub const fn is_sent_once(self) -> bool {
        match self {
            Self::Call(call) => call.is_sent_once(),
            Self::PersonalSecret(_) => false,
        }
    }

    /// Whether the request goes to the routes for personal tokens.
    pub fn is_personal(self) -> bool {
        entry(self).1.starts_with("/{personal}")
    }
}

/// Builds the request. `None` if an id, the organisation, the credential or the personal token
/// path contains invalid characters.
pub fn build(client: &Client, ask: Ask<'_>, org: Option<&SafeText>) -> Option<Request> {
    let (method, url) = route(client, ask)?;
    let mut request = Request::new(method, url);
    let body = match ask {
        Ask::Call(Call::CreateToken(token)) => Some(wire::create(token)?),
        Ask::Call(Call::RegenerateToken(_, how)) => Some(wire::regenerate(how)?),
        Ask::Call(Call::CreatePersonalToken(token)) => Some(wire::create_personal(token)?),
        Ask::Call(Call::AuditLog(query)) => Some(wire::log_query(*query, &client.log_dataset)?),
        _ => None,
    };
    let headers = request.headers_mut();
    headers.insert(AUTHORIZATION, authorization(&client.credential)?);
    headers.insert(ACCEPT, JSON);
    // The client cannot decode compressed responses.
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static("identity"));
    if let Some(org) = org {
        headers.insert(ORG, HeaderValue::from_str(org.raw()).ok()?);
    }
    if let Some(body) = body {
        headers.insert(CONTENT_TYPE, JSON);
        *request.body_mut() = Some(body.into());
    }
    Some(request)
}

/// Method and route template for logs. Contains nothing from a token, an organisation or a setting.
pub fn name(ask: Ask<'_>) -> (&'static str, &'static str) {
    let (method, template, _) = entry(ask);
    let method = match method {
        Method::GET => "GET",
        Method::POST => "POST",
        _ => "DELETE",
    };
    (method, template)
}

/// The route table: method, template, and the id in it. `{personal}` stands for the base path of
/// personal tokens.
const fn entry(ask: Ask<'_>) -> (Method, &'static str, Option<&TokenId>) {
    let call = match ask {
        Ask::Call(call) => call,
        Ask::PersonalSecret(id) => return (Method::GET, "/{personal}/{id}/token", Some(id)),
    };
    match call {
        Call::ListTokens => (Method::GET, "/v2/tokens", None),
        Call::CreateToken(_) => (Method::POST, "/v2/tokens", None),
        Call::GetToken(id) => (Method::GET, "/v2/tokens/{id}", Some(id)),
        Call::DeleteToken(id) => (Method::DELETE, "/v2/tokens/{id}", Some(id)),
        Call::RegenerateToken(id, _) => (Method::POST, "/v2/tokens/{id}/regenerate", Some(id)),
        Call::ListDatasets => (Method::GET, "/v2/datasets", None),
        Call::ListViews => (Method::GET, "/v2/views", None),
        Call::ListOrgs => (Method::GET, "/v2/orgs", None),
        Call::CurrentUser => (Method::GET, "/v2/user", None),
        Call::ListPersonalTokens => (Method::GET, "/{personal}", None),
        Call::CreatePersonalToken(_) => (Method::POST, "/{personal}", None),
        Call::DeletePersonalToken(id) => (Method::DELETE, "/{personal}/{id}", Some(id)),
        Call::ListUsers => (Method::GET, "/v2/users", None),
        Call::AuditLog(_) => (Method::POST, "/v1/datasets/_apl", None),
    }
}

fn route(client: &Client, ask: Ask<'_>) -> Option<(Method, Url)> {
    let (method, template, id) = entry(ask);
    let mut segments = Vec::new();
    for part in template.split('/').skip(1) {
        match part {
            // `Endpoint::route` rejects empty and dotted segments.
            "{personal}" => {
                segments.extend(client.personal_path.trim().trim_matches('/').split('/'));
            }
            "{id}" => segments.push(id?.raw()),
            part => segments.push(part),
        }
    }
    let mut url = client.site(ask).endpoint.route(&segments)?;
    if let Ask::Call(Call::AuditLog(_)) = ask {
        url.set_query(Some("format=tabular"));
    }
    Some((method, url))
}

/// The `Authorization` header. The only place where the client exposes the credential. `None` if
/// the credential is empty or not a valid header value.
pub fn authorization(credential: &Secret) -> Option<HeaderValue> {
    let value = Zeroizing::new(format!("Bearer {}", credential.expose()));
    let is_token = value.len() > "Bearer ".len() && value.is_ascii();
    let mut header = HeaderValue::from_str(&value).ok().filter(|_| is_token)?;
    header.set_sensitive(true);
    Some(header)
}
