//! Change rights: the line of changes, and below it what it does to each token.

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        layout_info::Window,
        overlays::edit_rights::{EditRights, Field},
        run::tokens,
    },
    domain::{
        ApiToken,
        edit::{Difference, Outcome, Planned},
        text::sentence,
    },
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, form::Content, token_rows},
    },
};

/// What can be typed, as long as nothing is.
const VERBS: [&str; 5] = [
    "grant NAMES RIGHTS   add rights, such as grant prod-new query:read",
    "revoke NAMES RIGHTS  remove rights, such as revoke prod-* share:*",
    "only NAMES           remove all rights on other datasets",
    "apply PRESET NAMES   add the rights of a preset",
    "Several changes are separated by ;",
];

/// Space before the differences of a token that do not fit beside its name, in columns.
const INDENT: usize = 4;

/// Draws the dialog. Returns the visible part of the plan.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, state: &EditRights) -> Window {
    let theme = frame.theme();
    let columns = dialog::columns(area, 110);
    let mut content = Content::new(&state.form, columns, theme);
    content.part(Field::Line);
    let mut lines = Vec::new();
    match &state.plan {
        Err(_) if state.line().trim().is_empty() => {
            content.blank();
            content.lines(VERBS.map(|words| Line::styled(text::cut(words, columns), theme.faint)));
        }
        Err(problem) if problem.is_unfinished => {
            content.paragraph(&sentence(&problem.words), theme.faint);
        }
        Err(_) => {}
        Ok(plan) => {
            let (all, changed) = (plan.tokens.len(), plan.count(Outcome::Changed));
            let verb = if changed == 1 { "changes" } else { "change" };
            content.blank();
            content.line(Line::styled(
                format!("{changed} of {} {verb}, each with a new id and secret:", tokens(all)),
                theme.strong,
            ));
        }
    }
    if state.plan.is_err() {
        content.blank();
        let access = |token: &ApiToken| {
            let mut line = token_rows::row(token, &token.grants.access(), columns, theme);
            line.spans.iter_mut().for_each(|span| span.style = theme.faint);
            line
        };
        lines.extend(state.tokens.iter().map(access));
    }
    let mut has_unchanged = false;
    for (token, planned) in state.rows() {
        if planned.outcome == Outcome::Unchanged && !has_unchanged {
            has_unchanged = true;
            lines.push(Line::styled("Unchanged, and left alone:", theme.faint));
        }
        lines.extend(row(token, planned, columns, theme));
    }
    content.scrolled(&state.list, lines);
    let title = format!("Change rights of {}", tokens(state.tokens.len()));
    content.dialog(frame, area, &title)
}

/// A token with its differences: beside it if there is room, else below it.
fn row(token: &ApiToken, planned: &Planned, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let changes: Vec<String> = planned.changes.iter().map(Difference::brief).collect();
    let mut below: Vec<(String, _)> = Vec::new();
    let beside = match planned.outcome {
        Outcome::Unchanged => String::new(),
        Outcome::Empty => {
            below.push((
                "! no rights would be left, so it is left out: delete it instead".to_owned(),
                theme.danger,
            ));
            String::new()
        }
        Outcome::Changed => changes.join("; "),
    };
    below.extend(planned.notes.iter().map(|words| (format!("! {words}"), theme.warning)));
    let findings = planned.findings.iter();
    let findings =
        findings.map(|f| (format!("! {}: {}", f.severity.label(), f.why), theme.warning));
    below.extend(findings);
    let room = token_rows::room(columns);
    let fits = text::width(&beside) <= room;
    let mut line = token_rows::row(token, if fits { &beside } else { "" }, columns, theme);
    if planned.outcome == Outcome::Unchanged {
        line.spans.iter_mut().for_each(|span| span.style = theme.faint);
    }
    let mut lines = vec![line];
    if !fits {
        let style = ratatui::style::Style::new();
        below.splice(0..0, changes.into_iter().map(|words| (words, style)));
    }
    for (words, style) in below {
        for part in text::wrapped(&words, columns.saturating_sub(INDENT)) {
            let indent = Span::raw(" ".repeat(INDENT));
            lines.push(Line::from(vec![indent, Span::styled(part, style)]));
        }
    }
    lines
}
