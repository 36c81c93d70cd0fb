//! Words that are meant, and words that are there.

/// The known word that is most like another one, if one is like it at all.
#[must_use]
pub fn nearest<'a>(word: &str, known: &[&'a str]) -> Option<&'a str> {
    /// From 0 (nothing in common) to 1 (the same).
    const LIKE: f64 = 0.6;
    known
        .iter()
        .map(|k| (strsim::normalized_damerau_levenshtein(word, k), *k))
        .filter(|(like, _)| *like >= LIKE)
        .max_by(|a, b| a.0.total_cmp(&b.0))
        .map(|(_, k)| k)
}
