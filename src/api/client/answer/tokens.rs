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

/// How much of the body is kept to describe an unreadable one, in bytes.
const START: usize = 4096;

/// Reads the list; `cap` is the size limit in bytes.
///
/// # Errors
/// The failure, and the start of the body.
pub async fn read(response: Response, cap: usize) -> Result<Vec<ApiToken>, (FailureKind, Vec<u8>)> {
    let mut start = Vec::new();
    let tokens = read_into(response, cap, &mut start).await;
    tokens.map_err(|kind| (kind, start))
}

async fn read_into(
    response: Response,
    cap: usize,
    start: &mut Vec<u8>,
) -> Result<Vec<ApiToken>, FailureKind> {
    let mut incoming = Incoming::new(response, cap, false);
    let mut list = TokenList::default();
    let mut take = |list: &mut TokenList, bytes: &[u8]| {
        start.extend(&bytes[..bytes.len().min(START - start.len())]);
        list.push(bytes);
    };
    while incoming.next(|bytes| take(&mut list, bytes)).await?.is_some() {
        while list.read(AT_ONCE).ok_or(FailureKind::Unreadable)? == AT_ONCE {
            tokio::task::yield_now().await;
        }
    }
    list.finish().ok_or(FailureKind::Unreadable)
}
