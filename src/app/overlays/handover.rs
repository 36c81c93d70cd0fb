//! Where a secret goes: the screen, a new file, or a command. Chosen before the
//! request is sent, or for a secret that is on the screen.

use crate::{
    app::{
        effect::{Destination, Effect, Ticket},
        field::Field,
        model::{Model, NoticeKind},
        overlays::{Overlay, reveal},
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
    /// For this secret, which is on the screen; else for the next one that comes.
    pub secret: Option<Ticket>,
    /// The place that is being looked at. Until that is answered the field takes
    /// no keys: what was checked is where the secret goes.
    pub checking: Option<(Ticket, Destination)>,
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
        Self { kind, field: Field::with(text), error: None, secret: None, checking: None }
    }

    /// For a secret on the screen.
    #[must_use]
    pub fn of(secret: Ticket, kind: Kind) -> Self {
        let (field, error) = (Field::default(), None);
        Self { kind, field, error, secret: Some(secret), checking: None }
    }

    /// Whether printable keys are text.
    #[must_use]
    pub const fn is_typing(&self) -> bool {
        !matches!(self.kind, Kind::Screen) && self.checking.is_none()
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        if self.is_typing() { Some(&mut self.field) } else { None }
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
    let ticket = model.new_ticket();
    let Some(Overlay::Handover(state)) = model.overlays.last_mut() else { return Vec::new() };
    match action {
        Action::Back => drop(model.overlays.pop()),
        _ if state.checking.is_some() => {}
        Action::NextField | Action::NextChoice | Action::Down if state.secret.is_none() => {
            state.kind = state.kind.step(1);
        }
        Action::PreviousField | Action::PreviousChoice | Action::Up if state.secret.is_none() => {
            state.kind = state.kind.step(Kind::ALL.len() - 1);
        }
        Action::Accept | Action::Submit => match state.destination() {
            None => {
                model.destination = None;
                model.overlays.pop();
            }
            Some(destination) => {
                (state.checking, state.error) = (Some((ticket, destination.clone())), None);
                return vec![Effect::CheckDestination { ticket, destination }];
            }
        },
        _ => {}
    }
    Vec::new()
}

/// A place was looked at: nothing is in the way, or what is. Only the dialog that
/// asked takes the answer, and the place is the one that was looked at.
pub fn checked(model: &mut Model, ticket: Ticket, result: Result<(), String>) -> Vec<Effect> {
    let asked = model.overlays.iter_mut().enumerate().find_map(|(at, o)| match o {
        Overlay::Handover(state) => {
            let (_, destination) = state.checking.take_if(|(asked, _)| *asked == ticket)?;
            Some((at, state, destination))
        }
        _ => None,
    });
    let Some((at, state, destination)) = asked else { return Vec::new() };
    if let Err(why) = result {
        state.error = Some(why);
        return Vec::new();
    }
    let secret = state.secret;
    model.overlays.remove(at);
    let Some(secret) = secret else {
        model.destination = Some(destination);
        return Vec::new();
    };
    // Keys that are typed on were meant for the path: here they would uncover the
    // secret, or copy it.
    let now = model.now;
    if let Some(state) = reveal::numbered(model, secret) {
        state.opened = now;
    }
    deliver(model, secret, destination)
}

/// Gives a secret that is on the screen to its destination.
pub fn deliver(model: &mut Model, secret: Ticket, destination: Destination) -> Vec<Effect> {
    let ticket = model.new_ticket();
    let Some(state) = reveal::numbered(model, secret) else { return Vec::new() };
    state.delivering = Some(ticket);
    let secret = std::sync::Arc::clone(&state.secret);
    vec![Effect::Deliver { ticket, secret, destination }]
}

/// A secret was taken, or why not. On failure it is still in its dialog.
pub fn delivered(model: &mut Model, ticket: Ticket, result: Result<String, String>) -> Vec<Effect> {
    let waiting = model.overlays.iter_mut().find_map(|o| match o {
        Overlay::Reveal(state) => state.delivering.take_if(|sent| *sent == ticket).map(|_| state),
        _ => None,
    });
    let Some(state) = waiting else {
        // Its dialog was closed meanwhile, as stored or because its token is gone.
        if let Err(why) = result {
            let text = format!("A secret whose dialog you closed was not taken: {why}");
            model.notify(NoticeKind::Warning, text);
        }
        return Vec::new();
    };
    match result {
        Ok(words) => {
            let id = state.id.clone();
            state.stored = Some(words);
            let mark = crate::journal::Mark::Delivered { id };
            state.entry.clone().map(|entry| Effect::Mark { entry, mark }).into_iter().collect()
        }
        Err(why) => {
            state.notes.push(format!("! {why}"));
            let text = format!("The secret of {} was not taken: it is still here.", state.name);
            model.notify(NoticeKind::Warning, text);
            Vec::new()
        }
    }
}
