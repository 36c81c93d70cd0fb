//! An answer's body, read piece by piece up to a cap, and wiped after use.

use reqwest::Response;
use zeroize::{Zeroize as _, Zeroizing};

use super::fault;
use crate::api::Trouble;

/// Room for a usual answer with a secret, so that it need not be moved about.
const USUAL: usize = 16 * 1024;

/// What came of a body, and what ended it early.
pub struct Body {
    pub bytes: Zeroizing<Vec<u8>>,
    pub trouble: Option<Trouble>,
}

impl Body {
    /// Reads at most `cap` bytes. Never fails: what had come before a trouble
    /// may be all that will ever be seen of a secret.
    pub async fn read(mut response: Response, cap: usize) -> Self {
        let announced = response.content_length().and_then(|n| usize::try_from(n).ok());
        let room = announced.unwrap_or(USUAL).min(cap);
        let mut bytes = Zeroizing::new(Vec::with_capacity(room));
        let trouble = loop {
            match response.chunk().await {
                Ok(None) => break None,
                Err(error) => break Some(fault::trouble(&error)),
                Ok(Some(chunk)) => {
                    let left = cap - bytes.len();
                    bytes.extend_from_slice(&chunk[..chunk.len().min(left)]);
                    let too_large = chunk.len() > left;
                    // Works if the connection does not hold the buffer any more.
                    if let Ok(mut chunk) = chunk.try_into_mut() {
                        chunk.as_mut().zeroize();
                    }
                    if too_large {
                        break Some(Trouble::TooLarge);
                    }
                }
            }
        };
        Self { bytes, trouble }
    }
}
