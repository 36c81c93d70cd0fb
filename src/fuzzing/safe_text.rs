//! Text from outside: what is shown of it is harmless, and nothing of it gets
//! lost.

use unicode_properties::{
    GeneralCategory as Category, GeneralCategoryGroup as Group, UnicodeGeneralCategory as _,
};

use crate::domain::SafeText;

/// Characters that move or hide what stands beside them, spelled out here once
/// more, so that a table that is wrong is found.
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

/// Makes a text harmless.
///
/// # Panics
/// When its shown form has what no screen may show, or is not safe already, or
/// when a character of the raw form is neither shown nor spelled out.
pub fn safe_text(bytes: &[u8]) {
    let raw = String::from_utf8_lossy(bytes);
    let text = SafeText::new(&*raw);
    assert_eq!(text.raw(), raw);
    let shown = text.shown();
    assert_eq!(SafeText::new(shown).shown(), shown, "safe once is safe");
    assert_eq!(text.to_string(), shown);
    let mut marks = 4;
    for c in shown.chars() {
        assert!(!is_hidden(c), "U+{:04X} is shown", u32::from(c));
        marks = if c.general_category_group() == Group::Mark { marks + 1 } else { 0 };
        assert!(marks <= 4, "no text smears, or begins with a mark");
    }
    spelled_out(&raw, shown);
}

fn is_hidden(c: char) -> bool {
    let category = c.general_category();
    let other = c.general_category_group() == Group::Other;
    let breaks = matches!(category, Category::LineSeparator | Category::ParagraphSeparator);
    other || breaks || c.is_control() || DECEIVERS.iter().any(|range| range.contains(&c))
}

/// The raw form can be told from the shown one.
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
