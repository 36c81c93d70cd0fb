//! The JSON of `axtok review`: findings, and who can do what.

use serde::Serialize;

use super::{ExpiresAt, Finding, Time};
use crate::domain::{
    ApiToken, Kind, Rights, Scope, Verb,
    review::{Item, accepted::Acceptance, anywhere::AccessEntry},
};

/// A finding of a token.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct ReviewFinding<'a> {
    #[serde(flatten)]
    finding: Finding<'a>,
    /// The token's id.
    token_id: &'a str,
    /// The token's name.
    token_name: &'a str,
    /// The token's type.
    #[serde(rename = "type")]
    kind: Kind,
    /// When the token stops working.
    expires_at: ExpiresAt,
    /// When and why the finding was accepted; null if it was not.
    accepted: Option<Accepted<'a>>,
    /// The codes of findings that could not be checked, because the credential cannot list
    /// every dataset or view, or with `--usage` because the audit log cannot tell. The same in
    /// every element.
    #[cfg_attr(feature = "schemas", schemars(schema_with = "super::schema::list_of_codes"))]
    not_checked: &'a [&'static str],
}

impl<'a> ReviewFinding<'a> {
    /// A finding of this token.
    #[must_use]
    pub fn of(
        item: &'a Item,
        token: &'a ApiToken,
        acceptance: Option<&'a Acceptance>,
        not_checked: &'a [&'static str],
    ) -> Self {
        Self {
            finding: (&item.finding).into(),
            token_id: token.id.raw(),
            token_name: token.name.raw(),
            kind: token.kind(),
            expires_at: (&token.expiry).into(),
            accepted: acceptance.map(|a| Accepted { at: Time(a.at), reason: a.reason.raw() }),
            not_checked,
        }
    }
}

/// When and why a finding was accepted.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
struct Accepted<'a> {
    /// When it was accepted.
    at: Time,
    /// Why it was accepted.
    reason: &'a str,
}

/// A token's access to a dataset, to a view, or through a capability in the organisation.
#[derive(Debug, Serialize)]
#[cfg_attr(feature = "schemas", derive(schemars::JsonSchema))]
#[serde(rename_all = "camelCase")]
pub struct TokenAccess<'a> {
    /// What `resource` is.
    scope: Scope,
    /// The name of the dataset or view; `*` for all of them. For the organisation, the
    /// capability's name.
    resource: &'a str,
    /// Whether the server lists the dataset or view; null if that is not known.
    listed: Option<bool>,
    /// The token's id.
    token_id: &'a str,
    /// The token's name.
    token_name: &'a str,
    /// When the token stops working.
    expires_at: ExpiresAt,
    /// Whether the token has expired. False if the expiry cannot be read.
    expired: bool,
    /// Rights on this resource itself, such as `query:read`.
    rights: Vec<String>,
    /// Rights on all datasets or views, which apply to this one too.
    rights_on_all: Vec<String>,
    /// What the token can do with the dataset or view itself through a right in the
    /// organisation.
    org_verbs: Vec<Verb>,
    /// Whether the token can grant itself any right.
    can_mint: bool,
    /// Whether the token has rights here that axtok does not know.
    unknown_rights: bool,
}

impl<'a> TokenAccess<'a> {
    /// The access of this token.
    #[must_use]
    pub fn of(entry: &'a AccessEntry, token: &'a ApiToken, listed: Option<bool>) -> Self {
        let AccessEntry { scope, name, grantee } = entry;
        let both = [&grantee.own, &grantee.everywhere];
        Self {
            scope: *scope,
            resource: name.raw(),
            listed,
            token_id: token.id.raw(),
            token_name: token.name.raw(),
            expires_at: (&token.expiry).into(),
            expired: grantee.expired,
            rights: rights(*scope, &grantee.own),
            rights_on_all: rights(*scope, &grantee.everywhere),
            org_verbs: grantee.whole.iter().collect(),
            can_mint: grantee.mints,
            unknown_rights: both.iter().any(|rights| !rights.unknown().is_empty()),
        }
    }
}

fn rights(scope: Scope, rights: &Rights) -> Vec<String> {
    let all = scope.capabilities().iter();
    all.flat_map(|c| rights.verbs(c).iter().map(|verb| c.right(verb))).collect()
}
