//! The rows of one scope of the matrix, with headings.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        matrix::{MatrixRow, Part},
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::new_token::NewTokenForm,
    },
    domain::{SafeText, Scope, Verbs},
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, matrix, spinner},
    },
};

/// Columns of a row before the name: change sign, cursor and selection mark.
const MARKS: usize = 5;

/// Draws the rows of a scope. Returns their visible part.
pub fn draw(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
    scope: Scope,
) -> Window {
    let theme = frame.theme();
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
        Span::styled(text::cut(&heading, width), theme.faint),
        Rect { height: 1, ..area },
    );
    let height = usize::from(area.height.saturating_sub(1));
    let window = part.list.window(part.shown_len(), height);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Matrix(scope), window));
    let mut y = area.y + 1;
    for at in window.top..(window.top + height).min(part.shown_len()) {
        let Some(row) = part.row(at) else { break };
        let line = row_line(form, part, scope, row, at, active, name_width, width, theme);
        let place = Rect { y, height: 1, ..area };
        frame.render_widget(line, place);
        add_targets(frame, place, scope, at, name_width);
        y += 1;
    }
    if let Some((words, style)) = note(model, scope, part, theme) {
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

/// Adds click targets for a row, and for its cells on top of it.
fn add_targets(
    frame: &mut Canvas<'_, '_>,
    place: Rect,
    scope: Scope,
    row: usize,
    name_width: usize,
) {
    frame.add_target(place, HitTarget::Cell { scope, row, column: None });
    if scope == Scope::Org {
        return;
    }
    let mut x = place.x + u16::try_from(MARKS + name_width + 1).unwrap_or(0);
    for (column, capability) in scope.capabilities().iter().enumerate() {
        let width = u16::try_from(matrix::cell_columns(capability)).unwrap_or(0);
        let cell = Rect { x, width, ..place }.intersection(place);
        frame.add_target(cell, HitTarget::Cell { scope, row, column: Some(column) });
        x += width + 1;
    }
}

#[expect(clippy::too_many_arguments, reason = "a row is drawn from all of these")]
fn row_line(
    form: &NewTokenForm,
    part: &Part,
    scope: Scope,
    row: &MatrixRow,
    at: usize,
    active: bool,
    name_width: usize,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let matrix = form.matrix();
    let target = row.target(scope);
    let on_row = active && at == part.list.cursor;
    let marked = active && part.mark.is_some() && part.selected_rows().contains(&at);
    let before = matrix.base().grants.get(&target).cloned().unwrap_or_default();
    let now = matrix.grants().get(&target).cloned().unwrap_or_default();
    let changed = match row {
        MatrixRow::Capability(c) => before.verbs(c) != now.verbs(c),
        MatrixRow::Named { .. } => before != now,
    };
    let refused = matrix.refusal.as_ref().is_some_and(|(t, _)| *t == target);
    let sign = match (refused, changed) {
        (true, _) => Span::styled("!", theme.danger),
        (false, true) => Span::styled("~", theme.warning),
        (false, false) => Span::raw(" "),
    };
    let cursor = if on_row { ">" } else { " " };
    let dot = if marked { "*" } else { " " };
    let (name, style) = match row {
        MatrixRow::Named { missing: true, name } => {
            (text::cut(name.shown(), name_width.saturating_sub(10)) + " (missing)", theme.warning)
        }
        MatrixRow::Named { .. } if row.is_for_all() => {
            let label = if scope == Scope::View { "* all views" } else { "* all datasets" };
            (label.to_owned(), theme.strong)
        }
        MatrixRow::Named { name, .. } => (name.to_string(), Style::new()),
        MatrixRow::Capability(c) => (c.label.to_owned(), Style::new()),
    };
    let style = if on_row { style.patch(theme.strong) } else { style };
    let mut spans = vec![
        Span::raw(" "),
        sign,
        Span::raw(format!("{cursor}{dot} ")),
        Span::styled(text::fit(&name, name_width), style),
    ];
    let selected_columns = part.selected_columns(scope.capabilities().len());
    match row {
        MatrixRow::Capability(capability) => {
            let (own, _) = matrix.verbs(&target, capability);
            let style = cell_style(on_row || marked, own, Verbs::NONE, theme);
            spans.push(Span::raw(" "));
            spans.push(Span::styled(matrix::crud(capability, own), style));
            let about = format!("  {}", capability.about);
            let left = width.saturating_sub(MARKS + name_width + 6);
            spans.push(Span::styled(text::cut(&about, left), theme.faint));
        }
        MatrixRow::Named { .. } => {
            for (i, capability) in scope.capabilities().iter().enumerate() {
                let (own, inherited) = matrix.verbs(&target, capability);
                let in_selection = selected_columns.contains(&i);
                let here = (on_row && (i == part.column || (part.mark.is_some() && in_selection)))
                    || (marked && in_selection);
                let cell = matrix::cell(capability, own, inherited);
                spans.push(Span::raw(" "));
                spans.push(Span::styled(
                    format!("{cell:^0$}", matrix::cell_columns(capability)),
                    cell_style(here, own, inherited, theme),
                ));
            }
            if !now.unknown().is_empty() {
                spans.push(Span::styled(
                    format!(" +{} unknown", now.unknown().len()),
                    theme.warning,
                ));
            }
        }
    }
    Line::from(spans)
}

fn cell_style(here: bool, own: Verbs, inherited: Verbs, theme: &Theme) -> Style {
    let style = matrix::style(own, inherited, theme);
    if here { theme.focused.patch(theme.strong) } else { style }
}

/// The note shown below the rows: loading, failed, empty, or no match.
fn note(model: &Model, scope: Scope, part: &Part, theme: &Theme) -> Option<(String, Style)> {
    let (load, failed, things) = match scope {
        Scope::Dataset => {
            let remote = &model.shared.data.datasets;
            (remote.load(), failure(remote), "datasets")
        }
        Scope::View => {
            let remote = &model.shared.data.views;
            (remote.load(), failure(remote), "views")
        }
        Scope::Org => return None,
    };
    if let Some(load) = load {
        let words = spinner::text(load, model.shared.now, &format!("Loading the {things}"));
        let more = if part.total() > 0 { "; more rows are coming" } else { "" };
        return words.map(|w| (format!("{w}{more}"), theme.faint));
    }
    let add = model.key(Action::AddName);
    if let Some(why) = failed {
        let words = format!("! The {things} could not be listed: {why}. {add} adds one by name.");
        return Some((words, theme.warning));
    }
    if part.total() == 0 {
        let words = format!("This organisation has no {things} yet. {add} adds one by name.");
        return Some((words, theme.faint));
    }
    let hits = part.shown_len() - 1;
    (hits == 0 && !part.filter.is_empty()).then(|| {
        let words = format!("Nothing matches \"{}\".", SafeText::from(part.filter.text()));
        (words, theme.faint)
    })
}

fn failure<T>(remote: &Remote<T>) -> Option<String> {
    match remote {
        Remote::Failed(failure, None) => {
            Some(failure.message.as_ref().map_or("no response".to_owned(), ToString::to_string))
        }
        _ => None,
    }
}
