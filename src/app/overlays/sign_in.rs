//! Sign in: at the first run, when the credential is refused in the middle of
//! a session, or with another token. It stands over everything, and everything
//! under it is kept.

use std::sync::Arc;

use crate::{
    app::{
        form::{Form, Outcome, Part, Parts as _},
        layer::{Cx, Event, Hint, Layer, Leaving, Open, Step, Text, has_form},
        notice::NoticeKind,
        outside::sanitize_text,
        pending_switch::SwitchOptions,
        secret_field::SecretField,
        shared::Shared,
        switch,
    },
    domain::{
        SecretKind,
        session::{ReauthTarget, Target},
        text::sentence,
        validate,
    },
    input::Action,
};

/// Where Axiom's API is.
pub const DEFAULT_URL: &str = "https://api.axiom.co";
/// What a deployment is called in the Axiom CLI's file unless one says otherwise.
const DEFAULT_NAME: &str = "axiom";
/// Columns of the address and the name.
const WIDTH: u16 = 50;

/// A part of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    Token,
    Url,
    /// Written into the Axiom CLI's file, not only kept for this session.
    Keep,
    /// Its name there.
    Name,
    SignIn,
    Demo,
    LayoutInfo,
    Help,
}

/// The overlay's state.
#[derive(Debug)]
pub struct SignIn {
    /// Why one is asked to.
    pub reason: Option<String>,
    pub form: Form<Field>,
    /// Where the token is wanted again: there nothing but it changes.
    reauth: Option<ReauthTarget>,
}

impl SignIn {
    /// For any place, or for one whose credential is not taken: there only the
    /// token changes.
    #[must_use]
    pub fn new(reason: Option<String>, url: Option<&str>, reauth: Option<ReauthTarget>) -> Self {
        let address = reauth.as_ref().map(|f| f.url.as_str()).or(url);
        let name = reauth.as_ref().map_or(DEFAULT_NAME, |f| f.deployment.raw());
        let keep = ["for this session", "in ~/.axiom.toml"];
        let form = Form::new([
            Part::secret(Field::Token, "Token").pressed_by_enter(),
            Part::text(Field::Url, "Address", address.unwrap_or(DEFAULT_URL))
                .wide(WIDTH)
                .pressed_by_enter(),
            // Writing a token to disk is chosen, not run into.
            Part::choice(Field::Keep, "Keep it", keep, 0),
            // A name is only asked for where the token is kept.
            Part::text(Field::Name, "Name", name).wide(WIDTH).pressed_by_enter().hidden(true),
            Part::button(Field::SignIn, "Sign in"),
            Part::button(Field::Demo, "Demo"),
            Part::button(Field::LayoutInfo, "Deployments").hidden(true),
            Part::button(Field::Help, "Where axtok looks"),
        ]);
        // The reason may come from the settings, before there is a message.
        Self { reason: reason.map(sanitize_text), form, reauth }
    }

