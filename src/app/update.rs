//! The road of one message: what happened goes in, effects come out.

use super::{
    absence, bulk, clipboard, counts, doubts,
    effect::{Effect, Ticket},
    enabled::enabled,
    field::{self, Field},
    model::{Model, NoticeKind, after},
    mouse,
    msg::Msg,
    outside,
    overlays::{
        self, Overlay,
        confirm::Confirm,
        handover,
        help::Help,
        orgs, palette, presets, regenerate_many,
        reveal::{self, cover_all},
        unstored::Unstored,
    },
    passage, replies,
    screens::{self, Screen, api_tokens, new_token::NewTokenForm, profile, review},
    servers,
    session::ConnectionId,
};
use crate::{
    api::call::Answer,
    input::{Action, Code, Found, Key},
    journal::Entry,
};

/// Milliseconds in which a second `q`, meant for the child screen that the
/// first one left, does not quit.
const SECOND_Q_MS: i64 = 300;
/// Milliseconds in which a second Ctrl-C forces.
const SECOND_INTERRUPT_MS: i64 = 2_000;

/// What holds for each message.
fn something_happened(model: &mut Model, msg: &Msg) {
    if model.notice.as_ref().is_some_and(|n| n.until <= model.now) {
        model.notice = None;
    }
    if !matches!(msg, Msg::Key(_) | Msg::Mouse(_)) {
        model.happened += 1;
    }
    api_tokens::recount(model);
}

/// Takes one message and says what is to be done.
pub fn update(model: &mut Model, msg: Msg) -> Vec<Effect> {
    something_happened(model, &msg);
    match outside::harmless(msg) {
        Msg::Key(key) => on_key(model, key),
        Msg::Paste(text) => {
            on_paste(model, &text);
            Vec::new()
        }
        Msg::Resize { width, height } => {
            (model.width, model.height) = (width, height);
            Vec::new()
        }
        Msg::Mouse(pointer) => mouse::on_pointer(model, pointer),
        Msg::Background(background) => {
            model.themes.background = background;
            Vec::new()
        }
        Msg::FocusLost => {
            cover_all(model);
            model.mouse.leave();
            Vec::new()
        }
        Msg::FocusGained => absence::back(model),
        Msg::Wake => {
            let mut effects = doubts::look(model);
            effects.extend(clipboard::wake(model));
            effects.extend(bulk::go_on(model));
            effects
        }
        Msg::Replied { ticket, answer, entry } => replied(model, ticket, answer, entry),
        Msg::ServerAhead { connection, seconds } => {
            servers::clock(model, connection, seconds);
            api_tokens::arrange(model, None);
            review::arrange(model);
            Vec::new()
        }
        Msg::Accepted(result) => review::accepted(model, result),
        Msg::Exported(result) => review::exported(model, result),
        Msg::DestinationChecked { ticket, result } => handover::checked(model, ticket, result),
        Msg::Delivered { ticket, result } => handover::delivered(model, ticket, result),
        Msg::DepotChecked { ticket, result } => regenerate_many::checked(model, ticket, result),
        Msg::Deposited { ticket, result } => bulk::deposited(model, ticket, result),
        Msg::ReportSaved(result) => {
            bulk::report_saved(model, result);
            Vec::new()
        }
        Msg::Tried { ticket, result } => {
            reveal::tried(model, ticket, result);
            Vec::new()
        }
        Msg::Unrecorded { ticket, why } => replies::on_unrecorded(model, ticket, &why),
        Msg::Recalled { open, rotations, warning } => {
            // Those of this session are later.
            model.rotations.splice(0..0, rotations);
            if let Some(warning) = warning {
                model.notify(NoticeKind::Warning, warning);
            }
            doubts::recall(model, open)
        }
        Msg::Connected { connection, result } => passage::connected(model, connection, result),
        Msg::Deployments { ticket, result } => {
            orgs::loaded(model, ticket, result);
            Vec::new()
        }
        Msg::Kept { connection, result } => {
            on_kept(model, connection, result);
            Vec::new()
        }
        Msg::Copied { what, result } => {
            clipboard::copied(model, what, result);
            Vec::new()
        }
        Msg::Presets { ticket, result } => {
            presets::loaded(model, ticket, result);
            Vec::new()
        }
        Msg::PresetSaved(result) => {
            match result {
                Ok(label) => {
                    let key = model.key(Action::Presets);
                    let text = format!("Saved as the preset {label}: {key} lists it.");
                    model.notify(NoticeKind::Info, text);
                }
                Err(why) => model.notify(NoticeKind::Warning, format!("Not saved: {why}")),
            }
            Vec::new()
        }
        Msg::Resumed => {
            model.mouse.leave();
            let mut effects = vec![Effect::Redraw];
            effects.extend(absence::back(model));
            effects
        }
        Msg::Stop => suspend(model),
        Msg::Continued => {
            // Whoever stopped us so that we could not cover it has seen enough.
            cover_all(model);
            vec![Effect::Resume]
        }
    }
}

