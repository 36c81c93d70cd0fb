//! The rotations: a list, and beside or below it the steps of the one under the cursor.

mod pane;

use jiff::Timestamp;
use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::call::Call,
    app::{
        Model,
        layout_info::Window,
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::rotations::{RotationScreen, program},
        shared::{Topic, rotations::Rotating},
    },
    domain::{SafeText, when},
    input::Action,
    ops::rotation::overview::{Row, State},
    ui::{
        Canvas, Theme, text,
        widgets::{age, dialog, failure, row_actions, spinner},
    },
};

/// Minimum width for the steps beside the list, in columns.
const BESIDE_FROM: u16 = 140;
/// Minimum width for the column with the place of the secret.
const PLACE_FROM: usize = 96;
/// Width of a state, and limits of the widths of a name and of when the old token ends.
const STATE: usize = 10;
const NAME_MIN: usize = 16;
const NAME_MAX: usize = 36;
const WHEN_MAX: usize = 45;
/// Columns before the state, and between columns.
const MARK: usize = 2;
const GAP: usize = 2;
/// Rows that the steps get below the list, before the list gets more.
const PANE_ROWS: u16 = 13;

/// Draws the rotations. Returns the visible part of the list.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &RotationScreen,
) -> Window {
    let row = Rect { height: area.height.min(1), ..area };
    title(frame, row, model);
    let rest = Rect { y: area.y + row.height, height: area.height - row.height, ..area };
    let rest = notes(frame, rest, model);
    match &model.shared.data.tokens {
        Remote::Ready(..) => {}
        Remote::Failed(failed, None) => {
            failure::draw(frame, rest, model, &Call::ListTokens, failed);
            return Window::default();
        }
        Remote::Idle => return Window::default(),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            let words = spinner::text(*load, model.shared.now, "Loading the API tokens");
            message(frame, rest, &[&words.unwrap_or_default()]);
            return Window::default();
        }
    }
    let rows = &model.shared.rotations.rows;
    if rows.is_empty() {
        let next = "Tokens appear here when they are about to expire, and after they were \
                    regenerated until the old one ends.";
        message(frame, rest, &["Nothing is due, and no old token is waiting to end.", next]);
        return Window::default();
    }
    let (list, side) = parts(rest, rows.len());
    let window = draw_list(frame, list, model, state);
    if let Some(row) = state.row(&model.shared) {
        pane::draw(frame, side, model, row, rest.width == list.width);
    }
    window
}

/// The areas of the list and of the steps.
fn parts(area: Rect, rows: usize) -> (Rect, Rect) {
    if area.width >= BESIDE_FROM {
        let layout = Layout::horizontal([Constraint::Fill(11), Constraint::Fill(9)]);
        let [list, side] = layout.areas(area);
        return (list, side);
    }
    let wanted = u16::try_from(rows + 1).unwrap_or(u16::MAX);
    let least = (area.height / 3).max(4);
    let height = wanted.min(area.height.saturating_sub(PANE_ROWS).max(least)).min(area.height);
    let layout = Layout::vertical([Constraint::Length(height), Constraint::Fill(1)]);
    let [list, side] = layout.areas(area);
    (list, side)
}

/// ` Rotations 5 · 1 stuck · 2 due · 1 rotating`
fn title(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model) {
    let theme = frame.theme();
    let mut line = Line::from(Span::styled(" Rotations", theme.strong));
    let rows = &model.shared.rotations.rows;
    if model.shared.data.tokens.value().is_some() {
        line.push_span(format!(" {}", rows.len()));
    }
    let mut rest = rows.as_slice();
    while let Some(first) = rest.first() {
        let label = first.state.label();
        let count = rest.iter().take_while(|row| row.state.label() == label).count();
        let words = format!("{count} {label}");
        if line.width() + words.len() + 3 > usize::from(row.width) {
            break;
        }
        line.push_span(" · ");
        line.push_span(Span::styled(words, style(&first.state, theme)));
        rest = &rest[count..];
    }
    let room = usize::from(row.width).saturating_sub(line.width() + 1);
    line.spans.extend(age::mark(model, Topic::Tokens, room, theme));
    frame.render_widget(line, row);
}

