//! An organisation of any size, the program with it, and a terminal that accepts everything: the
//! cost of a key, from the message to the last byte.

use std::{
    fmt::Write as _,
    io::{self, Write},
};

use axtok::{
    api::{
        call::{Call, Reply},
        wire,
    },
    app::{Effect, Model, Msg, Ticket, layout_info::LayoutInfo, stack, update},
    domain::{
        Access, ApiToken, Dataset, Org, SecretKind, User,
        session::{ConnectionId, Session},
    },
    input::{Key, Keymap, key},
    term::screen::Screen,
    ui::{self, Appearance},
};
use jiff::Timestamp;
use ratatui::Terminal;

pub const WIDTH: u16 = 120;
pub const HEIGHT: u16 = 40;

/// How many datasets an organisation with many tokens has.
const DATASETS: usize = 500;
/// The most rows of rights that a token has.
const GRANTS: usize = 20;

const ENVIRONMENTS: [&str; 4] = ["prod", "staging", "dev", "test"];
const JOBS: [&str; 7] = ["api", "edge-logs", "billing", "audit", "web", "metrics", "worker"];
const RIGHTS: [&str; 4] = [
    r#"{"ingest":["create"]}"#,
    r#"{"query":["read"]}"#,
    r#"{"query":["read"],"virtualFields":["create","read","update","delete"]}"#,
    r#"{"data":["delete"],"trim":["update"]}"#,
];

/// The name of the nth dataset.
fn dataset(n: usize) -> String {
    format!("{}-{}-{n:05}", ENVIRONMENTS[n % 4], JOBS[n % 7])
}

pub fn datasets(count: usize) -> Vec<Dataset> {
    let one = |n| Dataset { name: dataset(n).into(), description: "".into() };
    (0..count).map(one).collect()
}

