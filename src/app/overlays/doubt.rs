//! A change in doubt: what is known of it, and what can be done.

use crate::{
    app::{
        doubts::{self, Cause, Doubt},
        effect::Effect,
        list::List,
        model::{Model, NoticeKind},
        overlays::{
            Overlay,
            delete::{Delete, Doomed},
            regenerate::Regenerate,
        },
    },
    domain::TokenId,
    input::Action,
    journal::{EntryId, Mark},
};

/// What can be answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Close the dialog; the doubt stays.
    Later,
    LookAgain,
    /// Its secret is stored.
    Stored,
    Regenerate,
    Delete,
    /// Nothing is left to do about it.
    Settle,
}

impl Choice {
    #[must_use]
    pub const fn label(self) -> &'static str {
        match self {
            Self::Later => "Later",
            Self::LookAgain => "Look again",
            Self::Stored => "It is stored",
            Self::Regenerate => "Regenerate",
            Self::Delete => "Delete",
            Self::Settle => "Let it be",
        }
    }
}

/// The overlay's state.
#[derive(Clone, Debug)]
pub struct Dialog {
    pub entry: EntryId,
    pub focus: usize,
    /// Which candidate is meant.
    pub list: List,
}

impl Dialog {
    #[must_use]
    pub fn new(entry: EntryId) -> Self {
        Self { entry, focus: 0, list: List::default() }
    }
}

/// What can be done about a doubt; the first changes nothing.
#[must_use]
pub fn choices(doubt: &Doubt) -> Vec<Choice> {
    let mut choices = vec![Choice::Later];
    if doubt.search.is_looking() {
        return choices;
    }
    if doubt.cause == Cause::Undelivered {
        choices.push(Choice::Stored);
    }
    if doubt.search.only_possible() {
        // What only may be it is looked at in the list first, and acted on there.
        choices.push(Choice::LookAgain);
    } else {
        if !doubt.search.is_personal() {
            choices.push(Choice::Regenerate);
        }
        choices.push(Choice::Delete);
    }
    choices.push(Choice::Settle);
    choices
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Doubt(dialog)) = model.overlays.last() else { return Vec::new() };
    let entry = dialog.entry.clone();
    let (choices, found) = match doubts::get(model, &entry) {
        Some(doubt) => (choices(doubt), doubt.search.found.clone()),
        None => (vec![Choice::Later], Vec::new()),
    };
    let Some(Overlay::Doubt(dialog)) = model.overlays.last_mut() else { return Vec::new() };
    dialog.focus = dialog.focus.min(choices.len() - 1);
    if dialog.list.step(action, found.len()) {
        return Vec::new();
    }
    match action {
        Action::NextField | Action::NextChoice => {
            dialog.focus = (dialog.focus + 1) % choices.len();
        }
        Action::PreviousField | Action::PreviousChoice => {
            dialog.focus = (dialog.focus + choices.len() - 1) % choices.len();
        }
        Action::Back => return choose(model, &entry, Choice::Later, None),
        Action::Accept | Action::Toggle => {
            let choice = choices[dialog.focus];
            let token = found.get(dialog.list.cursor).map(|c| c.id.clone());
            return choose(model, &entry, choice, token.as_ref());
        }
        _ => {}
    }
    Vec::new()
}

fn choose(
    model: &mut Model,
    entry: &EntryId,
    choice: Choice,
    token: Option<&TokenId>,
) -> Vec<Effect> {
    let mark = match choice {
        Choice::Later => {
            model.overlays.pop();
            model.notify(NoticeKind::Info, "It stays open: the next start asks again.");
            return Vec::new();
        }
        Choice::LookAgain => return doubts::again(model, entry),
        Choice::Regenerate | Choice::Delete => {
            act(model, choice, token);
            return Vec::new();
        }
        Choice::Stored => Mark::Delivered { id: token.cloned() },
        Choice::Settle => Mark::Settled,
    };
    doubts::take(model, entry);
    vec![Effect::Mark { entry: entry.clone(), mark }]
}

/// Opens the usual dialog about the token; when that has done its work, the
/// doubt is settled.
fn act(model: &mut Model, choice: Choice, id: Option<&TokenId>) {
    let Some(id) = id else { return };
    let api = model.token(id).cloned();
    let overlay = match (choice, api, model.personal_token(id)) {
        (Choice::Regenerate, Some(token), _) => {
            Overlay::Regenerate(Box::new(Regenerate::new(&token, model.server_now())))
        }
        (Choice::Delete, Some(token), _) => {
            Overlay::Delete(Box::new(Delete::new(Doomed::Api(token))))
        }
        (Choice::Delete, None, Some(token)) => {
            Overlay::Delete(Box::new(Delete::new(Doomed::Personal(token.clone()))))
        }
        _ => {
            let text = "The list does not show it: look again, or let it be if it is gone.";
            model.notify(NoticeKind::Warning, text);
            return;
        }
    };
    model.overlays.push(overlay);
}
