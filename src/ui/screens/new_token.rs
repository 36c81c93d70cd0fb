//! New API token: three fields, and what it may do: for a basic token the
//! datasets, for an advanced one the way to the matrix.

use ratatui::{
    layout::Rect,
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    api::call::Call,
    app::{
        Model,
        field::Field,
        matrix::Row,
        mouse::{Scrolled, Spot},
        places::Window,
        remote::Remote,
        round::Round as _,
        screens::new_token::{Focus, NewTokenForm, Origin},
    },
    domain::{Expiry, Kind, SafeText, when},
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{dialog, field, spinner},
    },
};

/// Columns of the labels.
const LABEL: u16 = 14;
/// Columns of the fields, where there is room.
const FIELD: u16 = 60;

pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let theme = frame.theme();
    let mut rows = Rows { area, y: area.y };
    let title = match &form.origin {
        Origin::New => " New API token".to_owned(),
        Origin::Clone(name) => format!(" New API token, a copy of {name}"),
        Origin::Replace(token) => format!(" Replace {}: other rights, a new secret", token.name),
    };
    let title = text::cut(&title, usize::from(area.width));
    frame.render_widget(Line::styled(title, theme.strong), rows.next());
    // Blank rows are the first to go where the terminal is low.
    let roomy = area.height >= 18;
    rows.skip(u16::from(roomy));

    let errors = form.errors(model.shared.server_now());
    let error = |focus: Focus| errors.iter().find(|(f, _)| *f == focus).map(|(_, e)| e.as_str());
    // What was not filled in yet is no error before Review was asked for.
    let name_error = error(Focus::Name).filter(|_| form.tried || !form.name.is_empty());
    text_row(frame, rows.next(), form, Focus::Name, "Name", &form.name, FIELD);
    says(frame, rows.next(), name_error);
    text_row(frame, rows.next(), form, Focus::Description, "Description", &form.description, FIELD);
    says(frame, rows.next(), error(Focus::Description));
    expiry_row(frame, rows.next(), model, form, error(Focus::Expiry));
    rows.skip(u16::from(roomy));
    kind_row(frame, rows.next(), form);
    rows.skip(u16::from(roomy));

    let rights_title = rows.next();
    let bottom = area.y + area.height;
    let review = Rect { y: bottom - 1, height: 1, ..area };
    let rest = Rect { y: rows.y, height: (bottom - 1).saturating_sub(rows.y), ..area };
    let rights_error = error(Focus::Rights).filter(|_| form.tried);
    let window = match form.kind {
        Kind::Basic => {
            basic_title(frame, rights_title, model, form, rights_error);
            dataset_rows(frame, rest, model, form)
        }
        Kind::Advanced => {
            advanced_title(frame, rights_title, form, rights_error);
            advanced_summary(frame, rest, model, form);
            Window::default()
        }
    };
    let button = dialog::buttons(&[("Review", form.focus == Focus::Review)], theme);
    let at = Rect { x: review.x + 1, width: review.width.saturating_sub(1), ..review };
    frame.render_widget(button, at);
    dialog::spots(frame, Some(at), &[("Review", true)], [Focus::Review.spot()]);
    window
}

/// Hands out one row after the other.
struct Rows {
    area: Rect,
    y: u16,
}

impl Rows {
    fn next(&mut self) -> Rect {
        let bottom = self.area.y + self.area.height;
        let row = Rect { y: self.y.min(bottom), height: u16::from(self.y < bottom), ..self.area };
        self.y += 1;
        row
    }

    const fn skip(&mut self, rows: u16) {
        self.y += rows;
    }
}

/// What is right of a column.
fn from_column(row: Rect, column: u16) -> Rect {
    Rect { x: row.x + column, width: row.width.saturating_sub(column), ..row }
}

fn label(frame: &mut Canvas<'_, '_>, row: Rect, words: &str, focused: bool) {
    let theme = frame.theme();
    let marker = if focused { ">" } else { " " };
    let style = if focused { theme.strong } else { Style::new() };
    frame.render_widget(Span::styled(format!("{marker}{words}"), style), row);
}

fn text_row(
    frame: &mut Canvas<'_, '_>,
    row: Rect,
    form: &NewTokenForm,
    focus: Focus,
    words: &str,
    text: &Field,
    width: u16,
) {
    let focused = form.focus == focus;
    label(frame, row, words, focused);
    frame.spot(row, focus.spot());
    let at = from_column(row, LABEL);
    field::draw(frame, Rect { width: width.min(at.width.saturating_sub(1)), ..at }, text, focused);
}

