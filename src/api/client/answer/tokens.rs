//! Reads the list of tokens while it is received. It can be megabytes, so parsing regularly yields
//! to the event loop.

use reqwest::Response;

use super::super::body::Incoming;
use crate::{
    api::{FailureKind, wire::TokenList},
    domain::ApiToken,
};

/// How many tokens are parsed before yielding; takes a fraction of a millisecond.
const AT_ONCE: usize = 64;

/// Reads the list; `cap` is the size limit in bytes.
pub async fn read(response: Response, cap: usize) -> Result<Vec<ApiToken>, FailureKind> {
    let mut incoming = Incoming::new(response, cap, false);
    let mut list = TokenList::default();
    while incoming.next(|bytes| list.push(bytes)).await?.is_some() {
        while list.read(AT_ONCE).ok_or(FailureKind::Unreadable)? == AT_ONCE {
            tokio::task::yield_now().await;
        }
    }
    list.finish().ok_or(FailureKind::Unreadable)
}
