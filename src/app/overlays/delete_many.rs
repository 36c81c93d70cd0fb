//! Delete the marked tokens: names what will die, and wants the number typed.

use std::collections::HashSet;

use crate::{
    app::{
        bulk::{self, Kind},
        effect::Effect,
        field::Field,
        list::List,
        model::{Model, NoticeKind},
        overlays::{Overlay, delete::Focus, regenerate_many::RegenerateMany},
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
    pub fn new(tokens: Vec<ApiToken>, model: &Model) -> Self {
        let doomed: HashSet<&TokenId> = tokens.iter().map(|t| &t.id).collect();
        let now = model.server_now();
        let all = model.data.tokens.value().map_or(&[][..], Vec::as_slice);
        // One of the same name that stays counts as a successor, as does the new
        // one of a pair.
        let staying: HashSet<&str> = all
            .iter()
            .filter(|t| !t.expiry.is_past(now) && !doomed.contains(&t.id))
            .map(|t| t.name.raw())
            .collect();
        let replaced = |t: &ApiToken| {
            let new = model.replaced(&t.id).and_then(|r| r.new.as_ref());
            new.is_some_and(|new| !doomed.contains(new)) || staying.contains(t.name.raw())
        };
        let alone = tokens.iter().filter(|t| !t.expiry.is_past(now) && !replaced(t));
        let without = alone.map(|t| t.id.clone()).collect();
        let (typed, focus, list) = (Field::default(), Focus::Typed, List::default());
        Self { tokens, without, typed, focus, list }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Typed => Some(&mut self.typed),
            _ => None,
        }
    }

    /// What has to be typed.
    #[must_use]
    pub fn wanted(&self) -> String {
        confirm::deletions(self.tokens.len())
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::DeleteMany(state)) = model.overlays.last_mut() else { return Vec::new() };
    if state.list.scroll(action) {
        return Vec::new();
    }
    match (action, state.focus) {
        (Action::NextField | Action::NextChoice, _) => state.focus = state.focus.step(1),
        (Action::PreviousField | Action::PreviousChoice, _) => state.focus = state.focus.step(3),
        (Action::Back, _) | (Action::Accept | Action::Toggle, Focus::Cancel) => {
            model.overlays.pop();
        }
        (Action::Accept | Action::Toggle, Focus::Regenerate) => {
            let tokens = std::mem::take(&mut state.tokens);
            model.overlays.pop();
            let overlay = RegenerateMany::new(tokens);
            model.overlays.push(Overlay::RegenerateMany(Box::new(overlay)));
        }
        (Action::Accept, Focus::Typed)
        | (Action::Accept | Action::Toggle, Focus::Delete)
        | (Action::Submit, _) => return delete(model),
        _ => {}
    }
    Vec::new()
}

fn delete(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::DeleteMany(state)) = model.overlays.last_mut() else { return Vec::new() };
    if !confirm::is_typed(state.typed.text(), &state.wanted()) {
        let wanted = state.wanted();
        state.focus = Focus::Typed;
        let back = model.key_here(Action::Back);
        let text = format!("Type {wanted} to delete them, or {back} to keep them.");
        model.notify(NoticeKind::Warning, text);
        return Vec::new();
    }
    let tokens = std::mem::take(&mut state.tokens);
    model.overlays.pop();
    bulk::begin(model, Kind::Delete, tokens)
}
