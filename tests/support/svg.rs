//! A drawn buffer as a picture (SVG): its text as text, its colours and
//! attributes kept. The same buffer always makes the same picture.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

/// Size of a cell and of the letters in it, and of what is around, in pixels.
pub const CELL: (f32, f32) = (8.4, 18.0);
pub const LETTERS: f32 = 14.0;
pub const PADDING: f32 = 14.0;
const CORNER: u8 = 10;
/// From the top of a cell to where its letters stand.
const BASELINE: f32 = 13.4;

/// No font is brought along: widths are said with each text, so that they hold
/// with whichever of these there is.
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

/// A picture of the buffer under a title for those who cannot see it.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let ground = ground(buffer);
    let mut out = begin(buffer, 0.0, title);
    out.push_str(&backdrop(buffer, 0.0, &ground));
    for layer in layers(buffer, &ground) {
        out.push_str(&layer);
    }
    out.push_str("</svg>\n");
    out
}

/// The colour around the cells.
pub fn ground(buffer: &Buffer) -> String {
    hex(buffer[(0, buffer.area.height - 1)].bg)
}

/// Width and height of a picture in pixels, with this much below the cells.
pub fn size(buffer: &Buffer, below: f32) -> (f32, f32) {
    let width = f32::from(buffer.area.width) * CELL.0 + 2.0 * PADDING;
    (width, f32::from(buffer.area.height) * CELL.1 + 2.0 * PADDING + below)
}

pub fn begin(buffer: &Buffer, below: f32, title: &str) -> String {
    let (width, height) = size(buffer, below);
    format!(
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\" font-family=\"{FONTS}\" \
         font-size=\"{LETTERS:.0}\">\n<title>{}</title>\n",
        escaped(title)
    )
}

pub fn backdrop(buffer: &Buffer, below: f32, ground: &str) -> String {
    let (width, height) = size(buffer, below);
    format!(
        "<rect x=\"0.5\" y=\"0.5\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{CORNER}\" \
         fill=\"{ground}\" stroke=\"#39414d\"/>\n",
        width - 1.0,
        height - 1.0
    )
}

/// Coloured cells, lines and letters, in the order in which they are drawn: an element a line.
pub fn layers(buffer: &Buffer, ground: &str) -> [String; 3] {
    let (mut coloured, mut lines, mut letters) = (String::new(), String::new(), String::new());
    for y in 0..buffer.area.height {
        let row = row(buffer, y);
        grounds(&mut coloured, &row, y, ground);
        texts(&mut letters, &row, y);
    }
    frames(&mut lines, buffer);
    [coloured, lines, letters]
}

/// The cells of a row; where a wide letter covers one, it is the letter's.
fn row(buffer: &Buffer, y: u16) -> Vec<&Cell> {
    let mut row: Vec<&Cell> = Vec::new();
    let mut covered = 0;
    for x in 0..buffer.area.width {
        match row.last() {
            Some(wide) if covered > 0 => {
                covered -= 1;
                row.push(wide);
            }
            _ => {
                let cell = &buffer[(x, y)];
                covered = cell.symbol().width().saturating_sub(1);
                row.push(cell);
            }
        }
    }
    row
}

fn left(x: usize) -> f32 {
    PADDING + f32::from(u16::try_from(x).unwrap()) * CELL.0
}

fn top(y: u16) -> f32 {
    PADDING + f32::from(y) * CELL.1
}

fn hex(colour: Color) -> String {
    match colour {
        Color::Rgb(r, g, b) => format!("#{r:02x}{g:02x}{b:02x}"),
        other => panic!("a picture is made with a theme of its own colours, not {other}"),
    }
}

pub fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// Where the ground of a row is another one than that of the picture.
fn grounds(out: &mut String, row: &[&Cell], y: u16, ground: &str) {
    for (x, run) in runs(row, |cell| cell.bg) {
        let fill = hex(row[x].bg);
        if fill != ground {
            let width = left(run) - left(0);
            // Grounds below each other leave no seam.
            let height = CELL.1 + 0.2;
            writeln!(
                out,
                "<rect x=\"{:.1}\" y=\"{:.1}\" width=\"{width:.1}\" height=\"{height:.1}\" \
                 fill=\"{fill}\"/>",
                left(x),
                top(y)
            )
            .unwrap();
        }
    }
}

/// Beginnings and lengths of cells of one kind.
fn runs<K: PartialEq>(row: &[&Cell], kind: impl Fn(&Cell) -> K) -> Vec<(usize, usize)> {
    let mut runs: Vec<(usize, usize)> = Vec::new();
    for (x, cell) in row.iter().enumerate() {
        match runs.last_mut() {
            Some((start, length)) if kind(row[*start]) == kind(cell) => *length += 1,
            _ => runs.push((x, 1)),
        }
    }
    runs
}

