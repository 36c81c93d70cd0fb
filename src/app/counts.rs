//! Counts before a movement: `5 j` moves five rows down, `5 G` to row five. Where a
//! digit is bound to an action it cannot start a count: in the matrix 1, 2 and 3 choose
//! the part.

use super::{effect::Effect, model::Model, update};
use crate::input::{Action, Context, Found, Key, Keymap};

/// The largest count: longer than any list that people scroll through.
const MOST: u32 = 9_999;

/// The movements that take a count, most useful first.
pub const COUNTED: [Action; 10] = [
    Action::Down,
    Action::Up,
    Action::Bottom,
    Action::Top,
    Action::Left,
    Action::Right,
    Action::HalfDown,
    Action::HalfUp,
    Action::PageDown,
    Action::PageUp,
];

/// Whether digits can be counts in a context: only in lists.
#[must_use]
pub fn heard(context: Context) -> bool {
    context.chain().contains(&Context::Lists)
}

/// The digits that can start a count in a context.
#[must_use]
pub fn digits(keymap: &Keymap, context: Context) -> Vec<char> {
    let free = |c: &char| keymap.find(context, &[Key::char(*c)]) == Found::Nothing;
    if heard(context) { ('1'..='9').filter(free).collect() } else { Vec::new() }
}

/// Adds a digit to the count. Returns `false` if the key is not part of a count.
pub fn take(model: &mut Model, key: Key) -> bool {
    let context = model.context();
    if !heard(context) {
        // A dialog has opened since.
        model.count = None;
        return false;
    }
    let Some(digit) = key.typed().filter(|_| model.pending.is_empty()) else { return false };
    let Some(value) = digit.to_digit(10) else { return false };
    if model.count.is_none() && !digits(&model.shared.keymap, context).contains(&digit) {
        return false;
    }
    model.count = Some((model.count.unwrap_or(0) * 10 + value).min(MOST));
    true
}

/// Runs a movement as often as the count says, and any other action once.
pub fn run_counted(model: &mut Model, action: Action) -> Vec<Effect> {
    let count = model.count.take().filter(|_| COUNTED.contains(&action));
    let Some(count) = count else { return update::run_action(model, action) };
    let mut effects = Vec::new();
    let (step, times) = match action {
        Action::Top | Action::Bottom => {
            effects.extend(update::run_action(model, Action::Top));
            (Action::Down, count.saturating_sub(1))
        }
        action => (action, count),
    };
    let is_sideways = matches!(step, Action::Left | Action::Right);
    for _ in 0..times {
        let before = cursor(model);
        effects.extend(update::run_action(model, step));
        if cursor(model) == before && !is_sideways {
            break;
        }
    }
    effects
}

fn cursor(model: &mut Model) -> usize {
    model.stack.screen_mut().list_mut().map_or(0, |list| list.cursor)
}
