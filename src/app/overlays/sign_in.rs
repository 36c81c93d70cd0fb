//! Sign in: at the first run, when the credential is refused in the middle of
//! a session, or with another token. It stands over everything, and everything
//! under it is kept.

use std::sync::Arc;

use crate::{
    app::{
        effect::Effect,
        field::Field,
        model::{Model, NoticeKind},
        overlays::{Overlay, sheet::Sheet},
        passage,
        secret_field::SecretField,
        session::Target,
    },
    domain::{SecretKind, validate},
    input::Action,
};

/// Where Axiom's API is.
pub const DEFAULT_URL: &str = "https://api.axiom.co";
/// What a deployment is called in the Axiom CLI's file unless one says otherwise.
const DEFAULT_NAME: &str = "axiom";

/// Which part has the focus.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Focus {
    #[default]
    Token,
    Url,
    Keep,
    Name,
    SignIn,
    Demo,
    Help,
}

impl Focus {
    const ROUND: [Self; 7] =
        [Self::Token, Self::Url, Self::Keep, Self::Name, Self::SignIn, Self::Demo, Self::Help];

    /// The next one; a name is only asked for where the token is kept.
    fn step(self, by: usize, named: bool) -> Self {
        let at = Self::ROUND.iter().position(|f| *f == self).unwrap_or(0);
        let next = Self::ROUND[(at + by) % Self::ROUND.len()];
        if next == Self::Name && !named { next.step(by, named) } else { next }
    }
}

/// The overlay's state.
#[derive(Debug)]
pub struct SignIn {
    /// Why one is asked to.
    pub reason: Option<String>,
    pub error: Option<String>,
    pub token: SecretField,
    pub url: Field,
    /// Written into the Axiom CLI's file, not only kept for this session.
    pub keep: bool,
    pub name: Field,
    pub focus: Focus,
}

impl SignIn {
    #[must_use]
    pub fn new(reason: Option<String>) -> Self {
        Self {
            reason,
            error: None,
            token: SecretField::default(),
            url: Field::with(DEFAULT_URL),
            keep: false,
            name: Field::with(DEFAULT_NAME),
            focus: Focus::Token,
        }
    }

    /// The same address and name again, with another token.
    #[must_use]
    pub fn again(model: &Model, reason: Option<String>) -> Self {
        let mut state = Self::new(reason);
        if model.session.connection.is_some() && !model.session.demo {
            state.url.set(&model.session.url);
            state.name.set(&model.session.deployment);
        }
        state
    }

    pub const fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Url => Some(&mut self.url),
            Focus::Name => Some(&mut self.name),
            _ => None,
        }
    }

    pub const fn secret_mut(&mut self) -> Option<&mut SecretField> {
        match self.focus {
            Focus::Token => Some(&mut self.token),
            _ => None,
        }
    }

    pub const fn is_typing(&self) -> bool {
        matches!(self.focus, Focus::Token | Focus::Url | Focus::Name)
    }

    /// What was pasted, in words: its kind and its length.
    #[must_use]
    pub fn token_words(&self) -> String {
        let letters = self.token.len();
        match self.token.secret() {
            _ if letters == 0 => "paste it; it stays hidden".to_owned(),
            Err(why) => why.to_owned(),
            Ok(secret) => match secret.kind() {
                SecretKind::Personal => format!("personal token, {letters} characters"),
                SecretKind::Api => format!("API token, {letters} characters"),
                SecretKind::Ingest => "an old ingest token: it cannot manage tokens".to_owned(),
                SecretKind::Other => {
                    format!("{letters} characters; tokens begin with xapt- or xaat-")
                }
            },
        }
    }
}

/// Opens the page, unless it is open or on its way out. It never covers a
/// secret that nobody has stored yet.
pub fn open(model: &mut Model, reason: Option<String>) {
    if model.overlays.iter().any(|o| matches!(o, Overlay::SignIn(_))) {
        return;
    }
    let page = Overlay::SignIn(Box::new(SignIn::again(model, reason)));
    let secret = model.overlays.iter().position(|o| matches!(o, Overlay::Reveal(_)));
    model.overlays.insert(secret.unwrap_or(model.overlays.len()), page);
}

/// Carries out an action.
pub fn perform(model: &mut Model, action: Action) -> Vec<Effect> {
    if action == Action::Back {
        return back(model);
    }
    if model.passage.is_some() {
        // On its way: there is nothing to do but to wait, or to stop it.
        return Vec::new();
    }
    let Some(Overlay::SignIn(state)) = model.overlays.last_mut() else { return Vec::new() };
    let focus = state.focus;
    match (action, focus) {
        (Action::NextField | Action::Down, _) => state.focus = focus.step(1, state.keep),
        (Action::PreviousField | Action::Up, _) => {
            state.focus = focus.step(Focus::ROUND.len() - 1, state.keep);
        }
        (
            Action::Toggle | Action::Accept | Action::NextChoice | Action::PreviousChoice,
            Focus::Keep,
        ) => state.keep = !state.keep,
        (Action::NextChoice, Focus::SignIn | Focus::Demo) => {
            state.focus = focus.step(1, state.keep);
        }
        (Action::PreviousChoice, Focus::Demo | Focus::Help) => {
            state.focus = focus.step(Focus::ROUND.len() - 1, state.keep);
        }
        (Action::Accept | Action::Toggle, Focus::Demo) => {
            return passage::begin(model, Target::Demo, None, false);
        }
        (Action::Accept | Action::Toggle, Focus::Help) => {
            model.overlays.push(Overlay::Sheet(Box::new(Sheet::credentials())));
        }
        (Action::Accept | Action::Submit, _) | (Action::Toggle, Focus::SignIn) => {
            return submit(model);
        }
        _ => {}
    }
    Vec::new()
}

fn back(model: &mut Model) -> Vec<Effect> {
    if model.passage.is_some() {
        model.notify(NoticeKind::Info, "Stopped. Nothing has changed.");
        return passage::cancel(model);
    }
    if model.session.is_open() {
        model.overlays.pop();
        model.notify(NoticeKind::Info, "Not signed in anew: g o goes to sign in.");
    } else {
        let key = model.keymap.key_for(model.context(), Action::Interrupt, true);
        let key = key.unwrap_or_default();
        model.notify(NoticeKind::Info, format!("{key} quits."));
    }
    Vec::new()
}

fn submit(model: &mut Model) -> Vec<Effect> {
    let Some(Overlay::SignIn(state)) = model.overlays.last_mut() else { return Vec::new() };
    state.error = None;
    let token = match state.token.secret() {
        Ok(token) => Arc::new(token),
        Err(why) => {
            state.focus = Focus::Token;
            state.error = Some(why.to_owned());
            return Vec::new();
        }
    };
    if token.kind() == SecretKind::Ingest {
        state.focus = Focus::Token;
        state.error = Some("an ingest token cannot manage tokens: use xapt- or xaat-".to_owned());
        return Vec::new();
    }
    let keep_as = match (state.keep, validate::name(state.name.text())) {
        (false, _) => None,
        (true, Ok(name)) => Some(name),
        (true, Err(e)) => {
            state.focus = Focus::Name;
            state.error = Some(e.to_string());
            return Vec::new();
        }
    };
    let url = state.url.text().trim().to_owned();
    passage::begin(model, Target::Token { url, token }, keep_as, false)
}