    /// What was pasted, in words: its kind and its length.
    ///
    /// # Errors
    /// With what is wrong with it.
    pub fn token_words(&self) -> Result<String, &'static str> {
        let Some(token) = self.form.secret(Field::Token).filter(|token| token.letters() > 0) else {
            return Ok("paste it; it stays hidden".to_owned());
        };
        let letters = token.letters();
        token.secret().map(|secret| match secret.kind() {
            SecretKind::Personal => format!("personal token, {letters} characters"),
            SecretKind::Api => format!("API token, {letters} characters"),
            SecretKind::Ingest => "an old ingest token: it cannot manage tokens".to_owned(),
            SecretKind::Other => {
                format!("{letters} characters; tokens begin with xapt- or xaat-")
            }
        })
    }

    /// Whether the token is written into the Axiom CLI's file.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.form.chosen(Field::Keep) == 1
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Back {
            return self.back(cx);
        }
        if cx.shared.pending_switch.is_some() {
            // On its way: there is nothing to do but to wait, or to stop it.
            return Step::none();
        }
        match self.form.act(action) {
            Outcome::Pressed(Field::LayoutInfo) => Step::open(Open::Orgs(None)),
            Outcome::Pressed(Field::Demo) => {
                switch::begin(cx.shared, Some(cx.me), Target::Demo, SwitchOptions::default()).into()
            }
            Outcome::Pressed(Field::Help) => Step::open(Open::Sheet(Box::new(credentials()))),
            Outcome::Pressed(_) | Outcome::Submit => self.submit(cx),
            _ => Step::none(),
        }
    }

    fn back(&self, cx: &mut Cx<'_>) -> Step {
        if cx.shared.pending_switch.is_some() {
            cx.shared.notify(NoticeKind::Info, "Stopped. Nothing has changed.");
            return switch::cancel(cx.shared).into();
        }
        if !cx.shared.session.is_open() {
            let key = cx.shared.key_in(self.context(), Action::Interrupt);
            cx.shared.notify(NoticeKind::Info, format!("{key} quits."));
            return Step::none();
        }
        let orgs = cx.screen_key(Action::GoOrgs);
        let text = format!("Still signed out: {orgs} to sign in.");
        cx.shared.notify(NoticeKind::Info, text);
        Step::back()
    }

    fn submit(&mut self, cx: &mut Cx<'_>) -> Step {
        self.form.error = None;
        match self.wanted() {
            Ok((to, options)) => switch::begin(cx.shared, Some(cx.me), to, options).into(),
            Err((field, why)) => {
                self.form.refuse(field, sentence(&why));
                Step::none()
            }
        }
    }

    /// Where to go with what was typed.
    fn wanted(&self) -> Result<(Target, SwitchOptions), (Field, String)> {
        let token = self.form.secret(Field::Token).map_or(Err(""), SecretField::secret);
        let token = token.map_err(|why| (Field::Token, why.to_owned()))?;
        if token.kind() == SecretKind::Ingest {
            let why = "an ingest token cannot manage tokens: use xapt- or xaat-";
            return Err((Field::Token, why.to_owned()));
        }
        let name = || validate::name(self.form.text(Field::Name));
        let keep_as = self.is_kept().then(name).transpose();
        let keep_as = keep_as.map_err(|why| (Field::Name, why.to_string()))?;
        let url = self.form.text(Field::Url).trim().to_owned();
        // At another address it is another place.
        let reauth = self.reauth.as_ref().filter(|reauth| reauth.url == url);
        let replaces = reauth.is_some_and(|f| Some(f.deployment.raw()) == keep_as.as_deref());
        let org = reauth.and_then(|f| f.org.clone());
        let of = reauth.map(|f| f.deployment.raw().to_owned()).or_else(|| keep_as.clone());
        let options = SwitchOptions { org, keep_as, replaces, leaves_draft: false };
        Ok((Target::Token { url, token: Arc::new(token), of }, options))
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
    has_form!();

    fn hints(&self, shared: &Shared) -> Vec<Hint> {
        let mut hints = self.form.hints();
        if !shared.session.is_open() {
            hints.retain(|(action, _)| *action != Action::Back);
            hints.push((Action::Interrupt, "quit"));
        }
        hints
    }

    fn interrupt(&self, shared: &Shared) -> Option<Action> {
        let is_first = shared.pending_switch.is_none() && !shared.session.is_open();
        (!is_first).then_some(Action::Back)
    }

    fn stays(&self, _leaving: Leaving) -> bool {
        false
    }

    fn yields_to_secrets(&self) -> bool {
        true
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        let mut step = Step::none();
        self.form.show(Field::LayoutInfo, cx.shared.has_deployments);
        match event {
            Event::Action(action) => step = self.act(action, cx),
            Event::Stuck(why) => self.form.error = Some(sentence(&why)),
            _ => {}
        }
        self.form.show(Field::Name, self.is_kept());
        step
    }
}
