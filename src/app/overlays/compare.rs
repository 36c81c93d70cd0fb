//! Two tokens side by side. Holds their ids: what is shown is what is listed.

use crate::{
    app::{
        effect::Effect,
        list::List,
        model::{Model, NoticeKind},
        overlays::Overlay,
    },
    domain::{
        TokenId,
        review::compare::{Line, compare},
    },
    input::Action,
};

/// Opens it, if two tokens are marked.
pub fn open(model: &mut Model, marked: &[TokenId]) {
    if let [left, right] = marked {
        let overlay = Compare::new(left.clone(), right.clone());
        model.overlays.push(Overlay::Compare(Box::new(overlay)));
        return;
    }
    let words = format!("Mark two tokens to compare them: {} marked.", marked.len());
    model.notify(NoticeKind::Info, words);
}

/// The overlay's state.
#[derive(Debug)]
pub struct Compare {
    pub left: TokenId,
    pub right: TokenId,
    /// Only what differs is shown.
    pub only_differences: bool,
    pub list: List,
}

impl Compare {
    #[must_use]
    pub fn new(left: TokenId, right: TokenId) -> Self {
        Self { left, right, only_differences: false, list: List::default() }
    }

    /// What is shown of the two; nothing if one of them has gone.
    #[must_use]
    pub fn lines(&self, model: &Model) -> Vec<Line> {
        let (Some(left), Some(right)) = (model.token(&self.left), model.token(&self.right)) else {
            return Vec::new();
        };
        let mut lines = compare(left, right, model.server_now());
        if self.only_differences {
            lines.retain(|line| line.heading || line.differs());
            // A part in which nothing differs needs no heading.
            let keep: Vec<bool> = (0..lines.len())
                .map(|i| !lines[i].heading || lines.get(i + 1).is_some_and(|next| !next.heading))
                .collect();
            let mut keep = keep.into_iter();
            lines.retain(|_| keep.next().unwrap_or(true));
        }
        lines
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Compare(state)) = model.overlays.last_mut() else { return Vec::new() };
    if state.list.scroll(action) {
        return Vec::new();
    }
    match action {
        Action::Toggle => {
            state.only_differences = !state.only_differences;
            state.list = List::default();
        }
        Action::Back | Action::Accept => drop(model.overlays.pop()),
        _ => {}
    }
    Vec::new()
}
