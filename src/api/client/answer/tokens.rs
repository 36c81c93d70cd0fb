//! The list of tokens, which may be megabytes: understood while it comes in, and
//! beside the loop, which is there for the keys.

use std::collections::VecDeque;

use reqwest::Response;
use tokio::task::JoinHandle;

use super::super::body::Incoming;
use crate::{
    api::{
        Trouble,
        wire::{self, Names, Pieces},
    },
    domain::ApiToken,
};

/// Pieces that are read at a time: more would wait for a processor on small
/// machines, and be kept meanwhile.
const AT_A_TIME: usize = 2;

/// Reads the list; `cap` is the largest body taken, in bytes.
pub async fn read(response: Response, cap: usize) -> Result<Vec<ApiToken>, Trouble> {
    let mut incoming = Incoming::new(response, cap, false);
    let (mut pieces, mut readers) = (Pieces::default(), Readers::default());
    while let Some(whole) = incoming.next(|bytes| pieces.push(bytes)).await? {
        for piece in whole {
            readers.begin(piece).await?;
        }
    }
    readers.begin(pieces.rest()).await?;
    while !readers.busy.is_empty() {
        readers.finish_one().await?;
    }
    Ok(readers.tokens)
}

/// A piece's tokens, and the texts that the next can share.
type Read = (Option<Vec<ApiToken>>, Names);

#[derive(Default)]
struct Readers {
    /// The first one has the piece that comes next.
    busy: VecDeque<JoinHandle<Read>>,
    names: Vec<Names>,
    tokens: Vec<ApiToken>,
}

impl Readers {
    async fn begin(&mut self, piece: Vec<u8>) -> Result<(), Trouble> {
        if self.busy.len() >= AT_A_TIME {
            self.finish_one().await?;
        }
        let mut names = self.names.pop().unwrap_or_default();
        let read = move || (wire::piece(&piece, &mut names), names);
        self.busy.push_back(tokio::task::spawn_blocking(read));
        Ok(())
    }

    async fn finish_one(&mut self) -> Result<(), Trouble> {
        let Some(first) = self.busy.pop_front() else { return Ok(()) };
        // It does not panic, and nobody ends it.
        let (tokens, names) = first.await.map_err(|_| Trouble::Unreadable)?;
        self.names.push(names);
        self.tokens.extend(tokens.ok_or(Trouble::Unreadable)?);
        Ok(())
    }
}
