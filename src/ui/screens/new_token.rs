//! The form for a new API token: three fields and the rights. A basic token has a list of
//! datasets, an advanced one a summary and a button that opens the matrix.

use ratatui::{
    layout::{Constraint, Layout, Margin, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::call::Call,
    app::{
        Model,
        layout_info::Window,
        matrix::MatrixRow,
        mouse::{HitTarget, Scrolled},
        remote::Remote,
        screens::new_token::{Field, NewTokenForm, Origin},
    },
    domain::{Expiry, Kind, SafeText, filter::Words},
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, form::Content, rows::Rows, spinner},
    },
};

/// Columns left of the fields.
const INDENT: u16 = 14;
/// Before what the text in a field means.
const ARROW: &str = "-> ";
/// Rows for a note below the datasets.
const NOTE: usize = 4;

/// Draws the form. Returns the visible part of the list of datasets.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let theme = frame.theme();
    let inside = Rect { x: area.x + 1, width: area.width.saturating_sub(2), ..area };
    let columns = usize::from(inside.width);
    let mut content = Content::new(&form.form, columns, theme);
    let title = match &form.origin {
        Origin::New => "New API token".to_owned(),
        Origin::Clone(name) => format!("New API token, a copy of {name}"),
        Origin::Replace(token) => format!("Replace {}: new rights, new secret", token.name),
    };
    content.line(Line::styled(text::cut(&title, columns), theme.strong));
    content.blank();
    content.part(Field::Kind);
    content.blank();
    content.part(Field::Name);
    match form.kind() {
        Kind::Basic => {
            content.part_beside(Field::Rights, chosen(model, form, theme));
            // As many rows as without a filter, so that nothing moves while it is typed.
            let rows = 1 + form.matrix().here().total();
            let rows = if note(model, form, theme).is_some() { rows + NOTE } else { rows };
            content
                .own(Some(Field::Rights), rows, |frame, at| dataset_rows(frame, at, model, form));
        }
        Kind::Advanced => {
            let button = [("Edit the matrix", form.form.is_on(Field::Rights))];
            content.part_beside(Field::Rights, dialog::buttons(&button, theme));
            content.lines(advanced_summary(columns, model, form, theme));
        }
    }
    content.blank();
    let room = content.room_beside(Field::Expiry);
    content.part_beside(Field::Expiry, expires(model, form, room, theme));
    content.part(Field::Description);
    let against = form.objections(&model.shared.session.policies, model.shared.server_now());
    if !against.is_empty() {
        content.blank();
    }
    for finding in against {
        content.lines(dialog::marked("! policy:", &finding.why, columns, theme.warning));
    }
    content.draw(frame, inside)
}

/// The expiry as axtok understands the text in its field.
fn expires(model: &Model, form: &NewTokenForm, room: usize, theme: &Theme) -> Span<'static> {
    let now = model.shared.server_now();
    match form.expiry(now) {
        Some(Expiry::Never) => {
            Span::styled("-> never expires: a leaked copy works forever", theme.warning)
        }
        Some(expiry) => {
            let words = expiry.describe_within(now, room.saturating_sub(ARROW.len()));
            Span::styled(format!("{ARROW}{words}"), theme.good)
        }
        None => Span::default(),
    }
}

/// How many datasets are chosen.
fn chosen(model: &Model, form: &NewTokenForm, theme: &Theme) -> Line<'static> {
    let datasets = &form.matrix().grants().datasets;
    let total = model.shared.data.datasets.value().map_or(0, Vec::len);
    let mut line = if datasets.wildcard().is_some() {
        Line::styled("all datasets, future ones too", theme.warning)
    } else {
        Line::raw(format!("{} of {total} chosen", datasets.len()))
    };
    let filter = &form.matrix().here().filter;
    if !filter.is_empty() {
        let style = if filter.is_selected() { theme.faint } else { theme.strong };
        line.push_span(Span::styled("   filter: ", theme.faint));
        line.push_span(Span::styled(SafeText::from(filter.text()).to_string(), style));
    } else if form.is_on_list() {
        line.push_span(Span::styled("   type to filter", theme.faint));
    }
    line
}