/// What is wrong with the field above.
fn says(frame: &mut Canvas<'_, '_>, row: Rect, error: Option<&str>) {
    let theme = frame.theme();
    if let Some(error) = error {
        let at = from_column(row, LABEL);
        let columns = usize::from(at.width.saturating_sub(3));
        let line = Line::styled(format!("! {}", text::cut(error, columns)), theme.warning);
        frame.render_widget(line, at);
    }
}

/// The expiry, and beside it what was understood.
fn expiry_row(
    frame: &mut Canvas<'_, '_>,
    row: Rect,
    model: &Model,
    form: &NewTokenForm,
    error: Option<&str>,
) {
    const WIDTH: u16 = 12;
    let theme = frame.theme();
    text_row(frame, row, form, Focus::Expiry, "Expires", &form.expiry, WIDTH);
    let at = from_column(row, LABEL + WIDTH + 1);
    let columns = usize::from(at.width.saturating_sub(1));
    let parsed = Expiry::parse(form.expiry.text(), model.shared.server_now());
    let (echo, style): (String, Style) = match (error, parsed) {
        (Some(error), _) => (format!("! {error}"), theme.warning),
        (None, Ok(Expiry::Never)) => {
            ("-> never expires: a leaked copy works for ever".to_owned(), theme.warning)
        }
        (None, Ok(Expiry::At(at))) => {
            let full = format!("-> {}", Expiry::At(at).words(model.shared.server_now()));
            let short = format!(
                "-> {} · {}",
                when::date(at),
                when::relative(at, model.shared.server_now())
            );
            (if text::width(&full) <= columns { full } else { short }, theme.good)
        }
        (None, Err(_)) => return,
    };
    frame.render_widget(Span::styled(text::cut(&echo, columns), style), at);
}

/// `Permissions  (•) Basic: …  ( ) Advanced`
fn kind_row(frame: &mut Canvas<'_, '_>, row: Rect, form: &NewTokenForm) {
    let theme = frame.theme();
    let focused = form.focus == Focus::Kind;
    label(frame, row, "Permissions", focused);
    let mut spans = Vec::new();
    let at = from_column(row, LABEL);
    let mut x = at.x;
    for (kind, words) in
        [(Kind::Basic, "Basic: only send events"), (Kind::Advanced, "Advanced: choose rights")]
    {
        let on = form.kind == kind;
        let style = match (on, focused) {
            (true, true) => theme.focused.patch(theme.strong),
            (true, false) => theme.strong,
            (false, _) => Style::new(),
        };
        spans.push(Span::styled(format!("({}) {words}", if on { '•' } else { ' ' }), style));
        spans.push(Span::raw("  "));
        let width = u16::try_from(words.len() + 4).unwrap_or(0);
        frame.spot(Rect { x, width, ..row }.intersection(row), Spot::Kind(kind));
        x += width + 2;
    }
    frame.render_widget(Line::from(spans), at);
}

fn advanced_title(frame: &mut Canvas<'_, '_>, row: Rect, form: &NewTokenForm, error: Option<&str>) {
    let theme = frame.theme();
    let focused = form.focus == Focus::Rights;
    label(frame, row, "Rights", focused);
    let at = from_column(row, LABEL);
    let line = match error {
        Some(error) => Line::styled(format!("! {error}"), theme.warning),
        None => dialog::buttons(&[("Edit the matrix", focused)], theme),
    };
    frame.render_widget(line, at);
    dialog::spots(frame, Some(at), &[("Edit the matrix", focused)], [Focus::Rights.spot()]);
}

/// What an advanced token can do, and what deserves a second look.
fn advanced_summary(frame: &mut Canvas<'_, '_>, area: Rect, model: &Model, form: &NewTokenForm) {
    let theme = frame.theme();
    let at = from_column(area, LABEL);
    let columns = usize::from(at.width.saturating_sub(2));
    let grants = form.matrix().grants();
    let mut lines = dialog::paragraph(&grants.summary(), columns, Style::new());
    let now = model.shared.server_now();
    lines.push(Line::default());
    for finding in form.matrix().findings(form.expiry(now), now) {
        let words = format!("! {}: {}", finding.severity.label(), finding.why);
        lines.extend(dialog::paragraph(&words, columns, theme.warning));
    }
    frame.render_widget(Paragraph::new(lines), at);
}

