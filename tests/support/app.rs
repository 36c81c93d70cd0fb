//! The pure core with a screen, a fixed clock, and the simulator's store as its server: no network,
//! no real time, no tasks.

use std::collections::BTreeMap;

use axtok::{
    api::{
        call::{Answer, Call},
        error::{Certainty, Failure, FailureKind},
    },
    app::{
        Effect, Model, Msg,
        layout_info::LayoutInfo,
        screens::{api_tokens::ApiTokens, new_token::NewTokenForm},
        stack::Screen,
        update,
    },
    domain::{
        Access, NewToken, PersonalToken, SafeText, Secret, SecretKind,
        preset::Preset,
        rotation::Plan,
        session::{ConnectionId, DeploymentSummary, Session, Target},
    },
    input::{Key, Keymap, key},
    journal::{Asked, Contents, Entry, EntryId, Location, Open, RecordedChange, Rotation},
    ops::change::Record,
    simulator::{Scenario, Store},
    ui,
};
use jiff::Timestamp;
use ratatui::{buffer::Buffer, layout::Rect};

/// The time at which these tests run.
pub const NOW: &str = "2026-11-23T14:00:00Z";

#[path = "answers.rs"]
mod answers;
#[path = "text.rs"]
mod text;

use text::{drawn, text};

pub struct App {
    pub model: Model,
    pub store: Store,
    /// Effects that are requested but not run yet.
    pub waiting: Vec<Effect>,
    /// The deployments in the settings.
    pub offers: Vec<DeploymentSummary>,
    /// Unconfirmed changes that earlier sessions left in the journal.
    pub left_open: Vec<Open>,
    /// Rotations that earlier sessions recorded in the journal.
    pub left_rotations: Vec<Rotation>,
    /// What the journal has, for the history.
    pub journal: Result<Vec<RecordedChange>, String>,
    /// The rotation plan beside the settings.
    pub plan: Result<Option<Plan>, String>,
    /// The rotations in the journal, whoever recorded them.
    pub recorded: Vec<Rotation>,
    /// The credential of each connection.
    tokens: BTreeMap<ConnectionId, String>,
    /// What the terminal can display.
    pub appearance: ui::Appearance,
    /// The layout of the last frame.
    pub places: LayoutInfo,
    frame: Buffer,
}

impl App {
    /// Starts with the demo organisation; no call is answered yet.
    pub fn new(width: u16, height: u16) -> Self {
        // The same ids and secrets in every run.
        Self::with(&Scenario::demo().seeded(1), width, height)
    }

    pub fn with(scenario: &Scenario, width: u16, height: u16) -> Self {
        let now: Timestamp = NOW.parse().unwrap();
        let store = Store::new(scenario, now);
        let token = store.personal_token().to_owned();
        let session = Session {
            connection: Some(ConnectionId::default()),
            deployment: "demo".into(),
            url: "https://api.example.test".to_owned(),
            org: Some(SafeText::from(store.org_id())),
            credential: SecretKind::Personal,
            access: Access::Full,
            usual_access: Access::Full,
            console: None,
            personal_host: None,
            demo: true,
            policies: std::sync::Arc::default(),
        };
        Self::begin(store, session, &token, width, height)
    }

    /// Starts with this session and its credential; no call is answered yet.
    pub fn begin(store: Store, session: Session, token: &str, width: u16, height: u16) -> Self {
        let mut model = Model::new(session, Keymap::built_in().unwrap(), NOW.parse().unwrap());
        let waiting = model.start();
        let frame = Buffer::empty(Rect::new(0, 0, width, height));
        let tokens = BTreeMap::from([(ConnectionId::default(), token.to_owned())]);
        let (offers, left_open, appearance) = (Vec::new(), Vec::new(), ui::Appearance::default());
        let places = LayoutInfo::default();
        let mut app = Self {
            model,
            store,
            waiting,
            offers,
            left_open,
            left_rotations: Vec::new(),
            journal: Ok(Vec::new()),
            plan: Ok(None),
            recorded: Vec::new(),
            tokens,
            appearance,
            places,
            frame,
        };
        app.msg(Msg::Resize { width, height });
        app
    }

    /// Starts with the demo organisation and answers every call.
    pub fn ready(width: u16, height: u16) -> Self {
        let mut app = Self::new(width, height);
        app.answer();
        app
    }

    /// Handles one message and draws the frame after it.
    pub fn msg(&mut self, msg: Msg) -> &mut Self {
        self.waiting.extend(update(&mut self.model, msg));
        self.draw();
        self
    }

