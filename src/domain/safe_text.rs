//! Text from outside, made safe to print.
//!
//! Everything that a server sends becomes [`SafeText`] when it is decoded. The shown form
//! has no character that a terminal could interpret as a command, or that hides or
//! reorders the text around it. The raw form is kept, since the API must get back exactly
//! what it sent.

use std::{
    borrow::Cow,
    cmp::Ordering,
    fmt::{self, Write as _},
    hash::{Hash, Hasher},
    sync::Arc,
};

use super::pasted::hide_tokens;
use unicode_properties::{GeneralCategory as Category, UnicodeGeneralCategory as _};

/// Most combining marks in a row that are shown; more could overlap other lines.
const MARKS_IN_A_ROW: usize = 4;

/// A text from outside: its raw form for the API, its shown form for screens and messages.
///
/// Equality and order are those of the raw form.
#[derive(Clone)]
pub struct SafeText {
    raw: Arc<str>,
    /// `None` if the raw form is safe, which is nearly always the case; a thin pointer
    /// keeps that case small.
    shown: Option<Arc<Box<str>>>,
}

impl SafeText {
    /// Takes over a text and computes its shown form.
    #[must_use]
    pub fn new(raw: impl Into<Arc<str>>) -> Self {
        let raw = raw.into();
        let shown = if is_plain(&raw) { None } else { Some(made_safe(&raw)) };
        let shown = shown.filter(|s| **s != *raw).map(|s| Arc::new(s.into_boxed_str()));
        Self { raw, shown }
    }

    /// The unchanged text, for the API only: never for a screen, a log or a message.
    #[must_use]
    pub fn raw(&self) -> &str {
        &self.raw
    }

    /// The text with harmful characters spelled out, such as `<U+202E>`.
    #[must_use]
    pub fn shown(&self) -> &str {
        self.shown.as_ref().map_or(&self.raw, |shown| shown)
    }

    /// Whether the text is empty.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.raw.is_empty()
    }
}

impl Default for SafeText {
    fn default() -> Self {
        Self::new("")
    }
}

impl From<&str> for SafeText {
    fn from(raw: &str) -> Self {
        Self::new(raw)
    }
}

impl From<Cow<'_, str>> for SafeText {
    fn from(raw: Cow<'_, str>) -> Self {
        Self::from(&*raw)
    }
}

impl From<String> for SafeText {
    fn from(raw: String) -> Self {
        Self::new(raw)
    }
}

impl fmt::Display for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.shown())
    }
}

impl fmt::Debug for SafeText {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}", self.shown())
    }
}

impl PartialEq for SafeText {
    fn eq(&self, other: &Self) -> bool {
        self.raw == other.raw
    }
}

impl Eq for SafeText {}

impl PartialOrd for SafeText {
    fn partial_cmp(&self, other: &Self) -> Option<Ordering> {
        Some(self.cmp(other))
    }
}

impl Ord for SafeText {
    fn cmp(&self, other: &Self) -> Ordering {
        self.raw.cmp(&other.raw)
    }
}

impl Hash for SafeText {
    fn hash<H: Hasher>(&self, state: &mut H) {
        self.raw.hash(state);
    }
}

/// Makes several lines safe to print, and hides tokens in them.
#[must_use]
pub fn safe_lines(text: &str) -> String {
    let lines = text.split('\n').map(|line| SafeText::from(&*hide_tokens(line)).to_string());
    lines.collect::<Vec<_>>().join("\n")
}

/// Escapes every character in JSON that a terminal could interpret as a command, or that
/// hides or reorders others. JSON itself requires that only below U+0020.
#[must_use]
pub fn safe_json(json: &str) -> Cow<'_, str> {
    // Outside of strings, the only control characters are line breaks.
    let is_plain = |c: char| c == '\n' || matches!(c, ' '..='~');
    if json.chars().all(is_plain) {
        return Cow::Borrowed(json);
    }
    let mut out = String::with_capacity(json.len() + 64);
    for c in json.chars() {
        if is_plain(c) || !hides(c, c.general_category()) {
            out.push(c);
            continue;
        }
        for unit in c.encode_utf16(&mut [0; 2]) {
            // Writing to a String cannot fail.
            let _ = write!(out, "\\u{unit:04x}");
        }
    }
    Cow::Owned(out)
}

