//! Where a command begins: signed in as the screens would be, in one
//! organisation, and allowed to change something or not.

use std::path::PathBuf;

use super::{Stop, exit};
use crate::effects::{Effects, Errand};

/// What the command line said before the command.
#[derive(Clone, Debug)]
pub struct Start {
    pub effects: Effects,
    /// `--deployment`.
    pub wanted: Option<String>,
    pub demo: bool,
    pub read_only: bool,
    /// For paths with `~`.
    pub home: PathBuf,
    /// The file of the user's own presets.
    pub presets: PathBuf,
}

impl Start {
    /// Signs in.
    ///
    /// # Errors
    /// With what is in the way.
    pub async fn anywhere(&self) -> Result<Errand, Stop> {
        let errand = Errand::begin(self.effects.clone(), self.wanted.as_deref(), self.demo);
        Ok(errand.await?)
    }

    /// Signs in, and knows for which organisation.
    ///
    /// # Errors
    /// With what is in the way.
    pub async fn errand(&self) -> Result<Errand, Stop> {
        Ok(self.anywhere().await?.in_an_org().await?)
    }

    /// Refuses where nothing may be changed.
    ///
    /// # Errors
    /// If the session is read-only.
    pub fn may_change(&self, errand: &Errand) -> Result<(), Stop> {
        let read_only = self.read_only || errand.session.access.is_read_only();
        let why = "this session is read-only: nothing was sent";
        if read_only { Err(Stop::new(exit::REFUSED, why)) } else { Ok(()) }
    }
}
