//! Regenerates tokens: new ids and secrets. The old tokens keep working for a grace period,
//! so that every caller can be updated first. The new tokens have the same rights, those of a
//! draft, or those of a plan. With a single token the dialog stays open until the response
//! arrives; several tokens start a bulk run.

mod new;

use jiff::Timestamp;

pub use new::New;

use crate::{
    app::{
        bulk,
        effect::{Effect, LayerId, Ticket},
        form::{Form, Outcome, Part, Parts as _, Paths},
        layer::{Cx, Drafted, Event, Hint, Layer, Nav, Open, Step, has_form},
        list::List,
        notice::NoticeKind,
        overriding,
        run::Kind,
        sending::Sending,
        shared::{Shared, Topic},
    },
    domain::{
        ApiToken, Expiry, Grants,
        confirm::Confirmation,
        destination::BulkDestination,
        grace::{DEFAULT_GRACE, GRACES, Grace, GraceError, OldEnd, capped, graces},
        lifetime::{self, DEFAULT_EXPIRY},
        review::Finding,
    },
    input::Action,
    ops::change::Intent,
};

/// Width of the fields for a duration, in columns.
const LENGTH: u16 = 14;
/// Width of the confirmation field, in columns.
const TYPED: u16 = 40;

/// The parts of the form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Field {
    /// How long the old tokens keep working.
    Grace,
    /// A grace period that is not among the choices.
    Custom,
    /// When the new tokens expire.
    NewExpiry,
    /// With several tokens: whether a folder or a command gets the secrets.
    BulkDestination,
    /// The path of that folder.
    Folder,
    /// The command line of that command.
    Command,
    /// Why tokens that break the policy are made.
    Reason,
    /// The text that confirms, needed if callers would fail immediately.
    Typed,
    /// Closes the dialog without changing anything.
    Cancel,
    /// Regenerates the newer token instead, if the token has been replaced.
    Newer,
    /// Sends the request, or starts the run.
    Go,
}

/// The tokens to regenerate, and the choices for all of them.
#[derive(Debug)]
pub struct Regenerate {
    /// The tokens to regenerate; at least one.
    pub tokens: Vec<ApiToken>,
    /// What the new tokens are like.
    pub new: New,
    /// The choices and the buttons.
    pub form: Form<Field>,
    /// What to type if callers would fail immediately.
    pub wanted: Confirmation,
    /// The folder or command that is being checked. Nothing can be edited meanwhile.
    pub checking: Option<BulkDestination>,
    /// The scroll position in the list of several tokens.
    pub list: List,
    /// For a single token: the destination of its secret, and the request once sent.
    pub sending: Sending,
    /// What the organisation's rules have against each new token: its position among the
    /// tokens, and the finding.
    pub objections: Vec<(usize, Finding)>,
    /// The text of the expiry that they are about.
    checked_expiry: String,
    /// The layer that says what the new tokens are like.
    drafter: Option<LayerId>,
}

impl Regenerate {
    /// Regenerates these tokens with the rights they have.
    #[must_use]
    pub fn new(tokens: Vec<ApiToken>, shared: &Shared) -> Self {
        Self::with(tokens, New::Same, shared)
    }

    /// Replaces a token: the new one has the name and rights of `draft`, which belongs to
    /// the form `drafter`.
    #[must_use]
    pub fn replacing(
        token: ApiToken,
        draft: Drafted,
        drafter: Option<LayerId>,
        shared: &Shared,
    ) -> Self {
        let sending = Sending::to(draft.destination);
        let new = New::Drafted(Box::new(draft.token));
        Self { sending, drafter, ..Self::with(vec![token], new, shared) }
    }

    /// Replaces tokens: each new one has these rights, which the dialog `planner` has made.
    #[must_use]
    pub fn editing(
        tokens: Vec<(ApiToken, Grants)>,
        planner: Option<LayerId>,
        shared: &Shared,
    ) -> Self {
        let (tokens, rights) = tokens.into_iter().unzip();
        Self { drafter: planner, ..Self::with(tokens, New::Edited(rights), shared) }
    }

