//! Sign in: at the first run, when the credential is refused in the middle of
//! a session, or with another token. It stands over everything, and everything
//! under it is kept.

use std::sync::Arc;

use crate::{
    app::{
        field::Field,
        layer::{Cx, Event, Hint, Layer, Leaving, Open, Step, Text},
        mouse::Spot,
        notice::NoticeKind,
        outside::words,
        passage,
        round::Round,
        secret_field::SecretField,
        shared::Shared,
        way::Wishes,
    },
    domain::{
        SecretKind,
        session::{Former, Target},
        validate,
    },
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

impl Round for Focus {
    const ALL: &'static [Self] = &[
        Self::Token,
        Self::Url,
        Self::Keep,
        Self::Name,
        Self::SignIn,
        Self::Demo,
        Self::Places,
        Self::Help,
    ];
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
    /// For any place, or for one whose credential is not taken: there only the
    /// token changes.
    #[must_use]
    pub fn new(reason: Option<String>, url: Option<&str>, former: Option<Former>) -> Self {
        let address = former.as_ref().map(|f| f.url.as_str()).or(url);
        let name = former.as_ref().map_or(DEFAULT_NAME, |f| f.deployment.raw());
        Self {
            // It may come from the settings, before there is a message.
            reason: reason.map(words),
            error: None,
            token: SecretField::default(),
            url: Field::with(address.unwrap_or(DEFAULT_URL)),
            keep: false,
            name: Field::with(name),
            focus: Focus::Token,
            former,
        }
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

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Back {
            return self.back(cx);
        }
        if cx.shared.passage.is_some() {
            // On its way: there is nothing to do but to wait, or to stop it.
            return Step::none();
        }
        let (keep, has_deployments) = (self.keep, cx.shared.has_deployments);
        // A name is only asked for where the token is kept.
        let step = |focus: Focus, forward| {
            focus.step_among(forward, |focus| match focus {
                Focus::Name => keep,
                Focus::Places => has_deployments,
                _ => true,
            })
        };
        match (action, self.focus) {
            (Action::Toggle | Action::NextChoice | Action::PreviousChoice, Focus::Keep) => {
                self.keep = !self.keep;
            }
            (Action::NextField | Action::Down, focus)
            // Writing a token to disk is chosen, not run into.
            | (Action::Accept, focus @ Focus::Keep)
            | (Action::NextChoice, focus @ (Focus::SignIn | Focus::Demo | Focus::Places)) => {
                self.focus = step(focus, true);
            }
            (Action::PreviousField | Action::Up, focus)
            | (
                Action::PreviousChoice,
                focus @ (Focus::Demo | Focus::Places | Focus::Help),
            ) => self.focus = step(focus, false),
            (Action::Accept | Action::Toggle, Focus::Places) => {
                return Step::open(Open::Orgs(None));
            }
            (Action::Accept | Action::Toggle, Focus::Demo) => {
                return passage::begin(cx.shared, Some(cx.me), Target::Demo, Wishes::default())
                    .into();
            }
            (Action::Accept | Action::Toggle, Focus::Help) => {
                return Step::open(Open::Sheet(Box::new(credentials())));
            }
            (Action::Accept | Action::Submit, _) | (Action::Toggle, Focus::SignIn) => {
                return self.submit(cx);
            }
            _ => {}
        }
        Step::none()
    }

    fn back(&self, cx: &mut Cx<'_>) -> Step {
        if cx.shared.passage.is_some() {
            cx.shared.notify(NoticeKind::Info, "Stopped. Nothing has changed.");
            return passage::cancel(cx.shared).into();
        }
        if !cx.shared.session.is_open() {
            let key = cx.shared.key_in(self.context(), Action::Interrupt);
            cx.shared.notify(NoticeKind::Info, format!("{key} quits."));
            return Step::none();
        }
        let orgs = cx.screen_key(Action::GoOrgs);
        let text = format!("Not signed in anew: {orgs} goes to sign in.");
        cx.shared.notify(NoticeKind::Info, text);
        Step::back()
    }

    fn submit(&mut self, cx: &mut Cx<'_>) -> Step {
        self.error = None;
        match self.wanted() {
            Ok((to, wishes)) => passage::begin(cx.shared, Some(cx.me), to, wishes).into(),
            Err((focus, why)) => {
                (self.focus, self.error) = (focus, Some(why));
                Step::none()
            }
        }
    }

    /// Where to go with what was typed.
    fn wanted(&self) -> Result<(Target, Wishes), (Focus, String)> {
        let token = self.token.secret().map_err(|why| (Focus::Token, why.to_owned()))?;
        if token.kind() == SecretKind::Ingest {
            let why = "an ingest token cannot manage tokens: use xapt- or xaat-";
            return Err((Focus::Token, why.to_owned()));
        }
        let name = || validate::name(self.name.text()).map_err(|e| (Focus::Name, e.to_string()));
        let keep_as = self.keep.then(name).transpose()?;
        let url = self.url.text().trim().to_owned();
        // At another address it is another place.
        let former = self.former.as_ref().filter(|former| former.url == url);
        let replaces = former.is_some_and(|f| Some(f.deployment.raw()) == keep_as.as_deref());
        let org = former.and_then(|f| f.org.clone());
        let of = former.map(|f| f.deployment.raw().to_owned()).or_else(|| keep_as.clone());
        let wishes = Wishes { org, keep_as, replaces, leaves_draft: false };
        Ok((Target::Token { url, token: Arc::new(token), of }, wishes))
    }
}