/// What an advanced token can do, and its findings.
fn advanced_summary(
    columns: usize,
    model: &Model,
    form: &NewTokenForm,
    theme: &Theme,
) -> Vec<Line<'static>> {
    let indent = usize::from(INDENT);
    let columns = columns.saturating_sub(indent);
    let grants = form.matrix().grants();
    let mut lines = dialog::paragraph(&grants.summary(), columns, Style::new());
    let now = model.shared.server_now();
    lines.push(Line::default());
    for finding in form.matrix().findings(Vec::new(), form.expiry(now), now) {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    for line in &mut lines {
        line.spans.insert(0, Span::raw(" ".repeat(indent)));
    }
    lines
}

fn dataset_rows(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
) -> Window {
    let theme = frame.theme();
    let part = form.matrix().here();
    let width = usize::from(area.width);
    let row = |at| part.row(at).map(|row| dataset_row(model, form, row, width, theme));
    let cursor = form.form.is_on(Field::Rights).then_some(theme.focused);
    let words = Words::parse(part.filter.text());
    let rows = Rows { list: &part.list, len: part.shown_len(), cursor, found: Some(&words) };
    let window = rows.draw(frame, area, |at| row(at).unwrap_or_default(), HitTarget::Row);
    frame.add_target(area, HitTarget::Scrolls(Scrolled::Screen, window));
    for (row, at) in area.rows().zip(window.top..window.len) {
        let boxed = Rect { x: row.x + 2, width: 3, ..row };
        frame.add_target(boxed.intersection(row), HitTarget::Check(at));
    }
    if let Some((words, style)) = note(model, form, theme) {
        let shown = u16::try_from(window.len.saturating_sub(window.top)).unwrap_or(u16::MAX);
        let [_, below] =
            Layout::vertical([Constraint::Max(shown), Constraint::Fill(1)]).areas(area);
        let below = below.inner(Margin::new(4, 0));
        let lines = dialog::paragraph(&words, usize::from(below.width), style);
        frame.render_widget(Paragraph::new(lines), below);
    }
    window
}

/// The note shown below the rows: loading, failed, empty, or no match.
fn note(model: &Model, form: &NewTokenForm, theme: &Theme) -> Option<(String, Style)> {
    match &model.shared.data.datasets {
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            spinner::text(*load, model.shared.now, "Loading the datasets").map(|w| (w, theme.faint))
        }
        Remote::Failed(failed, None) => {
            let words = format!(
                "! {} {} {} retries. You can still choose all datasets (*), or add names in \
                 the matrix of an advanced token.",
                text::sentence(&failed.headline(&Call::ListDatasets)),
                text::sentence(&failed.advice(&Call::ListDatasets)),
                model.key(Action::Refresh)
            );
            Some((words, theme.warning))
        }
        Remote::Ready(list, _) if list.is_empty() => {
            Some(("The server lists no datasets.".to_owned(), theme.faint))
        }
        Remote::Ready(..) if form.matrix().here().shown_len() == 1 => {
            let filter = SafeText::from(form.matrix().here().filter.text());
            Some((format!("No dataset matches \"{filter}\"."), theme.faint))
        }
        Remote::Ready(..) | Remote::Idle => None,
    }
}

fn dataset_row(
    model: &Model,
    form: &NewTokenForm,
    row: &MatrixRow,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let MatrixRow::Named { name, missing } = row else { return Line::default() };
    let for_all = form.matrix().grants().datasets.wildcard().is_some();
    let mark = match (form.is_chosen(row), for_all) {
        (true, _) => "[x]",
        (false, true) => "[*]",
        (false, false) => "[ ]",
    };
    let (label, about) = if row.is_for_all() {
        ("* all datasets".to_owned(), "current and future ones".to_owned())
    } else {
        let found =
            model.shared.data.datasets.value().and_then(|l| l.iter().find(|d| d.name == *name));
        let about = match (found, missing) {
            (Some(dataset), _) => dataset.description.shown().to_owned(),
            (None, true) => "missing: not in the list of datasets".to_owned(),
            (None, false) => String::new(),
        };
        (name.shown().to_owned(), about)
    };
    let name_width = (width / 2).saturating_sub(6).min(44);
    let about_width = width.saturating_sub(name_width + 7);
    Line::from(vec![
        Span::raw(format!(" {mark} ")),
        Span::raw(text::fit(&label, name_width)),
        Span::raw(" "),
        Span::styled(text::cut(&about, about_width), theme.faint),
    ])
}