/// The list of tokens as a server sends it. The numbers are mixed, so that the list is not sorted
/// already.
pub fn body(count: usize) -> Vec<u8> {
    let mut out = String::from("[");
    for n in 0..count {
        let mixed = n.wrapping_mul(2_654_435_761) % 1_000_003;
        let (environment, job) = (ENVIRONMENTS[mixed % 4], JOBS[mixed % 7]);
        let comma = if n == 0 { "" } else { "," };
        write!(
            out,
            r#"{comma}{{"id":"{mixed:08x}-0000-4000-8000-{n:012x}","name":"{environment}-{job}-{n:06}","description":"used by the {job} service of team {}","expiresAt":"{}-{:02}-{:02}T00:00:00Z","datasetCapabilities":{{"#,
            mixed % 40,
            2026 + mixed % 3,
            1 + mixed % 12,
            1 + mixed % 28,
        )
        .unwrap();
        for row in 0..=mixed % GRANTS {
            let comma = if row == 0 { "" } else { "," };
            let name = dataset((mixed + row * 37) % DATASETS);
            write!(out, r#"{comma}"{name}":{}"#, RIGHTS[(mixed + row) % 4]).unwrap();
        }
        out.push_str("}}");
    }
    out.push(']');
    out.into_bytes()
}

pub fn tokens(body: &[u8]) -> Vec<ApiToken> {
    wire::tokens(body).unwrap()
}

/// Accepts every byte, and keeps those of the last frame.
#[derive(Default)]
pub struct Sink(Vec<u8>);

impl Write for Sink {
    fn write(&mut self, bytes: &[u8]) -> io::Result<usize> {
        self.0.clear();
        self.0.extend_from_slice(bytes);
        Ok(bytes.len())
    }

    fn flush(&mut self) -> io::Result<()> {
        Ok(())
    }
}

/// The time in the benches.
pub fn now() -> Timestamp {
    "2026-11-23T14:00:00Z".parse().unwrap()
}

/// The ticket of the request for usage.
pub fn usage_ticket(effects: &[Effect]) -> Ticket {
    let ticket = effects.iter().find_map(|effect| match effect {
        Effect::LoadUsage { ticket, .. } => Some(*ticket),
        _ => None,
    });
    ticket.unwrap()
}

pub struct World {
    pub model: Model,
    terminal: Terminal<Screen<Sink>>,
}

impl World {
    /// Started: the lists are requested but have not arrived.
    pub fn waiting() -> (Self, Vec<Effect>) {
        let session = Session {
            connection: Some(ConnectionId::default()),
            deployment: "bench".into(),
            url: "https://api.example.test".to_owned(),
            org: Some("acme-4x1k".into()),
            credential: SecretKind::Personal,
            access: Access::Full,
            usual_access: Access::Full,
            console: None,
            personal_host: None,
            demo: true,
            policies: std::sync::Arc::default(),
        };
        let now = now();
        let mut model = Model::new(session, Keymap::built_in().unwrap(), now);
        let effects = model.start();
        update(&mut model, Msg::Resize { width: WIDTH, height: HEIGHT });
        let mut terminal = Terminal::new(Screen::new(Sink::default(), true)).unwrap();
        terminal.backend_mut().set_size((WIDTH, HEIGHT));
        terminal.autoresize().unwrap();
        (Self { model, terminal }, effects)
    }

    /// The list of tokens with this many rows on the screen.
    pub fn with_tokens(count: usize) -> Self {
        let (mut world, effects) = Self::waiting();
        world.answer(effects, &tokens(&body(count)), &[]);
        // An unexpected dialog would take the keys.
        assert!(world.model.stack.overlays().is_empty());
        world.draw();
        world
    }

    /// The matrix of a new token, with this many datasets.
    pub fn in_matrix(count: usize) -> Self {
        let (mut world, effects) = Self::waiting();
        let datasets = datasets(count);
        world.answer(effects, &[], &datasets);
        world.open_matrix(&datasets);
        world.draw();
        world
    }

    /// Opens the form and its matrix.
    pub fn open_matrix(&mut self, datasets: &[Dataset]) {
        let effects = self.press("n");
        self.answer(effects, &[], datasets);
        // Up to the type, which becomes advanced, then down to the rights, and into the matrix.
        self.press("Shift-Tab Space Tab Tab Enter");
        let stack::Screen::NewToken(form) = self.model.screen() else { panic!("the form is open") };
        assert!(form.in_matrix && form.matrix().here().total() == datasets.len());
    }

    /// Handles a message.
    pub fn message(&mut self, msg: Msg) {
        update(&mut self.model, msg);
    }

    /// Presses keys, written as in the keymap.
    pub fn press(&mut self, keys: &str) -> Vec<Effect> {
        let keys = key::sequence(keys).unwrap();
        keys.into_iter().flat_map(|key| self.key(key)).collect()
    }

    pub fn key(&mut self, key: Key) -> Vec<Effect> {
        update(&mut self.model, Msg::Key(key))
    }

    /// Answers every request, and those that follow from the responses.
    pub fn answer(&mut self, effects: Vec<Effect>, tokens: &[ApiToken], datasets: &[Dataset]) {
        let mut waiting = effects;
        while let Some(effect) = waiting.pop() {
            let Effect::Call { ticket, call, .. } = effect else { continue };
            let reply = match call {
                Call::ListTokens => Reply::Tokens(tokens.to_vec()),
                Call::ListDatasets => Reply::Datasets(datasets.to_vec()),
                Call::ListViews => Reply::Views(Vec::new()),
                Call::ListOrgs => Reply::Orgs(vec![Org {
                    id: "acme-4x1k".into(),
                    name: "Acme".into(),
                    role: None,
                    audit_window: None,
                }]),
                Call::CurrentUser => Reply::User(Box::new(User {
                    id: "u1".into(),
                    name: "Jo".into(),
                    email: "jo@acme.test".into(),
                    role: None,
                })),
                _ => continue,
            };
            waiting.extend(update(
                &mut self.model,
                Msg::Replied { ticket, answer: Ok(reply), entry: None },
            ));
        }
    }

    /// Answers only the request for the tokens.
    pub fn list(&mut self, effects: Vec<Effect>, tokens: Vec<ApiToken>) {
        let listing = |e: &Effect| matches!(e, Effect::Call { call: Call::ListTokens, .. });
        if let Some(Effect::Call { ticket, .. }) = effects.into_iter().find(listing) {
            let answer = Ok(Reply::Tokens(tokens));
            update(&mut self.model, Msg::Replied { ticket, answer, entry: None });
        }
    }

    /// Draws the model without writing it.
    pub fn lay_out(&mut self) -> LayoutInfo {
        self.terminal.current_buffer_mut().reset();
        ui::draw(&mut self.terminal.get_frame(), &self.model, Appearance::default())
    }

    /// Draws and writes one frame, as on the real terminal.
    pub fn draw(&mut self) {
        let places = self.lay_out();
        self.model.apply_layout(&places);
        self.terminal.apply_buffer_with_cursor(places.cursor.map(Into::into)).unwrap();
    }

    /// Compares the frame with the previous one, and writes the changes.
    pub fn show(&mut self) {
        self.terminal.apply_buffer().unwrap();
    }

    /// Moves the cursor to a row of the list, and draws.
    pub fn go_to(&mut self, row: usize) {
        if let Some(list) = self.model.stack.screen_mut().list_mut() {
            list.cursor = row;
        }
        self.draw();
    }

    /// Draws with the cursor on another row, without writing.
    pub fn lay_out_at(&mut self, row: usize) {
        if let Some(list) = self.model.stack.screen_mut().list_mut() {
            list.cursor = row;
        }
        self.lay_out();
    }

    /// How many tokens are shown.
    pub fn rows(&mut self) -> usize {
        self.model.stack.list_mut().unwrap().rows.len()
    }

    /// Opens an empty, focused filter.
    pub fn begin_filter(&mut self) {
        self.press("Esc /");
    }

    /// Opens an empty, focused filter in the matrix, where Esc leaves an empty field.
    pub fn begin_filter_in_matrix(&mut self) {
        self.press("/ Esc /");
    }

    /// Grants the column under the cursor on every dataset, and confirms.
    pub fn grant_all(&mut self) {
        self.press("A");
        if !self.model.stack.overlays().is_empty() {
            self.press("Tab Enter");
        }
        self.draw();
    }

    /// Undoes the last change.
    pub fn take_back(&mut self) {
        self.press("z");
        self.draw();
    }
}
