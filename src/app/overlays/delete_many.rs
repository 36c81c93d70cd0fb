//! Delete the marked tokens: names what will die, and wants the number typed.

use std::collections::HashSet;

use crate::{
    app::{
        bulk,
        doomed::Focus,
        field::Field,
        layer::{Cx, Event, Hint, Layer, Open, Step},
        list::List,
        notice::NoticeKind,
        round::{Round, direction},
        run::Kind,
        shared::Shared,
    },
    domain::{ApiToken, TokenId, confirm},
    input::Action,
};

/// The overlay's state.
#[derive(Debug)]
pub struct DeleteMany {
    pub tokens: Vec<ApiToken>,
    /// Those that work and have no successor: what uses them will fail.
    pub without: HashSet<TokenId>,
    pub typed: Field,
    pub focus: Focus,
    pub list: List,
}

impl DeleteMany {
    #[must_use]
    pub fn new(tokens: Vec<ApiToken>, shared: &Shared) -> Self {
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
        let without = alone.map(|t| t.id.clone()).collect();
        let (typed, focus, list) = (Field::default(), Focus::Typed, List::default());
        Self { tokens, without, typed, focus, list }
    }

    /// What has to be typed.
    #[must_use]
    pub fn wanted(&self) -> String {
        confirm::deletions(self.tokens.len())
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if self.list.scroll(action) {
            return Step::none();
        }
        match (action, self.focus) {
            (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => Step::back(),
            (Action::Accept | Action::Toggle, Focus::Regenerate) => {
                Step::replace(Open::RegenerateMany(std::mem::take(&mut self.tokens)))
            }
            (Action::Accept, Focus::Typed)
            | (Action::Accept | Action::Toggle, Focus::Delete)
            | (Action::Submit, _) => self.delete(cx),
            (action, focus) => {
                self.focus = direction(action).map_or(focus, |forward| focus.step(forward));
                Step::none()
            }
        }
    }

    fn delete(&mut self, cx: &mut Cx<'_>) -> Step {
        if !confirm::is_typed(self.typed.text(), &self.wanted()) {
            self.focus = Focus::Typed;
            let back = cx.shared.key_in(self.context(), Action::Back);
            let text = format!("Type {} to delete them, or {back} to keep them.", self.wanted());
            cx.shared.notify(NoticeKind::Warning, text);
            return Step::none();
        }
        Step::back().and(bulk::begin(cx.shared, Kind::Delete, std::mem::take(&mut self.tokens)))
    }
}

impl Layer for DeleteMany {
    fn is_typing(&self) -> bool {
        self.focus == Focus::Typed
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.typed) } else { None }
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![(A::Accept, "go on"), (A::Back, "cancel"), (A::NextField, "next"), (A::Down, "scroll")]
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        self.focus != Focus::Typed
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => self.act(action, cx),
            _ => Step::none(),
        }
    }
}
