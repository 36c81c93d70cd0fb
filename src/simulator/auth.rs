//! Authentication and authorisation.

use jiff::Timestamp;
use serde_json::{Map, Value};

use super::{
    message::{Refusal, Request},
    routes::Operation,
    store::{Store, Token},
};
use crate::domain::Verb;

/// The owner of the request's secret, as indices into the store that are valid for one request.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Caller {
    /// The user, in one of the organisations.
    Personal { org: usize },
    /// An API token, in the organisation that it belongs to.
    Api { org: usize, token: usize },
}

impl Caller {
    pub const fn org(self) -> usize {
        match self {
            Self::Personal { org } | Self::Api { org, .. } => org,
        }
    }
}

/// Authenticates: 401 for an invalid secret, 403 for an organisation that it has no access to.
pub(super) fn identify(
    store: &Store,
    request: &Request,
    operation: Operation,
    now: Timestamp,
) -> Result<Caller, Refusal> {
    let header = request.header("authorization").unwrap_or_default();
    let secret = match header.trim().split_once(' ') {
        Some((scheme, rest)) if scheme.eq_ignore_ascii_case("bearer") => rest.trim(),
        _ => return Err(Refusal::unauthorized("a bearer token is required")),
    };
    let wanted = request.header("x-axiom-org-id").filter(|id| !id.is_empty());
    let wanted = wanted.filter(|_| operation.needs_org());

    if store.personal.iter().any(|token| token.secret == secret) {
        let org = match wanted {
            None => Some(0),
            Some(id) => store.orgs.iter().position(|org| org.id == id),
        };
        let refusal = || Refusal::forbidden("no access to this organization");
        return org.map(|org| Caller::Personal { org }).ok_or_else(refusal);
    }
    for (org, held) in store.orgs.iter().enumerate() {
        let good = |t: &Token| t.secret == secret && !t.is_expired(now);
        let Some(token) = held.tokens.iter().position(good) else { continue };
        if wanted.is_some_and(|id| id != held.id) {
            return Err(Refusal::forbidden("the token belongs to another organization"));
        }
        return Ok(Caller::Api { org, token });
    }
    Err(Refusal::unauthorized("the bearer token is not valid"))
}

/// Authorises: 403 unless the caller has the right that the operation needs.
pub(super) fn permit(store: &Store, caller: Caller, operation: Operation) -> Result<(), Refusal> {
    let own = operation.is_assumed() || operation == Operation::CurrentUser;
    if own && matches!(caller, Caller::Api { .. }) {
        return Err(Refusal::forbidden("a personal token is required"));
    }
    match operation.needs() {
        Some((capability, verb)) if !has(store, caller, capability, verb) => {
            let verb = verb.wire();
            Err(Refusal::forbidden(format!("missing capability {capability}|{verb}")))
        }
        _ => Ok(()),
    }
}

/// Whether the caller has this right in the organisation.
pub(super) fn has(store: &Store, caller: Caller, capability: &str, verb: Verb) -> bool {
    match org_rights(store, caller) {
        None => true,
        Some(rights) => match rights.get(capability) {
            Some(Value::Array(verbs)) => verbs.iter().any(|v| v == verb.wire()),
            _ => false,
        },
    }
}

/// The caller's organisation rights; `None` means all.
fn org_rights(store: &Store, caller: Caller) -> Option<&Map<String, Value>> {
    match caller {
        Caller::Personal { .. } => store.user.rights.as_ref(),
        Caller::Api { org, token } => Some(&store.orgs[org].tokens[token].grants.org),
    }
}