fn basic_title(
    frame: &mut Canvas<'_, '_>,
    row: Rect,
    model: &Model,
    form: &NewTokenForm,
    error: Option<&str>,
) {
    let theme = frame.theme();
    let focused = matches!(form.focus, Focus::Rights | Focus::Filter);
    label(frame, row, "Dataset access", focused);
    let datasets = &form.matrix().grants().datasets;
    let for_all = datasets.wildcard().is_some();
    let total = model.shared.data.datasets.value().map_or(0, Vec::len);
    let (count, style) = match (error, for_all) {
        (Some(error), _) => (format!("! {error}"), theme.warning),
        (None, true) => ("all datasets, later ones too".to_owned(), theme.warning),
        (None, false) => (format!("{} of {total} chosen", datasets.len()), Style::new()),
    };
    let at = from_column(row, LABEL + 3);
    let count_width = u16::try_from(text::width(&count)).unwrap_or(0);
    frame.render_widget(Span::styled(count, style), at);
    let at = from_column(at, count_width + 3);
    if at.width < 12 {
        return;
    }
    let filter = &form.matrix().here().filter;
    frame.spot(at, Focus::Filter.spot());
    if form.focus == Focus::Filter || !filter.is_empty() {
        frame.render_widget(Span::styled("/ ", theme.key), at);
        let inside = from_column(at, 2);
        let inside = Rect { width: inside.width.min(24), ..inside };
        field::draw(frame, inside, filter, form.focus == Focus::Filter);
    } else if focused {
        frame.render_widget(Span::styled("/ filter", theme.faint), at);
    }
}

fn dataset_rows(
    frame: &mut Canvas<'_, '_>,
    area: Rect,
    model: &Model,
    form: &NewTokenForm,
) -> Window {
    let theme = frame.theme();
    let part = form.matrix().here();
    let height = usize::from(area.height);
    let window = part.list.window(part.shown_len(), height);
    frame.spot(area, Spot::Scrolls(Scrolled::Screen, window));
    let active = matches!(form.focus, Focus::Rights | Focus::Filter);
    let mut y = area.y;
    for at in window.top..(window.top + height).min(part.shown_len()) {
        let Some(row) = part.row(at) else { break };
        let place = Rect { y, height: 1, ..area };
        let selected = active && at == part.list.cursor;
        let line = dataset_row(model, form, row, selected, usize::from(area.width), theme);
        frame.render_widget(line, place);
        frame.spot(place, Spot::Row(at));
        let boxed = Rect { x: place.x + 3, width: 3, ..place };
        frame.spot(boxed.intersection(place), Spot::Check(at));
        if selected {
            frame.set_style(place, theme.focused);
        }
        y += 1;
    }
    if let Some((words, style)) = note(model, form, theme) {
        let columns = usize::from(area.width.saturating_sub(6));
        let below = (area.y + area.height).saturating_sub(y);
        let lines = dialog::paragraph(&words, columns, style);
        for (line, y) in lines.into_iter().zip(y..y + below) {
            frame.render_widget(line, Rect { y, height: 1, ..from_column(area, 5) });
        }
    }
    window
}

/// What is to be said in place of rows.
fn note(model: &Model, form: &NewTokenForm, theme: &Theme) -> Option<(String, Style)> {
    match &model.shared.data.datasets {
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            spinner::words(*load, model.shared.now, "Loading the datasets")
                .map(|w| (w, theme.faint))
        }
        Remote::Failed(failed, None) => {
            let words = format!(
                "! {} {} {} tries again; all datasets (*) can be chosen, and the matrix \
                 of an advanced token takes names by hand.",
                text::sentence(&failed.headline(&Call::ListDatasets)),
                text::sentence(&failed.advice(&Call::ListDatasets)),
                model.key(Action::Refresh)
            );
            Some((words, theme.warning))
        }
        Remote::Ready(list, _) if list.is_empty() => {
            Some(("This organisation has no datasets yet.".to_owned(), theme.faint))
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
    row: &Row,
    selected: bool,
    width: usize,
    theme: &Theme,
) -> Line<'static> {
    let Row::Named { name, missing } = row else { return Line::default() };
    let marker = if selected { ">" } else { " " };
    let for_all = form.matrix().grants().datasets.wildcard().is_some();
    let mark = match (form.is_chosen(row), for_all) {
        (true, _) => "[x]",
        (false, true) => "[*]",
        (false, false) => "[ ]",
    };
    let (label, about) = if row.is_for_all() {
        ("* all datasets".to_owned(), "today's and every later one".to_owned())
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
    let about_width = width.saturating_sub(name_width + 9);
    Line::from(vec![
        Span::raw(format!(" {marker} {mark} {} ", text::fit(&label, name_width))),
        Span::styled(text::cut(&about, about_width), theme.faint),
    ])
}
