//! Form fields: what may be sent, and what to say when it may not.

use super::safe_text::SafeText;

/// Longest name and description that we send, in characters. The API states no
/// limit; these keep a slip of the paste key from becoming a token's name.
pub const NAME_MAX: usize = 200;
pub const DESCRIPTION_MAX: usize = 1000;

/// Why a field cannot be sent as it is.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
pub enum FieldError {
    #[error("a name is needed")]
    NameMissing,
    #[error("{count} characters are too many: at most {max}")]
    TooLong { count: usize, max: usize },
    #[error("names have letters, digits, - _ . and :, not \"{0}\"")]
    NotInNames(char),
    #[error("contains {0}, which cannot be seen: remove it")]
    Invisible(String),
}

/// A token's name, without the blanks around it. The server would take an empty
/// one; nobody could find it again, so we do not.
///
/// # Errors
/// With what is wrong with it.
pub fn name(text: &str) -> Result<String, FieldError> {
    let name = text.trim();
    if name.is_empty() {
        return Err(FieldError::NameMissing);
    }
    printable(name, NAME_MAX)
}

/// A dataset's or view's name, typed by hand. Letters, digits, `-`, `_`, `.`
/// and `:` are what names were seen to have (inferred).
///
/// # Errors
/// With what is wrong with it.
pub fn dataset_name(text: &str) -> Result<String, FieldError> {
    let name = name(text)?;
    let fits = |c: char| c.is_ascii_alphanumeric() || matches!(c, '-' | '_' | '.' | ':');
    match name.chars().find(|c| !fits(*c)) {
        Some(c) => Err(FieldError::NotInNames(c)),
        None => Ok(name),
    }
}

/// A description, without the blanks around it; may be empty.
///
/// # Errors
/// With what is wrong with it.
pub fn description(text: &str) -> Result<String, FieldError> {
    printable(text.trim(), DESCRIPTION_MAX)
}

fn printable(text: &str, max: usize) -> Result<String, FieldError> {
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
    fn names_are_trimmed_and_needed() {
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