fn on_paste(model: &mut Model, text: &str) {
    if let Some(secret) = model.overlays.last_mut().and_then(Overlay::secret_mut) {
        secret.paste(text);
    } else if let Some(field) = focused_field(model) {
        let left_out = field.paste(text);
        field_changed(model);
        say_left_out(model, left_out);
    }
}

/// A field was too full for all that was typed or pasted.
fn say_left_out(model: &mut Model, characters: usize) {
    let text = match characters {
        0 => return,
        1 => format!("A field takes {} characters: the last one was left out.", field::MOST),
        n => format!("A field takes {} characters: {n} were left out.", field::MOST),
    };
    model.notify(NoticeKind::Warning, text);
}

/// The credential of a connection was written down under a name, or not. The
/// name is that connection's: the session may have another one by now.
fn on_kept(model: &mut Model, connection: ConnectionId, result: Result<(String, String), String>) {
    match result {
        Ok((name, words)) => {
            if model.session.connection == Some(connection) {
                model.session.deployment = name.into();
            }
            model.notify(NoticeKind::Info, words);
        }
        Err(why) => model.notify(NoticeKind::Warning, format!("Not kept: {why}")),
    }
}

/// Gives the terminal to the shell; what is secret is covered before.
fn suspend(model: &mut Model) -> Vec<Effect> {
    cover_all(model);
    vec![Effect::Suspend]
}

/// An answer has come; a review looks anew at what it brought.
fn replied(
    model: &mut Model,
    ticket: Ticket,
    answer: Answer,
    entry: Option<Box<Entry>>,
) -> Vec<Effect> {
    let effects = replies::on_reply(model, ticket, answer, entry.map(|e| *e));
    review::arrange(model);
    effects
}

fn on_key(model: &mut Model, key: Key) -> Vec<Effect> {
    // Who presses the next key has read what was said, or does not need it.
    model.notice = None;
    // A secret that has just come must not be closed by keys that were meant
    // for what was on the screen before.
    if let Some(Overlay::Reveal(state)) = model.overlays.last()
        && !state.is_armed(model.now)
    {
        return Vec::new();
    }
    if let Some(secret) = model.overlays.last_mut().and_then(Overlay::secret_mut)
        && secret.key(key)
    {
        return Vec::new();
    }
    // What is being checked stays as it is, and text that is typed on is no command.
    if model.overlays.last().is_some_and(Overlay::is_checking) && key.edits() {
        return Vec::new();
    }
    if model.pending.is_empty()
        && let Some(field) = focused_field(model)
        && let Some(left_out) = field.key(key)
    {
        // Nothing has changed where it had no room.
        if left_out == 0 {
            field_changed(model);
        }
        say_left_out(model, left_out);
        return Vec::new();
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
    match model.keymap.find(model.context(), &model.pending) {
        Found::Prefix => Vec::new(),
        Found::Nothing => {
            model.pending.clear();
            model.count = None;
            // With another layout on, every key does nothing, and nobody sees why.
            if let Some(typed) = key.typed().filter(|c| !c.is_ascii()) {
                let text = format!("No key \"{typed}\" here. Switch the keyboard layout?");
                model.notify(NoticeKind::Warning, text);
            }
            Vec::new()
        }
        Found::Action(action) => {
            model.pending.clear();
            counts::perform(model, action)
        }
    }
}

/// The text field of the top layer, if one has the focus.
fn focused_field(model: &mut Model) -> Option<&mut Field> {
    match model.overlays.last_mut() {
        Some(overlay) => overlay.field_mut(),
        None => model.screens.last_mut()?.field_mut(),
    }
}

fn field_changed(model: &mut Model) {
    if model.overlays.is_empty() {
        screens::field_changed(model);
    } else {
        overlays::field_changed(model);
    }
}

/// Carries out an action on what is on top, unless it is refused: then it says
/// why.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if let Err(why) = enabled(action, model) {
        model.notify(NoticeKind::Warning, why);
        return Vec::new();
    }
    match action {
        Action::Redraw => return vec![Effect::Redraw],
        Action::Suspend => return suspend(model),
        Action::Interrupt => return interrupt(model),
        Action::Mouse => {
            mouse::toggle(model);
            return Vec::new();
        }
        Action::Help if !matches!(model.overlays.last(), Some(Overlay::Help(_))) => {
            let context = model.context();
            model.overlays.push(Overlay::Help(Box::new(Help::new(context))));
            return Vec::new();
        }
        Action::Palette => {
            palette::open(model);
            return Vec::new();
        }
        _ => {}
    }
    if !model.overlays.is_empty() {
        if action == Action::Back {
            model.left_child = Some(model.now);
        }
        return overlays::perform(model, action);
    }
    match action {
        Action::BackOrQuit => back_or_quit(model),
        Action::GoTokens => go_root(model),
        Action::GoOrgs => orgs::open(model),
        Action::ChooseTheme => overlays::themes::open(model),
        Action::GoProfile => go_profile(model),
        Action::GoReview => go_review(model),
        // Forms and filters have their own way back.
        Action::Back
            if !matches!(model.screen(), Some(Screen::TokenDetail(_) | Screen::Profile(_))) =>
        {
            screens::perform(model, action)
        }
        Action::Back => {
            model.screens.pop();
            Vec::new()
        }
        action => screens::perform(model, action),
    }
}

