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
        matrix::{MatrixRow, Part, rows::MISSING},
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::new_token::NewTokenForm,
    },
    domain::{SafeText, Scope, Verbs, filter::Words},
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{
            dialog,
            matrix::{self, Headings},
            rows, spinner,
        },
    },
};

/// Columns of a row before the name: change sign, cursor and selection mark.
const MARKS: usize = 5;
/// The part of a row's line that is the name.
const NAME_SPAN: usize = 3;
/// Minimum and maximum width of a name that leaves room for more.
const NAME: (usize, usize) = (16, 48);
/// Minimum and maximum width of a description.
const ABOUT: (usize, usize) = (20, 60);

/// How a row of datasets or views is laid out, in columns.
#[derive(Clone, Copy, Debug)]
struct Layout {
    name: usize,
    /// The description with its gap; 0 if there is no room for it.
    about: usize,
    headings: Headings,
}

impl Layout {
    /// Names come first, then the full names of capabilities, then descriptions.
    fn of(part: &Part, scope: Scope, width: usize) -> Self {
        if scope == Scope::Org {
            return Self { name: 22, about: 0, headings: Headings::Short };
        }
        let (least, most) = NAME;
        let name = part.widest.clamp(least, most);
        let rest = |headings: Headings, name: usize| {
            width.checked_sub(MARKS + name + text::width(&headings.text(scope)) + 1)
        };
        let full = rest(Headings::Full, name).map(|rest| (Headings::Full, rest));
        let short = || Some((Headings::Short, rest(Headings::Short, name)?));
        match full.or_else(short) {
            Some((headings, rest)) if rest >= ABOUT.0 + 2 => {
                Self { name, about: rest.min(ABOUT.1 + 2), headings }
            }
            Some((headings, rest)) => Self { name: (name + rest).min(most), about: 0, headings },
            None => {
                let name = rest(Headings::Short, 0).unwrap_or(0);
                Self { name, about: 0, headings: Headings::Short }
            }
        }
    }

    /// Where the first cell begins.
    const fn cells(self) -> usize {
        MARKS + self.name + self.about
    }
}

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
    let layout = Layout::of(part, scope, width);
    let (name, cells) = match scope {
        Scope::Org => ("CAPABILITY", " crud".to_owned()),
        Scope::View => ("VIEW", layout.headings.text(scope)),
        Scope::Dataset => ("DATASET", layout.headings.text(scope)),
    };
    let about = if layout.about > 0 { "  DESCRIPTION" } else { "" };
    let heading =
        [" ".repeat(MARKS), text::fit(name, layout.name), text::fit(about, layout.about), cells]
            .concat();
    let mut abouts = Abouts::of(model, if layout.about > 0 { scope } else { Scope::Org });
    frame.render_widget(
        Span::styled(text::cut(&heading, width), theme.faint),
        Rect { height: 1, ..area },
    );
    let height = usize::from(area.height.saturating_sub(1));
    let window = part.list.window(part.shown_len(), height);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Matrix(scope), window));
    let words = Words::parse(part.filter.text());
    let mut y = area.y + 1;
    for at in window.top..(window.top + height).min(part.shown_len()) {
        let Some(row) = part.row(at) else { break };
        let about = abouts.about(row);
        let line = row_line(form, part, scope, row, at, active, layout, about, width, theme);
        let place = Rect { y, height: 1, ..area };
        frame.render_widget(&line, place);
        rows::highlight(frame, place, &line, NAME_SPAN, Some(&words));
        add_targets(frame, place, scope, at, layout);
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
fn add_targets(frame: &mut Canvas<'_, '_>, place: Rect, scope: Scope, row: usize, layout: Layout) {
    frame.add_target(place, HitTarget::Cell { scope, row, column: None });
    if scope == Scope::Org {
        return;
    }
    let mut x = place.x + u16::try_from(layout.cells() + 1).unwrap_or(0);
    for (column, capability) in scope.capabilities().iter().enumerate() {
        let width = u16::try_from(layout.headings.cell_columns(capability)).unwrap_or(0);
        let cell = Rect { x, width, ..place }.intersection(place);
        frame.add_target(cell, HitTarget::Cell { scope, row, column: Some(column) });
        x += width + 1;
    }
}

/// The descriptions of a scope's datasets or views.
struct Abouts<'a> {
    known: Vec<(&'a SafeText, &'a SafeText)>,
    next: usize,
}

impl<'a> Abouts<'a> {
    fn of(model: &'a Model, scope: Scope) -> Self {
        let data = &model.shared.data;
        let known = match scope {
            Scope::Dataset => {
                let datasets = data.datasets.value().into_iter().flatten();
                datasets.map(|dataset| (&dataset.name, &dataset.description)).collect()
            }
            Scope::View => {
                let views = data.views.value().into_iter().flatten();
                views.map(|view| (&view.name, &view.description)).collect()
            }
            Scope::Org => Vec::new(),
        };
        Self { known, next: 0 }
    }

    /// The description of a row. The rows are in the order of the list, so the search begins
    /// after the row before.
    fn about(&mut self, row: &MatrixRow) -> &'a str {
        let name = match row {
            _ if row.is_for_all() => return "current and future ones",
            MatrixRow::Named { name, .. } => name,
            MatrixRow::Capability(_) => return "",
        };
        let (before, after) = self.known.split_at(self.next);
        let ordered = after.iter().chain(before).position(|(known, _)| *known == name);
        let Some(at) = ordered.map(|at| (self.next + at) % self.known.len()) else { return "" };
        self.next = at + 1;
        self.known[at].1.shown()
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
    layout: Layout,
    about: &str,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let (name_width, headings) = (layout.name, layout.headings);
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
            let columns = name_width.saturating_sub(text::width(MISSING));
            (text::cut(name.shown(), columns) + MISSING, theme.warning)
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
            if layout.about > 0 {
                // The gap before the cells is part of them.
                let about = format!("  {}", text::fit(about, layout.about - 2));
                spans.push(Span::styled(about, theme.faint));
            }
            for (i, capability) in scope.capabilities().iter().enumerate() {
                let (own, inherited) = matrix.verbs(&target, capability);
                let in_selection = selected_columns.contains(&i);
                let here = (on_row && (i == part.column || (part.mark.is_some() && in_selection)))
                    || (marked && in_selection);
                let cell = matrix::cell(capability, own, inherited);
                spans.push(Span::raw(" "));
                spans.push(Span::styled(
                    format!("{cell:^0$}", headings.cell_columns(capability)),
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
