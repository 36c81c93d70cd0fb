//! Reads a response's body in chunks up to a size limit, and wipes it after use.

use std::time::Duration;

use reqwest::Response;
use zeroize::{Zeroize as _, Zeroizing};

use super::fault;
use crate::{
    api::{
        FailureKind,
        wire::{Find, Finder},
    },
    clock::{Deadline, Elapsed},
};

/// Initial capacity for a response with a secret, so that the buffer is usually not reallocated.
const USUAL: usize = 16 * 1024;

/// A body while it is received, up to a size limit.
pub struct Incoming {
    response: Response,
    deadline: Deadline,
    /// Bytes until the size limit.
    left: usize,
    may_hold_secret: bool,
}

impl Incoming {
    pub fn new(mut response: Response, cap: usize, may_hold_secret: bool) -> Self {
        // Set by `Client::execute`.
        let deadline = response.extensions_mut().remove::<Deadline>();
        let deadline = deadline.unwrap_or(const { Deadline::after(Duration::ZERO) });
        Self { response, deadline, left: cap, may_hold_secret }
    }

    /// Passes the next bytes to `take`, and wipes them if they may contain a secret. `None` at the
    /// end.
    ///
    /// # Errors
    /// If the connection is lost, the time is up or the body is too large; in the last case `take`
    /// has had the bytes up to the limit.
    pub async fn next<T>(
        &mut self,
        take: impl FnOnce(&[u8]) -> T,
    ) -> Result<Option<T>, FailureKind> {
        let chunk = self.deadline.wait(self.response.chunk()).await;
        let chunk = chunk.map_err(|Elapsed| FailureKind::Timeout)?.map_err(|e| fault::kind(&e))?;
        let Some(chunk) = chunk else { return Ok(None) };
        let taken = take(&chunk[..chunk.len().min(self.left)]);
        let left = self.left.checked_sub(chunk.len());
        // Succeeds only if the connection has released the buffer.
        if self.may_hold_secret
            && let Ok(mut chunk) = chunk.try_into_mut()
        {
            chunk.as_mut().zeroize();
        }
        self.left = left.ok_or(FailureKind::TooLarge)?;
        Ok(Some(taken))
    }
}

/// A received body, possibly incomplete.
pub struct Body {
    /// The body, or as much of it as is kept.
    pub bytes: Zeroizing<Vec<u8>>,
    /// Why the body is incomplete, if it is.
    pub kind: Option<FailureKind>,
    /// The new token's secret and id, found even beyond the part that is kept.
    pub find: Find,
}

/// How much of a body is kept and how much is searched for a secret, in bytes. `searched` is at
/// least `kept`.
#[derive(Clone, Copy, Debug)]
pub struct Cap {
    pub kept: usize,
    pub searched: usize,
}

impl Cap {
    /// Keeps everything up to `cap`.
    pub const fn whole(cap: usize) -> Self {
        Self { kept: cap, searched: cap }
    }
}

impl Body {
    /// Reads a body up to `cap`. Never fails: the bytes received before an error may be the only
    /// copy of a secret.
    pub async fn read(response: Response, cap: Cap) -> Self {
        let announced = response.content_length().and_then(|n| usize::try_from(n).ok());
        let room = announced.unwrap_or(USUAL).min(cap.kept);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        let mut finder = Finder::default();
        let mut is_kept = true;
        let mut incoming = Incoming::new(response, cap.searched, true);
        let mut kind = loop {
            let take = |chunk: &[u8]| {
                finder.push(chunk);
                let kept = chunk.len().min(cap.kept - bytes.len());
                is_kept &= kept == chunk.len();
                bytes.extend_from_slice(&chunk[..kept]);
            };
            match incoming.next(take).await {
                Ok(Some(())) => {}
                Ok(None) => break None,
                Err(kind) => break Some(kind),
            }
        };
        if !is_kept {
            kind = kind.or(Some(FailureKind::TooLarge));
        }
        let find = finder.finish(Some(bytes.as_slice()).filter(|_| kind.is_none()));
        Self { bytes, kind, find }
    }
}
