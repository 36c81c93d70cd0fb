//! Completes the path in a form's field. The folder is read in the background; an answer for
//! another path, or after another key, is dropped.

use jiff::SignedDuration;

use super::edited;
use crate::{
    app::{
        effect::{Effect, LayerId},
        form::{Completion, path},
        layer::Event,
        model::Model,
        notice::NoticeKind,
    },
    domain::paths::Listing,
    input::{Action, Context, Found, Key},
};

/// How long the key waits for a folder before it moves on.
const PATIENCE: SignedDuration = SignedDuration::from_secs(1);

/// The completion key: asks for the names in the folder of the path.
pub(super) fn ask(model: &mut Model) -> Vec<Effect> {
    let (now, asker) = (model.shared.now, model.stack.top().0);
    let Some(form) = model.stack.top_mut().form_mut() else { return Vec::new() };
    match form.completion() {
        Completion::Asked(_, since) if now.duration_since(*since) >= PATIENCE => {
            let text = "This folder does not respond: type the path.";
            model.shared.notify(NoticeKind::Info, text);
            move_on(model, asker)
        }
        Completion::Unknown => {
            let Some((path, _)) = form.path() else { return Vec::new() };
            let path = path.to_owned();
            *form.completion_mut() = Completion::Asked(path.clone(), now);
            vec![Effect::ListFolder { asker, path }]
        }
        _ => Vec::new(),
    }
}

/// Applies the answer.
pub(super) fn listed(
    model: &mut Model,
    asker: LayerId,
    path: &str,
    listing: Listing,
) -> Vec<Effect> {
    if model.stack.top().0 != asker {
        return Vec::new();
    }
    let Some(form) = model.stack.top_mut().form_mut() else { return Vec::new() };
    let wanted = match (form.completion(), form.path()) {
        (Completion::Asked(of, _), Some((text, wanted))) if of == path && text == path => wanted,
        _ => return Vec::new(),
    };
    let path::Found { added, known } = path::complete(path, wanted, listing);
    let field = form.field_mut().filter(|field| added.chars().count() <= field.room());
    let (Some(field), false) = (field, known == Completion::Complete) else {
        return move_on(model, asker);
    };
    let effects = if added.is_empty() {
        Vec::new()
    } else {
        field.paste(&added);
        edited(model)
    };
    if let Some(form) = model.stack.top_mut().form_mut() {
        *form.completion_mut() = known;
    }
    effects
}

/// Nothing can be added. Goes to the next part, if the key does that in other fields. Not from
/// the last part: who completes a path there goes on typing, not back to the first one.
fn move_on(model: &mut Model, asker: LayerId) -> Vec<Effect> {
    let Some(form) = model.stack.top_mut().form_mut() else { return Vec::new() };
    *form.completion_mut() = Completion::Complete;
    let is_last = form.is_last();
    let key = |context, action| model.shared.keymap.key_for(context, action, true);
    if is_last || key(Context::Path, Action::Complete) != key(Context::Form, Action::NextField) {
        return Vec::new();
    }
    model.tell(asker, Event::Action(Action::NextField))
}

/// Any key ends a completion, except the one that asks for it.
pub(super) fn end_before(model: &mut Model, key: Key) {
    let found = model.shared.keymap.find(model.context(), &[key]);
    if found != Found::Action(Action::Complete) {
        end(model);
    }
}

/// Hides the names, and drops an answer that is still to come. That nothing can be added stays
/// known until the text changes.
pub(super) fn end(model: &mut Model) {
    if let Some(form) = model.stack.top_mut().form_mut()
        && *form.completion() != Completion::Complete
    {
        *form.completion_mut() = Completion::default();
    }
}
