//! Measures text in terminal columns, and cuts and wraps it between grapheme clusters.

use unicode_segmentation::UnicodeSegmentation;
use unicode_width::UnicodeWidthStr;

/// The non-ASCII characters that axtok draws, and their ASCII replacements.
const MARKS: [(&str, &str); 19] = [
    ("─", "-"),
    ("│", "|"),
    ("┌", "+"),
    ("┐", "+"),
    ("└", "+"),
    ("┘", "+"),
    ("•", "*"),
    ("·", "."),
    ("…", "~"),
    ("▸", ">"),
    ("↻", "@"),
    ("✓", "+"),
    ("✗", "x"),
    ("↓", "v"),
    ("↑", "^"),
    ("◐", "|"),
    ("◓", "/"),
    ("◑", "-"),
    ("◒", "\\"),
];

/// The ASCII replacement of a character that axtok draws.
#[must_use]
pub fn mark_in_ascii(mark: &str) -> Option<&'static str> {
    MARKS.iter().find(|(known, _)| *known == mark).map(|(_, plain)| *plain)
}

/// The text in ASCII and equally wide; other characters become question marks.
#[must_use]
pub fn in_ascii(text: &str) -> String {
    let plain = |letter: &str| match mark_in_ascii(letter) {
        _ if letter.is_ascii() => letter.to_owned(),
        Some(plain) => plain.to_owned(),
        None => "?".repeat(letter.width()),
    };
    text.graphemes(true).map(plain).collect()
}

/// The text's width in terminal columns.
#[must_use]
pub fn width(text: &str) -> usize {
    simple_width(text).unwrap_or_else(|| text.width())
}

/// The width of a text in which every character takes one column: ASCII and characters
/// that axtok draws. Nearly every text is such; `None` for others, which need the Unicode
/// tables.
#[must_use]
pub fn simple_width(text: &str) -> Option<usize> {
    if text.bytes().all(|byte| matches!(byte, b' '..=b'~')) {
        return Some(text.len());
    }
    let is_simple = |c| {
        matches!(c, ' '..='~' | '·' | '…' | '─' | '│' | '•' | '▸' | '↻' | '✓' | '✗' | '↓' | '↑')
    };
    text.chars().all(is_simple).then(|| text.chars().count())
}

/// The text, cut with `…` if it is wider than `columns`.
#[must_use]
pub fn cut(text: &str, columns: usize) -> String {
    if width(text) <= columns {
        return text.to_owned();
    }
    if columns == 0 {
        return String::new();
    }
    let mut out = String::new();
    let mut used = 0;
    for letter in text.graphemes(true) {
        let w = width(letter);
        if used + w > columns - 1 {
            break;
        }
        used += w;
        out.push_str(letter);
    }
    out.push('…');
    out
}

/// The text, cut or padded with blanks to exactly `columns`.
#[must_use]
pub fn fit(text: &str, columns: usize) -> String {
    let missing = columns.checked_sub(width(text));
    let Some(missing) = missing else {
        let mut out = cut(text, columns);
        // Cutting before a wide character can leave a column empty.
        let missing = columns.saturating_sub(width(&out));
        out.extend(std::iter::repeat_n(' ', missing));
        return out;
    };
    let mut out = String::with_capacity(text.len() + missing);
    out.push_str(text);
    out.extend(std::iter::repeat_n(' ', missing));
    out
}

/// What two texts have in common from the start, in whole characters as people see them.
#[must_use]
pub fn common<'a>(one: &'a str, other: &str) -> &'a str {
    let mut pairs = one.grapheme_indices(true).zip(other.graphemes(true));
    let end = pairs.find(|((_, a), b)| a != b).map(|((at, _), _)| at);
    &one[..end.unwrap_or_else(|| one.len().min(other.len()))]
}

/// The words as a sentence: with a capital letter first, and a full stop last.
#[must_use]
pub fn sentence(words: &str) -> String {
    let mut letters = words.chars();
    let mut out: String = letters.next().map(|c| c.to_uppercase().collect()).unwrap_or_default();
    out.push_str(letters.as_str());
    if !out.is_empty() && !out.ends_with(['.', '!', '?']) {
        out.push('.');
    }
    out
}