/// To which sides a line goes from the middle of a cell: left, right, up, down.
fn arms(symbol: &str) -> Option<[bool; 4]> {
    Some(match symbol {
        "─" => [true, true, false, false],
        "│" => [false, false, true, true],
        "┌" => [false, true, false, true],
        "┐" => [true, false, false, true],
        "└" => [false, true, true, false],
        "┘" => [true, false, true, false],
        _ => return None,
    })
}

/// Lines are drawn, since letters of most fonts would leave gaps between them.
fn frames(out: &mut String, buffer: &Buffer) {
    let mut paths: std::collections::BTreeMap<String, String> = std::collections::BTreeMap::new();
    for y in 0..buffer.area.height {
        for x in 0..buffer.area.width {
            let cell = &buffer[(x, y)];
            let Some([to_left, to_right, up, down]) = arms(cell.symbol()) else { continue };
            let path = paths.entry(hex(cell.fg)).or_default();
            let (x, y) = (left(usize::from(x)), top(y));
            let (middle, centre) = (x + CELL.0 / 2.0, y + CELL.1 / 2.0);
            if to_left || to_right {
                let from = if to_left { x } else { middle };
                let to = if to_right { x + CELL.0 } else { middle };
                // A line that goes on where the last one ended becomes one with it.
                let end = format!("H{from:.1}");
                let here = format!("M{from:.1} {centre:.1}");
                if path.ends_with(&end)
                    && path
                        .rfind('M')
                        .is_some_and(|m| path[m..].contains(&format!(" {centre:.1}H")))
                {
                    path.truncate(path.len() - end.len());
                    write!(path, "H{to:.1}").unwrap();
                } else {
                    write!(path, "{here}H{to:.1}").unwrap();
                }
            }
            if up || down {
                let from = if up { y } else { centre };
                let to = if down { y + CELL.1 } else { centre };
                write!(path, "M{middle:.1} {from:.1}V{to:.1}").unwrap();
            }
        }
    }
    for (stroke, path) in paths {
        writeln!(out, "<path d=\"{path}\" stroke=\"{stroke}\" fill=\"none\"/>").unwrap();
    }
}

/// The words of a row, each at its cell and as wide as its cells.
fn texts(out: &mut String, row: &[&Cell], y: u16) {
    for (start, length) in runs(row, |cell| (cell.fg, cell.modifier)) {
        let mut words: Vec<(usize, usize, String)> = Vec::new();
        let mut x = start;
        while x < start + length {
            let symbol = row[x].symbol();
            let columns = symbol.width().max(1);
            let is_blank = symbol == " " || arms(symbol).is_some();
            if !is_blank {
                match words.last_mut() {
                    // One blank belongs to the words around it; more are a gap.
                    // A wide letter keeps its place by standing alone.
                    Some((from, taken, text))
                        if columns == 1
                            && text.width() == *taken
                            && !text.chars().any(|c| c.len_utf8() > 2 && columns_of(c) > 1)
                            && x - (*from + *taken) <= 1 =>
                    {
                        if x > *from + *taken {
                            text.push(' ');
                            *taken += 1;
                        }
                        text.push_str(symbol);
                        *taken += 1;
                    }
                    _ => words.push((x, columns, symbol.to_owned())),
                }
            }
            x += columns;
        }
        let cell = row[start];
        for (x, columns, text) in words {
            word(out, (x, y), columns, &text, cell);
        }
        if cell.modifier.contains(Modifier::UNDERLINED) {
            let line = top(y) + CELL.1 - 2.5;
            let (from, to) = (left(start), left(start + length));
            writeln!(
                out,
                "<path d=\"M{from:.1} {line:.1}H{to:.1}\" stroke=\"{}\" stroke-opacity=\"0.6\"/>",
                hex(cell.fg)
            )
            .unwrap();
        }
    }
}

fn columns_of(c: char) -> usize {
    c.to_string().width()
}

fn word(out: &mut String, (x, y): (usize, u16), columns: usize, text: &str, cell: &Cell) {
    let bold = if cell.modifier.contains(Modifier::BOLD) { " font-weight=\"bold\"" } else { "" };
    let width = left(columns) - left(0);
    writeln!(
        out,
        "<text x=\"{:.1}\" y=\"{:.1}\" textLength=\"{width:.1}\" \
         lengthAdjust=\"spacingAndGlyphs\" fill=\"{}\"{bold}>{}</text>",
        left(x),
        top(y) + BASELINE,
        hex(cell.fg),
        escaped(text)
    )
    .unwrap();
}