/// Draws what is wrong with plan or journal, or that there is no plan. Returns the area below.
fn notes(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model) -> Rect {
    let theme = frame.theme();
    let (shared, rotations) = (&model.shared, &model.shared.rotations);
    let mut notes: Vec<(String, Style)> = Vec::new();
    match &rotations.plan {
        _ if shared.session.demo => {
            notes.push((
                "The demo has no plan: its tokens are regenerated by hand.".into(),
                theme.faint,
            ));
        }
        Some(Err(why)) => notes.push((format!("! The plan cannot be used: {why}"), theme.danger)),
        Some(Ok(None)) => notes.push((
            "No plan: write rotation.toml beside the settings to rotate with proof. Until then, \
             tokens are regenerated by hand."
                .into(),
            theme.faint,
        )),
        Some(Ok(Some(_))) if shared.rotation_rules().rules.is_empty() => notes.push((
            "! No rule of the plan is for this deployment and organisation.".into(),
            theme.warning,
        )),
        Some(Ok(Some(_))) | None => {}
    }
    if let Some(why) = &rotations.unread {
        let words = format!("! The journal cannot be read, so pairs may be missing: {why}");
        notes.push((words, theme.danger));
    }
    let columns = usize::from(area.width.saturating_sub(2));
    let lines: Vec<Line<'_>> = notes
        .into_iter()
        .flat_map(|(words, style)| dialog::paragraph(&words, columns, style))
        .take(usize::from(area.height / 3))
        .map(|mut line| {
            line.spans.insert(0, Span::raw(" "));
            line
        })
        .collect();
    let height = u16::try_from(lines.len()).unwrap_or(0);
    frame.render_widget(Paragraph::new(lines), Rect { height, ..area });
    Rect { y: area.y + height, height: area.height - height, ..area }
}

fn message(frame: &mut Canvas<'_, '_>, area: Rect, paragraphs: &[&str]) {
    let theme = frame.theme();
    let columns = usize::from(area.width.saturating_sub(6)).min(80);
    let mut lines = vec![Line::default()];
    for (at, words) in paragraphs.iter().enumerate() {
        let style = if at == 0 { theme.strong } else { Style::new() };
        for line in text::wrapped(words, columns) {
            lines.push(Line::styled(format!("   {line}"), style));
        }
    }
    frame.render_widget(Paragraph::new(lines), area);
}

/// The style of a state's word.
fn style(state: &State, theme: &Theme) -> Style {
    match state {
        State::Stuck { .. } | State::Expired => theme.danger,
        State::Due | State::Unreadable => theme.warning,
        State::Rotating => Style::new(),
        State::Proven => theme.good,
    }
}

fn cells(columns: usize) -> u16 {
    u16::try_from(columns).unwrap_or(u16::MAX)
}

/// Widths of the columns; 0 for a hidden one.
struct Columns {
    name: usize,
    when: usize,
    place: usize,
}

impl Columns {
    fn of(width: usize, rows: &[Row]) -> Self {
        let rest = width.saturating_sub(MARK + STATE + 2 * GAP + 1);
        let longest = rows.iter().map(|row| text::width(row.name.shown())).max();
        let name = longest.unwrap_or(0).clamp(NAME_MIN, NAME_MAX).min(rest * 2 / 5);
        let rest = rest - name;
        if width < PLACE_FROM {
            return Self { name, when: rest, place: 0 };
        }
        let when = rest.min(WHEN_MAX);
        Self { name, when, place: rest.saturating_sub(when + GAP) }
    }
}

fn draw_list(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &RotationScreen,
) -> Window {
    let theme = frame.theme();
    let rows = &model.shared.rotations.rows;
    let columns = Columns::of(usize::from(area.width), rows);
    let mut heading = format!(
        "{:MARK$}{}  {}  {}",
        "",
        text::fit("STATE", STATE),
        text::fit("NAME", columns.name),
        text::fit("WHEN", columns.when)
    );
    if columns.place > 0 {
        heading.push_str("  SECRET");
    }
    let heading = text::cut(&heading, usize::from(area.width));
    frame.render_widget(
        Line::styled(heading, theme.faint),
        Rect { height: area.height.min(1), ..area },
    );
    let window = state.list.window(rows.len(), usize::from(area.height.saturating_sub(1)));
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Screen, window));
    let shown = rows.iter().enumerate().skip(window.top);
    for (y, (position, row)) in (area.y + 1..area.bottom()).zip(shown) {
        let at = Rect { y, height: 1, ..area };
        draw_row(frame, at, &columns, model, row, position == state.list.cursor);
        row_actions::draw(
            frame,
            at,
            model,
            position,
            &[Action::Rotate, Action::Prove, Action::Delete],
        );
    }
    window
}

