//! The access review: a list, and beside or below it a pane about the item under the
//! cursor.

mod list;
mod pane;

use ratatui::{
    layout::{Constraint, Layout, Margin, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::call::Call,
    app::{
        Model,
        layout_info::Window,
        mouse::HitTarget,
        remote::Remote,
        screens::access_review::{AccessReview, Gap, Tab, gaps},
        shared::Topic,
    },
    domain::{
        Scope,
        review::{Question, Severity},
    },
    input::{Action, Context},
    ui::{
        Canvas, text,
        widgets::{age, dialog, failure, field, spinner, tabs},
    },
};

/// Minimum width for the pane beside the list, in columns.
const WIDE_FROM: u16 = 110;
/// Maximum width of the list beside the pane; it is also at most a third of the screen.
const LIST_MAX: u16 = 56;
/// Minimum width for counts in the tabs.
const COUNTS_FROM: u16 = 74;

/// Draws the review. Returns the visible part of the list or the pane, whichever has the
/// focus.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &AccessReview) -> Window {
    let row = |y: u16| Rect { y: area.y + y, height: u16::from(y < area.height), ..area };
    title(frame, row(0), model, state);
    tabs(frame, row(1), model, state);
    asked(frame, row(2), model, state);
    let gaps = gaps(&model.shared);
    let below = Rect { y: area.y + 3, ..area };
    let used = 3 + unknown(frame, below, area.height, model, &gaps);
    let rest = Rect { y: area.y + used, height: area.height.saturating_sub(used), ..area };
    let tokens = match &model.shared.data.tokens {
        Remote::Ready(tokens, _) => tokens,
        Remote::Failed(failed, None) => {
            failure::draw(frame, rest, model, &Call::ListTokens, failed);
            return Window::default();
        }
        Remote::Idle => return Window::default(),
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            let words = spinner::text(*load, model.shared.now, "Loading the API tokens");
            message(frame, rest, &words.unwrap_or_default());
            return Window::default();
        }
    };
    if state.shown.is_empty() {
        message(frame, rest, &nothing(model, state));
        return Window::default();
    }
    let [left, right] = parts(rest);
    let list = list::draw(frame, left, model, state, tokens);
    let pane = pane::draw(frame, right, model, state, tokens);
    if state.in_pane { pane } else { list }
}

/// Draws `! Not listed: datasets (403). A missing row…`, and that a policy cannot be used. Returns
/// the height in rows.
fn unknown(
    frame: &mut Canvas<'_, '_>,
    below: Rect,
    height: u16,
    model: &Model,
    gaps: &[Gap],
) -> u16 {
    let theme = frame.theme();
    let policy = model.shared.session.policies.usable().err();
    let policy = policy.map(|why| format!("! {}", crate::domain::text::sentence(&why)));
    let words: Vec<_> = policy.into_iter().chain(unlisted(gaps)).collect();
    if words.is_empty() || height < 5 {
        return 0;
    }
    let columns = usize::from(below.width.saturating_sub(2));
    let lines: Vec<_> = words.iter().flat_map(|words| text::wrapped(words, columns)).collect();
    let rows = u16::try_from(lines.len()).unwrap_or(u16::MAX).min(height - 4);
    let lines = lines.into_iter().map(|line| Line::from(format!(" {line}")));
    let paragraph = Paragraph::new(lines.collect::<Vec<_>>()).style(theme.warning);
    frame.render_widget(paragraph, Rect { height: rows, ..below });
    rows
}

/// What is not listed; `None` if nothing is missing.
fn unlisted(gaps: &[Gap]) -> Option<String> {
    if gaps.is_empty() {
        return None;
    }
    let things = |gap: &Gap| if gap.scope == Scope::View { "views" } else { "datasets" };
    let same = gaps.windows(2).all(|pair| pair[0].why == pair[1].why);
    let listed: Vec<_> = if same {
        let all: Vec<_> = gaps.iter().map(things).collect();
        vec![format!("{} ({})", all.join(" and "), gaps[0].why)]
    } else {
        gaps.iter().map(|gap| format!("{} ({})", things(gap), gap.why)).collect()
    };
    let how = if gaps.iter().any(|gap| gap.is_whole) { "Not listed" } else { "Not all listed" };
    Some(format!(
        "! {how}: {}. A missing row does not mean no access; deleted ones are not detected.",
        listed.join(", ")
    ))
}

/// The areas of list and pane; the line between them belongs to the pane.
fn parts(area: Rect) -> [Rect; 2] {
    let layout = if area.width >= WIDE_FROM {
        let width = (area.width / 3).min(LIST_MAX);
        Layout::horizontal([Constraint::Length(width), Constraint::Fill(1)])
    } else {
        let height = (area.height * 2 / 5).max(4);
        Layout::vertical([Constraint::Length(height), Constraint::Fill(1)])
    };
    layout.areas(area)
}

fn message(frame: &mut Canvas<'_, '_>, area: Rect, words: &str) {
    let theme = frame.theme();
    let columns = usize::from(area.width.saturating_sub(4));
    let inner = area.inner(Margin::new(3, 1));
    let lines = dialog::paragraph(words, columns, theme.strong);
    frame.render_widget(Paragraph::new(lines), inner);
}

