//! A hostile server: whatever names it sends, the terminal receives only printable text and our own
//! control sequences.

use crate::{
    app::App,
    tour::{Organisation, PLACES, matrix},
};
use axtok::{
    app::{
        Effect, Msg,
        model::{Beginning, SignInPage},
    },
    domain::{
        SafeText,
        session::{ConnectionId, DeploymentSummary},
    },
    input::Keymap,
    simulator::Scenario,
    term::screen::Screen,
    ui::{self, Canvas, Theme, text},
};
use proptest::prelude::*;
use ratatui::{
    Frame, Terminal,
    buffer::Buffer,
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory as _};
use vte::{Params, Parser, Perform};

/// Text with control sequences and with characters that hide or reorder their neighbours. It
/// contains `words`, so that tests can find it.
pub fn hostile(words: &str) -> String {
    const SMEARED: &str = "a\u{300}\u{300}\u{300}\u{300}\u{300}\u{300}";
    const HIDDEN: &str = "\u{200b}\u{feff}\u{e0041}\u{ad}\u{3164}\u{2066}";
    const WIDE: &str = "日本\u{1f468}\u{200d}\u{1f469}\u{fe0f}";
    format!("\u{301}{words}\u{202e}\u{1b}[2J\u{9b}31m\u{1b}]0;x\u{7}\r\n{HIDDEN}{SMEARED}{WIDE}")
}

/// An organisation in which every text from the server is hostile.
pub fn scenario() -> Scenario {
    scenario_named(hostile)
}

/// An organisation in which `name` makes every text from plain words.
pub fn scenario_named(name: impl Fn(&str) -> String) -> Scenario {
    // TOML accepts JSON string escapes.
    let text = |words: &str| serde_json::to_string(&name(words)).unwrap();
    let (data, view, odd) = (text("data"), text("view"), text("odd:read"));
    let token = |i: i32| {
        let (id, name) = (text(&format!("id-{i}")), text(&format!("token-{i}")));
        format!(
            "[[org.token]]\nid = {id}\nname = {name}\ndescription = {}\n\
             expires = '{}d'\norg = ['users:read', {odd}]\n\
             dataset = {{ {data} = ['query:read', 'ingest:create', {odd}] }}\n\
             view = {{ {view} = ['query:read'] }}\n",
            text("about"),
            i + 3,
        )
    };
    let about = text("about");
    let user = format!("[user]\nid = 'u'\nname = {}\nemail = {}\n", text("user"), text("email"));
    let role = format!("[role]\nid = 'r'\nname = {}\n", text("role"));
    let personal = format!(
        "[[personal]]\nid = {}\nname = {}\ndescription = {about}\n",
        text("personal-id"),
        text("personal"),
    );
    let org = format!(
        "[[org]]\nid = 'acme'\nname = {}\n[org.datasets.events]\n{data} = {about}\nplain = ''\n\
         [[org.view]]\nname = {view}\ndescription = {about}\ndatasets = [{data}]\n",
        text("org"),
    );
    let tokens: String = (0..30).map(token).collect();
    let other = format!("[[org]]\nid = 'other'\nname = {}\n", text("other"));
    Scenario::parse(&format!("seed = 1\n{user}{role}{personal}{org}{tokens}{other}")).unwrap()
}

/// The cells that must never be on a screen.
fn harmful(buffer: &Buffer) -> Vec<String> {
    let mut found = Vec::new();
    for cell in &buffer.content {
        let is_mark = |c: &char| {
            matches!(c.general_category(), Category::NonspacingMark | Category::EnclosingMark)
        };
        let marks = cell.symbol().chars().filter(is_mark).count();
        if marks > 4 || cell.symbol().chars().any(is_command) {
            found.push(cell.symbol().escape_unicode().to_string());
        }
    }
    found
}

/// Whether a character controls the terminal, or hides or moves its neighbours.
fn is_command(c: char) -> bool {
    matches!(
        c.general_category(),
        Category::Control
            | Category::Format
            | Category::LineSeparator
            | Category::ParagraphSeparator
            | Category::PrivateUse
            | Category::Unassigned
    ) || ('\u{fe00}'..='\u{fe0f}').contains(&c)
        || c == '\u{3164}'
}

#[test]
fn no_cell_contains_a_control_character() {
    let mut found = Vec::new();
    for place in PLACES {
        let mut app = place.visit(Organisation::Hostile);
        for (width, height) in [(80, 24), (45, 12), (200, 60)] {
            app.resize(width, height);
            for cell in harmful(app.buffer()) {
                found.push(format!("{} at {width}x{height}: {cell}", place.name));
            }
        }
    }
    assert!(found.is_empty(), "{} cells:\n{}", found.len(), found.join("\n"));
}

