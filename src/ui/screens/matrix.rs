//! The permission matrix: parts, rows, the cell in words, and on wide
//! terminals the organisation and what the token can do beside them.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        matrix::{Matrix, Part, Row},
        places::Window,
        remote::Remote,
        screens::new_token::{EMPTY, Focus, NewTokenForm, Origin},
    },
    domain::{Capability, Expiry, SafeText, Scope, Verb, Verbs, review::findings},
    ui::{
        text, theme,
        widgets::{dialog, field, matrix, spinner},
    },
};

/// Columns from which the organisation and the summary stand beside the rows.
const WIDE_FROM: u16 = 140;
/// Columns that rows and cells take at most; what is left beside them goes to
/// the organisation and the summary.
const MAIN_MAX: u16 = 106;
/// Columns that these need.
const SIDE_MIN: u16 = 46;
/// Columns in which their texts still read well.
const SIDE_MAX: u16 = 80;
/// Columns of a row before its cells: marks, and the name.
const MARKS: usize = 5;

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let matrix = form.matrix();
    let wide = area.width >= WIDE_FROM;
    let (main, side) = if wide {
        let main = Rect { width: (area.width - SIDE_MIN).min(MAIN_MAX), ..area };
        let width = (area.width - main.width).min(SIDE_MAX);
        (main, Some(Rect { x: area.x + main.width, width, ..area }))
    } else {
        (area, None)
    };
    let row = |y: u16| Rect { y: area.y + y, height: 1, ..main };
    title(frame, row(0), form);
    tabs(frame, row(1), form, wide);

    let roomy = area.height >= 18 && !wide;
    let foot = if roomy { 4 } else { 3 }.min(area.height.saturating_sub(4));
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2 + foot), ..main };
    // On wide terminals the organisation has its own place.
    let shown = if wide && matrix.part == Scope::Org { Scope::Dataset } else { matrix.part };
    let window = part_rows(frame, body, model, form, shown);
    let side_window = side.map(|side| draw_side(frame, side, model, form));
    draw_foot(frame, Rect { y: body.y + body.height, height: foot, ..main }, model, form, wide);
    side_window.filter(|_| matrix.part == Scope::Org).unwrap_or(window)
}

fn title(frame: &mut Frame<'_>, row: Rect, form: &NewTokenForm) {
    let matrix = form.matrix();
    let what = match &form.origin {
        Origin::New => " New API token > Permissions".to_owned(),
        Origin::Clone(name) => format!(" Copy of {name} > Permissions"),
        Origin::Replace(token) => format!(" Replace {} > Permissions", token.name),
    };
    let changed = matrix.changed_rows();
    let plural = if changed == 1 { "" } else { "s" };
    // What the title says already needs no saying again.
    let since = match &form.origin {
        Origin::New if matrix.base.label != EMPTY => matrix.base.label.as_str(),
        Origin::Clone(name) if matrix.base.label != name.shown() => matrix.base.label.as_str(),
        Origin::Replace(token) if matrix.base.label != token.name.shown() => {
            matrix.base.label.as_str()
        }
        _ => "",
    };
    let since = if since.is_empty() { String::new() } else { format!("since {since}: ") };
    let right = format!("{since}{changed} row{plural} changed ");
    let right_width = text::width(&right).min(usize::from(row.width) * 6 / 10);
    let left_width = usize::from(row.width).saturating_sub(right_width);
    let line = Line::from(vec![
        Span::styled(text::fit(&what, left_width), theme::strong()),
        Span::styled(text::fit(&right, right_width), theme::faint()),
    ]);
    frame.render_widget(line, row);
}