fn back_or_quit(model: &mut Model) -> Vec<Effect> {
    if model.screens.len() > 1 {
        model.left_child = Some(model.now);
        if matches!(model.screen(), Some(Screen::NewToken(_))) {
            return screens::perform(model, Action::Back);
        }
        model.screens.pop();
        return Vec::new();
    }
    let just_left = model.left_child.is_some_and(|at| model.now < after(at, SECOND_Q_MS));
    if just_left { Vec::new() } else { quit(model) }
}

/// Quits, unless something would be lost by it: then it asks.
pub fn quit(model: &mut Model) -> Vec<Effect> {
    if let Some(secret) = reveal::on_top(model).map(|state| state.number) {
        model.overlays.push(Overlay::Unstored(Unstored::of(secret)));
        return Vec::new();
    }
    if !model.flights.is_empty() {
        let words: Vec<_> = model.flights.iter().map(|f| f.intent.words()).collect();
        let at_stake = model.flights.iter().any(|f| f.call.yields_secret());
        model.overlays.push(Overlay::Confirm(Confirm::quit_in_flight(&words, at_stake)));
        return Vec::new();
    }
    if model.form().is_some_and(NewTokenForm::is_changed) {
        model.overlays.push(Overlay::Confirm(Confirm::quit_form()));
        return Vec::new();
    }
    vec![Effect::Quit]
}

/// Ctrl-C: the same as `q` from anywhere; twice within two seconds forces,
/// except while a secret is on the screen.
fn interrupt(model: &mut Model) -> Vec<Effect> {
    let again = model.interrupted.is_some_and(|at| model.now < after(at, SECOND_INTERRUPT_MS));
    model.interrupted = Some(model.now);
    let secret = model.overlays.iter().any(|o| matches!(o, Overlay::Reveal(_)));
    // A run has many secrets to lose.
    if again && !secret && !bulk::is_going(model) {
        return vec![Effect::Quit];
    }
    match model.overlays.last() {
        Some(Overlay::Reveal(_)) => overlays::perform(model, Action::CloseSecret),
        Some(Overlay::SignIn(_)) if model.passage.is_none() && !model.session.is_open() => {
            quit(model)
        }
        Some(_) => overlays::perform(model, Action::Back),
        None => back_or_quit(model),
    }
}

fn go_root(model: &mut Model) -> Vec<Effect> {
    if model.form().is_some_and(NewTokenForm::is_changed) {
        model.overlays.push(Overlay::Confirm(Confirm::discard_form()));
        return Vec::new();
    }
    model.screens.truncate(1);
    Vec::new()
}

fn go_profile(model: &mut Model) -> Vec<Effect> {
    if model.form().is_some_and(NewTokenForm::is_changed) {
        model.overlays.push(Overlay::Confirm(Confirm::discard_form()));
        return Vec::new();
    }
    profile::open(model)
}

fn go_review(model: &mut Model) -> Vec<Effect> {
    if model.form().is_some_and(NewTokenForm::is_changed) {
        model.overlays.push(Overlay::Confirm(Confirm::discard_form()));
        return Vec::new();
    }
    review::open(model)
}
