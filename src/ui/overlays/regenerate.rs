//! Regenerate: the two lives on one line of time, and the choices below.

use jiff::Timestamp;
use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use super::review::waiting;
use crate::{
    app::{
        Model,
        mouse::Spot,
        overlays::regenerate::{Focus, Regenerate},
        round::Round,
    },
    domain::{
        Expiry, SafeText, TokenId,
        grace::{Grace, graces},
        review::findings,
        summary::difference_lines,
        when,
    },
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{choice, clock, destination, dialog, field},
    },
};

/// Columns of the labels before fields.
const LABEL: usize = 22;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, state: &Regenerate) {
    let theme = frame.theme();
    let now = model.shared.server_now();
    let columns = dialog::columns(area, 76);
    let mut lines = timeline(state, now, columns, theme);
    if state.token.expiry.is_unread() {
        let words = "! Its own expiry cannot be read: it may stop earlier.";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    }
    if let Some(pair) = model.shared.replaced(&state.token.id) {
        // One line at 60 columns: there is no room for two on 15 rows.
        let words = format!(
            "! Replaced by {}: this makes one more token.",
            pair.new.as_ref().map_or_else(|| "another token".to_owned(), TokenId::short)
        );
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines.push(Line::default());
    let mut fields = Vec::new();
    let grace_row = (!state.is_expired(now)).then_some(lines.len());
    if !state.is_expired(now) {
        lines.push(grace_line(state, theme));
        if state.chosen() == Grace::Custom {
            fields.push((lines.len(), Focus::Custom, &state.custom, 14));
            lines.push(labelled(state, Focus::Custom, "  custom", theme));
        }
    }
    if state.replacement.is_none() {
        fields.push((lines.len(), Focus::NewExpiry, &state.new_expiry, 14));
        lines.push(labelled(state, Focus::NewExpiry, "New token expires", theme));
    }
    if state.wants_name(now) {
        lines.push(Line::default());
        let words = "! Every caller that uses the old token fails at once.";
        lines.push(Line::styled(words, theme.danger));
        let prompt = format!("Type {}", state.wanted());
        fields.push((lines.len(), Focus::Typed, &state.typed, 40));
        lines.push(labelled(state, Focus::Typed, &prompt, theme));
    }
    lines.push(Line::default());
    lines.extend(what_is_new(model, state, columns, theme));
    lines.extend(clock::lines(model, columns, theme));
    let destination = format!(
        "The new secret {}.",
        destination::words(model, state.sending.destination.as_ref())
    );
    lines.extend(dialog::paragraph(&destination, columns, theme.faint));
    let verb = if state.replacement.is_some() { "Replace" } else { "Regenerate" };
    let labels = [("Cancel", state.focus == Focus::Cancel), (verb, state.focus == Focus::Go)];
    let buttons = match state.sending.ticket() {
        Some(ticket) => waiting(model, ticket, "Regenerating"),
        None => dialog::buttons(&labels, theme),
    };
    let title = format!("{verb} {}", state.token.name);
    let inner = dialog::with_buttons(frame, area, &title, columns, lines, buttons);
    let spots = [Focus::Cancel, Focus::Go].map(Round::spot);
    dialog::spots(frame, dialog::button_row(inner), &labels, spots);
    let row = grace_row.and_then(|row| dialog::row(inner, row));
    choice::spots(frame, row, LABEL, &graces(), Spot::Grace);
    for (row, focus, text, width) in fields {
        let (x, y) = (u16::try_from(LABEL).unwrap_or(0), u16::try_from(row).unwrap_or(0));
        if y < inner.height && x < inner.width {
            let width = width.min(inner.width - x);
            let at = Rect { x: inner.x + x, y: inner.y + y, width, height: 1 };
            frame.spot(at, focus.spot());
            field::draw(frame, at, text, state.focus == focus && state.sending.is_idle());
        }
    }
}

/// How the new token differs from the old one.
fn what_is_new(
    model: &Model,
    state: &Regenerate,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let Some(draft) = &state.replacement else {
        let same = format!(
            "The new token has the same permissions, a new id and a new secret. For other \
             permissions, leave and press {}.",
            model.key(Action::Replace)
        );
        return dialog::paragraph(&same, columns, theme.faint);
    };
    let mut lines = vec![Line::styled("Old against new, with a new id and secret:", theme.strong)];
    let name = state.token.name.raw();
    if draft.name != name {
        let new = SafeText::from(draft.name.as_str());
        lines.push(Line::from(format!("  name: {} -> {new}", state.token.name)));
    }
    let changes = difference_lines(&state.token.grants.difference(&draft.grants));
    if changes.is_empty() {
        lines.push(Line::from("  the same permissions"));
    }
    for finding in findings(&draft.grants, &draft.expiry.into(), model.shared.server_now()) {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    lines.extend(changes.iter().map(|c| Line::from(text::cut(&format!("  {c}"), columns))));
    lines
}

fn marker(focused: bool) -> &'static str {
    if focused { ">" } else { " " }
}

fn labelled(state: &Regenerate, focus: Focus, words: &str, theme: &Theme) -> Line<'static> {
    let focused = state.focus == focus;
    let style = if focused { theme.strong } else { Style::new() };
    let label = format!("{}{words}", marker(focused));
    Line::styled(text::cut(&label, LABEL - 1), style)
}

