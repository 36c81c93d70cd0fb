//! Something that is fetched: not asked for, on its way, here, or failed.

use jiff::Timestamp;

use super::effect::Ticket;
use crate::api::error::Failure;

/// A request that is on its way.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Load {
    pub ticket: Ticket,
    pub since: Timestamp,
}

/// A value from the server and how it stands with it.
#[derive(Clone, Debug, Default)]
pub enum Remote<T> {
    #[default]
    Idle,
    Loading(Load),
    /// Here, and perhaps being fetched anew.
    Ready(T, Option<Load>),
    /// Failed, and perhaps being tried anew.
    Failed(Failure, Option<Load>),
}

impl<T> Remote<T> {
    /// A request was sent; what is here stays until its answer comes.
    pub fn begin(&mut self, load: Load) {
        match self {
            Self::Idle | Self::Loading(_) => *self = Self::Loading(load),
            Self::Ready(_, slot) | Self::Failed(_, slot) => *slot = Some(load),
        }
    }

    /// The request that is on its way.
    #[must_use]
    pub const fn load(&self) -> Option<Load> {
        match self {
            Self::Idle => None,
            Self::Loading(load) => Some(*load),
            Self::Ready(_, load) | Self::Failed(_, load) => *load,
        }
    }

    /// Whether this ticket's answer is the one waited for.
    #[must_use]
    pub fn awaits(&self, ticket: Ticket) -> bool {
        self.load().is_some_and(|load| load.ticket == ticket)
    }

    /// Takes the answer. A failed refresh keeps what is here and hands the
    /// failure back, to be shown beside it.
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

    #[must_use]
    pub const fn value(&self) -> Option<&T> {
        match self {
            Self::Ready(value, _) => Some(value),
            _ => None,
        }
    }

    pub const fn value_mut(&mut self) -> Option<&mut T> {
        match self {
            Self::Ready(value, _) => Some(value),
            _ => None,
        }
    }
}
