//! Text from outside: the displayed form is safe, and nothing is lost.

use unicode_properties::{
    GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _,
};

use crate::domain::SafeText;

/// Characters that move or hide their neighbours. Listed here again, independently of the
/// program, so that an error in its table is found.
const DECEIVERS: [std::ops::RangeInclusive<char>; 9] = [
    '\u{61c}'..='\u{61c}',
    '\u{180b}'..='\u{180f}',
    '\u{200b}'..='\u{200f}',
    '\u{2028}'..='\u{202e}',
    '\u{2060}'..='\u{206f}',
    '\u{fe00}'..='\u{fe0f}',
    '\u{feff}'..='\u{feff}',
    '\u{fff0}'..='\u{fffb}',
    '\u{e0000}'..='\u{e0fff}',
];

/// Sanitizes a text.
///
/// # Panics
/// If the displayed form has harmful characters or changes when it is sanitized again, or if a
/// character of the raw form is neither displayed nor escaped.
pub fn safe_text(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    let text = SafeText::new(&*raw);
    assert_eq!(text.raw(), raw);
    let shown = text.shown();
    assert_eq!(SafeText::new(shown).shown(), shown, "sanitizing twice changes nothing");
    assert_eq!(text.to_string(), shown);
    let mut marks = 4;
    for c in shown.chars() {
        assert!(!is_hidden(c), "U+{:04X} is shown", u32::from(c));
        marks = if c.general_category_group() == Group::Mark { marks + 1 } else { 0 };
        assert!(marks <= 4, "at most 4 marks in a row, and none at the start");
    }
    spelled_out(&raw, shown);
}

fn is_hidden(c: char) -> bool {
    let category = c.general_category();
    let other = c.general_category_group() == Group::Other;
    let breaks = matches!(category, Category::LineSeparator | Category::ParagraphSeparator);
    other || breaks || c.is_control() || DECEIVERS.iter().any(|range| range.contains(&c))
}

/// The raw form can be recovered from the displayed one.
fn spelled_out(raw: &str, shown: &str) {
    let mut rest = shown;
    for c in raw.chars() {
        let as_it_is = rest.strip_prefix(c);
        let spelled = || rest.strip_prefix(format!("<U+{:04X}>", u32::from(c)).as_str());
        let Some(after) = as_it_is.or_else(spelled) else {
            panic!("U+{:04X} is missing", u32::from(c))
        };
        rest = after;
    }
    assert_eq!(rest, "", "nothing is added");
}
