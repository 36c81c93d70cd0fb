//! Delete: names what will die, and wants the name typed, or the number of several.

use std::collections::HashSet;

use crate::{
    app::{
        bulk,
        doomed::{Doomed, Focus},
        effect::Ticket,
        field::Field,
        layer::{Cx, Event, Hint, Layer, Open, Step},
        list::List,
        notice::NoticeKind,
        round::{Round, direction},
        run::Kind,
        sending::Sending,
        shared::Shared,
    },
    domain::{ApiToken, TokenId, confirm},
    input::Action,
    ops::change::Intent,
};

/// The overlay's state.
#[derive(Debug)]
pub struct Delete {
    pub doomed: Doomed,
    /// Those that work and have no successor: what uses them will fail.
    pub without: HashSet<TokenId>,
    pub typed: Field,
    pub focus: Focus,
    pub list: List,
    pub sending: Sending,
}

impl Delete {
    #[must_use]
    pub fn new(doomed: Doomed, shared: &Shared) -> Self {
        let without = match &doomed {
            Doomed::Api(tokens) => without(tokens, shared),
            Doomed::Personal(_) => HashSet::new(),
        };
        let (typed, list, sending) = Default::default();
        Self { doomed, without, typed, focus: Focus::Typed, list, sending }
    }

    /// What has to be typed.
    #[must_use]
    pub fn wanted(&self) -> String {
        match &self.doomed {
            Doomed::Api(tokens) => confirm::deletion(tokens.iter().map(|t| &t.name)),
            Doomed::Personal(token) => confirm::named(&token.name).to_owned(),
        }
    }

    /// Whether there is a list to look through.
    #[must_use]
    pub fn is_many(&self) -> bool {
        matches!(&self.doomed, Doomed::Api(tokens) if tokens.len() > 1)
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.is_many() && self.list.scroll(action) {
            return Step::none();
        }
        match (action, self.focus) {
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => Step::back(),
            (Action::Accept | Action::Toggle, Focus::Regenerate) => match &self.doomed {
                Doomed::Api(tokens) => Step::replace(Open::Regenerate(tokens.clone())),
                Doomed::Personal(_) => Step::none(),
            },
            (Action::Accept, Focus::Typed)
            | (Action::Accept | Action::Toggle, Focus::Delete)
            | (Action::Submit, _) => self.delete(cx),
            (action, focus) => {
                // Only an API token can be regenerated instead.
                let api = matches!(self.doomed, Doomed::Api(_));
                let is_there = |focus| api || focus != Focus::Regenerate;
                if let Some(forward) = direction(action) {
                    self.focus = focus.step_among(forward, is_there);
                }
                Step::none()
            }
        }
    }

    fn delete(&mut self, cx: &mut Cx<'_>) -> Step {
        let wanted = self.wanted();
        if !confirm::is_typed(self.typed.text(), &wanted) {
            self.focus = Focus::Typed;
            let back = cx.shared.key_in(self.context(), Action::Back);
            let it = if self.is_many() { "them" } else { "it" };
            let text = format!("Type {wanted} to delete {it}, or {back} to keep {it}.");
            cx.shared.notify(NoticeKind::Warning, text);
            return Step::none();
        }
        let change = match &self.doomed {
            Doomed::Api(tokens) => match &tokens[..] {
                [token] => Intent::delete(token),
                _ => {
                    return Step::back().and(bulk::begin(cx.shared, Kind::Delete, tokens.clone()));
                }
            },
            Doomed::Personal(token) => Intent::delete_personal(token),
        };
        self.sending.send(cx, None, change)
    }
}

/// Those of these tokens that work and have no successor that stays.
fn without(tokens: &[ApiToken], shared: &Shared) -> HashSet<TokenId> {
    let doomed: HashSet<&TokenId> = tokens.iter().map(|t| &t.id).collect();
    let now = shared.server_now();
    // One of the same name that stays counts as a successor, as does the new
    // one of a pair.
    let staying: HashSet<&str> = shared
        .data
        .listed_tokens()
        .iter()
        .filter(|t| !t.expiry.is_past(now) && !doomed.contains(&t.id))
        .map(|t| t.name.raw())
        .collect();
    let replaced = |t: &ApiToken| {
        let new = shared.replaced(&t.id).and_then(|r| r.new.as_ref());
        new.is_some_and(|new| !doomed.contains(new)) || staying.contains(t.name.raw())
    };
    let alone = tokens.iter().filter(|t| !t.expiry.is_past(now) && !replaced(t));
    alone.map(|t| t.id.clone()).collect()
}

impl Layer for Delete {
    fn is_typing(&self) -> bool {
        self.sending.is_idle() && self.focus == Focus::Typed
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.typed) } else { None }
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        if self.is_many() { Some(&mut self.list) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        let mut hints = vec![(A::Accept, "go on"), (A::Back, "cancel"), (A::NextField, "next")];
        hints.extend(self.is_many().then_some((A::Down, "scroll")));
        hints
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        self.focus != Focus::Typed
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            event => self.sending.told(event),
        }
    }
}
