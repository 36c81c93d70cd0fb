//! An answer's body, read piece by piece up to a cap, and wiped after use.

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

/// Room for a usual answer with a secret, so that it need not be moved about.
const USUAL: usize = 16 * 1024;

/// A body's bytes while they come in, up to a cap.
pub struct Incoming {
    response: Response,
    deadline: Deadline,
    /// Bytes that are still taken.
    left: usize,
    may_hold_secret: bool,
}

impl Incoming {
    pub fn new(mut response: Response, cap: usize, may_hold_secret: bool) -> Self {
        // The request put it there, see `Client::execute`.
        let deadline = response.extensions_mut().remove::<Deadline>();
        let deadline = deadline.unwrap_or(const { Deadline::after(Duration::ZERO) });
        Self { response, deadline, left: cap, may_hold_secret }
    }

    /// Hands on the next bytes, and wipes them where that matters. `None` at the end.
    ///
    /// # Errors
    /// When the body breaks off; when it is too large, after what was taken.
    pub async fn next<T>(&mut self, take: impl FnOnce(&[u8]) -> T) -> Result<Option<T>, FailureKind> {
        let chunk = self.deadline.wait(self.response.chunk()).await;
        let chunk = chunk.map_err(|Elapsed| FailureKind::Timeout)?.map_err(|e| fault::kind(&e))?;
        let Some(chunk) = chunk else { return Ok(None) };
        let taken = take(&chunk[..chunk.len().min(self.left)]);
        let left = self.left.checked_sub(chunk.len());
        // Works if the connection does not hold the buffer any more.
        if self.may_hold_secret
            && let Ok(mut chunk) = chunk.try_into_mut()
        {
            chunk.as_mut().zeroize();
        }
        self.left = left.ok_or(FailureKind::TooLarge)?;
        Ok(Some(taken))
    }
}

/// What came of a body, and what ended it early.
pub struct Body {
    /// The body, or as much of it as is kept.
    pub bytes: Zeroizing<Vec<u8>>,
    pub kind: Option<FailureKind>,
    /// What it says of a new token, also beyond what is kept.
    pub find: Find,
}

/// How much of a body is kept, and how much is searched for a secret, in bytes. The
/// second is not the smaller one.
#[derive(Clone, Copy, Debug)]
pub struct Cap {
    pub kept: usize,
    pub searched: usize,
}

impl Cap {
    /// A body that is kept whole or refused.
    pub const fn whole(cap: usize) -> Self {
        Self { kept: cap, searched: cap }
    }
}

impl Body {
    /// Reads a body up to its cap. Never fails: what had come before a trouble
    /// may be all that will ever be seen of a secret.
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
