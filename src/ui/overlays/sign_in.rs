//! Sign in: the whole page, since nothing else can be done before.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model,
        field::Field,
        mouse::Spot,
        overlays::sign_in::{Focus, SignIn},
        round::Round as _,
    },
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, spinner},
    },
};

/// Columns of the labels.
const LABEL: usize = 10;
/// Widest text.
const WIDEST: u16 = 78;
/// Bullets that stand for a token: not its length, which is said in words.
const BULLETS: usize = 12;

/// Columns up to the second choice of whether the token is kept.
const KEEP_SPLIT: u16 = 31;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &SignIn) {
    let theme = frame.theme();
    frame.clear(area);
    let width = WIDEST.min(area.width.saturating_sub(4));
    let columns = usize::from(width);
    let mut page = Page::new(columns);

    page.line("Sign in to Axiom", theme.strong);
    page.blank();
    match &state.reason {
        Some(reason) => page.words(&format!("! {}", text::sentence(reason)), theme.warning),
        None => page.words(
            "axtok found no credential. Paste a token of yours, or look around in a made-up \
             organisation first.",
            Style::new(),
        ),
    }
    page.blank();

    let token_row = page.row();
    let bullets = "•".repeat(state.token.len().min(BULLETS));
    let style = if state.token.secret().is_err() && !state.token.is_empty() {
        theme.warning
    } else {
        theme.faint
    };
    page.lines.push(Line::from(vec![
        label("Token", state.focus == Focus::Token, theme),
        Span::styled(text::fit(&bullets, BULLETS + 2), theme.field),
        Span::styled(format!("  {}", state.token_words()), style),
    ]));
    let url_row = page.row();
    page.lines.push(Line::from(label("Address", state.focus == Focus::Url, theme)));
    page.lines.push(keep(state, theme));
    let name_row = page.row();
    if state.keep {
        page.lines.push(Line::from(label("Name", state.focus == Focus::Name, theme)));
    }
    page.blank();
    let places = model.shared.has_deployments.then_some(("Deployments", Focus::Places));
    let buttons = [("Sign in", Focus::SignIn), ("Demo", Focus::Demo)];
    let buttons = buttons.into_iter().chain(places).chain([("Where it looks", Focus::Help)]);
    let parts: Vec<_> = buttons.collect();
    let labels: Vec<_> = parts.iter().map(|(words, f)| (*words, state.focus == *f)).collect();
    let button_row = usize::from(page.row());
    page.lines.push(dialog::buttons(&labels, theme));
    page.blank();

    let waiting = model.shared.passage.as_ref().and_then(|e| e.load);
    if let Some(load) = waiting {
        let words = spinner::words(load, model.shared.now, "Trying the token");
        page.words(&words.unwrap_or_default(), Style::new());
    } else if let Some(error) = &state.error {
        page.words(&format!("! {}", text::sentence(error)), theme.danger);
    } else {
        page.words(
            "A personal token (xapt-) can do everything that you can, in every organisation. \
             An API token (xaat-) that may create, read, update and delete API tokens is \
             enough for one organisation.",
            theme.faint,
        );
        if state.keep {
            page.blank();
            page.words(
                "~/.axiom.toml is the Axiom CLI's file: only this entry of it is written, and \
                 only you can read it (mode 0600).",
                theme.faint,
            );
        }
    }

    let above = u16::from(area.height > 18) * 2 + u16::from(area.height > 12);
    let inside = Rect {
        x: area.x + (area.width - width) / 2,
        y: area.y + above,
        width,
        height: area.height.saturating_sub(above),
    };
    frame.render_widget(Paragraph::new(page.lines), inside);
    let spots = parts.iter().map(|(_, focus)| focus.spot());
    dialog::spots(frame, dialog::row(inside, button_row), &labels, spots);
    choices(frame, inside, usize::from(token_row), usize::from(url_row) + 1);
    let mut line_field = |row: u16, focus: Focus, text: &Field| {
        let focused = state.focus == focus;
        if row < inside.height {
            let x = inside.x + u16::try_from(LABEL).unwrap_or(0);
            let width = inside.width.saturating_sub(u16::try_from(LABEL).unwrap_or(0)).min(50);
            let at = Rect { x, y: inside.y + row, width, height: 1 };
            frame.spot(at, focus.spot());
            field::draw(frame, at, text, focused);
        }
    };
    line_field(url_row, Focus::Url, &state.url);
    if state.keep {
        line_field(name_row, Focus::Name, &state.name);
    }
    if state.focus == Focus::Token && token_row < inside.height {
        let at = u16::try_from(LABEL + state.token.len().min(BULLETS)).unwrap_or(0);
        frame.set_cursor_position((inside.x + at, inside.y + token_row));
    }
}

/// The rows that are no text fields of the usual kind.
fn choices(frame: &mut Canvas<'_, '_>, inside: Rect, token: usize, keep: usize) {
    if let Some(row) = dialog::row(inside, token) {
        frame.spot(row, Focus::Token.spot());
    }
    if let Some(row) = dialog::row(inside, keep) {
        frame.spot(row, Spot::Keep(true));
        frame.spot(Rect { width: row.width.min(KEEP_SPLIT), ..row }, Spot::Keep(false));
    }
}

fn label(words: &str, focused: bool, theme: &Theme) -> Span<'static> {
    let style = if focused { theme.strong } else { theme.faint };
    Span::styled(text::fit(words, LABEL), style)
}

fn keep(state: &SignIn, theme: &Theme) -> Line<'static> {
    let choice = |chosen: bool| if chosen { "(•)" } else { "( )" };
    let style = if state.focus == Focus::Keep { theme.focused } else { Style::new() };
    Line::from(vec![
        label("Keep it", state.focus == Focus::Keep, theme),
        Span::styled(
            format!(
                "{} for this session  {} in ~/.axiom.toml",
                choice(!state.keep),
                choice(state.keep)
            ),
            style,
        ),
    ])
}

/// Lines from top to bottom.
struct Page {
    columns: usize,
    lines: Vec<Line<'static>>,
}

impl Page {
    const fn new(columns: usize) -> Self {
        Self { columns, lines: Vec::new() }
    }

    /// The row that the next line will have.
    fn row(&self) -> u16 {
        u16::try_from(self.lines.len()).unwrap_or(u16::MAX)
    }

    fn blank(&mut self) {
        self.lines.push(Line::default());
    }

    fn line(&mut self, words: &str, style: Style) {
        self.lines.push(Line::styled(text::cut(words, self.columns), style));
    }

    fn words(&mut self, words: &str, style: Style) {
        self.lines.extend(dialog::paragraph(words, self.columns, style));
    }
}
