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

/// Tokens for which room is made before they have come, at most: a server can
/// announce anything.
const ROOM: usize = 20_000;

/// Reads the list; `cap` is the largest body taken, in bytes.
pub async fn read(response: Response, cap: usize) -> Result<Vec<ApiToken>, Trouble> {
    let length = response.content_length().and_then(|length| usize::try_from(length).ok());
    let mut incoming = Incoming::new(response, cap, false);
    let (mut pieces, mut readers) = (Pieces::default(), Readers::new(length.unwrap_or_default()));
    while let Some(whole) = incoming.next(|bytes| pieces.push(bytes)).await? {
        for piece in whole {
            if let Some(read) = readers.begin(piece).await? {
                pieces.reuse(read);
            }
        }
    }
    readers.begin(pieces.rest()).await?;
    readers.finish().await
}

/// A piece's tokens, the piece, and the texts that the next can share.
type Read = (Option<Vec<ApiToken>>, Vec<u8>, Names);

struct Readers {
    /// The first one has the piece that comes next.
    busy: VecDeque<JoinHandle<Read>>,
    names: Vec<Names>,
    tokens: Vec<ApiToken>,
    /// Bytes of the whole list, if that is known.
    length: usize,
    /// What could not be read, and all that comes after it.
    unread: Option<Vec<u8>>,
}

impl Readers {
    fn new(length: usize) -> Self {
        let (busy, names, tokens) = (VecDeque::new(), Vec::new(), Vec::new());
        Self { busy, names, tokens, length, unread: None }
    }

    /// Has a piece read; returns the memory of one that was.
    async fn begin(&mut self, piece: Vec<u8>) -> Result<Option<Vec<u8>>, Trouble> {
        let read = if self.busy.len() >= AT_A_TIME { self.finish_one().await? } else { None };
        let mut names = self.names.pop().unwrap_or_default();
        let work = move || (wire::piece(&piece, &mut names), piece, names);
        self.busy.push_back(tokio::task::spawn_blocking(work));
        Ok(read)
    }

    async fn finish_one(&mut self) -> Result<Option<Vec<u8>>, Trouble> {
        let Some(first) = self.busy.pop_front() else { return Ok(None) };
        // It does not panic, and nobody ends it.
        let (tokens, piece, names) = first.await.map_err(|_| Trouble::Unreadable)?;
        self.names.push(names);
        match (tokens, &mut self.unread) {
            (Some(tokens), None) => {
                if self.tokens.is_empty() {
                    // About as many as will come, so that they are not moved about.
                    let pieces = self.length / piece.len().max(1) + 1;
                    self.tokens.reserve((tokens.len() * pieces).min(ROOM));
                }
                self.tokens.extend(tokens);
            }
            (None, None) => self.unread = Some(piece.clone()),
            (_, Some(unread)) => wire::join(unread, &piece),
        }
        Ok(Some(piece))
    }

    /// All tokens.
    async fn finish(mut self) -> Result<Vec<ApiToken>, Trouble> {
        while !self.busy.is_empty() {
            self.finish_one().await?;
        }
        if let Some(text) = self.unread {
            // It may have been parted within an element.
            let mut names = self.names.pop().unwrap_or_default();
            let work = move || wire::piece(&text, &mut names);
            let read = tokio::task::spawn_blocking(work).await.ok().flatten();
            self.tokens.extend(read.ok_or(Trouble::Unreadable)?);
        }
        Ok(self.tokens)
    }
}
