//! Regenerate: new ids and secrets; the old tokens work on for a while, so that every
//! place that uses one can be changed first. A single token keeps this dialog until
//! its answer is here; several become a run.

use jiff::Timestamp;

use crate::{
    app::{
        bulk,
        effect::{Effect, LayerId, Ticket},
        field::Field,
        layer::{Cx, Drafted, Event, Hint, Layer, Step},
        list::List,
        mouse::Spot,
        notice::NoticeKind,
        round::{Round, direction, turned},
        run::Kind,
        sending::Sending,
        shared::Shared,
    },
    domain::{
        ApiToken, Expiry, NewToken, confirm,
        destination::Depot,
        grace::{DEFAULT_GRACE, GRACES, Grace, GraceError, OldEnd, capped},
        lifetime::{self, DEFAULT_EXPIRY},
        token::Renewal,
    },
    input::Action,
    ops::change::Intent,
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

impl Round for Focus {
    const ALL: &'static [Self] = &[
        Self::Grace,
        Self::Custom,
        Self::NewExpiry,
        Self::Depot,
        Self::Place,
        Self::Typed,
        Self::Cancel,
        Self::Go,
    ];
}

/// The tokens, and what was chosen for all of them.
#[derive(Debug)]
pub struct Regenerate {
    pub tokens: Vec<ApiToken>,
    /// What the only one's new token will be, if not the same as the old one.
    pub replacement: Option<Box<NewToken>>,
    /// Position in [`GRACES`].
    pub grace: usize,
    pub custom: Field,
    pub new_expiry: Field,
    /// Of several a command gets each secret; otherwise a folder does.
    pub by_command: bool,
    pub folder: Field,
    pub command: Field,
    /// The depot that is being looked at. Nothing can be changed meanwhile.
    pub checking: Option<Depot>,
    /// What is in its way.
    pub error: Option<String>,
    /// The name or the number, typed, when callers would fail at once.
    pub typed: Field,
    pub focus: Focus,
    pub list: List,
    /// The request of a single one, and where its secret goes.
    pub sending: Sending,
    /// The form whose draft the new token is made by.
    form: Option<LayerId>,
}

impl Regenerate {
    #[must_use]
    pub fn new(tokens: Vec<ApiToken>, now: Timestamp) -> Self {
        let mut state = Self {
            tokens,
            replacement: None,
            grace: DEFAULT_GRACE,
            custom: Field::with("3d"),
            new_expiry: Field::with(DEFAULT_EXPIRY),
            by_command: false,
            folder: Field::default(),
            command: Field::default(),
            checking: None,
            error: None,
            typed: Field::default(),
            focus: Focus::Grace,
            list: List::default(),
            sending: Sending::default(),
            form: None,
        };
        state.focus_on_first(now);
        state
    }

    /// The new token is what the draft of this form says.
    #[must_use]
    pub fn replacing(
        token: ApiToken,
        draft: Drafted,
        form: Option<LayerId>,
        now: Timestamp,
    ) -> Self {
        let mut state = Self {
            replacement: Some(Box::new(draft.token)),
            sending: Sending::to(draft.destination),
            form,
            ..Self::new(vec![token], now)
        };
        state.focus_on_first(now);
        state
    }

    fn focus_on_first(&mut self, now: Timestamp) {
        let first = Focus::ALL.iter().find(|focus| self.has(**focus, now));
        self.focus = first.copied().unwrap_or(Focus::Cancel);
    }

    /// The token, if it is a single one.
    #[must_use]
    pub fn only(&self) -> Option<&ApiToken> {
        if let [token] = &self.tokens[..] { Some(token) } else { None }
    }

    #[must_use]
    pub fn is_many(&self) -> bool {
        self.only().is_none()
    }

    /// Whether nothing was sent and nothing is being looked at.
    #[must_use]
    pub fn is_idle(&self) -> bool {
        self.sending.is_idle() && self.checking.is_none()
    }

    /// Whether there is a grace period to choose: an expired token has none.
    #[must_use]
    pub fn has_grace(&self, now: Timestamp) -> bool {
        self.tokens.iter().any(|t| !t.expiry.is_past(now))
    }

    #[must_use]
    pub fn chosen(&self) -> Grace {
        GRACES.get(self.grace).map_or(Grace::Now, |(_, grace)| *grace)
    }

