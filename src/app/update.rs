//! Handles a message: changes the model and returns effects.

mod completion;
mod leaving;
mod pointer;
mod said;

use super::{
    absence, bulk, clipboard, counts, custody,
    effect::Effect,
    field,
    layer::{Event, Open, Page, Step},
    model::Model,
    msg::Msg,
    notice::NoticeKind,
    outside, reconcile, replies, rotation, servers,
    shared::Shared,
    switch,
};
use crate::input::{Action, Code, Found, Key};

pub use leaving::quit;
use leaving::{back_or_quit, interrupt, leave_form};

/// Work that precedes every message.
fn something_happened(model: &mut Model) {
    let shared = &mut model.shared;
    if shared.notice.as_ref().is_some_and(|n| n.until <= shared.now) {
        shared.notice = None;
    }
    if let Some(list) = model.stack.list_mut() {
        list.recount(&model.shared);
    }
    rotation::recount(&mut model.shared);
}

/// Handles a message. Returns the effects to run.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    something_happened(model);
    let shared = &mut model.shared;
    let step = match outside::sanitize(msg) {
        Msg::Key(key) => return on_key(model, key),
        Msg::Paste(text) => return on_paste(model, &text),
        Msg::Mouse(pointer) => return pointer::on_pointer(model, pointer),
        Msg::Checked { asker, result } => return model.tell(asker, Event::Checked(result)),
        Msg::Deployments { asker, result } => {
            return model.tell(asker, Event::Deployments(result));
        }
        Msg::Listed { asker, path, listing } => {
            return completion::listed(model, asker, &path, listing);
        }
        Msg::Presets { asker, result } => return model.tell(asker, Event::Presets(result)),
        Msg::Resize { width, height } => {
            (shared.width, shared.height) = (width, height);
            Step::none()
        }
        Msg::Background(background) => {
            shared.themes.background = background;
            Step::none()
        }
        Msg::FocusLost => {
            custody::cover_all(shared);
            model.mouse.leave();
            Step::none()
        }
        Msg::FocusGained => on_resume(model).into(),
        Msg::Wake => {
            let mut effects = reconcile::refetch_due(shared);
            effects.extend(clipboard::wake(shared));
            effects.extend(bulk::send_next(shared));
            effects.into()
        }
        Msg::Replied { ticket, answer, entry } => {
            replies::on_reply(shared, ticket, answer, entry.map(|e| *e))
        }
        Msg::ServerAhead { connection, seconds } => {
            servers::clock(shared, connection, seconds);
            Step::none()
        }
        Msg::Policies(policies) => said::policies(shared, policies),
        Msg::Accepted(result) => {
            said::accepted(shared, result);
            Step::none()
        }
        Msg::History { asker, result } => said::history(asker, result),
        Msg::Used { ticket, answer } => replies::used(shared, ticket, answer),
        Msg::ChoiceKept(result) => {
            said::choice_kept(shared, result);
            Step::none()
        }
        Msg::DueReported(message) => said::due_reported(shared, message),
        Msg::Exported(result) => {
            said::exported(shared, result);
            Step::none()
        }
        Msg::Delivered { id, result } => custody::delivered(shared, id, result).into(),
        Msg::BulkDelivered { id, result } => bulk::bulk_delivered(shared, id, result),
        Msg::ReportSaved(result) => {
            bulk::report_saved(shared, result);
            Step::none()
        }
        Msg::Tried { id, result } => {
            shared.secrets.tried(id, result);
            Step::none()
        }
        Msg::Unrecorded { ticket, why } => replies::on_unrecorded(shared, ticket, &why),
        Msg::Recalled { open, rotations, warning } => {
            rotation::recalled(shared, rotations, warning);
            reconcile::recall(shared, &open)
        }
        msg @ (Msg::Rotations { .. } | Msg::RotationTold { .. } | Msg::Rotated { .. }) => {
            rotation::take(shared, msg)
        }
        Msg::Connected { connection, result } => switch::connected(shared, connection, result),
        Msg::Kept { connection, result } => {
            said::kept(shared, connection, result);
            Step::none()
        }
        Msg::Copied { what, result } => {
            clipboard::copied(shared, what, result);
            Step::none()
        }
        Msg::PresetSaved(result) => {
            said::preset_saved(model, result);
            Step::none()
        }
        Msg::Resumed => {
            model.mouse.leave();
            let step = Step::effect(Effect::Redraw);
            step.and(on_resume(model).into())
        }
        Msg::Stop => suspend(shared),
        Msg::Continued => {
            // SIGSTOP gave no chance to hide the secret; hide it now.
            custody::cover_all(shared);
            Step::effect(Effect::Resume)
        }
    };
    model.apply(None, step)
}

/// Refreshes old data.
fn on_resume(model: &mut Model) -> Vec<Effect> {
    absence::back(&mut model.shared, model.stack.screen().topics())
}

fn on_paste(model: &mut Model, text: &str) -> Vec<Effect> {
    let top = model.stack.top_mut();
    if let Some(secret) = top.secret_mut() {
        secret.paste(text);
        return edited(model);
    }
    let Some(field) = top.field_mut() else { return Vec::new() };
    let left_out = field.paste(text);
    let effects = edited(model);
    say_left_out(model, left_out);
    effects
}

