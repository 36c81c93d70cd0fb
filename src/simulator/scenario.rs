//! The file that says what the simulator holds and what goes wrong: TOML, every
//! member optional. `assets/demo.toml` is the long example.
//!
//! ```toml
//! clock_offset_s = 0          # the simulator's clock against the real one
//! rate_limit = 100000         # requests a minute
//! seed = 1                    # ids and secrets are the same in every run
//! personal_routes = "/v1/tokens/personal"    # assumed routes; "off" for none
//! secret_in_post = false      # POST there answers with the secret as well
//! list_expired = true         # expired tokens are listed
//! list_replaced = true        # regenerated tokens are listed while they live
//! no_expiry = "null"          # or "zero" (0001-01-01T00:00:00Z) or "absent"
//! sparse = false              # answers lack what live ones were seen to lack
//! api_token = "break-glass"   # whose secret `Simulator::api_token` tells
//!
//! [user]                      # id, name, email, secret
//! [role]                      # id, name; org = ["apiTokens:read"] limits it
//! [[extra_capability]]        # scope = "dataset", name = "tail", actions = ["read"]
//! [[personal]]                # id, name, description, secret
//! [generate]                  # tokens = 10000, datasets = 5000: in the first org
//! [[fault]]                   # see `Fault`
//!
//! [[org]]                     # id, name, plan; the first is the default one
//! [org.datasets.events]       # name = "description"; also traces, logs, metrics
//! [[org.view]]                # name, description, apl, datasets
//! [[org.token]]               # id, name, description, secret,
//! expires = "4d"              # from now (s m h d w y), "-21d", "never", RFC 3339
//! ingest_into = ["prod-api"]  # short for ingest:create on each
//! query_on = ["prod-api"]     # short for query:read on each
//! dataset = { "*" = ["query:*"] }    # or "*" for everything that there is
//! view = { slow = ["query:read"] }
//! org = ["apiTokens:read"]
//! raw = { lastUsed = "…" }    # members that its JSON has besides
//! [[org.audit]]               # at = "-5h", action = "createAPIToken", actor, token, id
//! ```
//!
//! A capability that the program's table does not know is kept in seeded tokens
//! as it stands; in requests it is known only as an `extra_capability`.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::{faults::Fault, routes::Routes};
use crate::domain::Scope;

mod check;
mod notation;
mod org;
mod seed;

use notation::PersonalRoutes;
use org::OrgSeed;

pub(super) use org::Plan;

/// What the simulator holds and what goes wrong.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
#[expect(clippy::struct_excessive_bools, reason = "they are the switches of a settings file")]
pub struct Scenario {
    pub(super) clock_offset_s: i64,
    pub(super) rate_limit: u32,
    pub(super) seed: Option<u64>,
    pub(super) personal_routes: PersonalRoutes,
    pub(super) secret_in_post: bool,
    pub(super) list_expired: bool,
    pub(super) list_replaced: bool,
    pub(super) no_expiry: NoExpiry,
    pub(super) sparse: bool,
    pub(super) api_token: Option<Spanned<String>>,
    pub(super) user: UserSeed,
    pub(super) role: RoleSeed,
    pub(super) extra_capability: Vec<Extra>,
    pub(super) personal: Vec<PersonalSeed>,
    pub(super) generate: Generate,
    pub(super) fault: Vec<Spanned<Fault>>,
    pub(super) org: Vec<Spanned<OrgSeed>>,
}

impl Default for Scenario {
    fn default() -> Self {
        Self {
            clock_offset_s: 0,
            rate_limit: 100_000,
            seed: None,
            personal_routes: PersonalRoutes::default(),
            secret_in_post: false,
            list_expired: true,
            list_replaced: true,
            no_expiry: NoExpiry::Null,
            sparse: false,
            api_token: None,
            user: UserSeed::default(),
            role: RoleSeed::default(),
            extra_capability: Vec::new(),
            personal: Vec::new(),
            generate: Generate::default(),
            fault: Vec::new(),
            org: vec![Spanned::new(0..0, OrgSeed::default())],
        }
    }
}

/// How an answer says that a token does not expire. All three are allowed;
/// `null` is what the description calls it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum NoExpiry {
    Null,
    Zero,
    Absent,
}

#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct UserSeed {
    pub id: String,
    pub name: String,
    pub email: String,
    pub secret: Option<String>,
}

impl Default for UserSeed {
    fn default() -> Self {
        Self {
            id: "usr_jo".to_owned(),
            name: "Jo".to_owned(),
            email: "jo@acme.test".to_owned(),
            secret: None,
        }
    }
}

/// The user's role. Without `org` it may do everything.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RoleSeed {
    pub id: String,
    pub name: String,
    pub org: Option<Vec<String>>,
}

impl Default for RoleSeed {
    fn default() -> Self {
        Self { id: "role_admin".to_owned(), name: "admin".to_owned(), org: None }
    }
}

/// A capability that only this server knows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extra {
    pub scope: ScopeName,
    pub name: String,
    pub actions: Vec<String>,
}

/// A scope, as a scenario writes it.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "lowercase")]
pub(super) enum ScopeName {
    Dataset,
    View,
    Org,
}

impl ScopeName {
    pub fn is(self, scope: Scope) -> bool {
        scope
            == match self {
                Self::Dataset => Scope::Dataset,
                Self::View => Scope::View,
                Self::Org => Scope::Org,
            }
    }
}

#[derive(Clone, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct PersonalSeed {
    pub id: Option<Spanned<String>>,
    pub name: String,
    pub description: String,
    pub secret: Option<String>,
}

#[derive(Clone, Copy, Debug, Default, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct Generate {
    pub tokens: usize,
    pub datasets: usize,
}

/// Why a scenario cannot be used. Shows a position, never the line itself: it
/// may hold a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ScenarioError {
    pub message: String,
    /// From 1.
    pub line: usize,
    /// In characters, from 1.
    pub column: usize,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl Scenario {
    /// Reads a scenario file.
    ///
    /// # Errors
    /// With what is wrong and where.
    pub fn parse(text: &str) -> Result<Self, ScenarioError> {
        let error = |message: &str, at: usize| {
            let before = text.get(..at).unwrap_or(text);
            let line = before.rsplit('\n').next().unwrap_or_default();
            ScenarioError {
                message: message.to_owned(),
                line: before.matches('\n').count() + 1,
                column: line.chars().count() + 1,
            }
        };
        let scenario: Self = toml::from_str(text)
            .map_err(|e| error(e.message(), e.span().map_or(0, |span| span.start)))?;
        check::consistent(&scenario).map_err(|(message, span)| error(&message, span.start))?;
        Ok(scenario)
    }

    /// The demo organisation.
    #[must_use]
    pub fn demo() -> Self {
        // A broken asset shows up as an empty organisation, and in the tests.
        Self::parse(include_str!("../../assets/demo.toml")).unwrap_or_default()
    }

    /// The same with ids and secrets that are the same in every run.
    #[must_use]
    pub fn seeded(self, seed: u64) -> Self {
        Self { seed: Some(seed), ..self }
    }

    pub(super) fn routes(&self) -> Routes {
        Routes::new(self.personal_routes.base())
    }
}

#[cfg(test)]
mod tests;
