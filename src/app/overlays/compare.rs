//! Two tokens side by side. Keeps only their ids, so it always shows the listed tokens.

use crate::{
    app::{
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        shared::Shared,
    },
    domain::{
        TokenId,
        review::compare::{Line, compare},
    },
    input::Action,
};

/// The dialog that compares two tokens.
#[derive(Debug)]
pub struct Compare {
    /// The token in the left column.
    pub left: TokenId,
    /// The token in the right column.
    pub right: TokenId,
    /// Whether lines without a difference are hidden.
    pub only_differences: bool,
    /// The scroll position.
    pub list: List,
}

impl Compare {
    /// Compares these tokens, showing all lines at first.
    #[must_use]
    pub fn new(left: TokenId, right: TokenId) -> Self {
        Self { left, right, only_differences: false, list: List::default() }
    }

    /// The lines to show; empty if one of the tokens no longer exists.
    #[must_use]
    pub fn lines(&self, shared: &Shared) -> Vec<Line> {
        let data = &shared.data;
        let (Some(left), Some(right)) = (data.token(&self.left), data.token(&self.right)) else {
            return Vec::new();
        };
        let mut lines = compare(left, right, &shared.session.policies, shared.server_now());
        if self.only_differences {
            lines.retain(|line| line.heading || line.differs());
            // Drop headings without lines below them.
            let keep: Vec<bool> = (0..lines.len())
                .map(|i| !lines[i].heading || lines.get(i + 1).is_some_and(|next| !next.heading))
                .collect();
            let mut keep = keep.into_iter();
            lines.retain(|_| keep.next().unwrap_or(true));
        }
        lines
    }
}

impl Layer for Compare {
    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![(A::Back, "close"), (A::Toggle, "only differences"), (A::Down, "scroll")]
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        matches!(action, Action::Back | Action::Accept | Action::Toggle)
            || self.list.scrolls(action)
    }

    fn handle(&mut self, event: Event, _cx: &mut Cx<'_>) -> Step {
        let Event::Action(action) = event else { return Step::none() };
        if self.list.scroll(action) {
            return Step::none();
        }
        match action {
            Action::Toggle => {
                self.only_differences = !self.only_differences;
                self.list = List::default();
            }
            Action::Back | Action::Accept => return Step::back(),
            _ => {}
        }
        Step::none()
    }
}
