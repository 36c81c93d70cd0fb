//! Lays out and draws a dialog with a form, from top to bottom: text, parts of the form,
//! possibly a list, and the buttons. Dialogs count no rows. When the screen is too low,
//! blank lines are dropped first, then lists shrink, then the content scrolls. The
//! focused part and the buttons always stay visible.

#[cfg(test)]
mod tests;

use std::{fmt, ops::Range};

use ratatui::{
    layout::{Constraint, Layout, Rect},
    style::Style,
    text::{Line, Span},
    widgets::Paragraph,
};

use crate::{
    app::{
        Model, Ticket,
        form::{Control, Form, Part, Parts as _},
        layout_info::Window,
        list::List,
        mouse::HitTarget,
    },
    input::Action,
    ui::{
        Canvas, Theme, text,
        widgets::{candidates, choice, dialog, field, spinner},
    },
};

/// Fields align behind labels up to this width; longer labels push their own field.
const LABEL: usize = 20;
/// Columns always left for a field.
const FIELD: usize = 12;
/// Maximum bullets shown for a secret. The text beside it tells the real length.
const BULLETS: usize = 12;
/// A list shrinks below this only once no blank line is left to drop.
const KEPT: usize = 4;

type Draw<'a> = Box<dyn Fn(&mut Canvas<'_, '_>, Rect) -> Window + 'a>;

enum Block<'a> {
    Blank,
    Line(Line<'static>),
    /// A part by its index, and the text to its right.
    Part(usize, Line<'static>),
    /// A line that belongs to the part above, such as its error.
    Below(Line<'static>),
    /// Draws itself in up to this many rows; may belong to a part.
    Own(Option<usize>, usize, Draw<'a>),
}

impl Block<'_> {
    const fn height(&self) -> usize {
        if let Self::Own(_, rows, _) = self { *rows } else { 1 }
    }
}

/// The content of a dialog, collected before it is drawn.
pub struct Content<'a, P> {
    form: &'a Form<P>,
    theme: &'a Theme,
    columns: usize,
    rows: Vec<Block<'a>>,
    /// Replaces the buttons while a request is pending.
    waiting: Option<String>,
}

impl<P> fmt::Debug for Content<'_, P> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Content").field("rows", &self.rows.len()).finish_non_exhaustive()
    }
}

impl<'a, P: Copy + PartialEq> Content<'a, P> {
    /// Empty content of this width.
    #[must_use]
    pub const fn new(form: &'a Form<P>, columns: usize, theme: &'a Theme) -> Self {
        Self { form, theme, columns, rows: Vec::new(), waiting: None }
    }

    /// One blank line; none after another, since the parts between may be hidden.
    pub fn blank(&mut self) {
        if !matches!(self.rows.last(), Some(Block::Blank)) {
            self.rows.push(Block::Blank);
        }
    }

    /// A line as it is; cut if it is too wide.
    pub fn line(&mut self, line: impl Into<Line<'static>>) {
        self.rows.push(Block::Line(line.into()));
    }

    /// Several lines as they are.
    pub fn lines(&mut self, lines: impl IntoIterator<Item = Line<'static>>) {
        self.rows.extend(lines.into_iter().map(Block::Line));
    }

    /// Width of the content, in columns.
    #[must_use]
    pub const fn columns(&self) -> usize {
        self.columns
    }

    /// Wrapped text in one style.
    pub fn paragraph(&mut self, words: &str, style: Style) {
        self.lines(dialog::paragraph(words, self.columns, style));
    }

    /// A label and its value, wrapped.
    pub fn fact(&mut self, label: &str, value: &str) {
        self.lines(dialog::fact(label, value, self.columns, self.theme));
    }

    /// The columns to the right of a text field, after a gap.
    pub fn room_beside(&self, name: P) -> usize {
        let used = self.form.find(name).map_or(0, |(_, part)| {
            self.label_width(part) + usize::from(part.width.unwrap_or(u16::MAX)) + 1
        });
        self.columns.saturating_sub(used)
    }