#[test]
fn the_hostile_names_are_shown_escaped() {
    // Otherwise the test above would prove nothing.
    let mut app = PLACES[0].visit(Organisation::Hostile);
    app.resize(200, 60).see("token-0<U+202E>").see("org<U+202E>").see("data<U+202E>");
    app.see("email<U+202E>").see("about<U+202E>");
}

#[test]
fn a_long_header_keeps_the_deployment_and_the_flags() {
    let mut app = PLACES[0].visit(Organisation::Hostile);
    app.model.shared.session.access = axtok::domain::Access::ReadOnly;
    for (width, height) in [(40, 10), (60, 20), (80, 24)] {
        app.resize(width, height).see("… [RO] [DEMO]");
    }
}

#[test]
fn a_clone_shows_hidden_characters_until_they_are_deleted() {
    let mut app = PLACES[0].visit(Organisation::Hostile);
    app.resize(120, 40).keys("c").press("Ctrl-a").see("<U+0301>token-0<U+202E>");
    app.press("Ctrl-s").see("! Contains U+0301").see(">Name         <U+0301>token-0<U+202E>");
    app.press("Ctrl-k").types("fine").see(">Name         fine\n");
}

/// Text from files, commands and other programs is not trusted either, nor are deployment names
/// from the settings.
#[test]
fn text_from_files_and_commands_is_sanitised_too() {
    let bad = || hostile("said");
    let offer = || DeploymentSummary {
        name: hostile("deployment").into(),
        url: "https://api.example.test".to_owned(),
        source: "settings",
        access: axtok::domain::Access::Full,
    };
    let check = |what: &str, app: &mut App| {
        for (width, height) in [(80, 24), (200, 60)] {
            app.resize(width, height);
            let found = harmful(app.buffer());
            assert!(found.is_empty(), "{what}: {found:?}\n{}", app.screen());
        }
        assert!(
            app.screen().contains("<U+"),
            "{what}: the text is not on the screen\n{}",
            app.screen()
        );
    };
    let ready = || {
        let mut app = App::ready(80, 24);
        app.model.shared.session.deployment = hostile("deployment").into();
        app.model.shared.session.demo = false;
        app.offers = vec![offer()];
        app
    };
    check("the header", &mut ready());
    let mut app = ready();
    check(
        "the startup warning",
        app.msg(Msg::Recalled { open: vec![], rotations: vec![], warning: Some(bad()) }),
    );
    for msg in [
        Msg::Kept { connection: ConnectionId::default(), result: Ok((bad(), bad())) },
        Msg::Kept { connection: ConnectionId::default(), result: Err(bad()) },
        Msg::Copied { what: "id", result: Err(bad()) },
        Msg::PresetSaved(Ok(bad())),
        Msg::PresetSaved(Err(bad())),
    ] {
        let what = format!("{msg:?}");
        check(&what, ready().msg(msg));
    }
    let deployments = || {
        let mut app = App::ready(80, 24);
        app.offers = vec![offer()];
        app.keys("g o").types("deployment");
        app
    };
    check("the list of deployments", &mut deployments());
    let mut app = deployments();
    app.press("Enter");
    let connection = app.waiting.iter().find_map(|effect| match effect {
        Effect::Connect { connection, .. } => Some(*connection),
        _ => None,
    });
    let refused = Msg::Connected { connection: connection.unwrap(), result: Err(bad()) };
    check("why a deployment cannot be reached", app.msg(refused));
    check("a list that cannot be read", App::ready(80, 24).press("g o").deployments(&Err(bad())));
    check(
        "presets that cannot be read",
        matrix(&mut App::ready(80, 24)).press("p").presets(&Err(bad())),
    );

    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter");
    check("no journal", app.unrecorded(&bad()));
    let mut app = App::ready(80, 24);
    app.keys("n").types("ci-x").press("Tab Down Space Ctrl-s Enter").answer().later(600);
    check("the result of a try", app.press("t").tried(&Err(bad())));
    app.press("f").types("x").press("Enter");
    check("a refused file", app.checked(&Err(bad())));

    let session = axtok::domain::session::Session::none();
    let mut model =
        axtok::app::Model::new(session, Keymap::built_in().unwrap(), app.model.shared.now);
    let reason = Some(bad());
    model.begin(Beginning {
        session: None,
        page: Some(SignInPage { reason, ..SignInPage::default() }),
        has_deployments: true,
        undecided: Some(bad()),
        warning: Some(bad()),
    });
    let _ = model.start();
    let mut app = App::ready(80, 24);
    app.model = model;
    app.press("Esc");
    check("the reason to sign in", &mut app);
}

/// What a terminal would receive: printed characters are counted, odd sequences are kept.
#[derive(Default)]
struct Commands {
    /// Sequences that axtok never sends.
    odd: Vec<String>,
    letters: usize,
}

