//! Reports a failed change: what happened, and what to do.

use jiff::Timestamp;

use crate::{
    app::{
        layer::{Cx, Event, Hint, Layer, Step},
        shared::Shared,
        time::next_tick,
    },
    input::Action,
};

pub use crate::app::error_dialog::ErrorDialog;

impl Layer for ErrorDialog {
    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "close")]
    }

    fn next_wake(&self, shared: &Shared) -> Option<Timestamp> {
        self.retry_at.and_then(|at| next_tick(at, shared.now))
    }

    fn yields_to_secrets(&self) -> bool {
        true
    }

    /// Its only button closes the dialog.
    fn focus_on(&mut self, _part: usize) -> bool {
        true
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        matches!(action, Action::Back | Action::Accept | Action::Toggle)
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(Action::Back | Action::Accept | Action::Toggle) => Step::back(),
            _ => Step::none(),
        }
    }
}
