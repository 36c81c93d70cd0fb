//! Sign in: at the first run, when the credential is refused in the middle of
//! a session, or with another token. It stands over everything, and everything
//! under it is kept.

use std::sync::Arc;

use crate::{
    app::{
        effect::Effect,
        field::Field,
        model::{Model, NoticeKind},
        outside::words,
        overlays::{Overlay, orgs, sheet::Sheet},
        passage::{self, Wishes},
        secret_field::SecretField,
        session::{Former, Target},
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
    Places,
    Help,
}

impl Focus {
    const ROUND: [Self; 8] = [
        Self::Token,
        Self::Url,
        Self::Keep,
        Self::Name,
        Self::SignIn,
        Self::Demo,
        Self::Places,
        Self::Help,
    ];

    /// Whether it does something when it is pressed.
    pub(in crate::app) const fn is_button(self) -> bool {
        matches!(self, Self::SignIn | Self::Demo | Self::Places | Self::Help)
    }

    /// The next one of those that are there.
    fn step(self, by: usize, is_there: impl Fn(Self) -> bool) -> Self {
        let at = Self::ROUND.iter().position(|f| *f == self).unwrap_or(0);
        let mut rest =
            (1..=Self::ROUND.len()).map(|n| Self::ROUND[(at + n * by) % Self::ROUND.len()]);
        rest.find(|f| is_there(*f)).unwrap_or(self)
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
    /// Where the token is wanted again: there nothing but it changes.
    pub former: Option<Former>,
}

impl SignIn {
    #[must_use]
    pub fn new(reason: Option<String>) -> Self {
        Self {
            // It may come from the settings, before there is a message.
            reason: reason.map(words),
            error: None,
            token: SecretField::default(),
            url: Field::with(DEFAULT_URL),
            keep: false,
            name: Field::with(DEFAULT_NAME),
            focus: Focus::Token,
            former: None,
        }
    }

    /// Another token for the same place.
    #[must_use]
    pub fn again(reason: Option<String>, former: Former) -> Self {
        let mut state = Self::new(reason);
        state.url.set(&former.url);
        state.name.set(former.deployment.raw());
        Self { former: Some(former), ..state }
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
        let letters = self.token.letters();
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

/// Opens the page for any place.
pub fn open(model: &mut Model, reason: Option<String>) {
    let mut page = SignIn::new(reason);
    if model.session.connection.is_some() && !model.session.demo {
        page.url.set(&model.session.url);
    }
    show(model, page);
}

/// Opens the page for any place, with this address to begin with.
pub fn open_at(model: &mut Model, reason: Option<String>, url: Option<String>) {
    let mut page = SignIn::new(reason);
    if let Some(url) = url {
        page.url.set(&url);
    }
    show(model, page);
}

/// Opens the page for the place where we are, whose credential is not taken.
pub fn open_here(model: &mut Model, reason: String) {
    let session = &model.session;
    if session.connection.is_none() || session.demo {
        return open(model, Some(reason));
    }
    let former = Former {
        deployment: session.deployment.clone(),
        url: session.url.clone(),
        org: session.org.clone(),
    };
    open_for(model, reason, former);
}

/// Opens the page for a place to which the settings lead.
pub fn open_for(model: &mut Model, reason: String, former: Former) {
    show(model, SignIn::again(Some(reason), former));
}

/// Shows the page, unless it is open or on its way out. It never covers a secret
/// that nobody has stored yet.
fn show(model: &mut Model, page: SignIn) {
    if model.overlays.iter().any(|o| matches!(o, Overlay::SignIn(_))) {
        return;
    }
    let page = Overlay::SignIn(Box::new(page));
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
    let has_deployments = model.has_deployments;
    let Some(Overlay::SignIn(state)) = model.overlays.last_mut() else { return Vec::new() };
    let (focus, keep) = (state.focus, state.keep);
    // A name is only asked for where the token is kept.
    let is_there = |focus| match focus {
        Focus::Name => keep,
        Focus::Places => has_deployments,
        _ => true,
    };
    match (action, focus) {
        (Action::NextField | Action::Down, _) => state.focus = focus.step(1, is_there),
        (Action::PreviousField | Action::Up, _) => {
            state.focus = focus.step(Focus::ROUND.len() - 1, is_there);
        }
        (Action::Toggle | Action::NextChoice | Action::PreviousChoice, Focus::Keep) => {
            state.keep = !state.keep;
        }
        // Writing a token to disk is chosen, not run into.
        (Action::Accept, Focus::Keep) => state.focus = focus.step(1, is_there),
        (Action::NextChoice, Focus::SignIn | Focus::Demo | Focus::Places) => {
            state.focus = focus.step(1, is_there);
        }
        (Action::PreviousChoice, Focus::Demo | Focus::Places | Focus::Help) => {
            state.focus = focus.step(Focus::ROUND.len() - 1, is_there);
        }
        (Action::Accept | Action::Toggle, Focus::Places) => return orgs::open(model),
        (Action::Accept | Action::Toggle, Focus::Demo) => {
            return passage::begin(model, Target::Demo, Wishes::default());
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
        let orgs = model.key(Action::GoOrgs);
        model.notify(NoticeKind::Info, format!("Not signed in anew: {orgs} goes to sign in."));
    } else {
        let key = model.key_here(Action::Interrupt);
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
    // At another address it is another place.
    let former = state.former.as_ref().filter(|former| former.url == url);
    let replaces = former.is_some_and(|f| Some(f.deployment.raw()) == keep_as.as_deref());
    let org = former.and_then(|f| f.org.clone());
    let of = former.map(|f| f.deployment.raw().to_owned()).or_else(|| keep_as.clone());
    let wishes = Wishes { org, keep_as, replaces, leaves_draft: false };
    passage::begin(model, Target::Token { url, token, of }, wishes)
}
