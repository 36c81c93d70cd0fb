//! How long the journal keeps finished changes.

use jiff::Timestamp;

use super::expiry;

/// Keeps everything.
const FOREVER: &str = "forever";
/// The default length.
const DEFAULT: &str = "90d";

/// How long finished changes stay in the journal: a length, or forever.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Retention(String);

impl Default for Retention {
    fn default() -> Self {
        Self(DEFAULT.to_owned())
    }
}

impl Retention {
    /// Keeps changes of any age.
    #[must_use]
    pub fn forever() -> Self {
        Self(FOREVER.to_owned())
    }

    /// Parses a length such as `90d` or `1y`, or `forever`. `None` if the text is neither.
    #[must_use]
    pub fn parse(text: &str) -> Option<Self> {
        let text = text.trim();
        let is_length = || matches!(expiry::parse_length(text), Some(Ok(_)));
        (text == FOREVER || is_length()).then(|| Self(text.to_owned()))
    }

    /// The text that it is parsed from.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.0
    }

    /// The time before which changes are too old; `None` if none is.
    #[must_use]
    pub fn cutoff(&self, now: Timestamp) -> Option<Timestamp> {
        // "forever" is no length, and a very long one ends before the first time.
        expiry::past(&self.0, now)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_retention_is_a_length_or_forever() {
        let now: Timestamp = "2026-11-23T14:00:00Z".parse().unwrap();
        for (text, cutoff) in [
            ("90d", Some("2026-08-25T14:00:00Z")),
            (" 12h ", Some("2026-11-23T02:00:00Z")),
            ("1y", Some("2025-11-23T14:00:00Z")),
            ("9000y", Some("-006974-11-23T14:00:00Z")),
            ("forever", None),
        ] {
            let parsed = Retention::parse(text).unwrap();
            let cutoff = cutoff.map(|at| at.parse::<Timestamp>().unwrap());
            assert_eq!(parsed.cutoff(now), cutoff, "{text}");
            assert_eq!(Retention::parse(parsed.name()), Some(parsed));
        }
        for wrong in ["", "90", "0d", "never", "-3d", "5m", "2026-01-01", "90 parsecs"] {
            assert_eq!(Retention::parse(wrong), None, "{wrong}");
        }
        assert_eq!(Retention::parse("90d"), Some(Retention::default()));
        assert_eq!(Retention::default().cutoff(Timestamp::MIN), None, "no time is before that");
    }
}
