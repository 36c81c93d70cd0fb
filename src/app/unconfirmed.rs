//! A change of which nobody knows how it ended, or whose secret nobody has
//! confirmed.

use crate::{
    domain::{SafeText, session::Session},
    ops::reconcile::Search,
};

/// Why there is a doubt.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// It was sent, and what came of it is not known.
    Unknown,
    /// The program ended before it knew.
    Ended,
    /// It was made, and its secret could not be read.
    Unreadable,
    /// Its secret reached us, and nobody said that it was stored.
    Undelivered,
}

/// One change in doubt.
#[derive(Clone, Debug)]
pub struct UnconfirmedChange {
    pub search: Search,
    pub cause: Cause,
    /// What went wrong, in one line.
    pub headline: String,
    /// What support may ask for.
    pub details: Vec<String>,
    /// The admin has been shown what was found.
    pub told: bool,
}

impl UnconfirmedChange {
    #[must_use]
    pub fn new(search: Search, cause: Cause) -> Self {
        Self { search, cause, headline: String::new(), details: Vec::new(), told: false }
    }

    /// What is in doubt.
    #[must_use]
    pub fn name(&self) -> SafeText {
        self.search.name()
    }

    /// Whether it was asked for where this session is.
    #[must_use]
    pub fn is_at(&self, here: &Session) -> bool {
        let there = &self.search.entry.location;
        there.url == here.url && there.org.as_deref() == here.org.as_ref().map(SafeText::raw)
    }
}
