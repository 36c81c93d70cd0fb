//! Who we are and where: the session, and the places one can go to.

use std::sync::Arc;

use super::{Access, SafeText, Secret, SecretKind};

/// The number of a way to an API: an address and a credential. What is sent
/// goes by it, so that a change of places cannot redirect it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub struct ConnectionId(pub u64);

/// Who we are, and where.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Session {
    /// `None` while nobody is signed in.
    pub connection: Option<ConnectionId>,
    /// The deployment's name, such as its host.
    pub deployment: SafeText,
    /// Where the API is, as one would write it.
    pub url: String,
    /// The organisation that a personal token acts for. `None` with an API
    /// token, which belongs to one organisation anyway.
    pub org: Option<SafeText>,
    /// What kind of token we are signed in with.
    pub credential: SecretKind,
    pub access: Access,
    /// What `access` is again after a change of organisation.
    pub usual_access: Access,
    /// Where the console shows one's profile, if its address is known.
    pub console: Option<String>,
    /// Against the embedded server.
    pub demo: bool,
}

impl Session {
    /// Nobody is signed in.
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
            demo: false,
        }
    }

    /// Whether both act on the same tokens.
    #[must_use]
    pub fn is_same_place(&self, other: &Self) -> bool {
        // An API token does not say which organisation is its.
        self.url == other.url && self.org == other.org && self.org.is_some()
    }

    /// Whether someone is signed in, and it is known for which organisation.
    #[must_use]
    pub fn is_open(&self) -> bool {
        self.connection.is_some() && !self.lacks_org()
    }

    /// Whether the server must be told which organisation is meant.
    #[must_use]
    pub fn lacks_org(&self) -> bool {
        self.credential == SecretKind::Personal && self.org.is_none()
    }
}

/// Where one can sign in.
#[derive(Clone, Debug)]
pub enum Target {
    /// A deployment of the settings or of the Axiom CLI's file, by name.
    Deployment(String),
    /// A token that was typed or pasted; what the settings say of the deployment
    /// `of` holds for it.
    Token { url: String, token: Arc<Secret>, of: Option<String> },
    /// The embedded server.
    Demo,
}

/// A deployment to sign in to again; only the token changes.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReauthTarget {
    pub deployment: SafeText,
    pub url: String,
    pub org: Option<SafeText>,
}

/// A deployment listed in the settings.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct DeploymentSummary {
    pub name: SafeText,
    pub url: String,
    /// Where it was read: "settings".
    pub source: &'static str,
    pub access: Access,
}
