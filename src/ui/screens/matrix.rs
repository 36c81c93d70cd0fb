//! The permission matrix: title, tabs and layout. `rows` draws the rows, `words` the texts
//! below and beside them.

mod rows;
mod words;

use ratatui::{
    layout::Rect,
    text::{Line, Span},
};

use crate::{
    app::{
        Model,
        layout_info::Window,
        mouse::HitTarget,
        remote::Remote,
        screens::new_token::shows,
        screens::new_token::{NewTokenForm, Origin},
    },
    domain::Scope,
    input::Action,
    ui::{
        Canvas, text,
        widgets::{field, tabs},
    },
};

/// Minimum width for the organisation and the summary beside the rows, in columns.
const WIDE_FROM: u16 = 140;
/// Maximum width of the rows; organisation and summary get the remaining columns.
const MAIN_MAX: u16 = 140;
/// Minimum width of organisation and summary.
const SIDE_MIN: u16 = 46;
/// Maximum width of organisation and summary, so that the texts stay readable.
const SIDE_MAX: u16 = 80;

/// Draws the matrix. Returns the visible part of the rows in focus.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
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
    tabs(frame, row(1), model, form, wide);

    let roomy = area.height >= 18 && !wide;
    let foot = if roomy { 4 } else { 3 }.min(area.height.saturating_sub(4));
    let body = Rect { y: area.y + 2, height: area.height.saturating_sub(2 + foot), ..main };
    // On wide terminals the organisation is shown beside the rows.
    let shown = if wide && matrix.part == Scope::Org { Scope::Dataset } else { matrix.part };
    let window = rows::draw(frame, body, model, form, shown);
    let side_window = side.map(|side| words::beside(frame, side, model, form));
    words::below(frame, Rect { y: body.y + body.height, height: foot, ..main }, model, form, wide);
    side_window.filter(|_| matrix.part == Scope::Org).unwrap_or(window)
}

fn title(frame: &mut Canvas<'_, '_>, row: Rect, form: &NewTokenForm) {
    let theme = frame.theme();
    let matrix = form.matrix();
    let what = match &form.origin {
        Origin::New => " New API token > Permissions".to_owned(),
        Origin::Clone(name) => format!(" Copy of {name} > Permissions"),
        Origin::Replace(token) => format!(" Replace {} > Permissions", token.name),
    };
    let changed = matrix.changed_rows();
    let plural = if changed == 1 { "" } else { "s" };
    let right = format!("{changed} row{plural} changed ");
    let right_width = text::width(&right).min(usize::from(row.width) * 6 / 10);
    let left_width = usize::from(row.width).saturating_sub(right_width);
    let line = Line::from(vec![
        Span::styled(text::fit(&what, left_width), theme.strong),
        Span::styled(text::fit(&right, right_width), theme.faint),
    ]);
    frame.render_widget(line, row);
}

/// `[1 Datasets 142]  2 Views 6   3 Organisation        / prod  18 of 142`
fn tabs(frame: &mut Canvas<'_, '_>, row: Rect, model: &Model, form: &NewTokenForm, wide: bool) {
    let theme = frame.theme();
    let matrix = form.matrix();
    let label = |(i, scope): (usize, Scope)| {
        let count = match scope {
            Scope::Org => String::new(),
            scope => format!(" {}{}", matrix.part_of(scope).total(), more(model, scope)),
        };
        (format!("{} {}{count}", i + 1, scope.label()), shows(scope))
    };
    let labels: Vec<_> = Scope::ALL.into_iter().enumerate().map(label).collect();
    let chosen = Scope::ALL.iter().position(|scope| *scope == matrix.part);
    let used = tabs::draw(frame, row, &labels, chosen.unwrap_or(0));
    let part = matrix.here();
    let rest = row.width.saturating_sub(used);
    frame.add_target(
        Rect { x: row.x + used.min(row.width), width: rest, ..row },
        HitTarget::Do(Action::Filter),
    );
    let filtering = form.is_filtering;
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
    frame.render_widget(Span::styled("/ ", theme.key), Rect { x, width: 2, ..row });
    field::draw(frame, Rect { x: x + 2, width, ..row }, &part.filter, filtering);
    frame.render_widget(
        Span::styled(count, theme.faint),
        Rect { x: row.x + row.width - count_width, width: count_width, ..row },
    );
}

/// The suffix of a count while more rows are loading.
const fn more(model: &Model, scope: Scope) -> &'static str {
    let waits = match scope {
        Scope::Dataset => matches!(model.shared.data.datasets, Remote::Loading(_)),
        Scope::View => matches!(model.shared.data.views, Remote::Loading(_)),
        Scope::Org => false,
    };
    if waits { "…" } else { "" }
}
