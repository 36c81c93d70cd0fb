//! Regenerate the marked tokens: one grace period and one expiry for all, and
//! where their secrets go, since so many cannot be shown.

use jiff::Timestamp;

use super::regenerate::{DEFAULT_GRACE, GRACES, Grace, turn_expiry, turned};
use crate::{
    app::{
        bulk::{self, Kind},
        effect::{Depot, Effect, Ticket},
        field::Field,
        list::List,
        model::{Model, NoticeKind},
        overlays::Overlay,
        screens::new_token::DEFAULT_EXPIRY,
    },
    domain::{ApiToken, Expiry, confirm, grace::GraceError},
    input::Action,
};

/// Which part has the focus.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Focus {
    Grace,
    Custom,
    NewExpiry,
    /// A folder, or a command.
    Depot,
    /// Which one.
    Place,
    Typed,
    Cancel,
    Go,
}

/// The overlay's state.
#[derive(Debug)]
pub struct RegenerateMany {
    pub tokens: Vec<ApiToken>,
    /// Position in [`GRACES`].
    pub grace: usize,
    pub custom: Field,
    pub new_expiry: Field,
    /// A command gets each secret; otherwise a folder does.
    pub by_command: bool,
    pub folder: Field,
    pub command: Field,
    /// The number, typed, when the old tokens are to stop now.
    pub typed: Field,
    pub focus: Focus,
    /// The depot that is being looked at. Nothing can be changed meanwhile.
    pub checking: Option<(Ticket, Depot)>,
    /// What is in its way.
    pub error: Option<String>,
    pub list: List,
}

impl RegenerateMany {
    #[must_use]
    pub fn new(tokens: Vec<ApiToken>) -> Self {
        Self {
            tokens,
            grace: DEFAULT_GRACE,
            custom: Field::with("3d"),
            new_expiry: Field::with(DEFAULT_EXPIRY),
            by_command: false,
            folder: Field::default(),
            command: Field::default(),
            typed: Field::default(),
            focus: Focus::Grace,
            checking: None,
            error: None,
            list: List::default(),
        }
    }

    /// Whether printable keys are text.
    #[must_use]
    pub const fn is_typing(&self) -> bool {
        let text =
            matches!(self.focus, Focus::Custom | Focus::NewExpiry | Focus::Place | Focus::Typed);
        text && self.checking.is_none()
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            _ if self.checking.is_some() => None,
            Focus::Custom => Some(&mut self.custom),
            Focus::NewExpiry => Some(&mut self.new_expiry),
            Focus::Place if self.by_command => Some(&mut self.command),
            Focus::Place => Some(&mut self.folder),
            Focus::Typed => Some(&mut self.typed),
            Focus::Grace | Focus::Depot | Focus::Cancel | Focus::Go => None,
        }
    }

    #[must_use]
    pub fn chosen(&self) -> Grace {
        GRACES.get(self.grace).map_or(Grace::Now, |(_, grace)| *grace)
    }

    /// Whether the number has to be typed: callers would fail at once.
    #[must_use]
    pub fn wants_number(&self, now: Timestamp) -> bool {
        self.tokens.iter().any(|t| self.chosen().fails_callers(&t.expiry, now))
    }

    /// What has to be typed then.
    #[must_use]
    pub fn wanted(&self) -> String {
        confirm::regenerations(self.tokens.len())
    }

    /// When the old tokens stop, if they do not before; `None` is at once.
    ///
    /// # Errors
    /// With what is wrong with the custom length.
    pub fn old_ends(&self, now: Timestamp) -> Result<Option<Timestamp>, GraceError> {
        self.chosen().end(self.custom.text(), now)
    }

    /// The new tokens' expiry.
    ///
    /// # Errors
    /// With what is wrong with what was typed.
    pub fn new_end(&self, now: Timestamp) -> Result<Expiry, String> {
        Expiry::parse(self.new_expiry.text(), now).map_err(|e| e.to_string())
    }

    /// Where the secrets go.
    #[must_use]
    pub fn depot(&self) -> Depot {
        if self.by_command {
            Depot::Command(self.command.text().trim().to_owned())
        } else {
            Depot::Folder(self.folder.text().trim().to_owned())
        }
    }

    fn step(&mut self, forward: bool, now: Timestamp) {
        let parts = [
            (Focus::Grace, true),
            (Focus::Custom, self.chosen() == Grace::Custom),
            (Focus::NewExpiry, true),
            (Focus::Depot, true),
            (Focus::Place, true),
            (Focus::Typed, self.wants_number(now)),
            (Focus::Cancel, true),
            (Focus::Go, true),
        ];
        let round: Vec<Focus> =
            parts.into_iter().filter(|(_, there)| *there).map(|(focus, _)| focus).collect();
        let at = round.iter().position(|f| *f == self.focus).unwrap_or(0);
        self.focus = round[turned(at, round.len(), forward)];
    }

    fn choose(&mut self, forward: bool) {
        match self.focus {
            Focus::Grace => self.grace = turned(self.grace, GRACES.len(), forward),
            Focus::Depot => {
                self.by_command = !self.by_command;
                self.error = None;
            }
            Focus::NewExpiry => turn_expiry(&mut self.new_expiry, forward),
            _ => {}
        }
    }
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    let now = model.server_now();
    let Some(Overlay::RegenerateMany(state)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let pages = matches!(action, Action::PageUp | Action::PageDown);
    if pages && state.list.scroll(action) {
        return Vec::new();
    }
    match (action, state.focus) {
        (Action::Back, _) => drop(model.overlays.pop()),
        _ if state.checking.is_some() => {}
        (Action::NextChoice | Action::Toggle, Focus::Grace | Focus::Depot)
        | (Action::Down, Focus::NewExpiry) => state.choose(true),
        (Action::PreviousChoice, Focus::Grace | Focus::Depot) | (Action::Up, Focus::NewExpiry) => {
            state.choose(false);
        }
        (Action::NextField | Action::Down | Action::NextChoice, _) => state.step(true, now),
        (Action::PreviousField | Action::Up | Action::PreviousChoice, _) => state.step(false, now),
        (Action::Accept | Action::Toggle, Focus::Cancel) => drop(model.overlays.pop()),
        (Action::Accept | Action::Toggle, Focus::Go) | (Action::Submit, _) => return check(model),
        (Action::Accept, _) => {
            // Enter goes on to the next part, and past Cancel to the button
            // that one came for; pressing that is an Enter of its own.
            state.step(true, now);
            if state.focus == Focus::Cancel {
                state.focus = Focus::Go;
            }
        }
        _ => {}
    }
    Vec::new()
}

