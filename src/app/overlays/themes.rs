//! Chooses a theme. The screen previews the theme under the cursor; Enter keeps it, Esc
//! restores the previous one.

use crate::{
    app::{
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        mouse::HitTarget,
        shared::Shared,
        themes,
    },
    domain::Theme,
    input::Action,
};

/// The list of themes.
#[derive(Debug, Default)]
pub struct Themes {
    /// The cursor and the scroll position.
    pub list: List,
}

impl Themes {
    /// Lists the themes, with the cursor on the current one.
    #[must_use]
    pub fn new(shared: &Shared) -> Self {
        let mut state = Self::default();
        let here = Theme::ALL.iter().position(|t| *t == shared.themes.chosen);
        state.list.cursor = here.unwrap_or_default();
        state
    }

    /// The theme under the cursor, which the screen previews.
    #[must_use]
    pub fn under_cursor(&self) -> Option<Theme> {
        Theme::ALL.get(self.list.cursor).copied()
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let step = match action {
            Action::NextField | Action::NextChoice => Action::Down,
            Action::PreviousField | Action::PreviousChoice => Action::Up,
            action => action,
        };
        if self.list.step(step, Theme::ALL.len()) {
            return Step::none();
        }
        match action {
            Action::Back => Step::back(),
            Action::Accept | Action::Toggle => {
                Step::back().and(themes::choose(cx.shared, self.under_cursor().unwrap_or_default()))
            }
            _ => Step::none(),
        }
    }
}

impl Layer for Themes {
    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        vec![(Action::Accept, "keep"), (Action::Back, "cancel"), (Action::Down, "move")]
    }

    fn theme(&self) -> Option<Theme> {
        self.under_cursor()
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        match action {
            Action::Back | Action::Accept | Action::Toggle => true,
            Action::NextField | Action::PreviousField => true,
            Action::NextChoice | Action::PreviousChoice => true,
            action => List::moves(action),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            Event::Click(HitTarget::Row(row), double) => {
                self.list.cursor = row;
                if double { self.act(Action::Accept, cx) } else { Step::none() }
            }
            _ => Step::none(),
        }
    }
}