    /// A part of the form with its error; nothing if it is hidden.
    pub fn part(&mut self, name: P) {
        self.part_beside(name, Line::default());
    }

    /// A part with text to the right of its control.
    pub fn part_beside(&mut self, name: P, beside: impl Into<Line<'static>>) {
        let Some((at, part)) = self.form.find(name) else { return };
        self.rows.push(Block::Part(at, beside.into()));
        let indent = self.label_width(part);
        if let Some(error) = &part.error {
            let words = format!("! {error}");
            let fits = indent + text::width(&words) <= self.columns;
            let indent = if fits { indent } else { indent.min(1) };
            for line in text::wrapped(&words, self.columns.saturating_sub(indent)) {
                let line = format!("{:indent$}{line}", "");
                self.rows.push(Block::Below(Line::styled(line, self.theme.warning)));
            }
        }
        if self.is_focused(at) {
            let columns = self.columns.saturating_sub(indent);
            for line in candidates::lines(self.form.completion(), columns) {
                let line = format!("{:indent$}{line}", "");
                self.rows.push(Block::Below(Line::styled(line, self.theme.faint)));
            }
        }
    }

    /// Something that draws itself in up to this many rows, such as the list of a
    /// [`Control::Own`].
    pub fn own(
        &mut self,
        part: Option<P>,
        rows: usize,
        draw: impl Fn(&mut Canvas<'_, '_>, Rect) -> Window + 'a,
    ) {
        let at = part.and_then(|name| self.form.find(name)).map(|(at, _)| at);
        self.rows.push(Block::Own(at, rows, Box::new(draw)));
    }

    /// Lines that scroll where they do not fit.
    pub fn scrolled(&mut self, list: &'a List, lines: Vec<Line<'a>>) {
        self.own(None, lines.len(), move |frame, at| {
            let window = list.offset(lines.len(), usize::from(at.height));
            let shown = lines.iter().skip(window.top).take(window.height).cloned();
            frame.render_widget(Paragraph::new(shown.collect::<Vec<_>>()), at);
            dialog::more(frame, at, window);
            window
        });
    }

    /// Replaces the buttons with these words; no part shows the focus.
    pub fn waiting(&mut self, words: Option<String>) {
        self.waiting = words;
    }

    /// Replaces the buttons with the progress of a request, if one is pending.
    pub fn sent(&mut self, model: &Model, ticket: Option<Ticket>, what: &str) {
        self.waiting = ticket.map(|ticket| {
            let change = model.shared.in_flight.iter().find(|f| f.load.ticket == ticket);
            let words = change.and_then(|f| spinner::text(f.load, model.shared.now, what));
            let words = words.unwrap_or_else(|| format!("{what}…"));
            let back = model.key_here(Action::Back);
            format!("{words}   {back} stops waiting, not the request")
        });
    }

    /// Draws a centred box. Returns the visible part of the list, if there is one.
    pub fn dialog(mut self, frame: &mut Canvas<'_, '_>, area: Rect, title: &str) -> Window {
        let height = self.fit(usize::from(area.height.saturating_sub(dialog::FRAME_ROWS)));
        let inner = dialog::open(frame, area, title, self.columns, height);
        self.draw_fitted(frame, inner)
    }

    /// Draws without a box, from the top of the area.
    pub fn draw(mut self, frame: &mut Canvas<'_, '_>, area: Rect) -> Window {
        let height = self.fit(usize::from(area.height));
        self.draw_fitted(frame, rows(area, 0, height))
    }

