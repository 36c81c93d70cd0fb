//! The usual expiries of new tokens, as a user would type them.

/// The default expiry of a new token.
pub const DEFAULT_EXPIRY: &str = "90d";
/// The expiries on offer.
pub const EXPIRY_CHOICES: [&str; 6] = ["7d", "30d", "60d", "90d", "1y", "never"];

/// The choice after the typed one, or before it, wrapping around; the first if the typed
/// text is none of the choices.
#[must_use]
pub fn next_choice(typed: &str, forward: bool) -> &'static str {
    let count = EXPIRY_CHOICES.len();
    let at = EXPIRY_CHOICES.iter().position(|choice| *choice == typed.trim());
    EXPIRY_CHOICES[at.map_or(0, |at| (at + if forward { 1 } else { count - 1 }) % count)]
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn choices_wrap_around() {
        assert_eq!(next_choice("90d", true), "1y");
        assert_eq!(next_choice(" never ", true), "7d");
        assert_eq!(next_choice("7d", false), "never");
        assert_eq!(next_choice("5d", false), "7d");
    }
}
