//! An unconfirmed change: its outcome is unknown, or nobody has confirmed that its
//! secret is stored.

use crate::{
    domain::{SafeText, session::Session},
    ops::reconcile::Search,
};

/// Why a change is unconfirmed.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Cause {
    /// The change was sent, and its outcome is unknown.
    Unknown,
    /// The program ended before the response arrived.
    Ended,
    /// The change was made, but its secret could not be read from the response.
    Unreadable,
    /// The secret arrived, but nobody confirmed that it is stored.
    Undelivered,
}

/// An unconfirmed change.
#[derive(Clone, Debug)]
pub struct UnconfirmedChange {
    /// The search for its result in the token list.
    pub search: Search,
    /// Why the change is unconfirmed.
    pub cause: Cause,
    /// The failure, in one line; empty for a change of an earlier session.
    pub headline: String,
    /// Details for a support request.
    pub details: Vec<String>,
    /// Whether its dialog has been shown.
    pub told: bool,
}

impl UnconfirmedChange {
    /// An unconfirmed change that has not been shown yet and has no failure text.
    #[must_use]
    pub fn new(search: Search, cause: Cause) -> Self {
        Self { search, cause, headline: String::new(), details: Vec::new(), told: false }
    }

    /// The name of the token that the change is about.
    #[must_use]
    pub fn name(&self) -> SafeText {
        self.search.name()
    }

    /// Whether several tokens may be the result of the change.
    #[must_use]
    pub fn is_choice(&self) -> bool {
        self.search.found.len() > 1
    }

    /// Whether the change was made at the server and organisation of this session.
    #[must_use]
    pub fn is_at(&self, here: &Session) -> bool {
        let there = &self.search.entry.location;
        there.url == here.url && there.org.as_deref() == here.org.as_ref().map(SafeText::raw)
    }
}
