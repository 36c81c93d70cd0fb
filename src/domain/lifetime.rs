//! How long new tokens live: the usual lengths, as they are typed.

/// How long a token lives unless the admin says otherwise.
pub const DEFAULT_EXPIRY: &str = "90d";
/// What is offered.
pub const EXPIRY_CHOICES: [&str; 6] = ["7d", "30d", "60d", "90d", "1y", "never"];

/// The usual length after the one that was typed, or before it, round and round; the
/// first if it is none of them.
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
    fn choices_go_round() {
        assert_eq!(next_choice("90d", true), "1y");
        assert_eq!(next_choice(" never ", true), "7d");
        assert_eq!(next_choice("7d", false), "never");
        assert_eq!(next_choice("5d", false), "7d");
    }
}
