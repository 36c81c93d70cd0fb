//! Where a secret goes: the screen, a new file, or a command. Chosen before the
//! request is sent, or for a secret that is on the screen.

use crate::{
    app::{
        effect::{Destination, Effect},
        field::Field,
        model::{Model, NoticeKind},
        overlays::Overlay,
    },
    input::Action,
};

/// What can be chosen.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    Screen,
    File,
    Command,
}

impl Kind {
    pub const ALL: [Self; 3] = [Self::Screen, Self::File, Self::Command];

    fn step(self, by: usize) -> Self {
        let at = Self::ALL.iter().position(|k| *k == self).unwrap_or(0);
        Self::ALL[(at + by) % Self::ALL.len()]
    }
}

/// The overlay's state.
#[derive(Debug)]
pub struct Handover {
    pub kind: Kind,
    pub field: Field,
    pub error: Option<String>,
    /// For the secret on the screen; else for the next one that comes.
    pub now: bool,
    /// The place is being looked at.
    pub checking: bool,
}

impl Handover {
    /// For the next secret.
    #[must_use]
    pub fn before(destination: Option<&Destination>) -> Self {
        let (kind, text) = match destination {
            None => (Kind::Screen, ""),
            Some(Destination::File(path)) => (Kind::File, path.as_str()),
            Some(Destination::Command(line)) => (Kind::Command, line.as_str()),
        };
        Self { kind, field: Field::with(text), error: None, now: false, checking: false }
    }

    /// For the secret on the screen.
    #[must_use]
    pub fn now(kind: Kind) -> Self {
        Self { kind, field: Field::default(), error: None, now: true, checking: false }
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.kind {
            Kind::Screen => None,
            Kind::File | Kind::Command => Some(&mut self.field),
        }
    }

    /// What was chosen; `None` is the screen.
    fn destination(&self) -> Option<Destination> {
        let text = self.field.text().trim().to_owned();
        match self.kind {
            Kind::Screen => None,
            Kind::File => Some(Destination::File(text)),
            Kind::Command => Some(Destination::Command(text)),
        }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let Some(Overlay::Handover(state)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Back => drop(model.overlays.pop()),
        _ if state.checking => {}
        Action::NextField | Action::NextChoice | Action::Down if !state.now => {
            state.kind = state.kind.step(1);
        }
        Action::PreviousField | Action::PreviousChoice | Action::Up if !state.now => {
            state.kind = state.kind.step(Kind::ALL.len() - 1);
        }
        Action::Accept | Action::Submit => match state.destination() {
            None => {
                model.destination = None;
                model.overlays.pop();
            }
            Some(destination) => {
                (state.checking, state.error) = (true, None);
                return vec![Effect::CheckDestination(destination)];
            }
        },
        _ => {}
    }
    Vec::new()
}

/// The place was looked at: nothing is in the way, or what is.
pub fn checked(model: &mut Model, result: Result<(), String>) -> Vec<Effect> {
    let Some(Overlay::Handover(state)) = model.overlays.last_mut() else { return Vec::new() };
    state.checking = false;
    if let Err(why) = result {
        state.error = Some(why);
        return Vec::new();
    }
    let (destination, now) = (state.destination(), state.now);
    model.overlays.pop();
    match destination {
        Some(destination) if now => deliver(model, destination),
        destination => {
            model.destination = destination;
            Vec::new()
        }
    }
}

/// Gives the secret on the screen to its destination.
pub fn deliver(model: &mut Model, destination: Destination) -> Vec<Effect> {
    let last = model.overlays.iter_mut().rev().find_map(|o| match o {
        Overlay::Reveal(state) => Some(state),
        _ => None,
    });
    let Some(state) = last else { return Vec::new() };
    state.delivering = true;
    let secret = std::sync::Arc::clone(&state.secret);
    vec![Effect::Deliver { secret, destination }]
}

/// The secret was taken, or why not. On failure it is still in its dialog.
pub fn delivered(model: &mut Model, result: Result<String, String>) -> Vec<Effect> {
    let waiting = model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Reveal(state) if state.delivering => Some(state),
        _ => None,
    });
    let Some(state) = waiting else { return Vec::new() };
    state.delivering = false;
    match result {
        Ok(words) => {
            let id = state.id.clone();
            state.stored = Some(words);
            let mark = crate::journal::Mark::Delivered { id };
            state.entry.clone().map(|entry| Effect::Mark { entry, mark }).into_iter().collect()
        }
        Err(why) => {
            state.notes.push(format!("! {why}"));
            model.notify(NoticeKind::Warning, "The secret was not taken: it is still here.");
            Vec::new()
        }
    }
}