/// Everything must be right before the first request is sent; the depot is
/// looked at last.
fn check(model: &mut Model) -> Vec<Effect> {
    let (now, ticket) = (model.server_now(), model.new_ticket());
    let Some(Overlay::RegenerateMany(state)) = model.overlays.last_mut() else {
        return Vec::new();
    };
    let (focus, why) = if state.old_ends(now).is_err() {
        (Focus::Custom, "Write how long the old tokens work: 3d, 12h, or a date.".to_owned())
    } else if let Err(why) = state.new_end(now) {
        (Focus::NewExpiry, format!("New expiry: {why}"))
    } else if state.wants_number(now) && !confirm::is_typed(state.typed.text(), &state.wanted()) {
        (Focus::Typed, format!("Type {} to end the old tokens now.", state.wanted()))
    } else {
        let depot = state.depot();
        (state.checking, state.error) = (Some((ticket, depot.clone())), None);
        return vec![Effect::CheckDepot { ticket, depot }];
    };
    state.focus = focus;
    model.notify(NoticeKind::Warning, why);
    Vec::new()
}

/// A depot was looked at: nothing is in the way, or what is. Only the dialog that
/// asked takes the answer, or the run that did; and the secrets go to the depot
/// that was looked at.
pub fn checked(model: &mut Model, ticket: Ticket, result: Result<(), String>) -> Vec<Effect> {
    let now = model.server_now();
    let asked = model.overlays.iter_mut().enumerate().find_map(|(at, o)| match o {
        Overlay::RegenerateMany(state) => {
            let (_, depot) = state.checking.take_if(|(asked, _)| *asked == ticket)?;
            Some((at, state, depot))
        }
        _ => None,
    });
    let Some((at, state, depot)) = asked else { return bulk::checked(model, ticket, result) };
    if let Err(why) = result {
        (state.error, state.focus) = (Some(why), Focus::Place);
        return Vec::new();
    }
    let (Ok(old_ends), Ok(new_expiry)) = (state.old_ends(now), state.new_end(now)) else {
        return Vec::new();
    };
    let kind = Kind::Regenerate { old_ends, new_expiry, depot };
    let tokens = std::mem::take(&mut state.tokens);
    model.overlays.remove(at);
    bulk::begin(model, kind, tokens)
}
