//! A text field, with the terminal's cursor if it has the focus.

use ratatui::{layout::Rect, text::Span};
use unicode_segmentation::UnicodeSegmentation;

use crate::{
    app::field::Field,
    domain::SafeText,
    ui::{Canvas, text},
};

/// Draws a field of one row and puts the cursor into it if it has the focus.
///
/// The text may come from a server, as in a copy of a token, or from the clipboard. Invisible
/// characters are spelled out, so that the user sees what to delete.
pub fn draw(frame: &mut Canvas<'_, '_>, area: Rect, field: &Field, focused: bool) {
    let theme = frame.theme();
    if area.width == 0 || area.height == 0 {
        return;
    }
    let columns = usize::from(area.width);
    let whole = SafeText::from(field.text());
    // Characters are spelled out one by one, so the text before the cursor, spelled out, is
    // the beginning of the whole text, spelled out.
    let cursor = text::width(SafeText::from(field.before_cursor()).shown());
    // One column is kept for the cursor after the last character.
    let wanted = if focused { (cursor + 1).saturating_sub(columns) } else { 0 };
    let (rest, scrolled) = without(whole.shown(), wanted);
    let style = if focused { theme.field.patch(theme.strong) } else { theme.field };
    let area = Rect { height: 1, ..area };
    frame.render_widget(Span::styled(text::fit(rest, columns), style), area);
    if focused && field.is_selected() {
        frame.render_widget(Span::styled(text::cut(rest, columns), theme.focused), area);
    }
    if focused {
        let column = cursor.saturating_sub(scrolled).min(columns - 1);
        let x = area.x + u16::try_from(column).unwrap_or(0);
        frame.set_cursor_position((x, area.y));
    }
}

/// The text without its first columns, and how many columns that leaves out: one more than
/// `wanted` if a wide character would be cut.
fn without(whole: &str, wanted: usize) -> (&str, usize) {
    let (mut at, mut skipped) = (0, 0);
    for letter in whole.graphemes(true) {
        if skipped >= wanted {
            break;
        }
        at += letter.len();
        skipped += text::width(letter);
    }
    (&whole[at..], skipped)
}

#[cfg(test)]
mod tests {
    use ratatui::{Terminal, backend::TestBackend, layout::Position};

    use super::*;
    use crate::{
        input::{Code, Key},
        ui::Theme,
    };

    /// The part of a text that fits these columns, and the cursor's column after it was
    /// moved `left` characters to the left.
    fn drawn(text: &str, columns: u16, left: usize) -> (String, u16) {
        let mut field = Field::with(text);
        for _ in 0..left {
            field.key(Key::new(Code::Left));
        }
        let mut terminal = Terminal::new(TestBackend::new(columns, 1)).unwrap();
        let draw = |frame: &mut ratatui::Frame<'_>| {
            let area = frame.area();
            super::draw(&mut Canvas::new(frame, &Theme::default()), area, &field, true);
        };
        terminal.draw(draw).unwrap();
        let Position { x, .. } = terminal.get_cursor_position().unwrap();
        let shown: String =
            terminal.backend().buffer().content.iter().map(ratatui::buffer::Cell::symbol).collect();
        (shown.trim_end().to_owned(), x)
    }

    #[test]
    fn the_cursor_follows_its_character() {
        assert_eq!(drawn("abc", 8, 0), ("abc".to_owned(), 3));
        assert_eq!(drawn("abc", 8, 2), ("abc".to_owned(), 1));
        assert_eq!(drawn("", 8, 0), (String::new(), 0));
    }

    #[test]
    fn a_long_text_scrolls_to_the_cursor() {
        assert_eq!(drawn("abcdefghij", 6, 0), ("fghij".to_owned(), 5));
        // With the cursor at the start, `…` shows that the text continues.
        assert_eq!(drawn("abcdefghij", 6, 10), ("abcde…".to_owned(), 0));
        // A wide character is not cut in two.
        let (shown, cursor) = drawn("日本語", 6, 0);
        assert_eq!((shown.replace(' ', ""), cursor), ("本語".to_owned(), 4));
    }

    #[test]
    fn invisible_characters_are_spelled_out_and_the_cursor_allows_for_it() {
        assert_eq!(drawn("a\u{202e}b", 20, 0), ("a<U+202E>b".to_owned(), 10));
        assert_eq!(drawn("a\u{202e}b", 20, 1), ("a<U+202E>b".to_owned(), 9));
        assert_eq!(drawn("a\u{202e}b", 20, 2), ("a<U+202E>b".to_owned(), 1));
    }
}