    /// Presses keys, written as in the keymap, without answering any call.
    pub fn press(&mut self, keys: &str) -> &mut Self {
        for key in key::sequence(keys).unwrap() {
            self.msg(Msg::Key(key));
        }
        self
    }

    /// Presses keys and answers every call that they cause.
    pub fn keys(&mut self, keys: &str) -> &mut Self {
        self.press(keys).answer()
    }

    /// Types a text.
    pub fn types(&mut self, text: &str) -> &mut Self {
        for c in text.chars() {
            self.msg(Msg::Key(Key::char(c)));
        }
        self
    }

    /// The next time at which the screen changes, apart from the mark on a list that gets old.
    pub fn next_tick(&self) -> Option<Timestamp> {
        let stale = self.model.shared.next_stale(&self.model.marked_topics());
        self.model.next_wake().filter(|at| Some(*at) != stale)
    }

    /// Lets time pass.
    pub fn later(&mut self, milliseconds: i64) -> &mut Self {
        let at = self.model.shared.now.as_millisecond() + milliseconds;
        self.model.shared.now = Timestamp::from_millisecond(at).unwrap();
        self.msg(Msg::Wake)
    }

    /// Answers every pending call and those that follow, and makes every requested connection.
    pub fn answer(&mut self) -> &mut Self {
        let is_ours = |e: &Effect| {
            matches!(
                e,
                Effect::Call { .. }
                    | Effect::Connect { .. }
                    | Effect::LoadDeployments(_)
                    | Effect::LoadUsage { .. }
                    | Effect::OpenJournal
                    | Effect::LoadHistory(_)
                    | Effect::LoadRotations
                    | Effect::LoadPolicies { .. }
            )
        };
        while let Some(at) = self.waiting.iter().position(is_ours) {
            let msg = match self.waiting.remove(at) {
                Effect::Call { ticket, via, org, call, record } => {
                    let answer = self.ask(via, org.as_ref(), &call);
                    let entry = record.map(|record| self.entry(&record));
                    Msg::Replied { ticket, answer, entry }
                }
                Effect::Connect { connection, to } => {
                    Msg::Connected { connection, result: self.connect(connection, to) }
                }
                Effect::LoadUsage { ticket, via, org, tokens, window } => {
                    let calls = axtok::ops::usage::calls(window);
                    let answers =
                        calls.iter().map(|call| self.ask(via, org.as_ref(), call)).collect();
                    let answer = axtok::ops::usage::judge(&tokens, window, answers);
                    Msg::Used { ticket, answer: answer.map(Box::new) }
                }
                Effect::OpenJournal => {
                    let (open, rotations) = (
                        std::mem::take(&mut self.left_open),
                        std::mem::take(&mut self.left_rotations),
                    );
                    Msg::Recalled { open, rotations, warning: None }
                }
                Effect::LoadHistory(asker) => Msg::History { asker, result: self.journal.clone() },
                Effect::LoadRotations => {
                    let rotations = self.recorded.clone();
                    let contents = Ok(Contents { rotations, ..Contents::default() });
                    Msg::Rotations { plan: self.plan.clone(), contents }
                }
                Effect::LoadPolicies { .. } => {
                    Msg::Policies(self.model.shared.session.policies.clone())
                }
                Effect::LoadDeployments(asker) => {
                    Msg::Deployments { asker, result: Ok(self.offers.clone()) }
                }
                _ => unreachable!("only these effects are picked"),
            };
            self.msg(msg);
        }
        self
    }

    /// Answers every pending call that only reads.
    pub fn answer_reads(&mut self) -> &mut Self {
        let is_change = |e: &Effect| matches!(e, Effect::Call { record: Some(_), .. });
        let waiting = std::mem::take(&mut self.waiting);
        let (changes, rest): (Vec<_>, Vec<_>) = waiting.into_iter().partition(is_change);
        self.waiting = rest;
        self.answer();
        self.waiting.splice(0..0, changes);
        self
    }

    /// The journal entry that the effects would write.
    fn entry(&self, record: &Record) -> Box<Entry> {
        let session = &self.model.shared.session;
        Box::new(Entry {
            id: EntryId::new(),
            at: self.model.shared.now,
            location: Location {
                deployment: session.deployment.raw().to_owned(),
                url: session.url.clone(),
                org: session.org.as_ref().map(|org| org.raw().to_owned()),
            },
            asked: record.asked.clone(),
            known: record.known.clone(),
            is_rotation: record.is_rotation,
            overridden: record.overridden.clone(),
        })
    }

