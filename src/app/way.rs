//! The way to another place: what is known of it so far.

use super::{effect::LayerId, remote::Load};
use crate::domain::{
    Org, SafeText,
    session::{ConnectionId, Session},
};

/// A place on the way to which we are.
#[derive(Debug)]
pub struct Passage {
    pub connection: ConnectionId,
    /// Waits for the connection, then for the organisations; for nothing while
    /// one of them is to be chosen.
    pub load: Option<Load>,
    /// Known once there is a connection.
    pub session: Option<Session>,
    /// The organisations to choose from.
    pub orgs: Vec<Org>,
    pub wishes: Wishes,
    /// The page that set out on it, which is told if it fails.
    pub asker: Option<LayerId>,
}

/// What is wanted of the way, and at its end.
#[derive(Debug, Default)]
pub struct Wishes {
    /// The organisation to go to, if the credential sees it.
    pub org: Option<SafeText>,
    /// The name under which the Axiom CLI's file is to keep the credential.
    pub keep_as: Option<String>,
    /// What that file has under this name may be replaced.
    pub replaces: bool,
    /// A changed draft may be given up: the admin was asked.
    pub leaves_draft: bool,
}
