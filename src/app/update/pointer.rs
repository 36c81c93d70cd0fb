//! Mouse events, turned into the actions of keys.

use super::{completion, run_action};
use crate::{
    app::{
        effect::Effect,
        layer::Event,
        model::Model,
        mouse::{Gesture, HitTarget, NOTCH, Pointer},
        notice::NoticeKind,
    },
    input::Action,
};

/// Handles a mouse event.
pub(super) fn on_pointer(model: &mut Model, pointer: Pointer) -> Vec<Effect> {
    // Events may still arrive after the mouse was switched off.
    if !model.takes_mouse() {
        return Vec::new();
    }
    let Pointer { gesture, x, y } = pointer;
    model.mouse.go(x, y);
    match gesture {
        Gesture::Move => Vec::new(),
        Gesture::WheelUp => wheel(model, x, y, false),
        Gesture::WheelDown => wheel(model, x, y, true),
        Gesture::Press => press(model, x, y),
    }
}

fn press(model: &mut Model, x: u16, y: u16) -> Vec<Effect> {
    // A click dismisses the notice and ends a key sequence.
    model.shared.notice = None;
    completion::end(model);
    model.pending.clear();
    let Some((target, double)) = model.mouse.press(x, y, model.shared.now) else {
        return Vec::new();
    };
    let (front, top) = model.stack.top();
    // A layer that waits for a response is frozen; it can only be closed.
    let signs_in = model.shared.pending_switch.as_ref().is_some_and(|p| p.asker == Some(front));
    let waits = top.sent().is_some() || top.is_checking() || signs_in && top.form().is_some();
    if waits && !matches!(target, HitTarget::Do(_)) {
        return Vec::new();
    }
    let effects = match target {
        HitTarget::Do(action) => run_action(model, action),
        HitTarget::Part(part) => {
            let is_pressed = model.stack.top_mut().focus_on(part);
            if is_pressed { run_action(model, Action::Accept) } else { Vec::new() }
        }
        HitTarget::Option(part, option) => {
            if let Some(form) = model.stack.top_mut().form_mut() {
                form.choose(part, option);
            }
            model.tell_top(Event::Edited)
        }
        target => model.tell_top(Event::Click(target, double)),
    };
    if model.stack.top().0 != front {
        model.mouse.forget_press();
    }
    effects
}

/// Scrolls the list or text under the pointer. The cursor moves only to stay visible.
fn wheel(model: &mut Model, x: u16, y: u16, down: bool) -> Vec<Effect> {
    let Some((what, window)) = model.mouse.scrolled_at(x, y) else { return Vec::new() };
    let Some(list) = model.stack.top_mut().scrolled_mut(what) else { return Vec::new() };
    list.scroll_by(window, NOTCH, down);
    model.tell_top(Event::Wheeled(what))
}

/// Switches the mouse on or off.
pub(super) fn toggle_mouse(model: &mut Model) {
    model.mouse.on = !model.mouse.on;
    let words = if model.mouse.on {
        "The mouse is on. Hold Shift to select text in most terminals."
    } else {
        "The mouse is off. Select text with the terminal as usual."
    };
    model.shared.notify(NoticeKind::Info, words);
}
