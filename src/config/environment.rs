//! What the environment says about signing in.

use std::sync::Arc;

use crate::domain::Secret;

/// The variable with the token. It is taken out of the environment.
pub const TOKEN: &str = "AXIOM_TOKEN";

/// The variable with the address.
pub const URL: &str = "AXIOM_URL";

/// The variables that the Axiom CLI knows too.
#[derive(Clone, Debug, Default)]
pub struct Environment {
    pub token: Option<Arc<Secret>>,
    pub org: Option<String>,
    pub url: Option<String>,
    pub deployment: Option<String>,
}

impl Environment {
    /// Reads them; empty ones count as unset.
    pub fn read(get: impl Fn(&str) -> Option<String>) -> Self {
        let set = |name: &str| get(name).map(|v| v.trim().to_owned()).filter(|v| !v.is_empty());
        Self {
            token: set(TOKEN).map(|token| Arc::new(Secret::new(token))),
            org: set("AXIOM_ORG_ID"),
            url: set(URL),
            deployment: set("AXIOM_DEPLOYMENT"),
        }
    }
}
