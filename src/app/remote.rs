//! The state of data from the server: not requested, loading, ready or failed.

use jiff::Timestamp;

use super::effect::Ticket;
use crate::api::error::Failure;

/// A request in progress.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    /// The request's ticket.
    pub ticket: Ticket,
    /// When it was sent.
    pub since: Timestamp,
}

/// A value from the server, with its state.
#[derive(Clone, Debug, Default)]
pub enum Remote<T> {
    /// Not requested.
    #[default]
    Idle,
    /// Requested for the first time.
    Loading(Load),
    /// Available; perhaps a refresh is in progress.
    Ready(T, Option<Load>),
    /// Failed; perhaps a retry is in progress.
    Failed(Failure, Option<Load>),
}

impl<T> Remote<T> {
    /// Notes that a request was sent. The old value stays until the response arrives.
    pub fn begin(&mut self, load: Load) {
        match self {
            Self::Idle | Self::Loading(_) => *self = Self::Loading(load),
            Self::Ready(_, slot) | Self::Failed(_, slot) => *slot = Some(load),
        }
    }

    /// The request in progress, if any.
    #[must_use]
    pub const fn load(&self) -> Option<Load> {
        match self {
            Self::Idle => None,
            Self::Loading(load) => Some(*load),
            Self::Ready(_, load) | Self::Failed(_, load) => *load,
        }
    }

    /// Whether this is the ticket of the request in progress.
    #[must_use]
    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.load().is_some_and(|load| load.ticket == ticket)
    }

    /// Stores the response. A failed refresh keeps the old value and returns the failure, to
    /// be shown next to it.
    pub fn resolve(&mut self, answer: Result<T, Failure>) -> Option<Failure> {
        match (answer, &mut *self) {
            (Ok(value), _) => {
                *self = Self::Ready(value, None);
                None
            }
            (Err(failure), Self::Ready(_, load)) => {
                *load = None;
                Some(failure)
            }
            (Err(failure), _) => {
                *self = Self::Failed(failure, None);
                None
            }
        }
    }

    /// The value, if it is available.
    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value, _) => Some(value),
            _ => None,
        }
    }

    /// The value, for changes.
    pub const fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(value, _) => Some(value),
            _ => None,
        }
    }
}