    /// Drops blank lines and shrinks lists until everything fits, if possible. Returns
    /// the height.
    fn fit(&mut self, room: usize) -> usize {
        let button_rows = self.button_rows().len();
        if let Some(error) = &self.form.error {
            self.blank();
            self.paragraph(&format!("! {error}"), self.theme.danger);
        }
        if button_rows > 0 {
            self.blank();
        }
        let kept = |row: &Block<'_>| row.height().min(KEPT);
        while self.rows.iter().map(kept).sum::<usize>() + button_rows > room {
            let blank = self.rows.iter().position(|row| matches!(row, Block::Blank));
            let Some(blank) = blank else { break };
            self.rows.remove(blank);
        }
        let is_own = |row: &&Block<'_>| matches!(row, Block::Own(..));
        let fixed = self.rows.iter().filter(|row| !is_own(row)).count() + button_rows;
        let mut left = room.saturating_sub(fixed);
        for row in &mut self.rows {
            if let Block::Own(_, rows, _) = row {
                *rows = (*rows).min(left.max(1));
                left = left.saturating_sub(*rows);
            }
        }
        self.rows.iter().map(Block::height).sum::<usize>() + button_rows
    }

    fn draw_fitted(&self, frame: &mut Canvas<'_, '_>, area: Rect) -> Window {
        let button_rows = self.button_rows();
        let height = u16::try_from(button_rows.len()).unwrap_or(u16::MAX);
        let [body, below] =
            Layout::vertical([Constraint::Fill(1), Constraint::Length(height)]).areas(area);
        let shown = self.in_sight(usize::from(body.height));
        let mut window = Window::default();
        let mut next = 0;
        for row in &self.rows {
            let (from, to) = (next.max(shown.start), (next + row.height()).min(shown.end));
            next += row.height();
            if from < to {
                let at = rows(body, from - shown.start, to - from);
                window = self.draw_row(frame, row, at).unwrap_or(window);
            }
        }
        if shown.end < next && body.height > 0 {
            let words = format!("… and {} more lines", next - shown.end);
            let at = rows(body, usize::from(body.height) - 1, 1);
            frame.render_widget(Line::styled(words, self.theme.faint), at);
        }
        match &self.waiting {
            Some(words) => frame.render_widget(Line::raw(words), rows(below, 0, 1)),
            None => self.draw_buttons(frame, below, &button_rows),
        }
        window
    }

    /// The visible rows. Starts at the top unless that would hide the focused part.
    fn in_sight(&self, height: usize) -> Range<usize> {
        let (mut focus, mut all, mut is_focus) = (0..0, 0, false);
        for row in &self.rows {
            let part = match row {
                Block::Part(at, _) => Some(*at),
                Block::Own(at, ..) => *at,
                _ => None,
            };
            is_focus =
                part == Some(self.form.focus_at()) || is_focus && matches!(row, Block::Below(_));
            let end = all + row.height();
            if is_focus {
                focus = if part.is_some() { all..end } else { focus.start..end };
            }
            all = end;
        }
        if all <= height {
            return 0..all;
        }
        // One row tells how many are hidden.
        let room = height.saturating_sub(1);
        let start = focus.end.saturating_sub(room).min(focus.start);
        if start + height < all { start..start + room } else { all - height..all }
    }

    fn draw_row(&self, frame: &mut Canvas<'_, '_>, row: &Block<'_>, at: Rect) -> Option<Window> {
        match row {
            Block::Blank => {}
            Block::Line(line) | Block::Below(line) => frame.render_widget(line, at),
            Block::Own(_, _, draw) => return Some(draw(frame, at)),
            Block::Part(place, beside) => {
                let part = self.form.shown().find(|(i, _)| i == place);
                if let Some((_, part)) = part {
                    self.draw_part(frame, (*place, part), beside, at);
                }
            }
        }
        None
    }