/// Notifies the layer on top that its input changed.
fn edited(model: &mut Model) -> Vec<Effect> {
    if let Some(form) = model.stack.top_mut().form_mut() {
        form.edited();
    }
    model.tell_top(Event::Edited)
}

/// Warns that typed or pasted characters did not fit into a field.
fn say_left_out(model: &mut Model, characters: usize) {
    let text = match characters {
        0 => return,
        1 => format!("The limit is {} characters: the last one was left out.", field::MOST),
        n => format!("The limit is {} characters: {n} were left out.", field::MOST),
    };
    model.shared.notify(NoticeKind::Warning, text);
}

/// Hides all secrets and suspends the program.
fn suspend(shared: &mut Shared) -> Step {
    custody::cover_all(shared);
    Step::effect(Effect::Suspend)
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    // A key press dismisses the notice, and the buttons under the pointer.
    model.shared.notice = None;
    model.mouse.leave();
    // Keys that were meant for the previous screen must not close a dialog with a new
    // secret.
    if model.top().ignores_keys(&model.shared) {
        return Vec::new();
    }
    completion::end_before(model, key);
    let top = model.stack.top_mut();
    if let Some(secret) = top.secret_mut()
        && secret.key(key)
    {
        return edited(model);
    }
    // While input is being checked it is frozen, and further text is not a command.
    if top.is_checking() && key.edits() {
        return Vec::new();
    }
    if model.pending.is_empty()
        && top.types(key, &model.shared)
        && let Some(field) = top.field_mut()
        && let Some(left_out) = field.key(key)
    {
        // If the character did not fit, the text has not changed.
        let effects = if left_out == 0 { edited(model) } else { Vec::new() };
        say_left_out(model, left_out);
        return effects;
    }
    let begun = model.count.is_some() || !model.pending.is_empty();
    if key == Key::new(Code::Esc) && begun {
        model.pending.clear();
        model.count = None;
        return Vec::new();
    }
    if counts::take(model, key) {
        return Vec::new();
    }
    model.pending.push(key);
    match model.shared.keymap.find(model.context(), &model.pending) {
        Found::Prefix => Vec::new(),
        Found::Nothing => {
            model.pending.clear();
            model.count = None;
            // With a different keyboard layout, no key works and the cause is not obvious.
            if let Some(typed) = key.typed().filter(|c| !c.is_ascii()) {
                let text =
                    format!("\"{typed}\" is not a key here. Is another keyboard layout active?");
                model.shared.notify(NoticeKind::Warning, text);
            }
            Vec::new()
        }
        Found::Action(action) => {
            model.pending.clear();
            counts::run_counted(model, action)
        }
    }
}

/// Runs an action on the layer on top. If it is not possible, shows a notice with the
/// reason.
pub fn run_action(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Err(why) = model.enabled(action) {
        model.shared.notify(NoticeKind::Warning, why);
        return Vec::new();
    }
    let in_dialog = model.overlay().is_some();
    let step = match action {
        Action::Redraw => Step::effect(Effect::Redraw),
        Action::Suspend => suspend(&mut model.shared),
        Action::Interrupt => return interrupt(model),
        Action::Mouse => {
            pointer::toggle_mouse(model);
            Step::none()
        }
        Action::Help => Step::open(Open::Help(model.context(), model.offered())),
        Action::Palette => Step::open(Open::Palette(model.offered())),
        _ if in_dialog => return in_layer(model, action),
        Action::BackOrQuit => return back_or_quit(model),
        Action::GoTokens => leave_form(model, None),
        Action::GoProfile => leave_form(model, Some(Page::Profile)),
        Action::GoReview => leave_form(model, Some(Page::AccessReview)),
        Action::GoHistory => leave_form(model, Some(Page::History)),
        Action::GoRotations => leave_form(model, Some(Page::Rotations)),
        Action::GoOrgs => Step::open(Open::Orgs(None)),
        Action::ChooseTheme => Step::open(Open::Themes),
        _ => return in_layer(model, action),
    };
    model.apply(None, step)
}

/// Sends an action to the layer on top. A layer that waits for a response can only be
/// closed; that does not cancel the request.
fn in_layer(model: &mut Model, action: Action) -> Vec<Effect> {
    let (top, layer) = model.stack.top();
    if model.overlay().is_some() && action == Action::Back {
        model.left_child = Some(model.shared.now);
    }
    // Input that is being checked is frozen.
    if layer.is_checking() && action != Action::Back {
        return Vec::new();
    }
    let Some(ticket) = layer.sent() else {
        if action == Action::Complete && layer.form().is_some_and(|form| form.path().is_some()) {
            return completion::ask(model);
        }
        return model.tell(top, Event::Action(action));
    };
    if action == Action::Back {
        let mut waited_for = model.shared.in_flight.iter().filter(|f| f.load.ticket == ticket);
        let text = if waited_for.any(|f| f.call.yields_secret()) {
            "No longer waiting. The secret will be shown when it arrives."
        } else {
            "No longer waiting. The request was already sent."
        };
        model.shared.notify(NoticeKind::Info, text);
        return model.apply(Some(top), Step::back());
    }
    Vec::new()
}
