//! Sign in: at the first start, after the server refuses the credential, or with another
//! token. The page opens over everything else and keeps what is below it.

use std::sync::Arc;

use crate::{
    app::{
        form::{Form, Outcome, Part, Parts},
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

/// The address of Axiom's API.
pub const DEFAULT_URL: &str = "https://api.axiom.co";
/// The default name of a deployment in the Axiom CLI's file.
const DEFAULT_NAME: &str = "axiom";
/// Width of the fields for the address and the name, in columns.
const WIDTH: u16 = 50;

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// The token to sign in with.
    Token,
    /// The address of the API.
    Url,
    /// Whether the token is saved in the Axiom CLI's file or used for this session only.
    Keep,
    /// The name of the deployment in that file.
    Name,
    /// Signs in with the token.
    SignIn,
    /// Opens the demo organisation.
    Demo,
    /// Lists the deployments; hidden if there are none.
    LayoutInfo,
    /// Explains where axtok looks for credentials.
    Help,
}

/// The sign-in page.
#[derive(Debug)]
pub struct SignIn {
    /// Why the user has to sign in; with `None` the page says that no credential was found.
    pub reason: Option<String>,
    /// The fields and buttons.
    pub form: Form<Field>,
    /// The deployment that needs a new token; its organisation and name stay the same.
    reauth: Option<ReauthTarget>,
}

impl SignIn {
    /// Signs in to any deployment. With `reauth`, signs in again to the deployment that
    /// refused its credential, and only the token changes.
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
            // Saving a token to disk must be a deliberate choice.
            Part::choice(Field::Keep, "Keep token", keep, 0),
            // Only a saved token needs a name.
            Part::text(Field::Name, "Name", name).wide(WIDTH).pressed_by_enter().hidden(true),
            Part::button(Field::SignIn, "Sign in"),
            Part::button(Field::Demo, "Demo"),
            Part::button(Field::LayoutInfo, "Deployments").hidden(true),
            Part::button(Field::Help, "Where axtok looks"),
        ]);
        // The reason may quote the settings file, and not all of them come in a message
        // that is already sanitised.
        Self { reason: reason.map(sanitize_text), form, reauth }
    }

    /// Describes the pasted token: its kind and its length.
    ///
    /// # Errors
    /// What is wrong with the pasted text.
    pub fn token_words(&self) -> Result<String, &'static str> {
        let Some(token) = self.form.secret(Field::Token).filter(|token| token.letters() > 0) else {
            return Ok("paste it; it stays hidden".to_owned());
        };
        let letters = token.letters();
        token.secret().map(|secret| match secret.kind() {
            SecretKind::Personal => format!("personal token, {letters} characters"),
            SecretKind::Api => format!("API token, {letters} characters"),
            SecretKind::Ingest => "an old ingest token: cannot manage tokens".to_owned(),
            SecretKind::Other => {
                format!("{letters} characters; tokens begin with xapt- or xaat-")
            }
        })
    }

    /// Whether the token is saved in the Axiom CLI's file.
    #[must_use]
    pub fn is_kept(&self) -> bool {
        self.form.chosen(Field::Keep) == 1
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        if action == Action::Back {
            return self.back(cx);
        }
        if cx.shared.pending_switch.is_some() {
            // Signing in: the user can only wait or cancel.
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
            cx.shared.notify(NoticeKind::Info, "Cancelled. Nothing has changed.");
            return switch::cancel(cx.shared).into();
        }
        if !cx.shared.session.is_open() {
            let key = cx.shared.key_in(self.context(), Action::Interrupt);
            cx.shared.notify(NoticeKind::Info, format!("Press {key} to quit."));
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
                self.form.refuse(field, why);
                Step::none()
            }
        }
    }

    /// The deployment and options that were typed, or the invalid field and what is wrong.
    fn wanted(&self) -> Result<(Target, SwitchOptions), (Field, String)> {
        let token = self.form.secret(Field::Token).map_or(Err(""), SecretField::secret);
        let token = token.map_err(|why| (Field::Token, why.to_owned()))?;
        if token.kind() == SecretKind::Ingest {
            let why = "an ingest token cannot manage tokens: use an xapt- or xaat- token";
            return Err((Field::Token, why.to_owned()));
        }
        let name = || validate::name(self.form.text(Field::Name));
        let keep_as = self.is_kept().then(name).transpose();
        let keep_as = keep_as.map_err(|why| (Field::Name, why.to_string()))?;
        let url = self.form.text(Field::Url).trim().to_owned();
        // Another address means another deployment.
        let reauth = self.reauth.as_ref().filter(|reauth| reauth.url == url);
        let replaces = reauth.is_some_and(|f| Some(f.deployment.raw()) == keep_as.as_deref());
        let org = reauth.and_then(|f| f.org.clone());
        let of = reauth.map(|f| f.deployment.raw().to_owned()).or_else(|| keep_as.clone());
        let options = SwitchOptions { org, keep_as, replaces, leaves_draft: false };
        Ok((Target::Token { url, token: Arc::new(token), of }, options))
    }
}

/// The help about where axtok looks for credentials.
fn credentials() -> Text {
    let lines = [
        "axtok uses the first one it finds:",
        "",
        "1  axtok --deployment NAME: a deployment defined in 3 or 4",
        "2  AXIOM_TOKEN, with AXIOM_ORG_ID for a personal token, and AXIOM_URL for another \
         address; or AXIOM_DEPLOYMENT, the name of a deployment in 3 or 4",
        "3  axtok's settings: a command or a file that provides the token (axtok config path \
         shows the settings file)",
        "4  ~/.axiom.toml, the Axiom CLI's file: its active deployment",
        "",
        "A credential is only sent to its own address: AXIOM_URL alone does not redirect a \
         stored one.",
        "",
        "axtok doctor shows which one is used, and why.",
        "",
        "A personal token (xapt-) can do everything that its user can, in every \
         organisation. Create one in the console under Settings > Profile. For a single \
         organisation, an API token (xaat-) that can create, read, update and delete API \
         tokens is enough.",
        "",
        "No command-line option takes a token: other users of the machine can see the \
         command line.",
    ];
    Text {
        title: "Where axtok looks for credentials".to_owned(),
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

    fn offers(&self, action: Action, shared: &Shared) -> bool {
        // While signing in, one can only wait or cancel.
        action == Action::Back
            || shared.pending_switch.is_none() && Parts::offers(&self.form, action)
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