    fn draw_part(
        &self,
        frame: &mut Canvas<'_, '_>,
        (place, part): (usize, &Part<P>),
        beside: &Line<'_>,
        at: Rect,
    ) {
        let focused = self.is_focused(place);
        let columns = u16::try_from(self.label_width(part)).unwrap_or(u16::MAX);
        let [label, control] =
            Layout::horizontal([Constraint::Length(columns), Constraint::Fill(1)]).areas(at);
        frame.add_target(at, HitTarget::Part(place));
        let style = if focused { self.theme.strong } else { Style::new() };
        let words = format!("{}{}", if focused { ">" } else { " " }, part.label);
        frame.draw_cut(&words, style, Rect { width: label.width.saturating_sub(1), ..label });
        let bullets = u16::try_from(BULLETS).unwrap_or(0);
        let used = match &part.control {
            Control::Text(_) => part.width.unwrap_or(u16::MAX).saturating_add(1),
            Control::Secret(_) => bullets + 4,
            _ => 0,
        };
        let [control, right] =
            Layout::horizontal([Constraint::Max(used), Constraint::Fill(1)]).areas(control);
        match &part.control {
            Control::Text(text) => {
                let width = control.width.min(part.width.unwrap_or(u16::MAX));
                field::draw(frame, Rect { width, ..control }, text, focused);
            }
            Control::Secret(secret) => {
                let letters = secret.len().min(BULLETS);
                let width = control.width.min(bullets + 2);
                let shown = text::fit(&"•".repeat(letters), usize::from(width));
                frame.render_widget(Span::styled(shown, self.theme.field), control);
                if focused && control.width > 0 {
                    let x = control.x + u16::try_from(letters).unwrap_or(0).min(control.width - 1);
                    frame.set_cursor_position((x, control.y));
                }
            }
            Control::Choice { options, chosen } => {
                choice::draw(frame, right, options, *chosen, focused, |option| {
                    HitTarget::Option(place, option)
                });
            }
            Control::Own | Control::Button | Control::Back => {}
        }
        frame.render_widget(beside, right);
        if beside.width() > usize::from(right.width) {
            let end = Rect { x: right.right().saturating_sub(1), width: 1, ..right };
            frame.render_widget("…", end.intersection(right));
        }
    }

    /// The buttons by row; one empty row while a request is pending.
    fn button_rows(&self) -> Vec<Vec<(usize, &'a Part<P>)>> {
        let form = self.form;
        let buttons = form.shown().filter(|(_, part)| part.control.is_button());
        if self.waiting.is_some() {
            return vec![Vec::new()];
        }
        let (mut lines, mut used) = (Vec::<Vec<_>>::new(), 0);
        for (at, part) in buttons {
            let width = dialog::button_width(&part.label);
            match lines.last_mut() {
                Some(line) if used + width <= self.columns => line.push((at, part)),
                _ => {
                    lines.push(vec![(at, part)]);
                    used = 0;
                }
            }
            used += width + dialog::BETWEEN;
        }
        lines
    }

    fn draw_buttons(
        &self,
        frame: &mut Canvas<'_, '_>,
        at: Rect,
        button_rows: &[Vec<(usize, &'a Part<P>)>],
    ) {
        for (y, line) in button_rows.iter().enumerate() {
            let labels: Vec<_> =
                line.iter().map(|(at, part)| (part.label.as_str(), self.is_focused(*at))).collect();
            dialog::draw_buttons(
                frame,
                rows(at, y, 1),
                &labels,
                line.iter().map(|(at, _)| HitTarget::Part(*at)),
            );
        }
    }

    fn is_focused(&self, place: usize) -> bool {
        self.waiting.is_none() && place == self.form.focus_at()
    }

    /// The width of the label column for a part.
    fn label_width(&self, part: &Part<P>) -> usize {
        // One column for the focus marker and two before the field.
        let width = |part: &Part<P>| match text::width(&part.label) {
            0 => 0,
            width => width + 3,
        };
        let labelled = self.form.shown().filter(|(_, part)| !part.control.is_button());
        let usual = labelled.map(|(_, part)| width(part)).filter(|width| *width <= LABEL + 3).max();
        width(part).max(usual.unwrap_or(0)).min(self.columns.saturating_sub(FIELD))
    }
}

/// A slice of an area's rows.
fn rows(area: Rect, from: usize, height: usize) -> Rect {
    let cells = |n: usize| u16::try_from(n).unwrap_or(u16::MAX);
    let y = area.y.saturating_add(cells(from));
    Rect { y, height: cells(height), ..area }.intersection(area)
}
