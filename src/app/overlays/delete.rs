//! Delete: shows what will be deleted, and asks the user to type the end of the id or the
//! name, or the number of several tokens.

use std::collections::HashSet;

use jiff::Timestamp;

use crate::{
    app::{
        bulk,
        effect::Ticket,
        form::{Form, Outcome, Part, Parts as _},
        layer::{Cx, DeleteTarget, Event, Hint, Layer, Open, Step, has_form},
        list::List,
        run::{Item, Kind},
        sending::Sending,
        shared::Shared,
    },
    domain::{ApiToken, TokenId, confirm::Confirmation},
    input::Action,
    ops::change::Intent,
};

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The field for the text that confirms.
    Typed,
    /// Closes the dialog without deleting anything.
    Cancel,
    /// Regenerates the tokens instead; for API tokens only.
    Regenerate,
    /// Sends the request, or starts the run.
    Delete,
}

/// The dialog that confirms a deletion.
#[derive(Debug)]
pub struct Delete {
    /// The tokens to delete.
    pub target: DeleteTarget,
    /// Tokens that still work and have no replacement: callers that use them will fail.
    pub without: HashSet<TokenId>,
    /// What to type as confirmation.
    pub wanted: Confirmation,
    /// The field and the buttons.
    pub form: Form<Field>,
    /// The scroll position in the list of several tokens.
    pub list: List,
    /// The request for a single token, once sent.
    pub sending: Sending,
}

impl Delete {
    /// Asks for confirmation before deleting `target`.
    #[must_use]
    pub fn new(target: DeleteTarget, shared: &Shared) -> Self {
        let without = match &target {
            DeleteTarget::Api(tokens) => without(tokens, shared),
            DeleteTarget::Personal(_) => HashSet::new(),
        };
        let wanted = match &target {
            DeleteTarget::Api(tokens) => shared.data.confirmation(tokens),
            DeleteTarget::Personal(token) => {
                let all = shared.data.personal.value().map_or(&[][..], Vec::as_slice).iter();
                let all = all.map(|t| (&t.name, &t.id));
                Confirmation::of([(&token.name, &token.id)].into_iter(), &all)
            }
        };
        let is_personal = matches!(target, DeleteTarget::Personal(_));
        let form = Form::new([
            Part::text(Field::Typed, format!("Type {wanted}"), "").pressed_by_enter(),
            Part::back(Field::Cancel, "Cancel"),
            // Only an API token can be regenerated instead.
            Part::button(Field::Regenerate, "Regenerate instead").hidden(is_personal),
            Part::button(Field::Delete, "Delete"),
        ]);
        let (list, sending) = Default::default();
        Self { target, without, wanted, form, list, sending }
    }

    /// Whether there are several tokens, shown as a list.
    #[must_use]
    pub fn is_many(&self) -> bool {
        matches!(&self.target, DeleteTarget::Api(tokens) if tokens.len() > 1)
    }

    /// Whether all tokens have expired.
    #[must_use]
    pub fn is_expired(&self, now: Timestamp) -> bool {
        matches!(&self.target, DeleteTarget::Api(tokens)
            if tokens.iter().all(|token| token.expiry.is_past(now)))
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.is_many() && self.list.is_cut() && self.list.scroll(action) {
            return Step::none();
        }
        match (self.form.act(action), &self.target) {
            (Outcome::Back, _) => Step::back(),
            (Outcome::Pressed(Field::Regenerate), DeleteTarget::Api(tokens)) => {
                Step::replace(Open::Regenerate(tokens.clone()))
            }
            (Outcome::Pressed(_) | Outcome::Submit, _) => self.delete(cx),
            _ => Step::none(),
        }
    }

    fn delete(&mut self, cx: &mut Cx<'_>) -> Step {
        let wanted = &self.wanted;
        if !wanted.is_typed(self.form.text(Field::Typed)) {
            let back = cx.shared.key_in(self.context(), Action::Back);
            let it = if self.is_many() { "them" } else { "it" };
            let why = format!("Type {wanted} to delete {it}, or {back} to keep {it}.");
            self.form.refuse(Field::Typed, why);
            return Step::none();
        }
        let change = match &self.target {
            DeleteTarget::Api(tokens) => {
                let [token] = &tokens[..] else {
                    let items = tokens.iter().map(|token| Item::new(token.clone(), None));
                    let run = bulk::begin(cx.shared, Kind::Delete, items.collect());
                    return Step::back().and(run);
                };
                Intent::delete(token)
            }
            DeleteTarget::Personal(token) => Intent::delete_personal(token),
        };
        self.sending.send(cx, None, change)
    }
}

/// The ids of the tokens that still work and have no replacement that stays.
fn without(tokens: &[ApiToken], shared: &Shared) -> HashSet<TokenId> {
    let deleted: HashSet<&TokenId> = tokens.iter().map(|t| &t.id).collect();
    let now = shared.server_now();
    // A token of the same name that stays counts as a replacement, as does the new token
    // of a regenerated one.
    let staying: HashSet<&str> = shared
        .data
        .listed_tokens()
        .iter()
        .filter(|t| !t.expiry.is_past(now) && !deleted.contains(&t.id))
        .map(|t| t.name.raw())
        .collect();
    let replaced = |t: &ApiToken| {
        let new = shared.old_half(&t.id).and_then(|half| half.other());
        new.is_some_and(|new| !deleted.contains(new)) || staying.contains(t.name.raw())
    };
    let alone = tokens.iter().filter(|t| !t.expiry.is_past(now) && !replaced(t));
    alone.map(|t| t.id.clone()).collect()
}

impl Layer for Delete {
    has_form!();

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        if self.is_many() { Some(&mut self.list) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let mut hints = self.form.hints();
        hints.extend(self.is_many().then_some((Action::Down, "scroll")));
        hints
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        self.is_many() && self.list.scrolls(action) || self.form.offers(action)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.on_event(event),
        }
    }
}
