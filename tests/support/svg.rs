//! Renders a buffer as SVG, with its text as text and its colours and attributes kept. The same
//! buffer always gives the same file.

use std::fmt::Write as _;

use ratatui::{
    buffer::{Buffer, Cell},
    style::{Color, Modifier},
};
use unicode_width::UnicodeWidthStr as _;

/// The sizes of a cell, its letters, the margin and the rounded corners, in pixels.
const CELL: (f32, f32) = (8.4, 18.0);
const LETTERS: f32 = 14.0;
const PADDING: f32 = 14.0;
const CORNER: u8 = 10;
/// From the top of a cell to the baseline of its letters.
const BASELINE: f32 = 13.4;

/// No font is embedded. Each text states its width, so that any of these fonts fits.
const FONTS: &str = "ui-monospace,SFMono-Regular,Menlo,Consolas,'DejaVu Sans Mono',monospace";

/// The buffer as SVG, with a title for screen readers.
pub fn svg(buffer: &Buffer, title: &str) -> String {
    let (columns, rows) = (buffer.area.width, buffer.area.height);
    let width = f32::from(columns) * CELL.0 + 2.0 * PADDING;
    let height = f32::from(rows) * CELL.1 + 2.0 * PADDING;
    let background = hex(buffer[(0, rows - 1)].bg);
    let mut out = String::new();
    writeln!(
        out,
        "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width:.0}\" height=\"{height:.0}\" \
         viewBox=\"0 0 {width:.1} {height:.1}\" role=\"img\" font-family=\"{FONTS}\" \
         font-size=\"{LETTERS:.0}\">"
    )
    .unwrap();
    writeln!(out, "<title>{}</title>", escaped(title)).unwrap();
    writeln!(
        out,
        "<rect x=\"0.5\" y=\"0.5\" width=\"{:.1}\" height=\"{:.1}\" rx=\"{CORNER}\" \
         fill=\"{background}\" stroke=\"#39414d\"/>",
        width - 1.0,
        height - 1.0
    )
    .unwrap();
    for y in 0..rows {
        let row = row(buffer, y);
        backgrounds(&mut out, &row, y, &background);
    }
    frames(&mut out, buffer);
    for y in 0..rows {
        let row = row(buffer, y);
        texts(&mut out, &row, y);
    }
    out.push_str("</svg>\n");
    out
}

/// The cells of a row; a cell under a wide letter is replaced by the letter's cell.
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
        other => panic!("a picture needs a theme with RGB colours, not {other}"),
    }
}

fn escaped(text: &str) -> String {
    text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;")
}

/// The parts of a row whose background differs from the picture's.
fn backgrounds(out: &mut String, row: &[&Cell], y: u16, background: &str) {
    for (x, run) in runs(row, |cell| cell.bg) {
        let fill = hex(row[x].bg);
        if fill != background {
            let width = left(run) - left(0);
            // Rows overlap a little so that no seam shows.
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

/// The start and length of each run of cells of one kind.
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

/// The sides to which a line runs from the middle of a cell: left, right, up, down.
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

/// Draws lines as paths, because the line characters of most fonts leave gaps.
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
                // A line that continues the previous one is joined to it.
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
                    // One space joins words; more make a gap. A wide letter is placed on its
                    // own, so that it keeps its position.
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