/// `[1 Datasets 142]  2 Views 6   3 Organisation        / prod  18 of 142`
fn tabs(frame: &mut Frame<'_>, row: Rect, form: &NewTokenForm, wide: bool) {
    let matrix = form.matrix();
    let mut spans = vec![Span::raw(" ")];
    for (i, scope) in Scope::ALL.into_iter().enumerate() {
        let count = match scope {
            Scope::Org => String::new(),
            scope => format!(" {}", matrix.part_of(scope).total()),
        };
        let label = format!("{} {}{count}", i + 1, scope.label());
        if scope == matrix.part {
            let style = theme::strong().patch(theme::focused());
            spans.push(Span::styled(format!("[{label}]"), style));
        } else {
            spans.push(Span::styled(format!(" {label} "), theme::plain()));
        }
        spans.push(Span::raw(" "));
    }
    let left = Line::from(spans);
    let used = u16::try_from(left.width()).unwrap_or(row.width);
    frame.render_widget(left, row);
    let part = matrix.here();
    let filtering = form.focus == Focus::Filter;
    if !filtering && part.filter.is_empty() {
        return;
    }
    let count = format!(
        " {} of {} ",
        part.shown_len().saturating_sub(usize::from(matrix.part != Scope::Org)),
        part.total()
    );
    let count_width = u16::try_from(text::width(&count)).unwrap_or(0);
    let free = row.width.saturating_sub(used + count_width + 3);
    let width = free.min(if wide { 30 } else { 20 });
    if width < 4 {
        return;
    }
    let x = row.x + row.width - count_width - width - 2;
    frame.render_widget(Span::styled("/ ", theme::key()), Rect { x, width: 2, ..row });
    field::draw(frame, Rect { x: x + 2, width, ..row }, &part.filter, filtering);
    frame.render_widget(
        Span::styled(count, theme::faint()),
        Rect { x: row.x + row.width - count_width, width: count_width, ..row },
    );
}

/// The rows of a part, under their headings.
fn part_rows(
    frame: &mut Frame<'_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
    scope: Scope,
) -> Window {
    let matrix = form.matrix();
    let part = matrix.part_of(scope);
    let active = matrix.part == scope;
    let width = usize::from(area.width);
    let cells = text::width(&matrix::headings(scope));
    let name_width = match scope {
        Scope::Org => 22,
        _ => width.saturating_sub(MARKS + cells + 1).min(48),
    };
    let heading = match scope {
        Scope::Org => {
            format!("{}{}", " ".repeat(MARKS), text::fit("CAPABILITY", name_width)) + " crud"
        }
        scope => {
            let name = if scope == Scope::View { "VIEW" } else { "DATASET" };
            format!(
                "{}{}{}",
                " ".repeat(MARKS),
                text::fit(name, name_width),
                matrix::headings(scope)
            )
        }
    };
    frame.render_widget(
        Span::styled(text::cut(&heading, width), theme::faint()),
        Rect { height: 1, ..area },
    );
    let height = usize::from(area.height.saturating_sub(1));
    let window = part.list.window(part.shown_len(), height);
    let mut y = area.y + 1;
    for at in window.top..(window.top + height).min(part.shown_len()) {
        let Some(row) = part.row(at) else { break };
        let line = row_line(form, part, scope, row, at, active, name_width, width);
        frame.render_widget(line, Rect { y, height: 1, ..area });
        y += 1;
    }
    if let Some((words, style)) = note(model, scope, part) {
        let columns = usize::from(area.width.saturating_sub(8));
        for line in dialog::paragraph(&words, columns, style) {
            if y >= area.y + area.height {
                break;
            }
            frame.render_widget(
                line,
                Rect { x: area.x + 5, y, width: area.width.saturating_sub(5), height: 1 },
            );
            y += 1;
        }
    }
    window
}

