//! Validates form fields before they are sent.

use super::safe_text::SafeText;

/// Longest name that axtok sends, in characters. The API documents no limit; this one
/// catches an accidental paste.
pub const NAME_MAX: usize = 200;
/// Longest description that axtok sends, in characters; see [`NAME_MAX`].
pub const DESCRIPTION_MAX: usize = 1000;

/// Why a field cannot be sent.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    /// The name is empty or blank.
    #[error("enter a name")]
    NameMissing,
    /// The text is longer than the limit.
    #[error("{count} characters are too many: at most {max}")]
    TooLong {
        /// The text's length in characters.
        count: usize,
        /// The limit in characters.
        max: usize,
    },
    /// A character that no dataset or view name has.
    #[error("names have letters, digits, - _ . and :, not \"{0}\"")]
    NotInNames(char),
    /// An invisible or control character, such as `U+200B`.
    #[error("contains {0}, an invisible character: remove it")]
    Invisible(String),
}

/// Checks and trims a token's name. The server would accept an empty name; axtok does not,
/// since such a token is hard to find again.
///
/// # Errors
/// When the name is empty, too long or has invisible characters.
pub fn name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(FieldError::NameMissing);
    }
    printable(name, NAME_MAX)
}

/// Checks and trims a dataset's or view's name that a user typed. Letters, digits, `-`,
/// `_`, `.` and `:` are the characters seen in real names (inferred).
///
/// # Errors
/// As [`name`], and when the name has any other character.
pub fn dataset_name(text: &str) -> Result<String, FieldError> {
    let name = name(text)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    match name.chars().find(|c| !fits(*c)) {
        Some(c) => Err(FieldError::NotInNames(c)),
        None => Ok(name),
    }
}

/// Checks and trims a description; it may be empty.
///
/// # Errors
/// When it is too long or has invisible characters.
pub fn description(text: &str) -> Result<String, FieldError> {
    printable(text.trim(), DESCRIPTION_MAX)
}

pub(super) fn printable(text: &str, max: usize) -> Result<String, FieldError> {
    let count = text.chars().count();
    if count > max {
        return Err(FieldError::TooLong { count, max });
    }
    let safe = SafeText::new(text);
    if safe.shown() != text {
        let first = safe.shown().split('<').find_map(|part| {
            let code = part.split_once('>')?.0;
            code.starts_with("U+").then(|| code.to_owned())
        });
        return Err(FieldError::Invisible(first.unwrap_or_else(|| "a character".to_owned())));
    }
    Ok(text.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_are_trimmed_and_required() {
        assert_eq!(name("  ci "), Ok("ci".to_owned()));
        assert_eq!(name(" \t"), Err(FieldError::NameMissing));
        assert_eq!(name("a\u{200b}b"), Err(FieldError::Invisible("U+200B".to_owned())));
        let long = "x".repeat(NAME_MAX + 1);
        assert_eq!(
            name(&long).unwrap_err().to_string(),
            "201 characters are too many: at most 200"
        );
    }

    #[test]
    fn descriptions_may_be_empty() {
        assert_eq!(description("  "), Ok(String::new()));
        assert!(description("two\nlines").is_err());
    }
}