    /// Whether a name or a number has to be typed: callers of a token that still works
    /// would fail at once.
    #[must_use]
    pub fn wants_typed(&self, now: Timestamp) -> bool {
        self.tokens.iter().any(|t| self.chosen().fails_callers(&t.expiry, now))
    }

    /// What has to be typed then.
    #[must_use]
    pub fn wanted(&self) -> String {
        confirm::regeneration(self.tokens.iter().map(|t| &t.name))
    }

    /// When the old tokens stop, if they do not before; `None` is at once.
    fn old_ends(&self, now: Timestamp) -> Result<Option<Timestamp>, GraceError> {
        // What was typed does not matter once all have expired.
        let grace = if self.has_grace(now) { self.chosen() } else { Grace::Now };
        grace.end(self.custom.text(), now)
    }

    /// When this one of them stops.
    ///
    /// # Errors
    /// With what is wrong with the custom length.
    pub fn old_end(&self, old: &ApiToken, now: Timestamp) -> Result<OldEnd, GraceError> {
        Ok(capped(&old.expiry, self.old_ends(now)?.unwrap_or(now)))
    }

    /// The new tokens' expiry.
    ///
    /// # Errors
    /// With what is wrong with what was typed.
    pub fn new_end(&self, now: Timestamp) -> Result<Expiry, String> {
        match &self.replacement {
            Some(draft) => Ok(draft.expiry),
            None => Expiry::parse(self.new_expiry.text(), now).map_err(|e| e.to_string()),
        }
    }

    /// Where the secrets of several go.
    fn depot(&self) -> Depot {
        if self.by_command {
            Depot::Command(self.command.text().trim().to_owned())
        } else {
            Depot::Folder(self.folder.text().trim().to_owned())
        }
    }

    /// Whether a part can have the focus now.
    fn has(&self, focus: Focus, now: Timestamp) -> bool {
        match focus {
            Focus::Grace => self.has_grace(now),
            Focus::Custom => self.has_grace(now) && self.chosen() == Grace::Custom,
            Focus::NewExpiry => self.replacement.is_none(),
            Focus::Depot | Focus::Place => self.is_many(),
            Focus::Typed => self.wants_typed(now),
            Focus::Cancel | Focus::Go => true,
        }
    }

    fn step(&mut self, forward: bool, now: Timestamp) {
        self.focus = self.focus.step_among(forward, |focus| self.has(focus, now));
    }

    fn choose(&mut self, forward: bool) {
        match self.focus {
            Focus::Grace => self.grace = turned(self.grace, GRACES.len(), forward),
            Focus::Depot => {
                self.by_command = !self.by_command;
                self.error = None;
            }
            Focus::NewExpiry => {
                self.new_expiry.set(lifetime::next_choice(self.new_expiry.text(), forward));
            }
            _ => {}
        }
    }

    fn act(&mut self, action: Action, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let pages = matches!(action, Action::PageUp | Action::PageDown);
        if pages && self.is_many() && self.list.scroll(action) {
            return Step::none();
        }
        match (action, self.focus) {
            (Action::Back, _) => return Step::back(),
            _ if self.checking.is_some() => {}
            (Action::Destination, _) if !self.is_many() => return self.sending.ask(),
            (Action::NextChoice | Action::Toggle, Focus::Grace | Focus::Depot)
            | (Action::Down, Focus::NewExpiry) => self.choose(true),
            (Action::PreviousChoice, Focus::Grace | Focus::Depot)
            | (Action::Up, Focus::NewExpiry) => self.choose(false),
            (Action::Accept | Action::Toggle, Focus::Cancel) => return Step::back(),
            (Action::Accept | Action::Toggle, Focus::Go) | (Action::Submit, _) => {
                return self.regenerate(cx);
            }
            (Action::Accept, _) => {
                // Enter goes on to the next part, and past Cancel to the button
                // that one came for; pressing that is an Enter of its own.
                self.step(true, now);
                if self.focus == Focus::Cancel {
                    self.focus = Focus::Go;
                }
            }
            (action, _) => {
                if let Some(forward) = direction(action) {
                    self.step(forward, now);
                }
            }
        }
        Step::none()
    }

