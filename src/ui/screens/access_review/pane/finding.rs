//! The tokens with a kind of finding, and the details of the one under the cursor.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::{EXPIRY, rows};
use crate::{
    app::{Model, layout_info::Window, screens::access_review::AccessReview},
    domain::{ApiToken, policy::is_policy, review::Fix, when},
    input::{Action, Context},
    ui::{
        Canvas, Theme,
        screens::access_review::list::severity_style,
        text,
        widgets::{dialog, token},
    },
};

/// Draws the tokens with a kind of finding, and below them the details of the one under
/// the cursor.
pub fn of_finding(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    state: &AccessReview,
    tokens: &[ApiToken],
) -> Window {
    let theme = frame.theme();
    let Some(group) = state.group() else { return Window::default() };
    let width = usize::from(area.width);
    let mut about = about_finding(model, state, width.saturating_sub(4), theme);
    let all = usize::from(area.height);
    let wanted = group.items.len().min(all);
    // Drop the blank line above the details where space is short.
    if wanted.min(3) + about.len() > all {
        about.remove(0);
    }
    let about_rows = about.len().min(all - wanted.min(3));
    let rows_shown = u16::try_from(wanted.min(all - about_rows)).unwrap_or(area.height);
    let body = Rect { height: rows_shown, ..area };
    let name = (width.saturating_sub(EXPIRY + 6) / 2).min(40);
    let window = rows(frame, body, state, group.items.len(), |position| {
        let at = *group.items.get(position)?;
        let token = tokens.get(state.index.items.get(at)?.token)?;
        let (sign, style) = token::state(token, model, theme);
        let accepted = state.index.accepted.get(at).and_then(Option::as_ref);
        let rest = width.saturating_sub(name + EXPIRY + 6);
        let (note, note_style) = match accepted {
            Some(a) => (format!("accepted: {}", a.reason), theme.faint),
            None => (token.grants.access(), Style::new()),
        };
        let marked = state.marks.contains(&token.id);
        Some((
            if marked { "*" } else { sign },
            vec![
                Span::raw(text::fit(token.name.shown(), name)),
                Span::styled(format!("  {} ", text::fit(&note, rest)), note_style),
                Span::styled(token::expiry_short(&token.expiry, model.shared.server_now()), style),
            ],
        ))
    });
    let below = Rect { y: body.bottom(), height: area.bottom() - body.bottom(), ..area };
    frame.render_widget(Paragraph::new(about), below);
    window
}

/// The reason for a finding, its fix, and the keys for it.
fn about_finding(
    model: &Model,
    state: &AccessReview,
    columns: usize,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let Some(group) = state.group() else { return vec![Line::default()] };
    let Some(item) = state.item().and_then(|at| state.index.items.get(at)) else {
        return vec![Line::default()];
    };
    let severity = group.kind.severity;
    let mut lines = vec![Line::default()];
    let indented = |mut line: Line<'static>| {
        line.spans.insert(0, Span::raw("   "));
        line
    };
    let mark = format!("! {}:", severity.label());
    let style = severity_style(Some(severity), theme);
    let why = dialog::marked(&mark, &item.finding.why, columns, style);
    lines.extend(why.into_iter().map(indented));
    let mut add = |words: &str, style: Style| {
        lines.extend(dialog::paragraph(words, columns, style).into_iter().map(indented));
    };
    let accepted = state.item().and_then(|at| state.index.accepted.get(at)?.as_ref());
    if let Some(a) = accepted {
        add(&format!("accepted on {}: {}", when::date(a.at), a.reason), theme.good);
    } else {
        add(&format!("Fix: {}", item.finding.fix), Style::new());
    }
    let key =
        |action| model.shared.keymap.key_for(Context::Review, action, false).unwrap_or_default();
    let way = match group.kind.way {
        Fix::Narrow => format!("{} drafts a narrower replacement", key(Action::Replace)),
        Fix::Replace => format!("{} replaces it", key(Action::Replace)),
        Fix::Regenerate => {
            format!("{} regenerates it with an expiry", key(Action::Regenerate))
        }
        Fix::Delete => format!("{} deletes it", key(Action::Delete)),
    };
    let accept = key(Action::AcceptFinding);
    let accept = match accepted {
        Some(_) => format!("{accept} unaccepts it"),
        None => format!("{accept} accepts it"),
    };
    if state.in_pane {
        let accept = if is_policy(group.kind.code) { String::new() } else { format!("; {accept}") };
        add(&format!("{way}{accept}"), theme.faint);
    } else {
        add(&format!("{}, then {way}", key(Action::Open)), theme.faint);
    }
    lines
}