/// Where credentials are looked for.
fn credentials() -> Text {
    let lines = [
        "The first of these that is there is used:",
        "",
        "1  axtok --deployment NAME: a deployment of 3 or 4 by its name",
        "2  AXIOM_TOKEN, with AXIOM_ORG_ID for a personal token, and AXIOM_URL for another \
         address; or AXIOM_DEPLOYMENT, which names a deployment of 3 or 4",
        "3  axtok's settings: a command or a file that gives the token (axtok config path)",
        "4  the Axiom CLI's ~/.axiom.toml, its active deployment",
        "",
        "A credential is only sent to its own address: AXIOM_URL alone does not redirect a \
         stored one.",
        "",
        "axtok doctor shows which one is used, and why.",
        "",
        "A personal token (xapt-) can do everything that its user can, in every \
         organisation: make one in the console under Settings > Profile. An API token \
         (xaat-) that may create, read, update and delete API tokens is enough for one \
         organisation.",
        "",
        "There is no argument for a token: arguments are visible to every user of the \
         machine.",
    ];
    Text {
        title: "Where credentials are looked for".to_owned(),
        lines: lines.iter().map(|l| (*l).to_owned()).collect(),
        copies: Vec::new(),
    }
}

impl Layer for SignIn {
    fn is_typing(&self) -> bool {
        matches!(self.focus, Focus::Token | Focus::Url | Focus::Name)
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            Focus::Url => Some(&mut self.url),
            Focus::Name => Some(&mut self.name),
            _ => None,
        }
    }

    fn secret_mut(&mut self) -> Option<&mut SecretField> {
        (self.focus == Focus::Token).then_some(&mut self.token)
    }

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        use Action as A;
        if self.focus == Focus::Keep {
            return vec![(A::Toggle, "choose"), (A::Accept, "next"), (A::Back, "back")];
        }
        let leave =
            if shared.session.is_open() { (A::Back, "back") } else { (A::Interrupt, "quit") };
        vec![(A::Accept, "go on"), (A::NextField, "next"), leave]
    }

    fn interrupt(&self, shared: &Shared) -> Option<Action> {
        let is_first = shared.passage.is_none() && !shared.session.is_open();
        (!is_first).then_some(Action::Back)
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        false
    }

    fn yields_to_secrets(&self) -> bool {
        true
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        matches!(self.focus, Focus::SignIn | Focus::Demo | Focus::Places | Focus::Help)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => return self.act(action, cx),
            Event::Stuck(why) => self.error = Some(why),
            Event::Click(..) if cx.shared.passage.is_some() => {}
            Event::Click(Spot::Keep(keep), _) => {
                (self.focus, self.keep) = (Focus::Keep, keep);
            }
            _ => {}
        }
        Step::none()
    }
}