    /// Everything must be right before the first request is sent.
    fn regenerate(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let (old, work) =
            if self.is_many() { ("old tokens", "work") } else { ("old token", "works") };
        let (focus, why) = match (self.old_ends(now), self.new_end(now)) {
            (Err(_), _) => {
                (Focus::Custom, format!("Write how long the {old} {work}: 3d, 12h, or a date."))
            }
            (_, Err(why)) => (Focus::NewExpiry, format!("New expiry: {why}")),
            _ if self.wants_typed(now) && !confirm::is_typed(self.typed.text(), &self.wanted()) => {
                (Focus::Typed, format!("Type {} to end the {old} now.", self.wanted()))
            }
            (Ok(old_ends), Ok(new_expiry)) => return self.begin(old_ends, new_expiry, cx),
        };
        self.focus = focus;
        cx.shared.notify(NoticeKind::Warning, why);
        Step::none()
    }

    /// Sends the request for a single one. For several the depot is looked at first.
    fn begin(&mut self, old_ends: Option<Timestamp>, new_expiry: Expiry, cx: &mut Cx<'_>) -> Step {
        let Some(old) = self.only() else {
            let depot = self.depot();
            (self.checking, self.error) = (Some(depot.clone()), None);
            return Step::effect(Effect::CheckDepot { asker: cx.me, depot });
        };
        let end = capped(&old.expiry, old_ends.unwrap_or_else(|| cx.shared.server_now()));
        let renewal = match &self.replacement {
            Some(draft) => Renewal::Replaced(draft.clone()),
            None => Renewal::Same { new_expiry },
        };
        let change = Intent::regenerate(old, end.at, renewal);
        self.sending.send(cx, self.form, change)
    }

    /// The depot was looked at: nothing is in the way, or what is. The secrets go to
    /// the depot that was looked at.
    fn checked(&mut self, result: Result<(), String>, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let Some(depot) = self.checking.take() else { return Step::none() };
        if let Err(why) = result {
            (self.error, self.focus) = (Some(why), Focus::Place);
            return Step::none();
        }
        let (Ok(old_ends), Ok(new_expiry)) = (self.old_ends(now), self.new_end(now)) else {
            return Step::none();
        };
        let kind = Kind::Regenerate { old_ends, new_expiry, depot };
        Step::back().and(bulk::begin(cx.shared, kind, std::mem::take(&mut self.tokens)))
    }
}

impl Layer for Regenerate {
    fn is_typing(&self) -> bool {
        let text =
            matches!(self.focus, Focus::Custom | Focus::NewExpiry | Focus::Place | Focus::Typed);
        text && self.is_idle()
    }

    fn field_mut(&mut self) -> Option<&mut Field> {
        match self.focus {
            _ if !self.is_typing() => None,
            Focus::Custom => Some(&mut self.custom),
            Focus::NewExpiry => Some(&mut self.new_expiry),
            Focus::Place if self.by_command => Some(&mut self.command),
            Focus::Place => Some(&mut self.folder),
            _ => Some(&mut self.typed),
        }
    }

    fn list_mut(&mut self) -> Option<&mut List> {
        if self.is_many() { Some(&mut self.list) } else { None }
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        let mut hints = vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::NextChoice, "choose"),
        ];
        hints.extend(self.is_many().then_some((A::PageDown, "scroll")));
        hints
    }

    fn is_checking(&self) -> bool {
        self.checking.is_some()
    }

    fn sent(&self) -> Option<Ticket> {
        self.sending.ticket()
    }

    fn focus_on(&mut self, part: usize) -> bool {
        self.focus = Focus::at(part);
        matches!(self.focus, Focus::Cancel | Focus::Go)
    }

    fn handle(&mut self, event: Event, cx: &mut Cx<'_>) -> Step {
        match event {
            Event::Action(action) => return self.act(action, cx),
            Event::Checked(result) => return self.checked(result, cx),
            // What is being checked stays as it is.
            Event::Click(..) if self.checking.is_some() => {}
            Event::Click(Spot::Grace(at), _) => {
                (self.focus, self.grace) = (Focus::Grace, at);
            }
            Event::Click(Spot::Depot { by_command }, _) => {
                self.focus = Focus::Depot;
                if self.by_command != by_command {
                    self.choose(true);
                }
            }
            event => return self.sending.told_for(self.form, event),
        }
        Step::none()
    }
}
