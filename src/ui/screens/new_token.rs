//! New API token: three fields, and the datasets of a basic token.

use ratatui::{
    Frame,
    layout::Rect,
    style::Style,
    text::{Line, Span},
};

use crate::{
    api::call::Call,
    app::{
        Model,
        field::Field,
        places::Window,
        remote::Remote,
        screens::new_token::{Focus, NewTokenForm},
    },
    domain::{Expiry, SafeText, WILDCARD, when},
    ui::{
        text, theme,
        widgets::{dialog, field, spinner},
    },
};

/// Columns of the labels.
const LABEL: u16 = 14;
/// Columns of the fields, where there is room.
const FIELD: u16 = 60;

pub fn draw(frame: &mut Frame<'_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let mut rows = Rows { area, y: area.y };
    frame.render_widget(Line::styled(" New API token", theme::strong()), rows.next());
    // Blank rows are the first to go where the terminal is low.
    let roomy = area.height >= 18;
    rows.skip(u16::from(roomy));

    let errors = form.errors(model.now);
    let error = |focus: Focus| errors.iter().find(|(f, _)| *f == focus).map(|(_, e)| e.as_str());
    // What was not filled in yet is no error before Review was asked for.
    let name_error = error(Focus::Name).filter(|_| form.tried || !form.name.is_empty());
    text_row(frame, rows.next(), form, Focus::Name, "Name", &form.name, FIELD);
    says(frame, rows.next(), name_error);
    text_row(frame, rows.next(), form, Focus::Description, "Description", &form.description, FIELD);
    says(frame, rows.next(), error(Focus::Description));
    expiry_row(frame, rows.next(), model, form, error(Focus::Expiry));
    rows.skip(u16::from(roomy));
    kind_row(frame, rows.next());
    rows.skip(u16::from(roomy));

    let list_title = rows.next();
    let bottom = area.y + area.height;
    let review = Rect { y: bottom - 1, height: 1, ..area };
    let list = Rect { y: rows.y, height: (bottom - 1).saturating_sub(rows.y), ..area };
    let dataset_error = error(Focus::Datasets).filter(|_| form.tried);
    title_row(frame, list_title, model, form, dataset_error);
    let window = dataset_rows(frame, list, model, form);
    let button = dialog::buttons(&[("Review", form.focus == Focus::Review)]);
    let at = Rect { x: review.x + 1, width: review.width.saturating_sub(1), ..review };
    frame.render_widget(button, at);
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

fn label(frame: &mut Frame<'_>, row: Rect, words: &str, focused: bool) {
    let marker = if focused { ">" } else { " " };
    let style = if focused { theme::strong() } else { theme::plain() };
    frame.render_widget(Span::styled(format!("{marker}{words}"), style), row);
}

fn text_row(
    frame: &mut Frame<'_>,
    row: Rect,
    form: &NewTokenForm,
    focus: Focus,
    words: &str,
    text: &Field,
    width: u16,
) {
    let focused = form.focus == focus;
    label(frame, row, words, focused);
    let x = row.x + LABEL;
    let width = width.min((row.x + row.width).saturating_sub(x + 1));
    field::draw(frame, Rect { x, width, ..row }, text, focused);
}

/// What is wrong with the field above.
fn says(frame: &mut Frame<'_>, row: Rect, error: Option<&str>) {
    if let Some(error) = error {
        let columns = usize::from(row.width.saturating_sub(LABEL + 1));
        let line = Line::styled(format!("! {}", text::cut(error, columns)), theme::warning());
        frame.render_widget(
            line,
            Rect { x: row.x + LABEL, width: row.width.saturating_sub(LABEL), ..row },
        );
    }
}

/// The expiry, and beside it what was understood.
fn expiry_row(
    frame: &mut Frame<'_>,
    row: Rect,
    model: &Model,
    form: &NewTokenForm,
    error: Option<&str>,
) {
    const WIDTH: u16 = 12;
    text_row(frame, row, form, Focus::Expiry, "Expires", &form.expiry, WIDTH);
    let x = row.x + LABEL + WIDTH + 1;
    let columns = usize::from((row.x + row.width).saturating_sub(x + 1));
    let (echo, style): (String, Style) = match (error, Expiry::parse(form.expiry.text(), model.now))
    {
        (Some(error), _) => (format!("! {error}"), theme::warning()),
        (None, Ok(Expiry::Never)) => {
            ("-> never expires: a leaked copy works for ever".to_owned(), theme::warning())
        }
        (None, Ok(Expiry::At(at))) => {
            let full = format!("-> {}", Expiry::At(at).words(model.now));
            let short = format!("-> {} · {}", when::date(at), when::relative(at, model.now));
            (if text::width(&full) <= columns { full } else { short }, theme::good())
        }
        (None, Err(_)) => return,
    };
    let at = Rect { x, width: (row.x + row.width).saturating_sub(x), ..row };
    frame.render_widget(Span::styled(text::cut(&echo, columns), style), at);
}

fn kind_row(frame: &mut Frame<'_>, row: Rect) {
    label(frame, row, "Permissions", false);
    let words = "(•) Basic: only send events to these datasets";
    let x = row.x + LABEL;
    let width = (row.x + row.width).saturating_sub(x);
    let words = text::cut(words, usize::from(width));
    frame.render_widget(Span::raw(words), Rect { x, width, ..row });
}

fn title_row(
    frame: &mut Frame<'_>,
    row: Rect,
    model: &Model,
    form: &NewTokenForm,
    error: Option<&str>,
) {
    let focused = matches!(form.focus, Focus::Datasets | Focus::Filter);
    label(frame, row, "Dataset access", focused);
    let named = form.chosen.iter().filter(|n| n.raw() != WILDCARD).count();
    let total = model.data.datasets.value().map_or(0, Vec::len);
    let (count, style) = match (error, form.has_wildcard()) {
        (Some(error), _) => (format!("! {error}"), theme::warning()),
        (None, true) => ("all datasets, later ones too".to_owned(), theme::warning()),
        (None, false) => (format!("{named} of {total} chosen"), theme::plain()),
    };
    let x = row.x + LABEL + 3;
    let right = row.x + row.width;
    let count_width = u16::try_from(text::width(&count)).unwrap_or(0);
    frame.render_widget(
        Span::styled(count, style),
        Rect { x, width: right.saturating_sub(x), ..row },
    );
    let x = x + count_width + 3;
    if x + 12 > right {
        return;
    }
    let at = Rect { x, width: right - x - 1, ..row };
    if form.focus == Focus::Filter || !form.filter.is_empty() {
        frame.render_widget(Span::styled("/ ", theme::key()), at);
        let inside = Rect { x: x + 2, width: (at.width - 2).min(24), ..row };
        field::draw(frame, inside, &form.filter, form.focus == Focus::Filter);
    } else if form.focus == Focus::Datasets {
        frame.render_widget(Span::styled("/ filter", theme::faint()), at);
    }
}

fn dataset_rows(frame: &mut Frame<'_>, area: Rect, model: &Model, form: &NewTokenForm) -> Window {
    let note = match &model.data.datasets {
        Remote::Loading(load) | Remote::Failed(_, Some(load)) => {
            spinner::words(*load, model.now, "Loading the datasets").map(|w| (w, theme::faint()))
        }
        Remote::Failed(failed, None) => {
            let words = format!(
                "! {} {} Ctrl-r tries again; all datasets (*) can be chosen.",
                text::sentence(&failed.headline(&Call::ListDatasets)),
                text::sentence(&failed.advice(&Call::ListDatasets))
            );
            Some((words, theme::warning()))
        }
        Remote::Ready(list, _) if list.is_empty() => {
            Some(("This organisation has no datasets yet.".to_owned(), theme::faint()))
        }
        Remote::Ready(..) if form.rows.len() == 1 => {
            let none = format!("No dataset matches \"{}\".", SafeText::from(form.filter.text()));
            Some((none, theme::faint()))
        }
        Remote::Ready(..) | Remote::Idle => None,
    };
    let height = usize::from(area.height);
    let window = form.list.window(form.rows.len(), height);
    let active = matches!(form.focus, Focus::Datasets | Focus::Filter);
    let mut y = area.y;
    for (i, name) in form.rows.iter().enumerate().skip(window.top).take(height) {
        let at = Rect { y, height: 1, ..area };
        let selected = active && i == form.list.cursor;
        frame.render_widget(dataset_row(model, form, name, selected, usize::from(area.width)), at);
        if selected {
            frame.buffer_mut().set_style(at, theme::focused());
        }
        y += 1;
    }
    if let Some((words, style)) = note {
        let columns = usize::from(area.width.saturating_sub(6));
        let below = (area.y + area.height).saturating_sub(y);
        let lines = dialog::paragraph(&words, columns, style);
        for (line, y) in lines.into_iter().zip(y..y + below) {
            frame.render_widget(
                line,
                Rect { x: area.x + 5, y, width: area.width.saturating_sub(5), height: 1 },
            );
        }
    }
    window
}

fn dataset_row(
    model: &Model,
    form: &NewTokenForm,
    name: &SafeText,
    selected: bool,
    width: usize,
) -> Line<'static> {
    let marker = if selected { ">" } else { " " };
    let mark = match (form.chosen.contains(name), form.has_wildcard()) {
        (true, _) => "[x]",
        (false, true) => "[*]",
        (false, false) => "[ ]",
    };
    let (label, about) = if name.raw() == WILDCARD {
        ("* all datasets".to_owned(), "today's and every later one".to_owned())
    } else {
        let found = model.data.datasets.value().and_then(|l| l.iter().find(|d| d.name == *name));
        let about = match (found, &model.data.datasets) {
            (Some(dataset), _) => dataset.description.shown().to_owned(),
            (None, Remote::Ready(..)) => "not in the list of datasets".to_owned(),
            (None, _) => String::new(),
        };
        (name.shown().to_owned(), about)
    };
    let name_width = (width / 2).saturating_sub(6).min(44);
    let about_width = width.saturating_sub(name_width + 9);
    Line::from(vec![
        Span::raw(format!(" {marker} {mark} {} ", text::fit(&label, name_width))),
        Span::styled(text::cut(&about, about_width), theme::faint()),
    ])
}