#[expect(clippy::too_many_arguments, reason = "a row is drawn from all of these")]
fn row_line(
    form: &NewTokenForm,
    part: &Part,
    scope: Scope,
    row: &Row,
    at: usize,
    active: bool,
    name_width: usize,
    width: usize,
) -> Line<'static> {
    let matrix = form.matrix();
    let target = row.target(scope);
    let on_row = active && at == part.list.cursor;
    let marked = active && part.mark.is_some() && part.selected_rows().contains(&at);
    let before = matrix.base.grants.get(&target).cloned().unwrap_or_default();
    let now = matrix.grants().get(&target).cloned().unwrap_or_default();
    let changed = match row {
        Row::Capability(c) => before.verbs(c) != now.verbs(c),
        Row::Named { .. } => before != now,
    };
    let refused = matrix.refusal.as_ref().is_some_and(|(t, _)| *t == target);
    let sign = match (refused, changed) {
        (true, _) => Span::styled("!", theme::danger()),
        (false, true) => Span::styled("~", theme::warning()),
        (false, false) => Span::raw(" "),
    };
    let cursor = if on_row { ">" } else { " " };
    let dot = if marked { "*" } else { " " };
    let (name, style) = match row {
        Row::Named { missing: true, name } => (
            text::cut(name.shown(), name_width.saturating_sub(10)) + " (missing)",
            theme::warning(),
        ),
        Row::Named { name, .. } if row.is_for_all() => {
            let label = if scope == Scope::View { "* all views" } else { "* all datasets" };
            (if name.is_empty() { String::new() } else { label.to_owned() }, theme::strong())
        }
        Row::Named { name, .. } => (name.to_string(), theme::plain()),
        Row::Capability(c) => (c.label.to_owned(), theme::plain()),
    };
    let style = if on_row { style.patch(theme::strong()) } else { style };
    let mut spans = vec![
        Span::raw(" "),
        sign,
        Span::raw(format!("{cursor}{dot} ")),
        Span::styled(text::fit(&name, name_width), style),
    ];
    let selected_columns = part.selected_columns(scope.capabilities().len());
    match row {
        Row::Capability(capability) => {
            let (own, _) = matrix.verbs(&target, capability);
            let style = cell_style(on_row || marked, own, Verbs::NONE);
            spans.push(Span::raw(" "));
            spans.push(Span::styled(matrix::crud(capability, own), style));
            let about = format!("  {}", capability.about);
            let left = width.saturating_sub(MARKS + name_width + 6);
            spans.push(Span::styled(text::cut(&about, left), theme::faint()));
        }
        Row::Named { .. } => {
            for (i, capability) in scope.capabilities().iter().enumerate() {
                let (own, inherited) = matrix.verbs(&target, capability);
                let in_selection = selected_columns.contains(&i);
                let here = (on_row && (i == part.column || (part.mark.is_some() && in_selection)))
                    || (marked && in_selection);
                let cell = matrix::cell(capability, own, inherited);
                spans.push(Span::raw(" "));
                spans.push(Span::styled(
                    format!("{cell:^0$}", matrix::cell_columns(capability)),
                    cell_style(here, own, inherited),
                ));
            }
            if !now.unknown().is_empty() {
                spans.push(Span::styled(
                    format!(" +{} unknown", now.unknown().len()),
                    theme::warning(),
                ));
            }
        }
    }
    Line::from(spans)
}

fn cell_style(here: bool, own: Verbs, inherited: Verbs) -> Style {
    let style = if !own.is_empty() {
        theme::strong()
    } else if !inherited.is_empty() {
        theme::plain()
    } else {
        theme::faint()
    };
    if here { theme::focused().patch(theme::strong()) } else { style }
}

/// What is to be said in place of rows.
fn note(model: &Model, scope: Scope, part: &Part) -> Option<(String, Style)> {
    let (load, failed, things) = match scope {
        Scope::Dataset => {
            let remote = &model.data.datasets;
            (remote.load(), failure(remote), "datasets")
        }
        Scope::View => {
            let remote = &model.data.views;
            (remote.load(), failure(remote), "views")
        }
        Scope::Org => return None,
    };
    if let Some(load) = load {
        return spinner::words(load, model.now, &format!("Loading the {things}"))
            .map(|w| (w, theme::faint()));
    }
    if let Some(why) = failed {
        let words = format!("! The {things} could not be listed: {why}. i adds one by name.");
        return Some((words, theme::warning()));
    }
    if part.total() == 0 {
        let words = format!("This organisation has no {things} yet. i adds one by name.");
        return Some((words, theme::faint()));
    }
    let hits = part.shown_len() - 1;
    (hits == 0 && !part.filter.is_empty()).then(|| {
        let words = format!("Nothing matches \"{}\".", SafeText::from(part.filter.text()));
        (words, theme::faint())
    })
}

