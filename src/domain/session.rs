//! The session: which deployment and organisation axtok is signed in to, and with what.

use std::sync::Arc;

use super::{Access, Policies, SafeText, Secret, SecretKind};

/// Identifies a connection: an address with a credential. Each request names its
/// connection, so that a switch to another deployment cannot redirect it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// The name of a deployment that only environment variables describe.
pub const FROM_ENVIRONMENT: &str = "environment";

/// A session with a deployment, or none while signed out.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `None` while signed out.
    pub connection: Option<ConnectionId>,
    /// The deployment's name, such as its host.
    pub deployment: SafeText,
    /// The API's address.
    pub url: String,
    /// The id of the organisation that a personal token acts for. `None` with an API
    /// token, which belongs to one organisation.
    pub org: Option<SafeText>,
    /// The kind of token used to sign in.
    pub credential: SecretKind,
    /// Whether the session is read-only.
    pub access: Access,
    /// What `access` is reset to when switching organisations.
    pub usual_access: Access,
    /// The console's page of the user's profile, if the console's address is known.
    pub console: Option<String>,
    /// The host of the routes for personal tokens, if the settings name another one.
    pub personal_host: Option<String>,
    /// Whether the server is the embedded one.
    pub demo: bool,
    /// The organisation's own rules in force.
    pub policies: Arc<Policies>,
}

impl Session {
    /// A signed-out session.
    #[must_use]
    pub fn none() -> Self {
        Self {
            connection: None,
            deployment: "not signed in".into(),
            url: String::new(),
            org: None,
            credential: SecretKind::Other,
            access: Access::Full,
            usual_access: Access::Full,
            console: None,
            personal_host: None,
            demo: false,
            policies: Arc::default(),
        }
    }

    /// What to call the deployment: its name, or the host if the credential came from the
    /// environment.
    #[must_use]
    pub fn name(&self) -> SafeText {
        let host = self.url.split("://").nth(1).and_then(|rest| rest.split(['/', '?']).next());
        match host {
            Some(host) if self.deployment.raw() == FROM_ENVIRONMENT => host.into(),
            _ => self.deployment.clone(),
        }
    }

    /// The console's page of the API tokens, if the console's address is known.
    #[must_use]
    pub fn console_tokens(&self) -> Option<String> {
        let settings = self.console.as_deref()?.strip_suffix("profile")?;
        Some(format!("{settings}api-tokens"))
    }

    /// Whether both are known to act on the same organisation's tokens.
    #[must_use]
    pub fn is_same_deployment(&self, other: &Self) -> bool {
        // An API token does not reveal its organisation.
        self.url == other.url && self.org == other.org && self.org.is_some()
    }

    /// Whether the session is signed in, and has an organisation if it needs one.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.connection.is_some() && !self.lacks_org()
    }

    /// Whether an organisation must still be chosen: requests of a personal token must
    /// name one.
    #[must_use]
    pub fn lacks_org(&self) -> bool {
        self.credential == SecretKind::Personal && self.org.is_none()
    }
}

/// What to sign in to.
#[derive(Clone, Debug)]
pub enum Target {
    /// A deployment from the settings or from the Axiom CLI's file, by name.
    Deployment(String),
    /// A token that was typed or pasted.
    Token {
        /// The API's address.
        url: String,
        /// The token.
        token: Arc<Secret>,
        /// The deployment whose settings apply.
        of: Option<String>,
    },
    /// The embedded server.
    Demo,
}

/// A deployment to sign in to again with another token.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReauthTarget {
    /// The deployment's name.
    pub deployment: SafeText,
    /// The API's address.
    pub url: String,
    /// The organisation's id, if one was chosen.
    pub org: Option<SafeText>,
}

/// A deployment that can be chosen to sign in to.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentSummary {
    /// The deployment's name.
    pub name: SafeText,
    /// The API's address.
    pub url: String,
    /// Where the deployment is defined, such as `settings`.
    pub source: &'static str,
    /// Whether a session with it starts read-only.
    pub access: Access,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_list_of_tokens_is_next_to_the_profile() {
        let page = |console: Option<&str>| {
            Session { console: console.map(str::to_owned), ..Session::none() }.console_tokens()
        };
        assert_eq!(
            page(Some("https://app.axiom.co/settings/profile")).as_deref(),
            Some("https://app.axiom.co/settings/api-tokens")
        );
        assert_eq!(page(None), None);
    }
}