    fn with(tokens: Vec<ApiToken>, new: New, shared: &Shared) -> Self {
        let (wanted, now) = (shared.data.confirmation(&tokens), shared.server_now());
        // An expired token has no grace period to choose.
        let is_over = tokens.iter().all(|t| t.expiry.is_past(now));
        let is_one = tokens.len() == 1;
        let grace = if is_one { "Old token works for" } else { "Old tokens work for" };
        let expiry = if is_one { "New token expires" } else { "New tokens expire" };
        let go = if matches!(new, New::Same) { "Regenerate" } else { "Replace" };
        let newer = match (&tokens[..], &new) {
            ([token], New::Same) => newer(token, shared),
            _ => None,
        };
        let destinations = ["a folder", "a command"];
        let form = Form::new([
            Part::choice(Field::Grace, grace, graces(), DEFAULT_GRACE).hidden(is_over),
            Part::text(Field::Custom, "  custom", "3d").wide(LENGTH).hidden(true),
            Part::text(Field::NewExpiry, expiry, DEFAULT_EXPIRY)
                .wide(LENGTH)
                .proposing(lifetime::next_choice)
                .hidden(matches!(new, New::Drafted(_))),
            Part::choice(Field::BulkDestination, "Secrets go to", destinations, 0).hidden(is_one),
            Part::proposed(Field::Folder, "  folder", shared.proposed_folder())
                .completing(Paths::Folders)
                .hidden(is_one),
            Part::proposed(Field::Command, "  command", &shared.commands.bulk).hidden(true),
            overriding::part(Field::Reason),
            Part::text(Field::Typed, format!("Type {wanted}"), "").wide(TYPED).hidden(true),
            Part::back(Field::Cancel, "Cancel"),
            Part::button(Field::Newer, "Regenerate the new one").hidden(newer.is_none()),
            Part::button(Field::Go, go),
        ]);
        // What is left to say for several tokens is where the secrets go.
        let form = if is_one { form } else { form.on(Field::Folder) };
        let mut regenerate = Self {
            tokens,
            new,
            form,
            wanted,
            checking: None,
            list: List::default(),
            sending: Sending::default(),
            objections: Vec::new(),
            checked_expiry: DEFAULT_EXPIRY.to_owned(),
            drafter: None,
        };
        regenerate.find_objections(shared);
        regenerate
    }

    /// Checks the new tokens against the organisation's rules. Keeps what was found while the
    /// expiry is invalid.
    fn find_objections(&mut self, shared: &Shared) {
        let (policies, now) = (&shared.session.policies, shared.server_now());
        let Ok(expiry) = self.new_end(now) else { return };
        let against = |(at, token): (usize, &ApiToken)| {
            let against = policies.objections(&self.new.subject(at, token, expiry), now);
            against.into_iter().map(move |finding| (at, finding))
        };
        self.objections = if policies.is_empty() {
            Vec::new()
        } else {
            self.tokens.iter().enumerate().flat_map(against).collect()
        };
        self.form.show(Field::Reason, !self.objections.is_empty());
    }

    /// The token, if there is only one.
    #[must_use]
    pub fn only(&self) -> Option<&ApiToken> {
        if let [token] = &self.tokens[..] { Some(token) } else { None }
    }

    /// Whether there are several tokens, shown as a list.
    #[must_use]
    pub fn is_many(&self) -> bool {
        self.only().is_none()
    }

    /// Whether the new tokens have other rights than the old ones.
    #[must_use]
    pub const fn replaces(&self) -> bool {
        !matches!(self.new, New::Same)
    }

    /// The name and the rights of the new token at this place; `None` if they stay the same.
    #[must_use]
    pub fn new_token(&self, at: usize) -> Option<(&str, &Grants)> {
        self.new.token(at, &self.tokens)
    }

    /// Whether the secrets of several tokens go to a command, not to a folder.
    #[must_use]
    pub fn by_command(&self) -> bool {
        self.form.chosen(Field::BulkDestination) == 1
    }