impl Perform for Commands {
    fn print(&mut self, c: char) {
        self.letters += 1;
        if is_command(c) {
            self.odd.push(format!("letter U+{:04X}", u32::from(c)));
        }
    }

    fn execute(&mut self, byte: u8) {
        // Line breaks.
        if !matches!(byte, b'\r' | b'\n') {
            self.odd.push(format!("control {byte:#04x}"));
        }
    }

    fn hook(&mut self, _: &Params, _: &[u8], _: bool, action: char) {
        self.odd.push(format!("device control {action}"));
    }

    fn osc_dispatch(&mut self, params: &[&[u8]], _: bool) {
        self.odd.push(format!("operating system command {params:?}"));
    }

    fn csi_dispatch(&mut self, params: &Params, between: &[u8], ignored: bool, action: char) {
        let first = params.iter().next().and_then(|p| p.first().copied());
        let ours = match (between, action) {
            // Cursor movement, attributes, erasing, the scroll region.
            (b"", 'H' | 'C' | 'D' | 'G' | 'm' | 'J' | 'K' | 'r') => true,
            // Cursor visibility, synchronized update.
            (b"?", 'h' | 'l') => matches!(first, Some(25 | 2026)),
            _ => false,
        };
        if !ours || ignored {
            self.odd.push(format!("control sequence {between:?} {params:?} {action}"));
        }
    }

    fn esc_dispatch(&mut self, between: &[u8], _: bool, byte: u8) {
        self.odd.push(format!("escape {between:?} {byte:#04x}"));
    }
}

/// The bytes sent to a terminal of this size when this is drawn.
fn sent(width: u16, height: u16, draw: impl FnOnce(&mut Frame<'_>)) -> Vec<u8> {
    let mut bytes = Vec::new();
    let mut terminal = Terminal::new(Screen::new(&mut bytes, true)).unwrap();
    terminal.backend_mut().set_size((width, height));
    let cells = &terminal.draw(draw).unwrap().buffer.content;
    let mut letters = cells.iter().flat_map(|cell| cell.symbol().chars());
    assert!(!letters.any(char::is_control), "a line's end is sent between rows only");
    drop(terminal);
    bytes
}

fn commands(bytes: &[u8]) -> Commands {
    let mut commands = Commands::default();
    Parser::new().advance(&mut commands, bytes);
    commands
}

#[test]
fn whole_screens_send_only_our_control_sequences() {
    for place in PLACES {
        let app = place.visit(Organisation::Hostile);
        let bytes = sent(80, 24, |frame| drop(ui::draw(frame, &app.model, app.appearance)));
        let Commands { odd, letters } = commands(&bytes);
        assert!(odd.is_empty(), "{}: {odd:?}", place.name);
        assert!(letters > 40, "{} is drawn", place.name);
    }
}

#[test]
fn the_parser_detects_hostile_text() {
    let raw = hostile("x");
    let Commands { odd, .. } = commands(raw.as_bytes());
    assert!(odd.len() >= 6, "{odd:?}");
}

/// Arbitrary text, with a bias towards control sequences and invisible characters.
fn any_text() -> impl Strategy<Value = String> {
    let part = prop_oneof![
        3 => any::<String>(),
        2 => "[\u{1b}\u{9b}\u{9d}\u{90}\\[\\]0-9;?mHJhl\u{7}\u{18}\u{9c}\\\\]{1,12}",
        2 => "[\u{200b}-\u{200f}\u{202a}-\u{202e}\u{2066}-\u{2069}\u{feff}\u{e0020}-\u{e007f}a]{1,8}",
        1 => "[\u{300}-\u{36f}\u{fe00}-\u{fe0f}ae日]{1,12}",
        1 => "[\u{0}-\u{1f}\u{7f}-\u{9f} ]{1,6}",
    ];
    prop::collection::vec(part, 1..4).prop_map(|parts| parts.concat())
}

proptest! {
    #[test]
    fn untrusted_text_sends_no_control_sequence(raw in any_text(), columns in 0_usize..50) {
        let safe = SafeText::from(raw);
        let lines = vec![
            Line::raw(safe.to_string()),
            Line::from(vec![Span::raw("before "), Span::raw(text::fit(safe.shown(), columns))]),
            Line::raw(text::wrapped(safe.shown(), columns).concat()),
            Line::raw(format!("{safe:?}")),
        ];
        let bytes = sent(50, 6, |frame| {
            let area = frame.area();
            let theme = Theme::default();
            let mut canvas = Canvas::new(frame, &theme);
            canvas.render_widget(Paragraph::new(lines), area);
            let last = Rect { y: 5, height: 1, ..area };
            canvas.draw_cut(safe.shown(), Style::new(), last);
        });
        let Commands { odd, .. } = commands(&bytes);
        prop_assert!(odd.is_empty(), "{:?}", odd);
    }
}
