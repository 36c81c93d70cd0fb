//! An unconfirmed change: what is known about it, and what the user can do.

use crate::{
    app::{
        effect::Effect,
        form::{Form, Outcome, Part, Parts},
        layer::{Cx, DeleteTarget, Event, Layer, Open, Step, has_form},
        list::List,
        mouse::HitTarget,
        notice::NoticeKind,
        reconcile,
        shared::{Shared, Topic},
        unconfirmed::{Cause, UnconfirmedChange},
    },
    domain::TokenId,
    input::Action,
    journal::{EntryId, Mark},
};

/// The buttons.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Choice {
    /// Closes the dialog; the change stays unconfirmed.
    Later,
    /// Searches the list for the token again.
    LookAgain,
    /// Confirms that the secret is stored.
    Stored,
    /// Opens the regenerate dialog for the selected token.
    Regenerate,
    /// Opens the delete dialog for the selected token.
    Delete,
    /// Dismisses the change: nothing is left to do about it.
    Settle,
}

impl Choice {
    const ALL: [Self; 6] =
        [Self::Later, Self::Stored, Self::LookAgain, Self::Regenerate, Self::Delete, Self::Settle];

    const fn label(self) -> &'static str {
        match self {
            Self::Later => "Later",
            Self::LookAgain => "Search again",
            Self::Stored => "It is stored",
            Self::Regenerate => "Regenerate",
            Self::Delete => "Delete",
            Self::Settle => "Dismiss",
        }
    }
}

/// The dialog about an unconfirmed change.
#[derive(Debug)]
pub struct Dialog {
    /// The change's entry in the journal.
    pub entry: EntryId,
    /// A button for each choice; those that do not apply are hidden.
    pub form: Form<Choice>,
    /// The cursor in the list of tokens that may be the result of the change.
    pub list: List,
}

impl Dialog {
    /// Opens the dialog for this entry of the journal.
    #[must_use]
    pub fn new(entry: EntryId) -> Self {
        let button = |choice: Choice| match choice {
            Choice::Later => Part::back(choice, choice.label()),
            _ => Part::button(choice, choice.label()).hidden(true),
        };
        Self { entry, form: Form::new(Choice::ALL.map(button)), list: List::default() }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let Some(unconfirmed) = reconcile::get(cx.shared, &self.entry) else { return Step::back() };
        if unconfirmed.is_choice() && self.list.step(action, unconfirmed.search.found.len()) {
            return Step::none();
        }
        let token = unconfirmed.search.found.get(self.list.cursor).map(|c| c.id.clone());
        match self.form.act(action) {
            Outcome::Back => self.choose(Choice::Later, None, cx),
            Outcome::Pressed(choice) => self.choose(choice, token.as_ref(), cx),
            _ => Step::none(),
        }
    }

    /// Shows the choices that apply now. If the focused one disappears, `Later` gets the
    /// focus, never another choice that changes a token.
    fn update_parts(&mut self, shared: &Shared) {
        let Some(unconfirmed) = reconcile::get(shared, &self.entry) else { return };
        let (choices, before) = (choices(unconfirmed), self.form.focused());
        for choice in Choice::ALL {
            self.form.show(choice, choices.contains(&choice));
        }
        if self.form.focused() != before {
            self.form.focus(Choice::Later);
        }
    }

    fn choose(&self, choice: Choice, token: Option<&TokenId>, cx: &mut Cx<'_>) -> Step {
        let mark = match choice {
            Choice::Later => {
                let text = "Still unconfirmed: axtok asks again at the next start.";
                cx.shared.notify(NoticeKind::Info, text);
                return Step::back();
            }
            Choice::LookAgain => return reconcile::again(cx.shared, &self.entry).into(),
            Choice::Regenerate | Choice::Delete => return open(choice, token, cx),
            Choice::Stored => Mark::Delivered { id: token.cloned(), to: None },
            Choice::Settle => Mark::Settled { why: None },
        };
        reconcile::take(cx.shared, &self.entry);
        Step::effect(Effect::Mark { entry: self.entry.clone(), mark })
    }
}

/// The choices for an unconfirmed change; the first changes nothing.
fn choices(unconfirmed: &UnconfirmedChange) -> Vec<Choice> {
    let mut choices = vec![Choice::Later];
    if unconfirmed.search.is_looking() {
        return choices;
    }
    if unconfirmed.cause == Cause::Undelivered {
        choices.push(Choice::Stored);
    }
    if unconfirmed.search.only_possible() {
        // A token that is only possibly the result must be checked in the list first. It
        // can be regenerated or deleted from there.
        choices.push(Choice::LookAgain);
    } else {
        if !unconfirmed.search.is_personal() {
            choices.push(Choice::Regenerate);
        }
        choices.push(Choice::Delete);
    }
    choices.push(Choice::Settle);
    choices
}

/// Opens the regenerate or delete dialog for the token. Once that has succeeded, the
/// change no longer counts as unconfirmed.
fn open(choice: Choice, id: Option<&TokenId>, cx: &mut Cx<'_>) -> Step {
    let Some(id) = id else { return Step::none() };
    match (choice, cx.shared.delete_target(id)) {
        (Choice::Regenerate, Some(DeleteTarget::Api(tokens))) => {
            Step::open(Open::Regenerate(tokens))
        }
        (Choice::Delete, Some(target)) => Step::open(Open::Delete(Box::new(target))),
        _ => {
            let text = "Token not in the list: search again, or dismiss if gone.";
            cx.shared.notify(NoticeKind::Warning, text);
            Step::none()
        }
    }
}

impl Layer for Dialog {
    has_form!();

    fn is_over(&self, shared: &Shared) -> bool {
        reconcile::get(shared, &self.entry).is_none()
    }

    fn yields_to_secrets(&self) -> bool {
        true
    }

    fn offers(&self, action: Action, shared: &Shared) -> bool {
        List::moves(action)
            && reconcile::get(shared, &self.entry).is_some_and(UnconfirmedChange::is_choice)
            || Parts::offers(&self.form, action)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Opened | Event::Changed(Topic::Unconfirmed) => {
                self.update_parts(cx.shared);
                Step::none()
            }
            Event::Action(action) => self.act(action, cx),
            Event::Click(HitTarget::Row(row), double) => {
                self.list.cursor = row;
                if double { self.act(Action::Accept, cx) } else { Step::none() }
            }
            _ => Step::none(),
        }
    }
}