    /// The chosen grace period; none if all tokens have expired.
    fn grace(&self) -> Grace {
        let chosen = self.form.find(Field::Grace).and_then(|_| {
            let chosen = GRACES.get(self.form.chosen(Field::Grace));
            chosen.map(|(_, grace)| *grace)
        });
        chosen.unwrap_or(Grace::Now)
    }

    /// When the old tokens stop, unless they expire earlier; `None` is immediately.
    fn old_ends(&self, now: Timestamp) -> Result<Option<Timestamp>, GraceError> {
        self.grace().end(self.form.text(Field::Custom), now)
    }

    /// When this old token stops: after the grace period, or at its own expiry if that comes
    /// first.
    ///
    /// # Errors
    /// If the custom grace period is invalid.
    pub fn old_end(&self, old: &ApiToken, now: Timestamp) -> Result<OldEnd, GraceError> {
        Ok(capped(&old.expiry, self.old_ends(now)?.unwrap_or(now)))
    }

    /// The expiry of the new tokens.
    ///
    /// # Errors
    /// What is wrong with the typed expiry.
    pub fn new_end(&self, now: Timestamp) -> Result<Expiry, String> {
        match &self.new {
            New::Drafted(draft) => Ok(draft.expiry),
            New::Same | New::Edited(_) => {
                Expiry::parse(self.form.text(Field::NewExpiry), now).map_err(|e| e.to_string())
            }
        }
    }

    /// Shows the parts that apply to the current choices, and what is wrong with them.
    fn update_parts(&mut self, now: Timestamp) {
        let (grace, by_command) = (self.grace(), self.by_command());
        let fails = self.tokens.iter().any(|t| grace.fails_callers(&t.expiry, now));
        let is_many = self.is_many();
        self.form.show(Field::Custom, grace == Grace::Custom);
        self.form.show(Field::Folder, is_many && !by_command);
        self.form.show(Field::Command, is_many && by_command);
        self.form.show(Field::Typed, fails);
        self.form.complain(Field::Custom, self.old_ends(now).err().map(|why| why.to_string()));
        self.form.complain(Field::NewExpiry, self.new_end(now).err());
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        match action {
            Action::PageUp | Action::PageDown if self.is_many() && self.list.scroll(action) => {
                return Step::none();
            }
            Action::Destination => {
                let Some(only) = self.only() else { return Step::none() };
                let name = self.new_token(0).map_or(only.name.raw(), |(name, _)| name);
                return self.sending.ask(cx.shared.proposed_file(name, true));
            }
            _ => {}
        }
        match self.form.act(action) {
            Outcome::Back => Step::back(),
            Outcome::Pressed(Field::Newer) => {
                let newer = self.only().and_then(|token| newer(token, cx.shared)).cloned();
                newer.map_or_else(Step::none, |new| Step::replace(Open::Regenerate(vec![new])))
            }
            Outcome::Pressed(_) | Outcome::Submit => self.regenerate(cx),
            _ => Step::none(),
        }
    }

    /// Checks all fields before the first request is sent.
    fn regenerate(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        match (self.old_ends(now), self.new_end(now)) {
            // The field already shows what is wrong.
            (Err(_), _) => self.form.focus(Field::Custom),
            (_, Err(_)) => self.form.focus(Field::NewExpiry),
            _ if self.form.find(Field::Typed).is_some()
                && !self.wanted.is_typed(self.form.text(Field::Typed)) =>
            {
                let old = if self.is_many() { "old tokens" } else { "old token" };
                let why = format!("Type {} to end the {old} now.", self.wanted);
                self.form.refuse(Field::Typed, why);
            }
            (Ok(old_ends), Ok(new_expiry)) => {
                let all: Vec<_> = self.objections.iter().map(|(_, f)| f.clone()).collect();
                if let Ok(overridden) = overriding::given(&mut self.form, Field::Reason, &all) {
                    self.sending.overridden = overridden;
                    return self.begin(old_ends, new_expiry, cx);
                }
            }
        }
        Step::none()
    }

