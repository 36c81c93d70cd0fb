//! Regenerate the marked tokens: one grace period and one expiry for all, and
//! where their secrets go, since so many cannot be shown.

use jiff::Timestamp;

use crate::{
    app::{
        bulk,
        effect::Effect,
        field::Field,
        layer::{Cx, Event, Hint, Layer, Step},
        list::List,
        mouse::Spot,
        notice::NoticeKind,
        round::{Round, direction, turned},
        run::Kind,
        shared::Shared,
    },
    domain::{
        ApiToken, Expiry, confirm,
        destination::Depot,
        grace::{DEFAULT_GRACE, GRACES, Grace, GraceError},
        lifetime::{self, DEFAULT_EXPIRY},
    },
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
    pub checking: Option<Depot>,
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
        let is_there = |focus| match focus {
            Focus::Custom => self.chosen() == Grace::Custom,
            Focus::Typed => self.wants_number(now),
            _ => true,
        };
        self.focus = self.focus.step_among(forward, is_there);
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
        if pages && self.list.scroll(action) {
            return Step::none();
        }
        match (action, self.focus) {
            (Action::Back, _) => return Step::back(),
            _ if self.checking.is_some() => {}
            (Action::NextChoice | Action::Toggle, Focus::Grace | Focus::Depot)
            | (Action::Down, Focus::NewExpiry) => self.choose(true),
            (Action::PreviousChoice, Focus::Grace | Focus::Depot)
            | (Action::Up, Focus::NewExpiry) => self.choose(false),
            (Action::Accept | Action::Toggle, Focus::Cancel) => return Step::back(),
            (Action::Accept | Action::Toggle, Focus::Go) | (Action::Submit, _) => {
                return self.check(cx);
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

    /// Everything must be right before the first request is sent; the depot is
    /// looked at last.
    fn check(&mut self, cx: &mut Cx<'_>) -> Step {
        let now = cx.shared.server_now();
        let (focus, why) = if self.old_ends(now).is_err() {
            (Focus::Custom, "Write how long the old tokens work: 3d, 12h, or a date.".to_owned())
        } else if let Err(why) = self.new_end(now) {
            (Focus::NewExpiry, format!("New expiry: {why}"))
        } else if self.wants_number(now) && !confirm::is_typed(self.typed.text(), &self.wanted()) {
            (Focus::Typed, format!("Type {} to end the old tokens now.", self.wanted()))
        } else {
            let depot = self.depot();
            (self.checking, self.error) = (Some(depot.clone()), None);
            return Step::effect(Effect::CheckDepot { asker: cx.me, depot });
        };
        self.focus = focus;
        cx.shared.notify(NoticeKind::Warning, why);
        Step::none()
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

impl Layer for RegenerateMany {
    fn is_typing(&self) -> bool {
        let text =
            matches!(self.focus, Focus::Custom | Focus::NewExpiry | Focus::Place | Focus::Typed);
        text && self.checking.is_none()
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
        Some(&mut self.list)
    }

    fn hints(&self, _shared: &Shared) -> Vec<Hint> {
        use Action as A;
        vec![
            (A::Accept, "go on"),
            (A::Back, "cancel"),
            (A::NextField, "next"),
            (A::NextChoice, "choose"),
            (A::PageDown, "scroll"),
        ]
    }

    fn is_checking(&self) -> bool {
        self.checking.is_some()
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
            _ => {}
        }
        Step::none()
    }
}