    /// Connects as the effects would; deployments take the user's personal token.
    fn connect(&mut self, id: ConnectionId, to: Target) -> Result<Session, String> {
        let (deployment, url, token) = match to {
            Target::Token { url, token, of } if url.starts_with("https://") => {
                let name = of.unwrap_or_else(|| "pasted".to_owned());
                (name, url, token.expose().to_owned())
            }
            Target::Token { .. } => return Err("the address: write https://".to_owned()),
            Target::Deployment(name) => {
                let Some(offer) = self.offers.iter().find(|o| o.name.raw() == name) else {
                    return Err(format!("there is no deployment {name}"));
                };
                (name, offer.url.clone(), self.store.personal_token().to_owned())
            }
            Target::Demo => return Err("not here".to_owned()),
        };
        let credential = Secret::new(token.clone()).kind();
        self.tokens.insert(id, token);
        let (access, deployment) = (Access::Full, deployment.into());
        let (connection, session) = (Some(id), Session::none());
        Ok(Session { connection, deployment, url, credential, access, ..session })
    }

    /// Answers the first pending call with a failure.
    pub fn fail(
        &mut self,
        certainty: Certainty,
        kind: FailureKind,
        message: Option<&str>,
    ) -> &mut Self {
        let at = self.waiting.iter().position(|e| matches!(e, Effect::Call { .. })).unwrap();
        let Effect::Call { ticket, record, .. } = self.waiting.remove(at) else { unreachable!() };
        let entry = record.map(|record| self.entry(&record));
        let failure = Failure {
            certainty,
            kind,
            message: message.map(SafeText::from),
            trace_id: Some("trace-1".into()),
            retry_at: None,
            foreign: None,
        };
        self.msg(Msg::Replied { ticket, answer: Err(failure), entry })
    }

    /// Answers the first pending call with a rate limit of this many seconds.
    pub fn limit(&mut self, seconds: i64) -> &mut Self {
        let at = self.waiting.iter().position(|e| matches!(e, Effect::Call { .. })).unwrap();
        let Effect::Call { ticket, record, .. } = self.waiting.remove(at) else { unreachable!() };
        let entry = record.map(|record| self.entry(&record));
        let until = Timestamp::from_second(self.model.shared.now.as_second() + seconds).unwrap();
        let failure = Failure { retry_at: Some(until), ..Failure::new(FailureKind::Status(429)) };
        self.msg(Msg::Replied { ticket, answer: Err(failure), entry })
    }

    /// Applies the first pending change on the server and loses the response: the change stays
    /// pending.
    pub fn commit(&mut self) -> &mut Self {
        let change = self.waiting.iter().find_map(|e| match e {
            Effect::Call { via, org, call, record: Some(_), .. } => {
                Some((*via, org.clone(), call.clone()))
            }
            _ => None,
        });
        let (via, org, call) = change.unwrap();
        let _ = self.ask(via, org.as_ref(), &call);
        self
    }

    /// Creates on the server the token that the first unconfirmed change requested.
    pub fn commit_late(&mut self, name: &str) -> &mut Self {
        let Some(unconfirmed) = self.model.shared.unconfirmed.first() else {
            panic!("nothing is unconfirmed")
        };
        let Asked::Create { name: asked, description, expiry, grants } =
            unconfirmed.search.entry.asked.clone()
        else {
            panic!("the unconfirmed change is not a create")
        };
        assert_eq!(asked, name);
        let call =
            Call::CreateToken(Box::new(NewToken { name: asked, description, expiry, grants }));
        let org = self.model.shared.session.org.clone();
        let via = self.model.shared.session.connection.unwrap();
        let _ = self.ask(via, org.as_ref(), &call);
        self
    }

    /// Creates a token as another user would.
    pub fn create_elsewhere(&mut self, new: NewToken) {
        let via = self.model.shared.session.connection.unwrap();
        let org = self.model.shared.session.org.clone();
        self.ask(via, org.as_ref(), &Call::CreateToken(Box::new(new))).unwrap();
    }

    /// Reports that the first pending change was not sent because the journal cannot be written.
    pub fn unrecorded(&mut self, why: &str) -> &mut Self {
        let is_change = |e: &Effect| matches!(e, Effect::Call { record: Some(_), .. });
        let at = self.waiting.iter().position(is_change).unwrap();
        let Effect::Call { ticket, .. } = self.waiting.remove(at) else { unreachable!() };
        self.msg(Msg::Unrecorded { ticket, why: why.to_owned() })
    }

    /// Removes the first pending effect for which `message` has an answer, and handles that answer.
    #[track_caller]
    pub fn told(&mut self, message: impl Fn(&Effect) -> Option<Msg>) -> &mut Self {
        let found = self.waiting.iter().enumerate();
        let found = found.into_iter().find_map(|(at, effect)| Some((at, message(effect)?)));
        let Some((at, msg)) = found else {
            panic!("no such effect is pending: {:?}", self.waiting)
        };
        self.waiting.remove(at);
        self.msg(msg)
    }

