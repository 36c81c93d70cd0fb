//! Suggestions for misspelt words.

/// The known word most similar to `word`, if any is similar enough.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    /// Least similarity, from 0 (nothing in common) to 1 (equal).
    const LIKE: f64 = 0.6;
    known
        .iter()
        .map(|k| (strsim::normalized_damerau_levenshtein(word, k), *k))
        .filter(|(like, _)| *like >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}