/// The text wrapped to lines of at most `columns`: between words, or within a word that is
/// longer than a line.
#[must_use]
pub fn wrapped(text: &str, columns: usize) -> Vec<String> {
    let columns = columns.max(1);
    let mut lines = Vec::new();
    let mut line = String::new();
    for word in text.split(' ') {
        let gap = usize::from(!line.is_empty());
        if width(&line) + gap + width(word) <= columns {
            if gap == 1 {
                line.push(' ');
            }
            line.push_str(word);
            continue;
        }
        if !line.is_empty() {
            lines.push(std::mem::take(&mut line));
        }
        for letter in word.graphemes(true) {
            if !line.is_empty() && width(&line) + width(letter) > columns {
                lines.push(std::mem::take(&mut line));
            }
            line.push_str(letter);
        }
    }
    lines.push(line);
    lines
}

/// The text wrapped to at most two lines. A longer text loses its middle, not its end,
/// because a message says last what to do.
#[must_use]
pub fn in_two_lines(text: &str, columns: usize) -> Vec<String> {
    let mut lines = wrapped(text, columns);
    if lines.len() > 2 {
        lines.truncate(1);
        lines.push(end_of(text, columns));
    }
    lines
}

/// The last words of a text that is too long, after `…`.
fn end_of(text: &str, columns: usize) -> String {
    let (mut used, mut start) = (2, text.len());
    for (at, letter) in text.grapheme_indices(true).rev() {
        used += width(letter);
        if used > columns {
            break;
        }
        start = at;
    }
    let end = &text[start..];
    // Begin with a whole word, unless there is only a part of one.
    let end = end.split_once(' ').map_or(end, |(_, words)| words);
    cut(&format!("… {end}"), columns)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn widths_match_the_terminal() {
        assert_eq!(fit("ab", 4), "ab  ");
        assert_eq!(fit("abcdef", 4), "abc…");
        assert_eq!(fit("日本語", 4), "日… ");
        assert_eq!(fit("日本語", 6), "日本語");
        assert_eq!(fit("x", 0), "");
        assert_eq!(cut("e\u{301}e\u{301}e\u{301}", 2), "e\u{301}…");
    }

    #[test]
    fn converting_to_ascii_keeps_the_width() {
        assert_eq!(in_ascii("a · 7f3c…a91f"), "a . 7f3c~a91f");
        assert_eq!(in_ascii("café 日本\n"), "caf? ????\n");
        assert_eq!(in_ascii("e\u{301}x\x1b[1m"), "?x\x1b[1m");
    }

    #[test]
    fn simple_characters_take_one_column_each() {
        let marks = "a ~·…─│•▸↻↓↑";
        assert_eq!(simple_width(marks), Some(marks.width()));
        for text in ["é", "日", "\u{7f}", "e\u{301}", "a\tb"] {
            assert_eq!(simple_width(text), None);
        }
    }

    #[test]
    fn lines_break_between_words() {
        assert_eq!(wrapped("one two three", 7), ["one two", "three"]);
        assert_eq!(wrapped("abcdefgh ij", 3), ["abc", "def", "gh", "ij"]);
        assert_eq!(wrapped("", 5), [""]);
    }
    #[test]
    fn a_long_message_loses_its_middle() {
        let two = |text, columns| in_two_lines(text, columns).join("|");
        assert_eq!(two("one two", 7), "one two");
        assert_eq!(two("one two three", 7), "one two|three");
        assert_eq!(two("It failed. All of this is why. Press R.", 14), "It failed. All|… Press R.");
        assert_eq!(two("abcdefghij", 4), "abcd|… ij");
    }

    proptest! {
        #[test]
        fn two_lines_are_enough_for_any_text(text in "[a-zé日 ]{0,60}", columns in 4_usize..30) {
            let lines = in_two_lines(&text, columns);
            prop_assert!((1..=2).contains(&lines.len()));
            prop_assert!(lines.iter().all(|line| width(line) <= columns), "{lines:?}");
            let last = text.split(' ').next_back().unwrap_or_default();
            if width(last) + 2 <= columns {
                prop_assert!(lines.last().unwrap().ends_with(last), "{lines:?}");
            }
        }
    }
}
