//! The filter of the token list: fuzzy words over name and description, and a
//! few exact terms (`kind:basic`, `expires<30d`, `ds:prod`, `can:query`,
//! `never`, `expired`).

use jiff::Timestamp;
use nucleo_matcher::{
    Config, Matcher, Utf32Str,
    pattern::{CaseMatching, Normalization, Pattern},
};

use crate::domain::{ApiToken, Expiry, Kind, Scope, TokenExpiry, WILDCARD};

/// One part of a filter; all parts must hold.
#[derive(Debug)]
enum Term {
    Kind(Kind),
    /// Ends before this moment.
    ExpiresBefore(Timestamp),
    Never,
    Expired,
    /// Reaches a dataset whose name contains this.
    Dataset(String),
    /// Has a capability whose wire name or label starts with this.
    Can(String),
    Words(Pattern),
    /// A term that is still being typed; it hides nothing.
    Unfinished,
}

/// A filter, read once per change of its text.
#[derive(Debug)]
pub struct Filter {
    terms: Vec<Term>,
    matcher: Matcher,
    buffer: Vec<char>,
}

impl Filter {
    /// Every text is a filter; what is no exact term is matched as words.
    #[must_use]
    pub fn parse(text: &str, now: Timestamp) -> Self {
        let mut terms = Vec::new();
        let mut words = Vec::new();
        for part in text.split_whitespace() {
            match term(part, now) {
                Some(term) => terms.push(term),
                None => words.push(part),
            }
        }
        if !words.is_empty() {
            terms.push(Term::Words(Pattern::parse(
                &words.join(" "),
                CaseMatching::Ignore,
                Normalization::Smart,
            )));
        }
        Self { terms, matcher: Matcher::new(Config::DEFAULT), buffer: Vec::new() }
    }

    /// The first word of its text that is an unfinished term, or begins like one
    /// and is none. While one types it is nothing to complain about.
    #[must_use]
    pub fn mistake(text: &str) -> Option<&str> {
        let known = ["kind:", "ds:", "can:", "expires"];
        let is_wrong = |word: &str| match term(word, Timestamp::UNIX_EPOCH) {
            Some(Term::Unfinished) => true,
            Some(_) => false,
            None => known
                .iter()
                .any(|k| word.to_lowercase().starts_with(k) && word.contains(['<', '>', ':', '='])),
        };
        text.split_whitespace().find(|word| is_wrong(word))
    }

    /// Whether a token passes, and how well its words match (0 without words).
    pub fn score(&mut self, token: &ApiToken, now: Timestamp) -> Option<u32> {
        let mut score = 0;
        for term in &self.terms {
            let holds = match term {
                Term::Kind(kind) => token.kind() == *kind,
                Term::ExpiresBefore(moment) => match &token.expiry {
                    TokenExpiry::Known(expiry) => expiry.at().is_some_and(|at| at < *moment),
                    // It may be that soon.
                    TokenExpiry::Unread(_) => true,
                },
                Term::Never => token.expiry == Expiry::Never.into(),
                Term::Expired => token.expiry.is_past(now),
                Term::Dataset(part) => reaches(token, part),
                Term::Can(part) => can(token, part),
                Term::Unfinished => true,
                Term::Words(pattern) => {
                    let matcher = &mut self.matcher;
                    let mut in_text =
                        |text: &str| pattern.score(letters(text, &mut self.buffer), matcher);
                    // A hit in the name counts more than one in the description.
                    let name = in_text(token.name.shown()).map(|s| s.saturating_mul(2));
                    let found = name.or_else(|| in_text(token.description.shown()));
                    score += found.unwrap_or(0);
                    found.is_some()
                }
            };
            if !holds {
                return None;
            }
        }
        Some(score)
    }

    /// Whether the words decide the order: the best match first.
    #[must_use]
    pub fn ranks(&self) -> bool {
        self.terms.iter().any(|t| matches!(t, Term::Words(_)))
    }
}

/// A text as the matcher has it. What is shown has no ends of lines, for which it
/// would look through all of ASCII too.
fn letters<'a>(text: &'a str, buffer: &'a mut Vec<char>) -> Utf32Str<'a> {
    if text.is_ascii() { Utf32Str::Ascii(text.as_bytes()) } else { Utf32Str::new(text, buffer) }
}

fn term(part: &str, now: Timestamp) -> Option<Term> {
    let lower = part.to_lowercase();
    match lower.as_str() {
        "never" => return Some(Term::Never),
        "expired" => return Some(Term::Expired),
        _ => {}
    }
    if let Some(length) = lower.strip_prefix("expires<") {
        let at = Expiry::parse(length, now).ok().and_then(Expiry::at);
        return Some(at.map_or(Term::Unfinished, Term::ExpiresBefore));
    }
    let (key, value) = lower.split_once(':')?;
    match (key, value) {
        ("kind" | "ds" | "can", "") => Some(Term::Unfinished),
        ("kind", value) if "basic".starts_with(value) => Some(Term::Kind(Kind::Basic)),
        ("kind", value) if "advanced".starts_with(value) => Some(Term::Kind(Kind::Advanced)),
        ("ds", value) => Some(Term::Dataset(value.to_owned())),
        ("can", value) => Some(Term::Can(value.to_owned())),
        _ => None,
    }
}

