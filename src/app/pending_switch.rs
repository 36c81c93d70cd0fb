//! A switch to another organisation or deployment that has not completed.

use super::{effect::LayerId, remote::Load};
use crate::domain::{
    Org, SafeText,
    session::{ConnectionId, Session},
};

/// What is known so far about the organisation or deployment to switch to.
#[derive(Debug)]
pub struct PendingSwitch {
    /// The number of the new connection.
    pub connection: ConnectionId,
    /// The pending request: the connection, then the list of organisations. `None`
    /// while the user chooses one of them.
    pub load: Option<Load>,
    /// `None` until connected.
    pub session: Option<Session>,
    /// The organisations to choose from.
    pub orgs: Vec<Org>,
    /// What to do on arrival.
    pub options: SwitchOptions,
    /// The layer that started it; told when it fails.
    pub asker: Option<LayerId>,
}

/// What to do on arrival.
#[derive(Debug, Default)]
pub struct SwitchOptions {
    /// The organisation to select, if the credential can see it.
    pub org: Option<SafeText>,
    /// Store the credential in the Axiom CLI's file under this name.
    pub keep_as: Option<String>,
    /// Allow replacing an existing entry of that name.
    pub replaces: bool,
    /// Discard a changed draft; the user has confirmed it.
    pub leaves_draft: bool,
}
