//! An answer's body, read piece by piece up to a cap, and wiped after use.

use reqwest::Response;
use zeroize::{Zeroize as _, Zeroizing};

use super::fault;
use crate::api::Trouble;

/// Room for a usual answer with a secret, so that it need not be moved about.
const USUAL: usize = 16 * 1024;

/// A body's bytes while they come in, up to a cap.
pub struct Incoming {
    response: Response,
    /// Bytes that are still taken.
    left: usize,
    may_hold_secret: bool,
}

impl Incoming {
    pub const fn new(response: Response, cap: usize, may_hold_secret: bool) -> Self {
        Self { response, left: cap, may_hold_secret }
    }

    /// Hands on the next bytes, and wipes them where that matters. `None` at the end.
    ///
    /// # Errors
    /// When the body breaks off; when it is too large, after what was taken.
    pub async fn next<T>(&mut self, take: impl FnOnce(&[u8]) -> T) -> Result<Option<T>, Trouble> {
        let chunk = self.response.chunk().await.map_err(|e| fault::trouble(&e))?;
        let Some(chunk) = chunk else { return Ok(None) };
        let taken = take(&chunk[..chunk.len().min(self.left)]);
        let left = self.left.checked_sub(chunk.len());
        // Works if the connection does not hold the buffer any more.
        if self.may_hold_secret
            && let Ok(mut chunk) = chunk.try_into_mut()
        {
            chunk.as_mut().zeroize();
        }
        self.left = left.ok_or(Trouble::TooLarge)?;
        Ok(Some(taken))
    }
}

/// What came of a body, and what ended it early.
pub struct Body {
    pub bytes: Zeroizing<Vec<u8>>,
    pub trouble: Option<Trouble>,
}

impl Body {
    /// Reads at most `cap` bytes. Never fails: what had come before a trouble
    /// may be all that will ever be seen of a secret.
    pub async fn read(response: Response, cap: usize) -> Self {
        let announced = response.content_length().and_then(|n| usize::try_from(n).ok());
        let room = announced.unwrap_or(USUAL).min(cap);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        let mut incoming = Incoming::new(response, cap, true);
        let trouble = loop {
            match incoming.next(|chunk| bytes.extend_from_slice(chunk)).await {
                Ok(Some(())) => {}
                Ok(None) => break None,
                Err(trouble) => break Some(trouble),
            }
        };
        Self { bytes, trouble }
    }
}
