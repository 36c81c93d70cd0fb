//! The rotation under the cursor: what to do next, its steps, its tokens and its rule.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::{Block, Borders, Padding, Paragraph},
};

use crate::{
    app::{
        Model,
        screens::rotations::{Part, parts},
    },
    domain::{SafeText, TokenId, rotation::Rule, when},
    input::Action,
    ops::rotation::overview::{Row, State},
    ui::{Canvas, Theme, text, widgets::dialog},
};

/// Draws the details, cut at the bottom if they do not fit.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, row: &Row, is_below: bool) {
    let theme = frame.theme();
    let borders = if is_below { Borders::TOP } else { Borders::LEFT };
    let block =
        Block::new().borders(borders).border_style(theme.faint).padding(Padding::horizontal(1));
    let inner = block.inner(area);
    frame.render_widget(block, area);
    if inner.height == 0 {
        return;
    }
    let lines = lines(model, row, usize::from(inner.width), theme);
    let goes_on = lines.len() > usize::from(inner.height);
    frame.render_widget(Paragraph::new(lines), inner);
    if goes_on {
        dialog::more_below(frame, inner);
    }
}

fn lines(model: &Model, row: &Row, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let mut lines = dialog::paragraph(row.name.shown(), columns, theme.strong);
    let report = model.shared.rotations.reports.iter().find(|report| {
        let ids = report.old.iter().chain(&report.new);
        ids.into_iter().any(|id| row.has(id))
    });
    if let State::Stuck { why, .. } = &row.state {
        let why = SafeText::from(why.as_str());
        lines.extend(dialog::marked("! Stuck:", why.shown(), columns, theme.danger));
    } else if let Some(why) = report.and_then(|report| report.words.last()) {
        lines.extend(dialog::paragraph(
            &text::sentence(&format!("Last run: {why}")),
            columns,
            Style::new(),
        ));
    }
    if let Some(advice) = report.and_then(|report| report.advice.as_deref()) {
        let advice = text::sentence(advice);
        lines.extend(dialog::paragraph(&advice, columns, Style::new()));
    }
    lines.extend(dialog::paragraph(&next(model, row), columns, theme.faint));
    if row.is_inferred() {
        let words = "Pair guessed: same name and rights, and the other one expires later.";
        lines.extend(dialog::paragraph(words, columns, theme.warning));
    } else if row.rule.is_some() || row.recorded.is_some() {
        for part in parts(row, model.shared.server_now()) {
            lines.extend(step(&part, columns, theme));
        }
    }
    let room = columns.saturating_sub(dialog::FACT);
    let fitting = |texts: Vec<String>| {
        let fits = texts.iter().find(|text| text::width(text) <= room);
        fits.or(texts.last()).cloned().unwrap_or_default()
    };
    let mut fact = |label: &str, value: &str| {
        lines.extend(dialog::fact(label, value, columns, theme));
    };
    if let Some(new) = &row.new {
        fact("New token", &fitting(listed(new, model)));
    }
    for old in &row.olds {
        let label = if row.new.is_some() { "Old token" } else { "Token" };
        fact(label, &fitting(listed(old, model)));
    }
    match &row.rule {
        Some(rule) => fact("Rule", &fitting(about(rule))),
        None if !model.shared.session.demo => fact("Rule", "none in the plan fits it"),
        None => {}
    }
    lines
}

/// `✓ delivered to …`
fn step(part: &Part, columns: usize, theme: &Theme) -> Vec<Line<'static>> {
    let (mark, style) = match part.is_done {
        Some(true) => ("✓", theme.good),
        Some(false) => ("✗", theme.danger),
        None => ("·", theme.faint),
    };
    let words = SafeText::from(part.words.as_str());
    let wrapped = text::wrapped(words.shown(), columns.saturating_sub(2));
    let lines = wrapped.into_iter().enumerate().map(|(at, words)| {
        let mark = if at == 0 { mark } else { " " };
        Line::from(vec![Span::styled(format!("{mark} "), style), Span::raw(words)])
    });
    lines.collect()
}

/// What a key does now.
fn next(model: &Model, row: &Row) -> String {
    let key = |action| model.key(action);
    let can = |action| model.enabled(action).is_ok() || !model.stack.overlays().is_empty();
    let (rotate, prove, revoke) = (key(Action::Rotate), key(Action::Prove), key(Action::Delete));
    if let Some(run) = model.shared.rotations.run.as_ref().filter(|run| run.is_of(row)) {
        let words = if run.words.is_empty() { String::new() } else { format!(": {}", run.words) };
        return format!("Still {}{words}. The old token keeps working.", run.describe());
    }
    match (&row.state, &row.rule) {
        (State::Stuck { .. }, Some(_)) => format!("{rotate} continues; the old token is kept."),
        (State::Stuck { .. }, None) => {
            "Add a rule for it to the plan to continue; the old token is kept.".to_owned()
        }
        (_, Some(_)) if row.new.is_none() => {
            format!("{rotate} rotates it: regenerates, delivers and proves.")
        }
        (_, None) if row.new.is_none() => format!("{rotate} regenerates it by hand."),
        (State::Rotating, _) if can(Action::Prove) => {
            format!("{prove} proves that the new secret is stored; {revoke} revokes the old token.")
        }
        _ => format!("{revoke} revokes the old token now; otherwise it ends by its expiry."),
    }
}

/// A token's id and expiry, the longest text first.
fn listed(id: &TokenId, model: &Model) -> Vec<String> {
    let now = model.shared.server_now();
    let (expiry, more) = match model.shared.data.token(id) {
        Some(token) if token.expiry.is_past(now) => {
            (format!("expired {}", token.expiry.date()), String::new())
        }
        Some(token) => match token.expiry.at() {
            Some(at) => {
                (format!("expires {}", when::date(at)), format!(" · {}", when::relative(at, now)))
            }
            None => (token.expiry.describe(now), String::new()),
        },
        None => ("not listed".to_owned(), String::new()),
    };
    vec![
        format!("{id} · {expiry}{more}"),
        format!("{id} · {expiry}"),
        format!("{} · {expiry}", id.short()),
    ]
}

/// `line 3 of the plan (ci-*): due 14d, new token expires 90d, grace 48h`
fn about(rule: &Rule) -> Vec<String> {
    let tokens = rule.tokens.join(", ");
    let (line, due, expires, grace) = (rule.line, &rule.due, &rule.expires, &rule.grace);
    let words = [
        format!("line {line} of the plan ({tokens}): due {due}, expires {expires}, grace {grace}"),
        format!("line {line} of the plan: due {due}, expires {expires}, grace {grace}"),
        format!("line {line}: due {due}, expires {expires}, grace {grace}"),
    ];
    words.map(|words| SafeText::from(words).to_string()).into()
}
