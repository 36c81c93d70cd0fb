//! Tables on standard output, with columns as wide as a terminal shows them. Colour never
//! carries information that the text lacks.

use std::io::{self, IsTerminal as _};

use super::words::columns;
use crate::domain::{SafeText, pasted::hide_tokens, terminal, text};

/// The colour of a cell.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// No colour.
    #[default]
    Plain,
    /// A heading, in bold.
    Head,
    /// Red, such as an expired token.
    Bad,
    /// Yellow, such as a token that expires soon.
    Warning,
}

/// A cell of one line.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Cell {
    text: String,
    tone: Tone,
}

impl Cell {
    /// A cell in this colour. Escapes control characters, and hides tokens in the text.
    #[must_use]
    pub fn toned(text: impl Into<String>, tone: Tone) -> Self {
        Self { text: SafeText::from(&*hide_tokens(&text.into())).to_string(), tone }
    }
}

impl<T: Into<String>> From<T> for Cell {
    fn from(text: T) -> Self {
        Self::toned(text, Tone::Plain)
    }
}

/// What standard output can show.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct OutputStyle {
    /// Whether to use colours.
    pub colour: bool,
    /// The terminal's width in columns. `None` if it is not a terminal: lines are not cut.
    pub width: Option<usize>,
}

impl OutputStyle {
    /// The style for standard output. `NO_COLOR` counts if it has any value that is not empty.
    #[must_use]
    pub fn here() -> Self {
        if !io::stdout().is_terminal() {
            return Self { colour: false, width: None };
        }
        let set = |name| std::env::var_os(name).is_some_and(|v| !v.is_empty());
        let has = std::env::var("TERM").is_ok_and(|term| terminal::has_colours(&term));
        Self { colour: has && !set("NO_COLOR"), width: columns(&io::stdout()) }
    }
}

/// A heading and rows, with two blanks between columns. The last column is not padded.
#[must_use]
pub fn table(head: &[&str], rows: &[Vec<Cell>], style: OutputStyle) -> String {
    let head: Vec<Cell> = head.iter().map(|text| Cell::toned(*text, Tone::Head)).collect();
    let all = || std::iter::once(&head).chain(rows);
    let columns = head.len();
    let widths: Vec<usize> = (0..columns)
        .map(|i| all().filter_map(|r| r.get(i)).map(|c| text::width(&c.text)).max().unwrap_or(0))
        .collect();
    let mut out = String::new();
    for row in all() {
        let mut left = style.width.unwrap_or(usize::MAX);
        let mut line = String::new();
        for (i, cell) in row.iter().enumerate() {
            let is_last = i + 1 == row.len();
            let width = if is_last { text::width(&cell.text) } else { widths[i] };
            let shown = text::fit(&cell.text, width.min(left));
            left -= width.min(left);
            line.push_str(&coloured(&shown, cell.tone, style.colour));
            let gap = if is_last { 0 } else { left.min(2) };
            line.push_str(&"  "[..gap]);
            left -= gap;
        }
        out.push_str(line.trim_end());
        out.push('\n');
    }
    out
}

fn coloured(text: &str, tone: Tone, colour: bool) -> String {
    let code = match tone {
        _ if !colour => return text.to_owned(),
        Tone::Plain => return text.to_owned(),
        Tone::Head => "1",
        Tone::Bad => "31",
        Tone::Warning => "33",
    };
    format!("\x1b[{code}m{text}\x1b[0m")
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rows() -> Vec<Vec<Cell>> {
        vec![
            vec!["日本".into(), Cell::toned("expired", Tone::Bad), "long text".into()],
            vec!["e\u{301}".into(), "-".into(), "x".into()],
        ]
    }

    #[test]
    fn columns_have_the_width_that_is_shown() {
        let text = table(&["A", "STATE", "C"], &rows(), OutputStyle { colour: false, width: None });
        let expected = "A     STATE    C\n日本  expired  long text\ne\u{301}     -        x\n";
        assert_eq!(text, expected);
    }

    #[test]
    fn rows_fit_the_terminal_and_colour_is_optional() {
        let text =
            table(&["A", "STATE", "C"], &rows(), OutputStyle { colour: false, width: Some(18) });
        assert!(text.lines().all(|l| text::width(l) <= 18), "{text}");
        assert!(text.contains("expired  lo…"), "{text}");
        let text = table(&["A", "STATE", "C"], &rows(), OutputStyle { colour: true, width: None });
        assert!(text.contains("\x1b[31mexpired\x1b[0m"), "{text}");
    }
}