    /// Answers the first pending check of a destination.
    #[track_caller]
    pub fn checked(&mut self, result: &Result<(), String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::CheckDestination { asker, .. } => {
                Some(Msg::Checked { asker: *asker, result: result.clone() })
            }
            _ => None,
        })
    }

    /// Answers the first pending delivery of a secret.
    #[track_caller]
    pub fn delivered(&mut self, result: &Result<String, String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::Deliver { id, .. } => Some(Msg::Delivered { id: *id, result: result.clone() }),
            _ => None,
        })
    }

    /// Answers the first pending try of a secret.
    #[track_caller]
    pub fn tried(&mut self, result: &Result<String, String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::Try { id, .. } => Some(Msg::Tried { id: *id, result: result.clone() }),
            _ => None,
        })
    }

    /// Answers the first pending check of a bulk destination.
    #[track_caller]
    pub fn bulk_destination_checked(&mut self, result: &Result<(), String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::CheckBulkDestination { asker, .. } => {
                Some(Msg::Checked { asker: *asker, result: result.clone() })
            }
            _ => None,
        })
    }

    /// Answers the first pending load of the deployments.
    #[track_caller]
    pub fn deployments(&mut self, result: &Result<Vec<DeploymentSummary>, String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::LoadDeployments(asker) => {
                Some(Msg::Deployments { asker: *asker, result: result.clone() })
            }
            _ => None,
        })
    }

    /// Answers the first pending load of the user's own presets.
    #[track_caller]
    pub fn presets(&mut self, result: &Result<Vec<Preset>, String>) -> &mut Self {
        self.told(|effect| match effect {
            Effect::LoadPresets(asker) => {
                Some(Msg::Presets { asker: *asker, result: result.clone() })
            }
            _ => None,
        })
    }

    /// Removes and returns the pending calls, unanswered.
    pub fn calls(&mut self) -> Vec<Call> {
        let mut calls = Vec::new();
        self.waiting.retain(|effect| match effect {
            Effect::Call { call, .. } => {
                calls.push(call.clone());
                false
            }
            _ => true,
        });
        calls
    }

    /// The form for a new token, if it is open.
    pub fn form(&self) -> Option<&NewTokenForm> {
        self.model.stack.screens().iter().find_map(|placed| match &placed.kind {
            Screen::NewToken(form) => Some(&**form),
            _ => None,
        })
    }

    /// The list of API tokens.
    pub fn list(&mut self) -> &mut ApiTokens {
        self.model.stack.list_mut().unwrap()
    }

    /// The personal token under the cursor of the profile.
    pub fn personal(&self) -> Option<&PersonalToken> {
        match self.model.screen() {
            Screen::Profile(profile) => profile.personal(&self.model.shared),
            _ => None,
        }
    }

    /// Whether the program wants to end.
    pub fn wants_quit(&self) -> bool {
        self.waiting.iter().any(|e| matches!(e, Effect::Quit))
    }

    fn ask(&mut self, via: ConnectionId, org: Option<&SafeText>, call: &Call) -> Answer {
        let bearer = self.tokens.get(&via).map_or("", String::as_str);
        answers::answer(&mut self.store, bearer, org, call, self.model.shared.now)
    }

    /// Resizes the terminal.
    pub fn resize(&mut self, width: u16, height: u16) -> &mut Self {
        self.frame.resize(Rect::new(0, 0, width, height));
        self.msg(Msg::Resize { width, height })
    }

    pub fn draw(&mut self) {
        let (area, model, appearance) = (self.frame.area, &self.model, self.appearance);
        let mut places = LayoutInfo::default();
        self.frame =
            drawn(area.width, area.height, |frame| places = ui::draw(frame, model, appearance));
        self.model.apply_layout(&places);
        self.places = places;
    }

    pub const fn buffer(&self) -> &Buffer {
        &self.frame
    }

    /// The screen as text, one line a row.
    pub fn screen(&self) -> String {
        let buffer = self.buffer();
        text(buffer)
    }

    #[track_caller]
    pub fn see(&mut self, text: &str) -> &mut Self {
        assert!(self.screen().contains(text), "\"{text}\" is not on the screen\n{}", self.screen());
        self
    }

    #[track_caller]
    pub fn not_see(&mut self, text: &str) -> &mut Self {
        assert!(!self.screen().contains(text), "\"{text}\" is on the screen\n{}", self.screen());
        self
    }
}
