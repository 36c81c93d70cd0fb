//! Scenario files, which describe the simulator's content and its faults: TOML, every member
//! optional. `assets/demo.toml` is a long example.
//!
//! ```toml
//! clock_offset_s = 0          # the simulator's clock relative to the real one
//! rate_limit = 100000         # requests per minute
//! seed = 1                    # the same ids and secrets in every run
//! personal_routes = "/v1/tokens/personal"    # assumed routes; "off" for none
//! secret_in_post = false      # creating a personal token returns its secret
//! list_expired = true         # lists contain expired tokens
//! list_replaced = true        # lists contain regenerated tokens in their grace period
//! exclusive_renewal = false   # regenerating refuses newTokenExpiresAt beside newToken
//! query_rows = 200000         # the most rows of a query's result
//! no_expiry = "null"          # or "zero" (0001-01-01T00:00:00Z) or "absent"
//! sparse = false              # responses lack members that live ones were seen to lack
//! api_token = "break-glass"   # the token for `Simulator::api_token`
//!
//! [user]                      # id, name, email, secret
//! [role]                      # id, name; org = ["apiTokens:read"] limits it,
//!                             # query_on = ["audit-logs"] allows to query these
//! [[extra_capability]]        # scope = "dataset", name = "tail", actions = ["read"]
//! [[personal]]                # id, name, description, secret
//! [generate]                  # tokens = 10000, datasets = 5000: in the first org;
//!                             # rows_per_token = 10
//! [[fault]]                   # see `Fault`
//!
//! [[org]]                     # id, name, plan; the first is the default one
//! [org.datasets.events]       # name = "description"; also traces, logs, metrics
//! [[org.view]]                # name, description, apl, datasets
//! [[org.token]]               # id, name, description, secret,
//! expires = "4d"              # from now (s m h d w y), "-21d", "never", RFC 3339
//! ingest_into = ["prod-api"]  # short for ingest:create on each
//! query_on = ["prod-api"]     # short for query:read on each
//! dataset = { "*" = ["query:*"] }    # or "*" for all rights
//! view = { slow = ["query:read"] }
//! org = ["apiTokens:read"]
//! raw = { lastUsed = "…" }    # additional members of its JSON
//! audit_window = "3d"         # how far back the audit log can be queried (of the org)
//! [[org.user]]                # id, name, email, role: users besides the signed-in one
//! [[org.audit]]               # at = "-5h", action = "createAPIToken", token, id
//! actor = "jo@acme.test"      # an address, a token's name, or "*" for every token;
//!                             # actor_id, actor_name, actor_email replace parts of it
//! datasets = ["prod-api"]     # of one event
//! each = ["prod-api"]         # an event for each, or for "*", all
//! bytes = 1000                # what the datasets received; bytes_spelling = "camel",
//!                             # "snake" or "both"
//! count = 10                  # so many times; every = "1h" apart, back from `at`
//! [org.traffic]               # made-up events: events = 10000 at least, window = "30d",
//! actors = "id"               # or "name", "half", "nobody"; emails = false, bytes_spelling,
//!                             # seed
//! ```
//!
//! A capability that axtok's table does not know is kept unchanged in the scenario's tokens; in
//! requests it is valid only as an `extra_capability`.

use std::fmt;

use serde::Deserialize;
use toml::Spanned;

use super::{faults::Fault, routes::Routes};
use crate::domain::Scope;

mod audit;
mod check;
mod notation;
mod org;
mod seed;

use notation::PersonalRoutes;
use org::OrgSeed;

pub(super) use org::Plan;

/// A scenario: the simulator's content and its faults.
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
    pub(super) exclusive_renewal: bool,
    pub(super) query_rows: usize,
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
            exclusive_renewal: false,
            query_rows: 200_000,
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

/// How responses write that a token does not expire. The API allows all three; `null` is what its
/// description says.
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

/// The user's role. Without `org` it allows everything.
#[derive(Clone, Debug, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub(super) struct RoleSeed {
    pub id: String,
    pub name: String,
    pub org: Option<Vec<String>>,
    /// What the user may query besides: datasets and views.
    pub query_on: Vec<String>,
}

impl Default for RoleSeed {
    fn default() -> Self {
        Self {
            id: "role_admin".to_owned(),
            name: "admin".to_owned(),
            org: None,
            query_on: Vec::new(),
        }
    }
}

/// A capability that only the simulator knows.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub(super) struct Extra {
    pub scope: ScopeName,
    pub name: String,
    pub actions: Vec<String>,
}

/// A scope's name in a scenario.
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
    /// How many datasets each token has rights on; from one to six if absent.
    pub rows_per_token: Option<usize>,
}

/// Why a scenario is invalid. Gives the position, never the line itself: it may contain a secret.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub struct ScenarioError {
    /// What is wrong.
    pub message: String,
    /// The line, from 1.
    pub line: usize,
    /// The column, from 1, in characters.
    pub column: usize,
}

impl fmt::Display for ScenarioError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "line {}, column {}: {}", self.line, self.column, self.message)
    }
}

impl Scenario {
    /// Parses a scenario file.
    ///
    /// # Errors
    /// Says what is wrong, and where.
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

    /// The demo organisation, from `assets/demo.toml`.
    #[must_use]
    pub fn demo() -> Self {
        // The tests check the asset; if it were broken, the organisation would be empty.
        Self::parse(include_str!("../../assets/demo.toml")).unwrap_or_default()
    }

    /// Makes ids and secrets the same in every run.
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
