//! A frame as the strokes that make it up, one over the other. Cells are made of
//! them for one row at a time, so a row that is as it was needs none: most of a
//! frame costs no more than saying what is in it.

use std::{
    fmt,
    hash::{BuildHasher as _, Hash, Hasher as _},
    ops::Range,
    sync::LazyLock,
};

use foldhash::quality::RandomState;
use ratatui::{
    buffer::{Buffer, Cell},
    layout::Rect,
    style::Style,
};
use zeroize::Zeroize as _;

use super::{look::Look, text};
use crate::domain::Theme;

/// Nobody can make two rows that are taken for one: it is not known what is
/// stirred in.
static STATE: LazyLock<RandomState> = LazyLock::new(RandomState::default);

/// A frame.
#[derive(Default)]
pub struct Drawing {
    area: Rect,
    strokes: Strokes,
    /// Of the frame before, while this one is drawn.
    before: Strokes,
    prints: Vec<u64>,
    look: Look,
    theme: Theme,
}

#[derive(Default)]
struct Strokes {
    list: Vec<Stroke>,
    /// Of all strokes, so that none needs memory of its own.
    letters: String,
    parts: Vec<Part>,
}

/// Strokes that may be in the next frame as well.
struct Part {
    key: u64,
    y: u16,
    strokes: Range<usize>,
}

struct Stroke {
    at: Rect,
    what: What,
}

enum What {
    /// Makes what is there blank.
    Blank,
    /// Changes how it looks.
    Style(Style),
    /// Letters from the left of a row.
    Text(Range<usize>, Style),
}

impl Stroke {
    const fn covers(&self, y: u16) -> bool {
        self.at.y <= y && y - self.at.y < self.at.height
    }
}

impl Strokes {
    fn wipe(&mut self) {
        self.list.clear();
        self.parts.clear();
        // They may be a secret.
        self.letters.zeroize();
    }
}

impl fmt::Debug for Drawing {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        // Its letters may be a secret.
        f.write_str("Drawing")
    }
}

impl Drawing {
    /// Begins a frame of blanks.
    pub fn begin(&mut self, area: Rect, look: Look, theme: Theme) {
        (self.area, self.look, self.theme) = (area, look, theme);
        std::mem::swap(&mut self.strokes, &mut self.before);
        self.strokes.wipe();
        self.prints.clear();
        let blank = STATE.hash_one((area.x, area.width, look, theme));
        self.prints.resize(usize::from(area.height), blank);
    }

    /// The frame is drawn: nothing of the one before is kept.
    pub fn finish(&mut self) {
        self.before.wipe();
    }

    #[must_use]
    pub const fn area(&self) -> Rect {
        self.area
    }

    /// Draws a part of the frame, or takes it over from the frame before. The key
    /// stands for all that it depends on, but for the row where it is.
    pub(super) fn part(&mut self, at: Rect, key: impl Hash, draw: impl FnOnce(&mut Self)) {
        let key = STATE.hash_one((at.x, at.width, at.height, key));
        let start = self.strokes.list.len();
        let before = std::mem::take(&mut self.before);
        match before.parts.iter().find(|part| part.key == key) {
            Some(part) => self.take_over(&before, part, at.y),
            None => draw(self),
        }
        self.before = before;
        let strokes = start..self.strokes.list.len();
        self.strokes.parts.push(Part { key, y: at.y, strokes });
    }

    fn take_over(&mut self, before: &Strokes, part: &Part, y: u16) {
        for Stroke { at, what } in &before.list[part.strokes.clone()] {
            let at = Rect { y: at.y - part.y + y, ..*at };
            match what {
                What::Blank => self.blank(at),
                What::Style(style) => self.style(at, *style),
                What::Text(letters, style) => {
                    self.text(at, &before.letters[letters.clone()], *style);
                }
            }
        }
    }

    pub(super) fn blank(&mut self, at: Rect) {
        self.stroke(at, What::Blank);
    }

    pub(super) fn style(&mut self, at: Rect, style: Style) {
        self.stroke(at, What::Style(style));
    }

    pub(super) fn text(&mut self, at: Rect, text: &str, style: Style) {
        if !text.is_empty() {
            let letters = &mut self.strokes.letters;
            let start = letters.len();
            letters.push_str(text);
            let end = letters.len();
            let at = Rect { height: at.height.min(1), ..at };
            self.stroke(at, What::Text(start..end, style));
        }
    }

    fn stroke(&mut self, at: Rect, what: What) {
        let at = at.intersection(self.area);
        if at.is_empty() {
            return;
        }
        let mut hasher = STATE.build_hasher();
        (at.x, at.width).hash(&mut hasher);
        match &what {
            What::Blank => hasher.write_u8(0),
            What::Style(style) => (1_u8, style).hash(&mut hasher),
            What::Text(letters, style) => {
                (2_u8, style, &self.strokes.letters[letters.clone()]).hash(&mut hasher);
            }
        }
        let print = hasher.finish();
        for y in at.top()..at.bottom() {
            let row = &mut self.prints[usize::from(y - self.area.y)];
            // What is drawn later lies on top.
            *row = (row.rotate_left(5) ^ print).wrapping_mul(0x9e37_79b9_7f4a_7c15);
        }
        self.strokes.list.push(Stroke { at, what });
    }

    /// The prints of all rows: those of one print look the same, in this frame and
    /// any other, but for an accident that nobody lives to see (64 bits).
    #[must_use]
    pub fn prints(&self) -> &[u64] {
        &self.prints
    }

    /// Makes the cells of one row.
    pub fn row(&self, y: u16, cells: &mut Buffer) {
        let row = Rect { y, height: 1, ..self.area };
        cells.resize(row);
        cells.reset();
        for Stroke { at, what } in self.strokes.list.iter().filter(|s| s.covers(y)) {
            let at = Rect { y, height: 1, ..*at };
            match what {
                What::Style(style) => cells.set_style(at, *style),
                What::Blank => {
                    free(at, cells);
                    (at.left()..at.right()).for_each(|x| cells[(x, y)].reset());
                }
                What::Text(letters, style) => {
                    free(at, cells);
                    text::draw(&self.strokes.letters[letters.clone()], *style, at, cells);
                }
            }
        }
        self.look.apply(cells, self.theme);
    }

    /// Makes all cells.
    pub fn fill(&self, cells: &mut Buffer) {
        cells.resize(self.area);
        let mut row = Buffer::default();
        let rows = cells.content.chunks_mut(usize::from(self.area.width).max(1));
        for (y, into) in (self.area.top()..self.area.bottom()).zip(rows) {
            self.row(y, &mut row);
            into.swap_with_slice(&mut row.content);
        }
    }
}

/// Half a wide letter cannot be seen: one that reaches into what is drawn over is
/// gone.
fn free(at: Rect, cells: &mut Buffer) {
    let before = at.x.checked_sub(1).and_then(|x| cells.cell_mut((x, at.y)));
    let is_wide = |c: &&mut Cell| c.symbol().len() > 1 && text::width(c.symbol()) > 1;
    if let Some(cell) = before.filter(is_wide) {
        cell.set_symbol(" ");
    }
}
