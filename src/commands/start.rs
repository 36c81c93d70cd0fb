//! The start of a command: signs in as the screens do, chooses the organisation, and checks
//! whether changes are allowed.

use std::{
    io::{self, Write as _},
    path::PathBuf,
    pin::pin,
    time::Duration,
};

use super::{ExitError, exit, words};
use crate::ops::{Ops, SignedIn};

/// The global options, and what commands need to sign in.
#[derive(Clone, Debug)]
pub struct Start {
    /// The operations on the API and the journal.
    pub ops: Ops,
    /// `--deployment`.
    pub wanted: Option<String>,
    /// `--demo`.
    pub demo: bool,
    /// `--read-only`.
    pub read_only: bool,
    /// The home directory, for paths with `~`.
    pub home: PathBuf,
    /// The file of the user's own presets.
    pub presets: PathBuf,
    /// The file of the user's rotation plan.
    pub rotation: PathBuf,
}

impl Start {
    /// Signs in without choosing an organisation.
    ///
    /// # Errors
    /// When there is no usable credential or address.
    pub async fn anywhere(&self) -> Result<SignedIn, ExitError> {
        let signed_in = SignedIn::begin(self.ops.clone(), self.wanted.as_deref(), self.demo);
        let signed_in = with_slow_notice(signed_in).await?;
        words::tell(signed_in.warning.as_deref());
        Ok(signed_in)
    }

    /// Signs in to an organisation.
    ///
    /// # Errors
    /// As [`Start::anywhere`], or when the organisation is unknown.
    pub async fn signed_in(&self) -> Result<SignedIn, ExitError> {
        Ok(self.anywhere().await?.in_an_org().await?)
    }

    /// Checks that changes are allowed.
    ///
    /// # Errors
    /// If the session is read-only.
    pub fn may_change(&self, signed_in: &SignedIn) -> Result<(), ExitError> {
        self.may_change_anywhere()?;
        if signed_in.session.access.is_read_only() { Err(read_only()) } else { Ok(()) }
    }

    /// Checks that the command line allows changes.
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

/// How long the token command runs before a message appears.
const UNSAID: Duration = Duration::from_secs(1);

/// Waits for a sign-in. Prints a message if the token command is slow.
pub async fn with_slow_notice<T>(signing_in: impl Future<Output = T>) -> T {
    let mut signing_in = pin!(signing_in);
    if let Ok(done) = tokio::time::timeout(UNSAID, &mut signing_in).await {
        return done;
    }
    let _ = writeln!(io::stderr(), "axtok: waiting for the token command ...");
    signing_in.await
}
