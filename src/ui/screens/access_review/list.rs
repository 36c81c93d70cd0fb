//! The list of the review: datasets, views, rights, tokens, or kinds of findings.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::{HitTarget, Scrolled},
        screens::access_review::{AccessReview, Tab},
    },
    domain::{
        ApiToken, Scope,
        filter::{Filter, Words},
        review::Severity,
    },
    ui::{
        Canvas, Theme, text,
        widgets::{rows::Rows, token},
    },
};

/// Width of the counts, in columns.
const COUNT: usize = 10;
/// Width of a severity, in columns.
const SEVERITY: usize = 10;

/// Draws the list. Returns its visible part.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
) -> Window {
    let theme = frame.theme();
    let width = usize::from(area.width);
    let (name, count) = headings(state.tab);
    let head = format!("   {}{count:>COUNT$} ", text::fit(name, width.saturating_sub(COUNT + 4)));
    frame.render_widget(
        Line::styled(text::cut(&head, width), theme.faint),
        Rect { height: area.height.min(1), ..area },
    );
    let style = if state.in_pane { theme.strong } else { theme.focused };
    let words = words(model, state);
    let rows = Rows {
        list: state.list(),
        len: state.shown.len(),
        cursor: Some(style),
        found: words.as_ref(),
    };
    let below = Rect { y: area.y + 1, height: area.height.saturating_sub(1), ..area };
    let window = rows.draw(
        frame,
        below,
        |at| {
            // Under the cursor the name has one colour; the severity is a word too.
            let here = !state.in_pane && at == state.list().cursor;
            row(state.shown[at], width, model, state, tokens, (theme, here))
        },
        |row| HitTarget::Looked { in_pane: false, row },
    );
    frame.add_target(area, HitTarget::Scrolls(Scrolled::AccessReview { in_pane: false }, window));
    window
}

/// The words that the filter looks for in the names of a tab.
fn words(model: &Model, state: &AccessReview) -> Option<Words> {
    let text = state.filter.text();
    match state.tab {
        Tab::Tokens => Filter::parse(text, model.shared.server_now()).into_words(),
        // The filter looks for tokens with findings here.
        Tab::Findings => None,
        _ => Some(Words::parse(text)),
    }
}

const fn headings(tab: Tab) -> (&'static str, &'static str) {
    match tab {
        Tab::Datasets => ("DATASET", "TOKENS"),
        Tab::Views => ("VIEW", "TOKENS"),
        Tab::Organisation => ("RIGHT", "TOKENS"),
        Tab::Tokens => ("TOKEN", "FINDINGS"),
        Tab::Findings => ("FINDING", "TOKENS"),
    }
}

fn row(
    thing: usize,
    width: usize,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
    (theme, here): (&Theme, bool),
) -> Line<'static> {
    let index = &state.index;
    let (sign, style, name, count) = match state.tab {
        Tab::Tokens => {
            let Some(token) = tokens.get(thing) else { return Line::default() };
            let (sign, style) = token::state(token, model, theme);
            let is_chosen = state.marks.contains(&token.id);
            let (sign, style) = if is_chosen { ("*", theme.key) } else { (sign, style) };
            let (worst, open) = index.worst(thing);
            let words = worst.map_or_else(String::new, |w| format!("{} {open}", w.label()));
            (sign, style, token.name.to_string(), (words, severity_style(worst, theme)))
        }
        Tab::Findings => {
            let Some(group) = index.groups.get(thing) else { return Line::default() };
            let accepted = group.items.len() - group.open;
            let words = match (group.open, accepted) {
                (0, n) => format!("({n})"),
                (open, 0) => open.to_string(),
                (open, n) => format!("{open} ({n})"),
            };
            let (severity, style) = if group.open == 0 {
                ("accepted", theme.faint)
            } else {
                (group.kind.severity.label(), severity_style(Some(group.kind.severity), theme))
            };
            let severity = text::fit(severity, SEVERITY);
            let room = width.saturating_sub(COUNT + 4);
            let mut spans = vec![Span::raw("  ")];
            if here {
                let name = format!("{severity}{}", group.kind.title);
                spans.push(Span::raw(text::fit(&name, room)));
            } else {
                let title = text::fit(group.kind.title, room.saturating_sub(SEVERITY));
                spans.extend([Span::styled(severity, style), Span::raw(title)]);
            }
            spans.push(Span::raw(format!("{words:>COUNT$} ")));
            return Line::from(spans);
        }
        tab => {
            let Some(scope) = tab.scope() else { return Line::default() };
            let count = index.counts.get(thing).copied().unwrap_or(0);
            let style = if count == 0 { theme.faint } else { Style::new() };
            let name = index.reach.name(scope, thing);
            let gone = !index.reach.is_listed(scope, thing);
            let name = match (thing, scope) {
                (0, Scope::Dataset) => "* all datasets, future ones too".to_owned(),
                (0, Scope::View) => "* all views, future ones too".to_owned(),
                _ if gone => format!("{name}  (missing)"),
                _ => name.to_owned(),
            };
            let sign = if gone { "?" } else { " " };
            let of_sign = if gone { theme.warning } else { Style::new() };
            (sign, of_sign, name, (count.to_string(), style))
        }
    };
    Line::from(vec![
        Span::styled(format!("{sign:<1} "), style),
        Span::raw(text::fit(&name, width.saturating_sub(COUNT + 4))),
        Span::styled(format!("{:>COUNT$} ", count.0), count.1),
    ])
}

/// The style of a severity. The severity is always shown as a word too.
pub fn severity_style(severity: Option<Severity>, theme: &Theme) -> Style {
    match severity {
        Some(Severity::High) => theme.danger,
        Some(Severity::Medium) => theme.warning,
        Some(Severity::Low) => Style::new(),
        None => theme.faint,
    }
}
