//! Texts about the matrix: the cell in words, what the token can do, and findings.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use super::rows;
use crate::{
    app::{
        Model,
        layout_info::Window,
        matrix::{Matrix, MatrixRow},
        screens::new_token::NewTokenForm,
    },
    domain::{Capability, Scope, Verb, review::Finding, summary::sentence},
    ui::{Canvas, text, widgets::dialog},
};

/// Draws the area below the rows: the cell in words, what the token can do, and the number
/// of findings.
pub fn below(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
    wide: bool,
) {
    let theme = frame.theme();
    if area.height == 0 {
        return;
    }
    let width = usize::from(area.width);
    let line = |y: u16| Rect { y: area.y + y, height: u16::from(y < area.height), ..area };
    frame.render_widget(Span::styled("─".repeat(width), theme.faint), line(0));
    let (words, style) = match &form.matrix().refusal {
        Some((_, message)) => (format!("! the server refused: {message}"), theme.danger),
        None => (cell_words(form.matrix(), width.saturating_sub(2)), Style::new()),
    };
    frame.render_widget(
        Span::styled(format!(" {}", text::cut(&words, width.saturating_sub(2))), style),
        line(1),
    );
    if wide {
        return;
    }
    let found = found(model, form);
    let note = match found.len() {
        0 => "no findings".to_owned(),
        1 => "! 1 finding".to_owned(),
        n => format!("! {n} findings"),
    };
    let style = if found.is_empty() { theme.faint } else { theme.warning };
    let note_width = text::width(&note);
    let summary = sentence(form.matrix().phrases());
    let columns = width.saturating_sub(note_width + 4);
    let mut lines = text::wrapped(&summary, columns);
    // Text beyond the last line is cut there.
    let rows = usize::from(area.height.saturating_sub(2)).max(1);
    let last = if lines.len() > rows { lines.split_off(rows - 1).join(" ") } else { String::new() };
    lines.extend((!last.is_empty()).then_some(last));
    for (y, summary) in (2..).zip(&lines) {
        frame.render_widget(Span::raw(format!(" {}", text::cut(summary, columns))), line(y));
    }
    let at = line(2);
    let x = at.x + at.width.saturating_sub(u16::try_from(note_width + 1).unwrap_or(0));
    frame.render_widget(Span::styled(note, style), Rect { x, width: at.x + at.width - x, ..at });
}

fn found(model: &Model, form: &NewTokenForm) -> Vec<Finding> {
    form.findings(&model.shared.session.policies, model.shared.server_now())
}

/// The cell in words: `prod-edge-logs / Saved queries   create off · read GRANTED`. If that
/// is too wide, verbs become letters and the name is cut.
fn cell_words(matrix: &Matrix, columns: usize) -> String {
    let part = matrix.here();
    let Some(row) = part.row(part.list.cursor) else { return String::new() };
    let target = row.target(matrix.part);
    let (name, capability): (String, &Capability) = match row {
        MatrixRow::Capability(capability) => ("Organisation".to_owned(), capability),
        MatrixRow::Named { name, .. } => match matrix.part.capabilities().get(part.column) {
            Some(capability) if row.is_for_all() => (format!("{name} all"), capability),
            Some(capability) => (name.to_string(), capability),
            None => return String::new(),
        },
    };
    let (own, inherited) = matrix.verbs(&target, capability);
    let states = |short: bool| {
        let state = |verb: Verb| {
            let state = match () {
                () if own.has(verb) => "GRANTED",
                () if inherited.has(verb) => "by *",
                () => "off",
            };
            let letter = verb.letter().to_string();
            format!("{} {state}", if short { letter.as_str() } else { verb.wire() })
        };
        format!("   {}", capability.verbs.iter().map(state).collect::<Vec<_>>().join(" · "))
    };
    let cell = format!("{name} / {}", capability.label);
    let long = format!("{cell}{}", states(false));
    if text::width(&long) <= columns {
        return long;
    }
    let short = states(true);
    format!("{}{short}", text::cut(&cell, columns.saturating_sub(text::width(&short))))
}

/// Draws the area beside the rows: the organisation, what the token can do, and findings.
pub fn beside(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
) -> Window {
    let theme = frame.theme();
    let rows = u16::try_from(Scope::Org.capabilities().len() + 1).unwrap_or(16);
    let org = Rect { height: rows.min(area.height), ..area };
    let window = rows::draw(frame, org, model, form, Scope::Org);
    let columns = usize::from(area.width.saturating_sub(4));
    let mut lines = vec![Line::default(), Line::styled("What this token can do", theme.strong)];
    for phrase in form.matrix().phrases() {
        lines.extend(dialog::paragraph(&format!("· {phrase}"), columns, Style::new()));
    }
    if form.matrix().grants().is_empty() {
        lines.push(Line::styled("· nothing yet", theme.faint));
    }
    lines.push(Line::default());
    let found = found(model, form);
    let heading = if found.is_empty() { "No findings" } else { "Findings" };
    lines.push(Line::styled(heading, theme.strong));
    for finding in found {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
        lines.extend(dialog::paragraph(&format!("  Fix: {}", finding.fix), columns, theme.faint));
    }
    let below = Rect {
        x: area.x + 3,
        y: org.y + org.height,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(org.height),
    };
    frame.render_widget(Paragraph::new(lines), below);
    window
}
