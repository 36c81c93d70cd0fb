//! Where a command begins: signed in as the screens would be, in one
//! organisation, and allowed to change something or not.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    pin::pin,
    time::Duration,
};

use super::{ExitError, exit, words};
use crate::ops::{SignedIn, Ops};

/// What the command line said before the command.
#[derive(Clone, Debug)]
pub struct Start {
    pub ops: Ops,
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
    pub async fn anywhere(&self) -> Result<SignedIn, ExitError> {
        let signed_in = SignedIn::begin(self.ops.clone(), self.wanted.as_deref(), self.demo);
        let signed_in = with_slow_notice(signed_in).await?;
        words::tell(signed_in.warning.as_deref());
        Ok(signed_in)
    }

    /// Signs in, and knows for which organisation.
    ///
    /// # Errors
    /// With what is in the way.
    pub async fn signed_in(&self) -> Result<SignedIn, ExitError> {
        Ok(self.anywhere().await?.in_an_org().await?)
    }

    /// Refuses where nothing may be changed.
    ///
    /// # Errors
    /// If the session is read-only.
    pub fn may_change(&self, signed_in: &SignedIn) -> Result<(), ExitError> {
        self.may_change_anywhere()?;
        if signed_in.session.access.is_read_only() { Err(read_only()) } else { Ok(()) }
    }

    /// Refuses where the command line says that nothing may be changed.
    ///
    /// # Errors
    /// With `--read-only`.
    pub fn may_change_anywhere(&self) -> Result<(), ExitError> {
        if self.read_only { Err(read_only()) } else { Ok(()) }
    }
}

fn read_only() -> ExitError {
    ExitError::new(exit::REFUSED, "this session is read-only: nothing was sent")
}

/// How long a command that gives the token may take before that is said.
const UNSAID: Duration = Duration::from_secs(1);

/// Waits for what may wait for a command that gives the token, and says so.
pub async fn with_slow_notice<T>(signing_in: impl Future<Output = T>) -> T {
    let mut signing_in = pin!(signing_in);
    if let Ok(done) = tokio::time::timeout(UNSAID, &mut signing_in).await {
        return done;
    }
    let _ = writeln!(io::stderr(), "axtok: waiting for the command that gives the token ...");
    signing_in.await
}