fn is_plain(text: &str) -> bool {
    text.bytes().all(|b| (0x20..0x7f).contains(&b))
}

fn made_safe(text: &str) -> String {
    let mut out = String::with_capacity(text.len() + 16);
    // A leading mark would combine with whatever is drawn to its left, so a text starts as
    // if the limit were reached.
    let mut marks = MARKS_IN_A_ROW;
    for c in text.chars() {
        let category = c.general_category();
        let is_mark = matches!(
            category,
            Category::NonspacingMark | Category::EnclosingMark | Category::SpacingMark
        );
        if hides(c, category) || (is_mark && marks >= MARKS_IN_A_ROW) {
            // Writing to a String cannot fail.
            let _ = write!(out, "<U+{:04X}>", u32::from(c));
            marks = MARKS_IN_A_ROW;
        } else {
            marks = if is_mark { marks + 1 } else { 0 };
            out.push(c);
        }
    }
    out
}

/// Whether a character is a control character, invisible, or reorders its neighbours.
fn hides(c: char, category: Category) -> bool {
    match category {
        Category::Control
        | Category::Format
        | Category::Surrogate
        | Category::PrivateUse
        | Category::Unassigned
        | Category::LineSeparator
        | Category::ParagraphSeparator => true,
        Category::SpaceSeparator => !matches!(c, ' ' | '\u{3000}'),
        // Variation selectors, and letters and marks that draw nothing.
        _ => matches!(c,
            '\u{fe00}'..='\u{fe0f}' | '\u{e0100}'..='\u{e01ef}' | '\u{180b}'..='\u{180f}'
            | '\u{034f}' | '\u{115f}' | '\u{1160}' | '\u{17b4}' | '\u{17b5}'
            | '\u{2800}' | '\u{3164}' | '\u{ffa0}'),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn letters_of_every_script_are_kept() {
        for text in ["plain", "Überprüfung", "日本語", "Ελλάδα", "שלום", "e\u{301}t", "hi 👋"]
        {
            assert_eq!(SafeText::new(text).shown(), text);
        }
    }

    #[test]
    fn deceptive_characters_are_spelled_out() {
        for (raw, shown) in [
            ("a\u{202e}b", "a<U+202E>b"),
            ("\u{1b}[2J", "<U+001B>[2J"),
            ("zero\u{200b}width", "zero<U+200B>width"),
            ("two\nlines\tand", "two<U+000A>lines<U+0009>and"),
            ("tag\u{e0041}", "tag<U+E0041>"),
            ("vs\u{fe0f}", "vs<U+FE0F>"),
            ("\u{301}first", "<U+0301>first"),
            ("no\u{a0}break", "no<U+00A0>break"),
            ("\u{9b}31m", "<U+009B>31m"),
        ] {
            assert_eq!(SafeText::new(raw).shown(), shown);
            assert_eq!(SafeText::new(raw).raw(), raw);
        }
    }

    #[test]
    fn line_breaks_and_json_are_preserved() {
        let text = "one\u{1b}[2J\r\ntwo\u{9d}0;x\u{7} \u{202e}";
        assert_eq!(safe_lines(text), "one<U+001B>[2J<U+000D>\ntwo<U+009D>0;x<U+0007> <U+202E>");
        let json = "{\n \"a\": \"\u{7f}\u{9b}\u{202e}\u{e0041}\u{e9}\"\n}";
        let safe = "{\n \"a\": \"\\u007f\\u009b\\u202e\\udb40\\udc41\u{e9}\"\n}";
        assert_eq!(safe_json(json), safe);
    }

    #[test]
    fn a_fifth_combining_mark_in_a_row_is_spelled_out() {
        let text = SafeText::new("a\u{301}\u{301}\u{301}\u{301}\u{301}\u{301}");
        assert_eq!(text.shown(), "a\u{301}\u{301}\u{301}\u{301}<U+0301><U+0301>");
    }

    proptest! {
        #[test]
        fn shown_text_is_already_safe(text in any::<String>()) {
            let once = SafeText::new(text);
            let twice = SafeText::new(once.shown());
            prop_assert_eq!(once.shown(), twice.shown());
            prop_assert!(!once.shown().chars().any(char::is_control));
        }
    }
}