fn nothing(model: &Model, state: &AccessReview) -> String {
    let back = model.key(Action::Back);
    match (state.tab, state.filter.is_empty(), state.question) {
        (_, false, _) => {
            format!("Nothing matches \"{}\". {back} clears it.", state.filter.text())
        }
        (Tab::Findings, true, Question::Anything) => {
            if gaps(&model.shared).is_empty() {
                "No findings.".to_owned()
            } else {
                "No findings in what could be listed.".to_owned()
            }
        }
        (_, true, Question::Anything) => "There is nothing to review yet.".to_owned(),
        (_, true, question) => format!("No token can {} here.", question.label()),
    }
}

/// `Access review      9 high · 8 medium · 14 low · 2 accepted`
fn title(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, state: &AccessReview) {
    let theme = frame.theme();
    let mut head = Line::from(Span::styled(" Access review", theme.strong));
    if model.shared.data.tokens.value().is_none() {
        frame.render_widget(head, row);
        return;
    }
    let counts = [
        (Severity::High, theme.danger),
        (Severity::Medium, theme.warning),
        (Severity::Low, Style::new()),
    ];
    let mut spans = Vec::new();
    for (severity, style) in counts {
        let count = state.index.open(severity);
        if count > 0 {
            spans.push(Span::styled(format!("{count} {}", severity.label()), style));
        }
    }
    if spans.is_empty() {
        spans.push(Span::styled("no open findings", theme.good));
    }
    let accepted = state.index.accepted_count();
    if accepted > 0 {
        spans.push(Span::styled(format!("{accepted} accepted"), theme.faint));
    }
    let mut line = Line::default();
    for (i, span) in spans.into_iter().enumerate() {
        if i > 0 {
            line.push_span(" · ");
        }
        line.push_span(span);
    }
    line.push_span(" ");
    let width = u16::try_from(line.width()).unwrap_or(row.width);
    let room = usize::from(row.width.saturating_sub(width)).saturating_sub(head.width() + 2);
    head.spans.extend(age::mark(model, Topic::Tokens, room, theme));
    frame.render_widget(head, row);
    if width + 16 <= row.width {
        frame.render_widget(line, Rect { x: row.x + row.width - width, width, ..row });
    }
}

/// `[1 Datasets 60]  2 Views 6   3 Organisation 15   4 Tokens 40   5 Findings 31`
fn tabs(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, state: &AccessReview) {
    let gaps = gaps(&model.shared);
    let label = |(i, tab): (usize, Tab)| {
        let count = match (tab, tab.scope()) {
            (Tab::Organisation, _) => String::new(),
            // The first row is the one for all, so it does not count.
            (_, Some(scope)) => {
                let more = if gaps.iter().any(|gap| gap.scope == scope) { "+" } else { "" };
                format!(" {}{more}", state.index.reach.len(scope).saturating_sub(1))
            }
            (Tab::Tokens, _) => {
                model.shared.data.tokens.value().map_or(String::new(), |t| format!(" {}", t.len()))
            }
            _ => format!(" {}", state.index.items.len()),
        };
        let count = if row.width >= COUNTS_FROM { count } else { String::new() };
        (format!("{} {}{count}", i + 1, tab.label()), tab.action())
    };
    let labels: Vec<_> = Tab::ALL.into_iter().enumerate().map(label).collect();
    let chosen = Tab::ALL.iter().position(|tab| *tab == state.tab);
    tabs::draw(frame, row, &labels, chosen.unwrap_or(0));
}

/// `who can delete    12 of 60          / prod`
fn asked(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, state: &AccessReview) {
    let theme = frame.theme();
    let key =
        |action| model.shared.keymap.key_for(Context::Review, action, false).unwrap_or_default();
    let asks = state.question != Question::Anything;
    let style = if asks { theme.strong } else { Style::new() };
    let mut line = Line::from(vec![
        Span::styled(format!(" {}", key(Action::NextQuestion)), theme.key),
        Span::styled(" who can ", theme.faint),
        Span::styled(state.question.label().to_owned(), style),
    ]);
    let width = u16::try_from(line.width()).unwrap_or(row.width).min(row.width);
    frame.add_target(Rect { width, ..row }, HitTarget::Do(Action::NextQuestion));
    let all = match state.tab.scope() {
        Some(scope) => state.index.reach.len(scope),
        None if state.tab == Tab::Tokens => state.index.by_token.len(),
        None => 0,
    };
    if state.shown.len() < all {
        line.push_span(Span::styled(format!("   {} of {all}", state.shown.len()), theme.faint));
    }
    let used = u16::try_from(line.width()).unwrap_or(row.width);
    frame.render_widget(line, row);
    let width = row.width.saturating_sub(used + 3).min(34);
    if width < 6 {
        return;
    }
    let at = Rect { x: row.x + row.width - width - 1, width, ..row };
    frame.add_target(at, HitTarget::Do(Action::Filter));
    if state.editing || !state.filter.is_empty() {
        frame.render_widget(Span::styled("/ ", theme.key), at);
        let inside = Rect { x: at.x + 2, width: width - 2, ..at };
        field::draw(frame, inside, &state.filter, state.editing);
    } else {
        let hint = format!("{} filter", key(Action::Filter));
        let hint = format!("{hint:>0$}", usize::from(width));
        frame.render_widget(Span::styled(hint, theme.faint), at);
    }
}