    /// Sends the request for a single token. For several, checks the destination first.
    fn begin(&mut self, old_ends: Option<Timestamp>, new_expiry: Expiry, cx: &mut Cx<'_>) -> Step {
        let Some(old) = self.only() else {
            let destination = if self.by_command() {
                BulkDestination::Command(self.form.text(Field::Command).trim().to_owned())
            } else {
                BulkDestination::Folder(self.form.text(Field::Folder).trim().to_owned())
            };
            self.checking = Some(destination.clone());
            return Step::effect(Effect::CheckBulkDestination { asker: cx.me, destination });
        };
        let end = capped(&old.expiry, old_ends.unwrap_or_else(|| cx.shared.server_now()));
        let renewal = self.new.renewal(old, new_expiry);
        let change = Intent::regenerate(old, end.at, renewal);
        self.sending.send(cx, self.drafter, change)
    }

    /// Starts the run if the destination can be used; `Err` says why it cannot. The secrets
    /// go to exactly the destination that was checked.
    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let Some(destination) = self.checking.take() else { return Step::none() };
        if let Err(why) = result {
            let field = if self.by_command() { Field::Command } else { Field::Folder };
            self.form.refuse(field, why);
            return Step::none();
        }
        let (Ok(old_ends), Ok(new_expiry)) = (self.old_ends(now), self.new_end(now)) else {
            return Step::none();
        };
        let kept = cx.shared.remember_bulk(&destination);
        let kept = kept.map_or_else(Step::none, Step::effect);
        let overridden = self.sending.overridden.take();
        let kind = Kind::Regenerate { old_ends, new_expiry, destination, overridden };
        let new = std::mem::replace(&mut self.new, New::Same);
        let items = new.items(std::mem::take(&mut self.tokens));
        // From now on the run has what the planner made.
        let done = self.drafter.into_iter().fold(Step::back(), |step, id| step.nav(Nav::Close(id)));
        kept.and(done).and(bulk::begin(cx.shared, kind, items))
    }
}

/// The token that has replaced this one, if both work.
fn newer<'a>(token: &ApiToken, shared: &'a Shared) -> Option<&'a ApiToken> {
    shared.data.token(shared.old_half(&token.id)?.other()?)
}

impl Layer for Regenerate {
    has_form!();

    fn list_mut(&mut self) -> Option<&mut List> {
        if self.is_many() { Some(&mut self.list) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        let mut hints = self.form.hints();
        hints.extend(self.is_many().then_some((Action::PageDown, "scroll")));
        hints
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn is_checking(&self) -> bool {
        self.checking.is_some()
    }

    fn offers(&self, action: Action, _shared: &Shared) -> bool {
        match action {
            Action::Destination => !self.is_many(),
            Action::Submit => true,
            Action::PageUp | Action::PageDown => self.is_many() && self.list.is_cut(),
            action => self.form.offers(action),
        }
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        let is_changed = matches!(event, Event::Changed(Topic::Accepted | Topic::Tokens));
        let step = match event {
            Event::Opened => Step::effect(cx.shared.reload_policies()),
            Event::Changed(Topic::Tokens)
                if self.sending.is_idle() && self.new.is_stale(&self.tokens, cx.shared) =>
            {
                let words = "The rights of these tokens changed meanwhile: check the plan again.";
                cx.shared.notify(NoticeKind::Warning, words);
                return Step::back();
            }
            Event::Action(action) => self.act(action, cx),
            Event::Checked(result) => self.checked(result, cx),
            event => self.sending.on_event_for(self.drafter, event),
        };
        self.update_parts(cx.shared.server_now());
        // With many tokens, too slow for each key.
        let expiry = self.form.text(Field::NewExpiry);
        if is_changed || expiry != self.checked_expiry {
            self.checked_expiry = expiry.to_owned();
            self.find_objections(cx.shared);
        }
        step
    }
}