fn grace_line(state: &Regenerate, theme: &Theme) -> Line<'static> {
    let focused = state.focus == Focus::Grace;
    let style = if focused { theme.strong } else { Style::new() };
    let label = text::fit(&format!("{}Old token works for", marker(focused)), LABEL);
    let mut spans = vec![Span::styled(label, style)];
    spans.extend(choice::spans(&graces(), state.grace, focused, theme));
    Line::from(spans)
}

/// Two bars on one scale of time, and in words what they mean.
fn timeline(
    state: &Regenerate,
    now: Timestamp,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let bar = columns.saturating_sub(5).clamp(10, 34);
    let words_width = columns.saturating_sub(bar + 5);
    let mut lines = Vec::new();
    let (old_bar, old_words, old_style) = if state.is_expired(now) {
        ("x".to_owned(), "has expired already".to_owned(), theme.danger)
    } else {
        match state.old_end(now) {
            Ok(end) if end.at <= now => ("|".to_owned(), "stops now".to_owned(), theme.danger),
            Ok(end) => {
                let own = match (end.own_expiry, state.token.expiry.is_unread()) {
                    (true, _) => ", its own expiry",
                    (_, true) => " or sooner",
                    _ => "",
                };
                let words = format!(
                    "stops {} ({}{own})",
                    when::weekday_time(end.at),
                    when::relative(end.at, now)
                );
                (format!("{}|", "=".repeat(bar / 3)), words, Style::new())
            }
            Err(why) => ("?".to_owned(), format!("! {why}"), theme.warning),
        }
    };
    lines.extend(bar_lines(
        Span::styled("OLD ", theme.strong),
        &old_bar,
        bar,
        &old_words,
        words_width,
        old_style,
        columns,
    ));
    let (new_bar, new_words, style) = match state.new_end(now) {
        Ok(Expiry::Never) => ("=".repeat(bar - 1) + ">", "never expires".to_owned(), theme.warning),
        Ok(Expiry::At(at)) => (
            "=".repeat(bar - 2) + "|",
            format!("expires {} ({})", when::date(at), when::relative(at, now)),
            Style::new(),
        ),
        Err(why) => ("?".to_owned(), format!("! {why}"), theme.warning),
    };
    lines.extend(bar_lines(
        Span::styled("NEW ", theme.strong),
        &new_bar,
        bar,
        &new_words,
        words_width,
        style,
        columns,
    ));
    lines
}

/// A bar with its words beside it, or below where there is no room beside.
fn bar_lines(
    head: Span<'static>,
    bar: &str,
    bar_width: usize,
    words: &str,
    words_width: usize,
    style: Style,
    columns: usize,
) -> Vec<Line<'static>> {
    let bar = Span::styled(text::fit(bar, bar_width), style);
    if text::width(words) <= words_width {
        return vec![Line::from(vec![head, bar, Span::styled(format!(" {words}"), style)])];
    }
    let below = text::cut(words, columns.saturating_sub(4));
    vec![Line::from(vec![head, bar]), Line::styled(format!("    {below}"), style)]
}