fn draw_row(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    columns: &Columns,
    model: &Model,
    row: &Row,
    is_selected: bool,
) {
    let theme = frame.theme();
    let now = model.shared.server_now();
    let run = model.shared.rotations.run.as_ref().filter(|run| run.is_of(row));
    let style = style(&row.state, theme);
    let mut x = area.x;
    let mut column = |text: &str, style, width: usize, gap: usize| {
        let at = Rect { x, width: cells(width), ..area };
        frame.draw_cut(text, style, at.intersection(area));
        x = x.saturating_add(cells(width + gap));
    };
    column(if is_selected { ">" } else { " " }, Style::new(), MARK, 0);
    let (label, label_style) = match run {
        Some(_) => ("running", theme.strong),
        None => (row.state.label(), style),
    };
    column(label, label_style, STATE, GAP);
    column(row.name.shown(), Style::new(), columns.name, GAP);
    let when = match run {
        Some(run) => progress(run, model.shared.now),
        None => fitting(&whens(row, now), columns.when),
    };
    column(&when, Style::new(), columns.when, GAP);
    if columns.place > 0 {
        column(&place(row), theme.faint, columns.place, 0);
    }
    if is_selected {
        let width = cells(MARK + STATE + GAP + columns.name).min(area.width);
        frame.set_style(Rect { width, ..area }, theme.focused);
    }
}

/// `◐ delivered to …, 3 seconds`, or the words alone in the first moments.
fn progress(run: &Rotating, now: Timestamp) -> String {
    let words = if run.words.is_empty() { "starting" } else { &run.words };
    spinner::text(run.load, now, words).unwrap_or_else(|| format!("{words} …"))
}

/// The first text that fits, or else the last.
fn fitting(texts: &[String], columns: usize) -> String {
    let fits = texts.iter().find(|text| text::width(text) <= columns);
    fits.or(texts.last()).cloned().unwrap_or_default()
}

/// When a token expires or an old one stops, the longest text first.
fn whens(row: &Row, now: Timestamp) -> Vec<String> {
    let ends = row.old_ends;
    match &row.state {
        State::Due => ends.map_or_else(Vec::new, |at| {
            let words = format!("expires {}", when::relative(at, now));
            vec![format!("{words} · {}", when::date(at)), words, when::relative_short(at, now)]
        }),
        State::Expired => ends.map_or_else(Vec::new, |at| {
            let words = format!("expired {}", when::relative(at, now));
            vec![format!("{words} · {}", when::date(at)), words, when::ago_short(at, now)]
        }),
        State::Unreadable => vec!["expiry cannot be read".to_owned()],
        State::Stuck { step, .. } => {
            let step = format!("at {}", step.label());
            prefixed(&step, old_ends(row, now))
        }
        State::Rotating | State::Proven if row.is_inferred() => {
            prefixed("guessed", old_ends(row, now))
        }
        State::Rotating | State::Proven => old_ends(row, now),
    }
}

/// The texts after a word, and the word alone.
fn prefixed(word: &str, texts: Vec<String>) -> Vec<String> {
    let long = texts.into_iter().map(|text| format!("{word} · {text}"));
    long.chain([word.to_owned()]).collect()
}

fn old_ends(row: &Row, now: Timestamp) -> Vec<String> {
    let Some(at) = row.old_ends else { return Vec::new() };
    if at <= now {
        return vec![format!("old ended {}", when::relative(at, now)), "old ended".to_owned()];
    }
    let (until, short) = (when::day_time(at), when::relative(at, now));
    vec![
        format!("old works until {until} ({short})"),
        format!("old works until {until}"),
        format!("old ends {short}"),
        format!("old {}", when::relative_short(at, now)),
    ]
}

/// Where the secret is, or goes.
fn place(row: &Row) -> String {
    if row.is_inferred() {
        return "unknown: same name and rights".to_owned();
    }
    let place = row.recorded.as_ref().and_then(|recorded| recorded.place.as_deref());
    match (place, &row.rule) {
        (Some(place), _) => SafeText::from(place).to_string(),
        (None, _) if row.recorded.as_ref().is_some_and(|r| !r.is_planned) => "by hand".to_owned(),
        (None, Some(rule)) => program(&rule.deliver, row),
        (None, None) => "no rule".to_owned(),
    }
}
