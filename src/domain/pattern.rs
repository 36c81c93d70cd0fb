//! Name patterns with wildcards.

/// Whether a name matches a pattern with `*` (any characters) and `?` (one character).
#[must_use]
pub fn matches(pattern: &str, name: &str) -> bool {
    let (mut pattern, mut name) = (pattern.chars(), name.chars());
    // What follows the last `*`, and the rest of the name that it has to match.
    let mut star = None;
    loop {
        let (mut next_pattern, mut next_name) = (pattern.clone(), name.clone());
        match (next_pattern.next(), next_name.next()) {
            (Some('*'), _) => {
                star = Some((next_pattern.clone(), name.clone()));
                pattern = next_pattern;
            }
            (None, None) => return true,
            (Some(p), Some(n)) if p == '?' || p == n => {
                (pattern, name) = (next_pattern, next_name);
            }
            _ => {
                // The `*` takes one character more.
                let Some((after, rest)) = &mut star else { return false };
                if rest.next().is_none() {
                    return false;
                }
                (pattern, name) = (after.clone(), rest.clone());
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn patterns_match_whole_names() {
        for (pattern, name, fits) in [
            ("prod-*", "prod-api", true),
            ("prod-*", "staging-prod-api", false),
            ("*-api", "prod-api", true),
            ("p?od-api", "prod-api", true),
            ("prod-api", "prod-api2", false),
            ("*", "", true),
            ("a*b*c", "aXbYbZc", true),
        ] {
            assert_eq!(matches(pattern, name), fits, "{pattern} {name}");
        }
    }
}
