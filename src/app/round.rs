//! The parts of a dialog that can have the focus, and Tab's way round them.

use super::mouse::Spot;
use crate::input::Action;

/// A part of a dialog.
pub trait Round: Copy + PartialEq + Sized + 'static {
    /// All of them, in Tab's order.
    const ALL: &'static [Self];

    /// Where it stands among them: drawing names it by that for the mouse.
    #[must_use]
    fn part(self) -> usize {
        Self::ALL.iter().position(|f| *f == self).unwrap_or(0)
    }

    /// The same for the mouse.
    #[must_use]
    fn spot(self) -> Spot {
        Spot::Part(self.part())
    }

    /// The part that stands there.
    #[must_use]
    fn at(part: usize) -> Self {
        Self::ALL[part.min(Self::ALL.len() - 1)]
    }

    /// The next one or the one before, round and round.
    #[must_use]
    fn step(self, forward: bool) -> Self {
        self.step_among(forward, |_| true)
    }

    /// The same among those that are there.
    #[must_use]
    fn step_among(self, forward: bool, is_there: impl Fn(Self) -> bool) -> Self {
        let len = Self::ALL.len();
        let way = (1..=len).map(|n| if forward { n } else { len - n });
        let mut rest = way.map(|n| Self::ALL[(self.part() + n) % len]);
        rest.find(|f| is_there(*f)).unwrap_or(self)
    }
}

/// Whether an action goes to the next part, or to the one before.
#[must_use]
pub const fn direction(action: Action) -> Option<bool> {
    match action {
        Action::NextField | Action::Down | Action::NextChoice => Some(true),
        Action::PreviousField | Action::Up | Action::PreviousChoice => Some(false),
        _ => None,
    }
}

/// The position after this one, or before it, round and round.
#[must_use]
pub const fn turned(at: usize, count: usize, forward: bool) -> usize {
    (at + if forward { 1 } else { count - 1 }) % count
}