fn failure<T>(remote: &Remote<T>) -> Option<String> {
    match remote {
        Remote::Failed(failure, None) => {
            Some(failure.message.as_ref().map_or("no answer".to_owned(), ToString::to_string))
        }
        _ => None,
    }
}

/// The cell in words, what the token can do, and findings.
fn draw_foot(frame: &mut Frame<'_>, area: Rect, model: &Model, form: &NewTokenForm, wide: bool) {
    if area.height == 0 {
        return;
    }
    let width = usize::from(area.width);
    let line = |y: u16| Rect { y: area.y + y, height: u16::from(y < area.height), ..area };
    frame.render_widget(Span::styled("─".repeat(width), theme::faint()), line(0));
    let (words, style) = match &form.matrix().refusal {
        Some((_, message)) => (format!("! the server refused: {message}"), theme::danger()),
        None => (cell_words(form.matrix()), theme::plain()),
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
        0 => "no finding".to_owned(),
        1 => "! 1 finding".to_owned(),
        n => format!("! {n} findings"),
    };
    let style = if found.is_empty() { theme::faint() } else { theme::warning() };
    let note_width = text::width(&note);
    let summary = form.matrix().grants().summary();
    let columns = width.saturating_sub(note_width + 4);
    let mut lines = text::wrapped(&summary, columns);
    // What does not fit on the lines there are is cut on the last one.
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

fn found(model: &Model, form: &NewTokenForm) -> Vec<crate::domain::review::Finding> {
    let expiry = Expiry::parse(form.expiry.text(), model.now).unwrap_or(Expiry::Never);
    findings(form.matrix().grants(), expiry, model.now)
}

/// `prod-edge-logs / Saved queries   create off · read GRANTED`
fn cell_words(matrix: &Matrix) -> String {
    let part = matrix.here();
    let Some(row) = part.row(part.list.cursor) else { return String::new() };
    let target = row.target(matrix.part);
    let (name, capability): (String, &Capability) = match row {
        Row::Capability(capability) => ("Organisation".to_owned(), capability),
        Row::Named { name, .. } => match matrix.part.capabilities().get(part.column) {
            Some(capability) if row.is_for_all() => (format!("{name} all"), capability),
            Some(capability) => (name.to_string(), capability),
            None => return String::new(),
        },
    };
    let (own, inherited) = matrix.verbs(&target, capability);
    let verbs: Vec<String> = capability
        .verbs
        .iter()
        .map(|verb: Verb| {
            let state = match () {
                () if own.has(verb) => "GRANTED",
                () if inherited.has(verb) => "by *",
                () => "off",
            };
            format!("{} {state}", verb.wire())
        })
        .collect();
    format!("{name} / {}   {}", capability.label, verbs.join(" · "))
}

/// The organisation, what the token can do, and findings.
fn draw_side(frame: &mut Frame<'_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let rows = u16::try_from(Scope::Org.capabilities().len() + 1).unwrap_or(16);
    let org = Rect { height: rows.min(area.height), ..area };
    let window = part_rows(frame, org, model, form, Scope::Org);
    let columns = usize::from(area.width.saturating_sub(4));
    let mut lines = vec![Line::default(), Line::styled("What this token can do", theme::strong())];
    for phrase in form.matrix().grants().phrases() {
        lines.extend(dialog::paragraph(&format!("· {phrase}"), columns, theme::plain()));
    }
    if form.matrix().grants().is_empty() {
        lines.push(Line::styled("· nothing yet", theme::faint()));
    }
    lines.push(Line::default());
    let found = found(model, form);
    let heading = if found.is_empty() { "Findings: none" } else { "Findings" };
    lines.push(Line::styled(heading, theme::strong()));
    for finding in found {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme::warning()));
        lines.extend(dialog::paragraph(
            &format!("  {}", finding.narrower),
            columns,
            theme::faint(),
        ));
    }
    let below = Rect {
        x: area.x + 3,
        y: org.y + org.height,
        width: area.width.saturating_sub(4),
        height: area.height.saturating_sub(org.height),
    };
    frame.render_widget(ratatui::widgets::Paragraph::new(lines), below);
    window
}