fn reaches(token: &ApiToken, part: &str) -> bool {
    token
        .grants
        .datasets
        .iter()
        .any(|(name, _)| name.raw() == WILDCARD || name.raw().to_lowercase().contains(part))
}

fn can(token: &ApiToken, part: &str) -> bool {
    let named = |wire: &str, label: &str| {
        wire.to_lowercase().starts_with(part) || label.to_lowercase().starts_with(part)
    };
    Scope::ALL
        .iter()
        .flat_map(|s| s.capabilities())
        .filter(|c| named(c.wire, c.label))
        .any(|c| token.grants.rows().any(|(t, r)| t.scope() == c.scope && !r.verbs(c).is_empty()))
}

/// Which names match fuzzy words, the best first; all of them, in their
/// order, when there are no words.
#[must_use]
pub fn matching<'a>(words: &str, names: impl Iterator<Item = &'a str>) -> Vec<usize> {
    let pattern = Pattern::parse(words, CaseMatching::Ignore, Normalization::Smart);
    let mut matcher = Matcher::new(Config::DEFAULT);
    let mut buffer = Vec::new();
    let mut found: Vec<(u32, usize)> = names
        .enumerate()
        .filter_map(|(i, name)| {
            let score = pattern.score(letters(name, &mut buffer), &mut matcher)?;
            Some((score, i))
        })
        .collect();
    found.sort_unstable_by_key(|(score, i)| (std::cmp::Reverse(*score), *i));
    found.into_iter().map(|(_, i)| i).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::domain::{Grants, Target, TokenId, Verbs};

    fn now() -> Timestamp {
        "2026-11-23T14:00:00Z".parse().unwrap()
    }

    fn token(name: &str, expires: &str, dataset: &str, capability: &str) -> ApiToken {
        let mut grants = Grants::default();
        let capability = Scope::Dataset.capability(capability).unwrap();
        let verbs: Verbs = capability.verbs;
        grants.set(&Target::Dataset(dataset.into()), capability, verbs).unwrap();
        ApiToken {
            id: TokenId::new(name),
            name: name.into(),
            description: "used by the billing job".into(),
            expiry: Expiry::parse(expires, now()).unwrap().into(),
            grants,
        }
    }

    fn passing(filter: &str) -> Vec<&'static str> {
        let tokens = [
            ("ci-edge", token("ci-edge", "4d", "prod-api", "ingest")),
            ("grafana", token("grafana", "80d", "prod-web", "query")),
            ("exporter", token("exporter", "never", "*", "query")),
        ];
        let mut filter = Filter::parse(filter, now());
        let passes = |(name, t): &(&'static str, ApiToken)| filter.score(t, now()).map(|_| *name);
        tokens.iter().filter_map(passes).collect()
    }

    #[test]
    fn words_are_fuzzy_and_terms_are_exact() {
        assert_eq!(passing(""), ["ci-edge", "grafana", "exporter"]);
        assert_eq!(passing("graf"), ["grafana"]);
        assert_eq!(passing("cedge"), ["ci-edge"]);
        assert_eq!(passing("billing"), ["ci-edge", "grafana", "exporter"]);
        assert_eq!(passing("kind:basic"), ["ci-edge"]);
        assert_eq!(passing("kind:adv"), ["grafana", "exporter"]);
        assert_eq!(passing("expires<30d"), ["ci-edge"]);
        assert_eq!(passing("never"), ["exporter"]);
        assert_eq!(passing("expired"), Vec::<&str>::new());
        assert_eq!(passing("ds:web"), ["grafana", "exporter"]);
        assert_eq!(passing("can:ing"), ["ci-edge"]);
        assert_eq!(passing("can:query never"), ["exporter"]);
    }

    #[test]
    fn an_unfinished_term_is_no_trap() {
        let all = passing("");
        for unfinished in ["kind:", "expires<", "expires<3", "can:"] {
            assert_eq!(passing(unfinished), all, "{unfinished}");
        }
    }

    #[test]
    fn what_is_no_term_is_told_where_nobody_types_on() {
        let mistake = |text: &'static str| Filter::mistake(text);
        for fine in ["", "graf", "kind:basic expires<30d", "expires<2027-01-01", "a:b", "expires"] {
            assert_eq!(mistake(fine), None, "{fine}");
        }
        for (text, word) in [
            ("kind:", "kind:"),
            ("kind:bsic x", "kind:bsic"),
            ("never expires<30", "expires<30"),
            ("expires>30d", "expires>30d"),
        ] {
            assert_eq!(mistake(text), Some(word), "{text}");
        }
    }

    #[test]
    fn names_are_ranked() {
        let names = ["staging-api", "prod-api", "prod-web"];
        assert_eq!(matching("prod", names.into_iter()), [1, 2]);
        assert_eq!(matching("", names.into_iter()), [0, 1, 2]);
    }
}
