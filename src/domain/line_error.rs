//! A mistake in a file that a user wrote, with its line.

use super::SafeText;

/// Why a file is invalid. Never quotes more of it than a word.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {message}")]
pub struct LineError {
    /// The line, from 1.
    pub line: usize,
    /// What is wrong, and what to write instead.
    pub message: String,
}

impl LineError {
    /// The mistake that the TOML parser found in this text. Only its message, since the full
    /// error quotes the file.
    #[must_use]
    pub fn of_toml(text: &str, error: &toml::de::Error) -> Self {
        let at = error.span().map_or(0, |span| span.start);
        Self { line: line_at(text, at), message: SafeText::from(error.message()).to_string() }
    }
}

/// The line, from 1, of a position in bytes.
#[must_use]
pub fn line_at(text: &str, at: usize) -> usize {
    text.get(..at).map_or(1, |before| before.matches('\n').count() + 1)
}
